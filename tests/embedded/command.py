"""A command that uses the embedded Neo4j until its standard input ends: `python -m tests.embedded.command DIR NAME`.

It prints one JSON object per line: first the address, then every sentence that it would say to a person. A test ends
it by every means there is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from graph.embedded import Memory, attach


def report(kind: str, value: object) -> None:
    sys.stdout.write(json.dumps({kind: value}) + "\n")
    sys.stdout.flush()


def main(data: str, name: str, *options: str) -> None:
    small = Memory(heap="256m", page_cache="16m")
    exclusive = "--exclusive" in options
    with attach(
        Path(data), command=name, exclusive=exclusive, memory=small, say=lambda text: report("said", text)
    ) as found:
        report("address", [found.uri, found.user, found.password])
        sys.stdin.read()
    report("left", name)


if __name__ == "__main__":
    main(*sys.argv[1:])
