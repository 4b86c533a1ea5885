"""What a client asks, and what is understood of it before the database is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import OperationDefinitionNode

from graph.cypher import Rendered
from graph.statement import Statement
from resolvers.cost import check_cost
from resolvers.document import Document
from resolvers.planner import Plan
from resolvers.request import Request


# What is made for each request is not frozen, which would take twice as long to make.
@dataclass(slots=True)
class Question:
    """What a client sent: a document, which of its operations to run, and the variables as they came."""

    text: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    # Whether the response shall say how it came about.
    wants_explanation: bool = False
    # The idempotency key of a mutation, and what the client has seen or written before.
    key: str | None = None
    bookmark: str | None = None
    # Whether the response shall say what it cost.
    wants_cost: bool = False


@dataclass(slots=True)
class Prepared:
    """A question that is understood: what it asks of the database, and for whom."""

    question: Question
    document: Document
    operation: OperationDefinitionNode
    request: Request
    plan: Plan
    rendered: Rendered | None
    # How many records may be read, once that is known.
    requested: int = 0

    def bind(self) -> Statement | None:
        """The statement with this request's values; None if nothing is asked of the database.

        Raises `BadInput` for a value that will not do, and `TooComplex` if the pages come to too many records.
        """
        self.requested = check_cost(self.plan.cost, self.request)
        return self.rendered.bind(self.request) if self.rendered else None
