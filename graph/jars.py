"""Neo4j's jars: which ones (the lock), where they lie (the user's cache folder), and how they get there.

Knows Maven coordinates and checksums. Knows no address of a registry: jgo does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from graph.errors import GuanxiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LOCK = Path(__file__).with_name("jars.lock")

# Maven repositories answer many small requests well and few large ones badly; more threads than this gain nothing.
THREADS = 16
TRIES = 3
PAUSE_SECONDS = 0.5

# 1980, where the calendar of zip files begins. Java refuses a class-data archive that was made from jars of other
# times, so every copy of a jar has the same.
JAR_TIME = 315_532_800


class JarsError(GuanxiError):
    """Jars are missing and could not be had, or are not what the lock says."""

    code: ClassVar[str] = "UNAVAILABLE"


@dataclass(frozen=True)
class Jar:
    """One file of the lock. `classifier` is empty for nearly all of them."""

    group: str
    artifact: str
    version: str
    classifier: str
    size: int
    sha256: str

    @property
    def coordinates(self) -> str:
        return ":".join(part for part in (self.group, self.artifact, self.version, self.classifier) if part)

    @property
    def path(self) -> Path:
        """Where the jar lies below the folder of jars, in Maven's layout: artifacts of two groups may share a name."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        folder = Path(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}{suffix}.jar"


def cache_folder() -> Path:
    """The folder that all checkouts of one user share. Everything in it can be deleted and made again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "guanxi"


def read_lock(lock: Path = LOCK) -> tuple[Jar, ...]:
    """The jars of a lock, in the order of the class path: `coordinates size sha256`, one per line."""
    jars = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            coordinates, size, sha256 = line.split()
            group, artifact, version, *classifier = coordinates.split(":")
            jars.append(Jar(group, artifact, version, "".join(classifier), int(size), sha256))
        except ValueError:
            message = f"{lock}:{number}: found {line!r}; a line is `group:artifact:version[:classifier] size sha256`."
            raise JarsError(message) from None
    return tuple(jars)


def class_path(jars: Sequence[Jar], cache: Path) -> tuple[Path, ...]:
    """Where `jars` lie. Raises JarsError, naming `bin/setup`, unless each was verified and still has its size."""
    absent = missing(jars, cache)
    if absent:
        message = f"{len(absent)} of Neo4j's {len(jars)} jars are missing in {cache / 'jars'}: run bin/setup."
        raise JarsError(message)
    return tuple(cache / "jars" / jar.path for jar in jars)


def missing(jars: Sequence[Jar], cache: Path) -> tuple[Jar, ...]:
    """The jars that a fetch would have to look at again.

    Reading 123 MB at each start would cost half a second, so a checksum is computed once: a stamp named after the lock
    says that it was, and from then on sizes are compared.
    """
    if not _stamp(jars, cache).exists():
        return tuple(jars)
    return tuple(jar for jar in jars if not _has_size(cache / "jars" / jar.path, jar.size))


def fetch(jars: Sequence[Jar], cache: Path, arrived: Callable[[Jar], None], waiting: Callable[[], None]) -> None:
    """Put every jar into the cache, each checked against its sha256.

    `arrived` is called once for each jar, found or fetched, on this thread. `waiting` is called when another process
    is fetching into the same cache: this one then waits and finds most of its work done.
    """
    folder = cache / "jars"
    with _only_one(folder, waiting):
        # Only the holder of the lock writes here, so what lies in it was left by one that was killed.
        partial = folder / ".partial"
        shutil.rmtree(partial, ignore_errors=True)
        pool = ThreadPoolExecutor(THREADS)
        try:
            pending = {pool.submit(_ensure, jar, folder, partial / str(index)): jar for index, jar in enumerate(jars)}
            for done in as_completed(pending):
                done.result()
                arrived(pending[done])
        finally:
            # The first failure ends the fetch: without a network, two hundred more would only say the same, slowly.
            pool.shutdown(cancel_futures=True)
            shutil.rmtree(partial, ignore_errors=True)
        _stamp(jars, cache).touch()


def _ensure(jar: Jar, folder: Path, partial: Path) -> None:
    target = folder / jar.path
    if _has_size(target, jar.size) and _sha256(target) == jar.sha256:
        return
    failure = ""
    for attempt in range(TRIES):
        try:
            arrived = _download(jar, partial)
        except (OSError, RuntimeError) as error:
            failure = f"is not in {folder} and could not be fetched ({type(error).__name__}): check the network"
        else:
            found = _sha256(arrived)
            if found == jar.sha256:
                os.utime(arrived, (JAR_TIME, JAR_TIME))
                target.parent.mkdir(parents=True, exist_ok=True)
                arrived.replace(target)
                return
            failure = f"arrived with the sha256 {found}, but {LOCK.name} says {jar.sha256}: distrust the network"
        time.sleep(PAUSE_SECONDS * 2**attempt)
    message = f"Neo4j's jar {jar.coordinates} {failure} and run bin/setup again."
    raise JarsError(message)


def _download(jar: Jar, repository: Path) -> Path:
    # jgo takes 0.4 s to import, and a start with everything in place never needs it.
    from jgo.maven import MavenContext  # noqa: PLC0415

    # jgo takes whatever lies in its folder for complete, so every attempt starts with an empty one.
    shutil.rmtree(repository, ignore_errors=True)
    component = MavenContext(repo_cache=repository).project(jar.group, jar.artifact).at_version(jar.version)
    return component.artifact(classifier=jar.classifier, packaging="jar").resolve()


@contextmanager
def _only_one(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stamp(jars: Sequence[Jar], cache: Path) -> Path:
    digest = hashlib.sha256("".join(jar.coordinates + jar.sha256 for jar in jars).encode())
    return cache / "jars" / f".verified-{digest.hexdigest()[:16]}"


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
