"""Asks two databases the same: the first as a reader, the second, which holds what that reader may see, as administrator."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.database import Database
from graph.reader import ADMINISTRATOR, Reader
from resolvers.answer import Answerer, Question
from resolvers.readers import Readers
from tests.matrix.documents import Document, Values, documents
from tests.matrix.held import write_held
from tests.matrix.positions import POSITIONS, Asked, every_asked
from tests.matrix.rights_table import Field
from tests.matrix.visible import Sight
from tests.matrix.world import World

Body = dict[str, Any]
# As many as there are cores, and some that wait for an answer meanwhile.
_PLANNED_AT_ONCE, _RUN_AT_ONCE = 2, 8


@dataclass(frozen=True)
class Difference:
    """One position of one type, asked with some values, that is answered in two ways."""

    asked: Asked
    values: Mapping[str, Any]
    reader: Any
    administrator: Any

    def __str__(self) -> str:
        return (
            f"{self.asked} {dict(self.values)}\n  {self.asked.field[:300]}\n  {_where(self.reader, self.administrator)}"
        )


@dataclass(frozen=True)
class Matrix:
    """The world, who answers about it, and who answers about what one user may see of it."""

    world: World
    first: Answerer
    second: Answerer
    database: Database
    readers: Readers

    async def look(self, name: str) -> Look:
        """Make the second database hold what a user may see."""
        sight = Sight(self.world.held, self.world.user(name))
        await write_held(self.database, sight.graph)
        return Look(self, sight, await self.readers.find(sight.user.id))


@dataclass(frozen=True)
class Look:
    """One user's view, held beside the world."""

    matrix: Matrix
    sight: Sight
    reader: Reader

    def documents(self, *types: str, positions: Collection[str] = tuple(POSITIONS)) -> list[Document]:
        """All that the matrix asks; of some types and in some positions, if they are named."""
        asked = [
            each
            for each in every_asked(self._tells)
            if (not types or each.type in types) and each.position in positions
        ]
        return documents(asked, Values(self.matrix.world.held, self.sight.user.id))

    def _tells(self, type: str, property: str) -> bool:
        return self.sight.field(type, property) is Field.PLAIN

    async def differences(self, every: Iterable[Document], reader: Reader | None = None) -> list[Difference]:
        turns = asyncio.Semaphore(_PLANNED_AT_ONCE)

        async def compared(document: Document) -> list[Difference]:
            async with turns:
                return await self._all_compared(document, reader or self.reader)

        return [each for found in await asyncio.gather(*map(compared, every)) for each in found]

    async def _all_compared(self, document: Document, reader: Reader) -> list[Difference]:
        # The first one of each is planned; the others only run.
        first, *others = document.runs
        found = await self._compared(document, first, reader)
        for start in range(0, len(others), _RUN_AT_ONCE):
            part = others[start : start + _RUN_AT_ONCE]
            for each in await asyncio.gather(*(self._compared(document, values, reader) for values in part)):
                found += each
        return found

    async def _compared(self, document: Document, values: Mapping[str, Any], reader: Reader) -> list[Difference]:
        question = Question(document.text, None, values)
        answers = await asyncio.gather(
            self.matrix.first.answer(question, reader), self.matrix.second.answer(question, ADMINISTRATOR)
        )
        ours, theirs = (answer.body() for answer in answers)
        if "errors" in theirs:
            raise AssertionError(f"the administrator is refused: {theirs['errors'][0]}\n{document.text}")
        return [
            Difference(asked, values, one, other)
            for alias, positions in document.asked.items()
            for one, other in [(_of(ours, alias), _of(theirs, alias))]
            if one != other
            for asked in positions
        ]


def _of(body: Body, alias: str) -> Any:
    """What a root field is answered, its errors with it."""
    errors = [
        [error["extensions"]["code"], error["message"]]
        for error in body.get("errors", ())
        if not error.get("path") or error["path"][0] == alias
    ]
    return errors or (body["data"] or {}).get(alias)


def _where(one: Any, other: Any, path: str = "") -> str:
    """The first place where two answers differ, and what is there."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(_where(one[key], other[key], f"{path}.{key}") for key in one if one[key] != other[key])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        place = next(place for place, each in enumerate(one) if each != other[place])
        return _where(one[place], other[place], f"{path}[{place}]")
    return f"at {path or 'the whole'}\n  the reader: {_short(one)}\n  of what is visible: {_short(other)}"


def _short(answer: Any) -> str:
    text = json.dumps(answer, ensure_ascii=False, default=str)
    return text if len(text) < 600 else f"{text[:600]}…"
