"""One request, one statement, one answer.

bytes → document → Plan → Statement → one row → response → bytes
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import OperationDefinitionNode, OperationType

from graph.bookmarks import Bookmarks
from graph.cypher import render
from graph.errors import BadInput, Forbidden, GuanxiError, NoNumber, Timeout
from graph.feed import OVERLAP
from graph.ids import new_id
from graph.money import Currencies
from graph.reader import Reader
from graph.statement import Statement
from graph.tracing import span
from resolvers.account import ACCOUNT
from resolvers.api import API
from resolvers.charging import Charging
from resolvers.cost import write_cost
from resolvers.document import Document, Documents
from resolvers.errands import Errand
from resolvers.explanation import explain
from resolvers.field_writes import Numbers, Writer, unnumbered
from resolvers.first_runs import FirstRuns
from resolvers.glances import Glances
from resolvers.idempotency import checked_key, fingerprint_of
from resolvers.introspection import Introspection
from resolvers.mutate import Mutator
from resolvers.planner import plan_operation
from resolvers.plans import Kept, Plans, plan_key
from resolvers.question import Prepared, Question
from resolvers.request import InvalidRequest, Request
from resolvers.statements import Asked
from resolvers.throttle import Throttle
from resolvers.told import described, refusal
from resolvers.variable_size import check_variables


@dataclass(slots=True)
class Answer:
    """The response's entries. A request error has no data at all; `code` is that of the first error, if any."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]] = field(default_factory=list)
    is_request_error: bool = False
    extensions: dict[str, Any] = field(default_factory=dict)
    # What a write left, by which a later read sees it; and whether all of it is what a request before was answered.
    bookmark: str | None = None
    is_replayed: bool = False

    @property
    def code(self) -> str | None:
        return str(self.errors[0]["extensions"]["code"]) if self.errors else None

    @property
    def retry_after(self) -> int | None:
        """After how many seconds to ask again, if the answer says so."""
        found: int | None = self.errors[0]["extensions"].get("retryAfter") if self.errors else None
        return found

    def body(self) -> dict[str, Any]:
        """The response map (GraphQL specification 7.1)."""
        if self.is_request_error:
            return {"errors": self.errors}
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body


class Answerer:
    """Answers the questions of one API from one database."""

    def __init__(
        self,
        api: API,
        database: Asked,
        currencies: Currencies | str = "USD",
        numbers: Numbers = unnumbered,
        overlap: float = OVERLAP,
        errands: Mapping[str, Errand] | None = None,
        country: str | None = None,
        throttle: Throttle | None = None,
        *,
        introspects: bool = True,
        on_rights: Callable[[], None] = lambda: None,
    ) -> None:
        if isinstance(currencies, str):
            currencies = Currencies(currencies, api.exponent)
        self.api, self.database = api, database
        self.documents, self.plans = Documents(api.schema), Plans()
        self._currency, self._overlap = currencies.base, overlap
        self._exponent = api.exponent(currencies.base)
        self._first_runs, self._introspection = FirstRuns(), Introspection(api)
        self.throttle, self._introspects = throttle or Throttle(), introspects
        self.charging = Charging(self.throttle, self._first_runs)
        self._mutator = Mutator(
            api,
            database,
            currencies,
            numbers,
            country,
            errands=errands,
            first_runs=self._first_runs,
            on_rights=on_rights,
        )

    async def answer(self, question: Question, reader: Reader) -> Answer:
        """Answer a question as far as the reader may see. Raises only what is a defect."""
        try:
            document, operation = await self._operation(question, reader)
            if operation.operation is OperationType.MUTATION:
                return await self._mutate(question, document, operation, reader)
            prepared = self._prepared(question, document, operation, reader)
            if prepared.plan.asked:
                raise BadInput("A subscription is told over a WebSocket, or to who accepts text/event-stream.")
            statement = prepared.bind()
            bookmarks = None if question.bookmark is None else Bookmarks.read(question.bookmark)
            reserved = await self.charging.reserve(prepared, statement)
        except (InvalidRequest, GuanxiError) as error:
            return refused(error)
        try:
            try:
                row = await self.read(statement, bookmarks) if statement else []
            except NoNumber:
                row = await self._carefully(prepared, bookmarks)
            explained = {}
            if question.wants_explanation:
                explained = await explain(prepared, statement, self.database, self._first_runs)
        except GuanxiError as error:
            # What the database worked on until it was stopped is paid for.
            reserved.settle(reserved.requested if isinstance(error, Timeout) else 0)
            return Answer(None, [refusal(error)])
        self.charging.settle(prepared, reserved, row)
        try:
            answer = self.shape(prepared, row)
        except GuanxiError as error:
            # A few values, such as the cursor of duplicates, are looked at only now.
            return refused(error)
        if not (explained or question.wants_cost):
            return answer
        told = {"explain": explained, "cost": reserved.told if question.wants_cost else None}
        return replace(answer, extensions={name: value for name, value in told.items() if value})

    async def _carefully(self, prepared: Prepared, bookmarks: Bookmarks | None) -> Any:
        """The row, where something that is added up is no number."""
        careful = render(prepared.plan.operation, self.api.model, prepared.request.reader, is_careful=True)
        try:
            return await self.read(careful.bind(prepared.request), bookmarks)
        except NoNumber:
            logging.getLogger(__name__).exception("a statement failed")
            raise

    async def _operation(self, question: Question, reader: Reader) -> tuple[Document, OperationDefinitionNode]:
        """The operation to run, and its document. One that was not seen before costs a point for each character."""
        account = ACCOUNT.get()
        document = self.documents.kept(question.text)
        if document is None:
            read = await self.throttle.reserve(account, reader, len(question.text))
            read.settle(read.requested)
            document = await self.documents.read_in_turn(
                question.text, account.caller if account else "", hides_names=self._hides_names(reader)
            )
        operation = document.operation(question.operation_name)
        check_variables(question.variables)
        if account:
            # An enum takes its time to tell its value.
            kind = operation.operation
            account.kind = "query" if kind is OperationType.QUERY else kind.value
            account.document = document.hash
            account.operation = operation.name.value if operation.name else None
        return document, operation

    def _document(self, question: Question, reader: Reader) -> Document:
        """The document; what it gets wrong is told without names that the reader is not shown."""
        return self.documents.read(question.text, hides_names=self._hides_names(reader))

    def _hides_names(self, reader: Reader) -> bool:
        """Whether names that were not asked for are kept from a reader: all of them where some are not shown."""
        return not (self._introspects and reader.limits.introspects) or bool(reader.fields)

    async def _mutate(
        self, question: Question, document: Document, operation: OperationDefinitionNode, reader: Reader
    ) -> Answer:
        variables = document.coercion(self.api.schema, operation)(
            question.variables, hides_names=self._hides_names(reader)
        )
        writer = Writer(
            reader,
            new_id("request"),
            checked_key(question.key) if question.key is not None else None,
            fingerprint_of(question.text, question.operation_name, question.variables),
            Bookmarks.read(question.bookmark),
        )
        account, requested = ACCOUNT.get(), write_cost(operation, question.variables)
        if account:
            account.requested += requested
        reserved = await self.throttle.reserve(account, reader, requested)
        told = await self._mutator.answer(document, operation, variables, writer)
        reserved.settle(requested)
        extensions = {"cost": reserved.told} if question.wants_cost else {}
        return Answer(told.data, told.errors, False, extensions, writer.bookmarks.text, told.is_replayed)

    async def is_subscription(self, question: Question, reader: Reader) -> bool:
        """Whether the operation to run is one that goes on. Raises `InvalidRequest` or a `GuanxiError`."""
        _, operation = await self._operation(question, reader)
        return operation.operation is OperationType.SUBSCRIPTION

    def read(self, statement: Statement, bookmarks: Bookmarks | None = None) -> Awaitable[Any]:
        """The statement's row. One that the database has not planned yet takes its turn."""
        if self._first_runs.is_planned(statement.text):
            return self.database.read(statement, bookmarks=bookmarks)
        return self._first_read(statement, bookmarks)

    async def _first_read(self, statement: Statement, bookmarks: Bookmarks | None) -> Any:
        async with self._first_runs.turn(statement.text) as planned:
            return await self.database.read(statement, bookmarks=bookmarks, planned=planned)

    def prepare(self, question: Question, reader: Reader) -> Prepared:
        """Understand a question. Raises `InvalidRequest` or a `GuanxiError`."""
        document = self._document(question, reader)
        return self._prepared(question, document, document.operation(question.operation_name), reader)

    def _prepared(
        self, question: Question, document: Document, operation: OperationDefinitionNode, reader: Reader
    ) -> Prepared:
        variables = document.coercion(self.api.schema, operation)(
            question.variables, hides_names=self._hides_names(reader)
        )
        kept = self._planned(document, operation, variables, reader)
        if kept.plan.introspection and not (self._introspects and reader.limits.introspects):
            asked = kept.plan.introspection[0].name.value
            raise Forbidden(f"{asked}: the schema does not tell you about itself; its documentation does.")
        request = Request(variables, reader, self._currency, self._exponent, overlap=self._overlap)
        return Prepared(question, document, operation, request, kept.plan, kept.rendered)

    def _planned(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any], reader: Reader
    ) -> Kept:
        key = plan_key(document, operation, variables, reader)
        kept = self.plans.find(key, variables)
        if kept is None:
            glances = Glances(variables)
            with span("plan"):
                plan = plan_operation(self.api, operation, document.fragments, glances)
                rendered = render(plan.operation, self.api.model, reader) if plan.operation.blocks else None
            kept = Kept(plan, rendered, tuple(glances.seen))
            self.plans.keep(key, kept)
        return kept

    def shape(self, prepared: Prepared, row: Any) -> Answer:
        """The response from the statement's row, with what the schema tells about itself put in its place."""
        data, field_errors = prepared.plan.shape.shape(row, prepared.request)
        if not prepared.plan.introspection and not field_errors:
            return Answer(data)
        introspected, errors = self._introspection(
            prepared.document,
            prepared.operation,
            prepared.plan.introspection,
            prepared.question.variables,
            prepared.request.reader,
        )
        if introspected and data is not None:
            data = {key: introspected[key] if key in introspected else data[key] for key in prepared.plan.keys}
        return Answer(data, [described(error, "INTERNAL") for error in (*field_errors, *errors)])


def refused(error: InvalidRequest | GuanxiError) -> Answer:
    """The answer to a question that was not asked of the database."""
    if isinstance(error, InvalidRequest):
        return Answer(None, [described(each, BadInput.code) for each in error.errors], True)
    return Answer(None, [refusal(error)], True)
