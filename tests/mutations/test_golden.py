"""Each case of golden/mutations is a mutation, its one statement and its answer on an empty graph.

`UPDATE_GOLDEN=1` writes statement and answer anew, for a person to read what has changed; in CI it is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graph.database import Database
from graph.statement import Statement
from resolvers.answer import Answerer
from tests.mutations.conftest import Write, numbers
from tests.test_golden import IS_UPDATING, WRITING

CASES = sorted(WRITING.glob("*.graphql"))


@dataclass
class Overheard:
    """The database, and what was written to it."""

    database: Database
    texts: list[str] = field(default_factory=list)

    async def write(self, statement: Statement, **more: Any) -> Any:
        self.texts.append(statement.text)
        return await self.database.write(statement, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
async def test_the_mutation_is_its_statement_and_its_answer(write: Write, case: Path) -> None:
    overheard = Overheard(write.database)
    await write.rows("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")

    body = await Write(Answerer(write.answerer.api, overheard, "USD", numbers), write.database).body(
        case.read_text(encoding="utf-8")
    )

    (text,) = overheard.texts
    found = {".cypher": text + "\n", ".json": json.dumps(body, indent=2, ensure_ascii=False) + "\n"}
    if IS_UPDATING:
        for suffix, each in found.items():
            case.with_suffix(suffix).write_text(each, encoding="utf-8")
    assert found == {suffix: case.with_suffix(suffix).read_text(encoding="utf-8") for suffix in found}


def test_every_file_belongs_to_a_case() -> None:
    known = {case.with_suffix(suffix) for case in CASES for suffix in (".graphql", ".cypher", ".json")}

    assert set(WRITING.iterdir()) == known
