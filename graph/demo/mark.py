"""The note in the database that says which demo world it holds, and whether all of it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from graph.database import Database
from graph.demo.frame import key
from graph.rows import Record, Row

_KEY = key("world", "1")
_BODY = re.compile(r"(.+), seed (-?\d+), (\d{4}-\d\d-\d\d), (\w+)", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """Which world it is. Written unfinished before anything else, and finished once the derived facts are in too."""

    size: str
    seed: int
    today: date
    base_currency: str
    is_finished: bool = False

    def __str__(self) -> str:
        return f"{self.size}, seed {self.seed}, {self.today}, {self.base_currency}"

    def row(self, now: datetime) -> Row:
        status = "DONE" if self.is_finished else "PLANNED"
        properties = {"at": now, "subject": "Demo world", "body": str(self), "status": status}
        return Row("world", 1, (Record("note", "Note", _KEY, properties),))


async def read_mark(database: Database) -> Mark | None:
    """The mark of the world that the database holds or that was begun there; None without one."""
    found = await database.run(
        "CYPHER 5 MATCH (:ExternalRef {key: $key})-[:REFERS_TO]->(note:Note) RETURN note.body, note.status",
        key=str(_KEY),
    )
    if not found:
        return None
    body, status = found[0]
    said = _BODY.fullmatch(body or "")
    if not said:
        # Somebody has written something else into the note: it is a world that nobody can go on with.
        return Mark(str(body), 0, date.min, "", is_finished=True)
    return Mark(said[1], int(said[2]), date.fromisoformat(said[3]), said[4], is_finished=status == "DONE")
