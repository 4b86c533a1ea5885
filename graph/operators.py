"""What Neo4j does for a statement: the operators of its plan, with what each of them cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Operator:
    """One step of a profiled plan. `depth` is how far it is from the result; `hits` are accesses to the store."""

    depth: int
    name: str
    details: str
    hits: int
    rows: int


def operators(profile: Mapping[str, Any], depth: int = 0) -> Iterator[Operator]:
    """The operators of a profile as the driver hands it out, the last one first, each before those that feed it."""
    arguments = profile.get("args", {})
    yield Operator(
        depth,
        str(profile.get("operatorType", "")).split("@")[0],
        str(arguments.get("Details", "")),
        int(arguments.get("DbHits", 0)),
        int(arguments.get("Rows", 0)),
    )
    for child in profile.get("children", ()):
        yield from operators(child, depth + 1)


def table(found: list[Operator]) -> str:
    """The operators as people read them, one a line, and the sum of their hits."""
    lines = [f"{'hits':>8} {'rows':>8}  operator"]
    for each in found:
        details = each.details if len(each.details) <= 100 else f"{each.details[:99]}…"
        lines.append(f"{each.hits:>8} {each.rows:>8}  {'  ' * each.depth}{each.name} {details}".rstrip())
    lines.append(f"{sum(each.hits for each in found):>8} {'':>8}  database hits in all")
    return "\n".join(lines)
