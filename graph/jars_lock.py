"""Makes graph/jars.lock: asks Maven what Neo4j consists of. Run by `bin/lock` when Neo4j's version changes, never else.

Reading some 400 project descriptions one after the other takes minutes, which is why the answer is committed.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from jgo.maven import MavenContext

from graph.jars import LOCK, THREADS

if TYPE_CHECKING:
    from jgo.maven import Dependency

NEO4J = ("org.neo4j", "neo4j", "5.26.30")

HEADER = """\
# Every jar of {neo4j}, written by bin/lock: group:artifact:version[:classifier] size sha256
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder))
        # "!" asks for what Maven itself would choose; without it jgo lets Neo4j's build settings choose other versions.
        server = context.create_dependency(":".join(NEO4J) + "!")
        inputs, transitive = context.resolver.resolve([server])
        # What is "provided" is not part of a running server; what was asked for has no scope.
        needed = [*inputs, *(found for found in transitive if found.scope in ("compile", "runtime"))]
        with ThreadPoolExecutor(THREADS) as pool:
            lines = sorted(pool.map(_line, (found for found in needed if found.type == "jar")))
    LOCK.write_text(HEADER.format(neo4j=":".join(NEO4J)) + "".join(lines), encoding="utf-8")
    sys.stdout.write(f"{LOCK.name}: {len(lines)} jars\n")


def _line(dependency: Dependency) -> str:
    artifact = dependency.artifact
    content = artifact.resolve().read_bytes()
    parts = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier)
    coordinates = ":".join(part for part in parts if part)
    return f"{coordinates} {len(content)} {hashlib.sha256(content).hexdigest()}\n"


if __name__ == "__main__":
    main()
