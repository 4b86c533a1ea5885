"""Each case of `golden/` is a query, its one statement and its answer on the trading example.

    golden/<feature>/<promise>.graphql [.variables.json] [.reader.json] → .cypher and .json

`UPDATE_GOLDEN=1` writes the last two anew, for a person to read what has changed; in CI it is refused. Every statement
runs on a real Neo4j, and its plan is looked at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from graph.conditions import NOTHING
from graph.database import Database
from graph.reader import ADMINISTRATOR, Reader
from resolvers.question import Question
from tests.asking import Ask
from tests.readers import owner_reader

GOLDEN = Path(__file__).parent / "golden"
# What writes has a reset before it, in mutations/test_golden.py.
WRITING = GOLDEN / "mutations"
CASES = sorted(case for case in GOLDEN.rglob("*.graphql") if WRITING not in case.parents)
IS_UPDATING = "UPDATE_GOLDEN" in os.environ

# What no statement of ours may do: read nodes of every label, or pair each row of one part with each of another.
FORBIDDEN = {"AllNodesScan", "UndirectedAllRelationshipsScan", "DirectedAllRelationshipsScan"}


def test_golden_files_are_not_rewritten_where_nobody_reads_them() -> None:
    assert not (IS_UPDATING and "CI" in os.environ), "UPDATE_GOLDEN is for people who look at what has changed."


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(GOLDEN).with_suffix("").as_posix())
async def test_the_query_is_its_statement_and_its_answer(ask: Ask, database: Database, case: Path) -> None:
    question = Question(case.read_text(encoding="utf-8"), None, _json(case, ".variables.json"))
    reader = _reader(_json(case, ".reader.json"), ask)

    statement = ask.answerer.prepare(question, reader).bind()
    assert statement is not None
    plan = await database.plan(statement)
    answer = await ask.answerer.answer(question, reader)

    written = {
        ".cypher": statement.text + "\n",
        ".json": json.dumps(answer.body(), indent=2, ensure_ascii=False) + "\n",
    }
    if IS_UPDATING and "CI" not in os.environ:
        for suffix, text in written.items():
            case.with_suffix(suffix).write_text(text, encoding="utf-8")
    assert written == {suffix: case.with_suffix(suffix).read_text(encoding="utf-8") for suffix in written}
    assert "errors" not in answer.body()
    assert FORBIDDEN.isdisjoint(_operators(plan))


def test_every_file_belongs_to_a_case() -> None:
    known = {case.with_suffix(suffix) for case in CASES for suffix in (".graphql", ".cypher", ".json")}
    known |= {case.with_suffix(suffix) for case in CASES for suffix in (".variables.json", ".reader.json")}

    files = (path for path in GOLDEN.rglob("*") if path.is_file() and WRITING not in path.parents)
    assert [path.name for path in files if path not in known] == []


def _json(case: Path, suffix: str) -> dict[str, Any]:
    path = case.with_suffix(suffix)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _reader(told: Mapping[str, Any], ask: Ask) -> Reader:
    """`{"hidden": ["User"]}` sees everything but users; `{"owners": […]}` sees what these users own."""
    if "hidden" in told:
        return Reader("user_0", dict.fromkeys(told["hidden"], NOTHING))
    if "owners" in told:
        return owner_reader(ask.answerer.api.model, "user_0", told["owners"])
    return ADMINISTRATOR


def _operators(plan: Mapping[str, Any]) -> Iterator[str]:
    yield str(plan["operatorType"]).split("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)
