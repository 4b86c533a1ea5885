"""How an answer comes about: the plan, the statement, and what each of the database's operators did for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from graph.description import describe, scans
from graph.errors import Forbidden
from graph.operators import operators
from graph.statement import Statement
from resolvers.first_runs import FirstRuns
from resolvers.question import Prepared
from resolvers.statements import Asked

# The role that may see how queries are answered.
EXPLAINS = "ANALYST"


async def explain(
    prepared: Prepared, statement: Statement | None, database: Asked, first_runs: FirstRuns
) -> dict[str, Any]:
    """How an answer comes about. It names labels and indexes, so it is for those who may know the whole graph."""
    if not prepared.request.reader.has_role(EXPLAINS):
        raise Forbidden(f"How a query is answered is told to the role {EXPLAINS}.")
    operation = prepared.plan.operation
    found: dict[str, Any] = {"plan": describe(operation).splitlines(), "scans": scans(operation)}
    if statement:
        async with first_runs.turn(f"PROFILE {statement.text}") as planned:
            steps = list(operators(await database.plan(statement, profile=True, planned=planned)))
        found |= {
            "statement": statement.text.splitlines(),
            "databaseHits": sum(step.hits for step in steps),
            "operators": [asdict(step) for step in steps],
        }
    return found
