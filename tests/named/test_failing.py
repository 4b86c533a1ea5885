"""A statement that the database refuses while it runs it is answered as an error without the database's words."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from graph.database import Database
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.question import Question
from tests.asking import declared_api
from web.queries import load_queries
from web.settings import Settings

DIVIDE = '/* extend type Query { "A quotient." divide(number: Int!, by: Int!): Int } */\nRETURN $number / $by AS value'


async def test_a_body_that_fails_for_some_arguments(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "divide.cypher").write_text(DIVIDE, encoding="utf-8")
    queries = await load_queries(declared_api(), Settings(queries=str(tmp_path)), database)
    answerer = Answerer(queries.api, database)

    fine = await answerer.answer(Question("{divide(number: 6, by: 3)}"), ADMINISTRATOR)
    with caplog.at_level(logging.ERROR):
        failed = await answerer.answer(Question("{divide(number: 6, by: 0)}"), ADMINISTRATOR)

    assert fine.body() == {"data": {"divide": 2}}
    message = "The database could not answer this; the server's log tells why."
    assert failed.body() == {"data": None, "errors": [{"message": message, "extensions": {"code": "INTERNAL"}}]}
    assert "/ by zero" in caplog.text
