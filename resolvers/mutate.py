"""Mutations: one field, one statement, one transaction; the fields of an operation one after the other.

arguments → rows → Write → Statement (its text is kept) → one row → payload
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values

from graph.cypher import Rendered
from graph.database import Overtaken, Settled
from graph.errors import GuanxiError, TooComplex, Unavailable
from graph.money import Currencies
from graph.reader import Reader
from graph.statement import Statement
from graph.write import render_write
from graph.write_plan import Rows, Write
from resolvers.api import API, Mutation
from resolvers.document import Document
from resolvers.gather import Gathered, gather
from resolvers.gathering import Gathering
from resolvers.glances import Glances
from resolvers.merges import report_rows
from resolvers.payloads import PlannedPayload, error_row, plan_payload
from resolvers.planner import Planner
from resolvers.plans import outline
from resolvers.request import LIMITS, Request
from resolvers.selection import Selection
from resolvers.shape import ObjectShape, entry_of
from resolvers.shape_function import RowShape
from resolvers.trouble import troubles_of

Numbers = Callable[[str, int], Awaitable[Sequence[str]]]


async def unnumbered(type: str, count: int) -> Sequence[str]:
    """No numbers, for who only reads."""
    raise TypeError(f"nobody gives numbers to {count} new {type} records here")


class Writes(Protocol):
    """What writing needs of a database."""

    async def write(self, statement: Statement, *, changes: Sequence[str] = ()) -> Any: ...

    async def rehearse(self, statement: Statement) -> Any: ...


@dataclass(frozen=True)
class WriteRequest(Request):
    """A request with the rows of a field, which the statement's origins take their values from."""

    rows: Rows = field(default_factory=lambda: Rows({}))


@dataclass(frozen=True)
class Writer:
    """Who writes, and under which id the changes of this request are written down."""

    reader: Reader
    request_id: str


@dataclass(frozen=True)
class _KeptPayload:
    """The plan of a field's payload, what was seen when it was made, and the function that shapes the response's key."""

    planned: PlannedPayload
    shape: RowShape
    seen: tuple[tuple[Callable[[Mapping[str, Any]], Any], Any], ...]

    def serves(self, variables: Mapping[str, Any]) -> bool:
        try:
            return all(look(variables) == found for look, found in self.seen)
        except GuanxiError:
            return False


class _Kept:
    """The last so many of something, by key."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        if key in self._found:
            self._found.move_to_end(key)
        return self._found.get(key)

    def keep(self, key: Hashable, value: Any) -> None:
        self._found[key] = value
        while len(self._found) > self._count:
            self._found.popitem(last=False)


class Mutator:
    """Runs the mutations of one API on one database."""

    def __init__(
        self, api: API, database: Writes, currencies: Currencies, numbers: Numbers, country: str | None = None
    ) -> None:
        self._api, self._database, self._currencies = api, database, currencies
        self._numbers, self._country = numbers, country
        self._payloads, self._texts, self._below = _Kept(1_000), _Kept(1_000), _Kept(1_000)

    async def answer(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any], writer: Writer
    ) -> tuple[dict[str, Any], list[GraphQLError]]:
        """The response's data and its errors. Raises a `GuanxiError` if the operation cannot be run at all."""
        type_ = self._api.schema.mutation_type
        assert type_ is not None
        selection = Selection(self._api.schema, document.fragments, Glances(variables))
        fields = selection.fields_of_sets(type_, [operation.selection_set])
        if len(fields) > LIMITS.root_fields:
            raise TooComplex(f"The operation has {len(fields)} fields; at most {LIMITS.root_fields} are run at once.")
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        for key, nodes in fields.items():
            if nodes[0].name.value == "__typename":
                data[key] = type_.name
                continue
            try:
                shown, more = await self._field(document, key, nodes, variables, writer)
                data |= shown
                errors += more
            except GuanxiError as error:
                data[key] = None
                errors.append(GraphQLError(error.message, nodes, path=[key], original_error=error))
        return data, errors

    async def _field(
        self, document: Document, key: str, nodes: list[FieldNode], variables: Mapping[str, Any], writer: Writer
    ) -> tuple[dict[str, Any], list[GraphQLError]]:
        mutation = self._api.mutations[nodes[0].name.value]
        kept = self._payload(document, key, mutation, nodes, variables, writer.reader)
        found = await self._run(mutation, nodes[0], variables, writer, kept)
        request = Request(variables, writer.reader, self._currencies.base, self._api.exponent(self._currencies.base))
        return kept.shape.shape([found], request)

    async def _run(
        self, mutation: Mutation, node: FieldNode, variables: Mapping[str, Any], writer: Writer, kept: _KeptPayload
    ) -> list[Any]:
        """The row of the field's payload."""
        gathering, gathered = await self._gather(mutation, node, variables)
        for is_last in (False, True):
            rows = gathering.rows(
                gathered.handles, is_whole=gathered.is_whole, request=writer.request_id, user=writer.reader.user_id
            )
            statement = self._statement(gathered, rows, kept, variables, writer.reader)
            try:
                if gathered.is_preview:
                    answer = await self._database.rehearse(statement)
                else:
                    answer = await self._database.write(statement, changes=_changes(rows))
                break
            except Settled:
                answer = await self._answered(gathered, rows, kept, variables, writer.reader)
                break
            except Overtaken:
                # Whoever was faster has committed by now, so that the checks find what stands in the way.
                if is_last:
                    raise Unavailable("The same values are being written all the time; try again.") from None
                gathering, gathered = await self._gather(mutation, node, variables)
        return _payload_row(mutation, gathering, gathered, answer)

    async def _gather(
        self, mutation: Mutation, node: FieldNode, variables: Mapping[str, Any]
    ) -> tuple[Gathering, Gathered]:
        type_ = self._api.schema.mutation_type
        assert type_ is not None
        definition = type_.fields[node.name.value]
        arguments = get_argument_values(definition, node, VariableValues({}, dict(variables)))
        accepts = bool(arguments.get("acceptInvalid"))
        gathering = Gathering(self._api.model, self._currencies, accepts, self._country)
        gathered = gather(mutation, arguments, gathering)
        wanted: dict[str, int] = {}
        for numbered, _ in gathering.unnumbered:
            wanted[numbered.name] = wanted.get(numbered.name, 0) + 1
        gathering.number({type: await self._numbers(type, count) for type, count in wanted.items()})
        return gathering, gathered

    def _statement(
        self, gathered: Gathered, rows: Rows, kept: _KeptPayload, variables: Mapping[str, Any], reader: Reader
    ) -> Statement:
        write = Write(tuple(rows.steps), gathered.answer, kept.planned.payload)
        key = (write, reader.shape)
        rendered: Rendered | None = self._texts.get(key)
        if rendered is None:
            rendered = render_write(write, self._api.model, reader)
            self._texts.keep(key, rendered)
        base = self._currencies.base
        return rendered.bind(WriteRequest(variables, reader, base, self._api.exponent(base), rows=rows))

    async def _answered(
        self, gathered: Gathered, rows: Rows, kept: _KeptPayload, variables: Mapping[str, Any], reader: Reader
    ) -> Any:
        """What is to be told of a write that has been done: the same statement without its steps."""
        answers = Rows({}, rows.answers, rows.refused, rows.roots, rows.is_whole, rows.request, rows.user)
        return await self._database.write(self._statement(gathered, answers, kept, variables, reader))

    def _payload(
        self,
        document: Document,
        key: str,
        mutation: Mutation,
        nodes: list[FieldNode],
        variables: Mapping[str, Any],
        reader: Reader,
    ) -> _KeptPayload:
        below = self._below.get((document, id(nodes[0])))
        if below is None:
            below = _variables_below([*nodes, *document.fragments.values()])
            self._below.keep((document, id(nodes[0])), below)
        used = {name: value for name, value in variables.items() if name in below}
        place = (document, tuple(id(node) for node in nodes), outline(used), reader.shape)
        kept: _KeptPayload | None = self._payloads.get(place)
        if kept is None or not kept.serves(variables):
            glances = Glances(variables)
            planner = Planner(self._api, Selection(self._api.schema, document.fragments, glances), glances)
            planned = plan_payload(planner, mutation, nodes)
            type_ = self._api.schema.mutation_type
            assert type_ is not None
            shape = RowShape(ObjectShape([entry_of(key, 0, planned.shape, type_, nodes)]))
            kept = _KeptPayload(planned, shape, tuple(glances.seen))
            self._payloads.keep(place, kept)
        return kept


def _variables_below(nodes: Sequence[FieldNode | FragmentDefinitionNode]) -> set[str]:
    """The variables that a payload's selection uses; those of the field's own arguments do not make its shape."""
    found: set[str] = set()

    class Names(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            found.add(node.name.value)

    for node in nodes:
        if node.selection_set:
            visit(node.selection_set, Names())
    return found


def _changes(rows: Rows) -> list[str]:
    return [row["change"] for step in rows.steps.values() for row in step if "change" in row]


def _payload_row(mutation: Mutation, gathering: Gathering, gathered: Gathered, answer: Any) -> list[Any]:
    problems, written, records, existing, _, report = answer
    troubles = [*gathering.troubles, *troubles_of(problems, gathering.places)]
    refused = {trouble.root for trouble in troubles}
    if gathered.is_whole and refused:
        refused = set(range(len(gathered.handles)))
    roots = {id: root for root, id in written}
    by_root = {roots[row[0]]: row for row in records}
    in_the_way = {row[0]: row for row in existing}
    errors = [error_row(trouble, in_the_way) for trouble in troubles]
    found = [None if root in refused else by_root.get(root) for root in range(len(gathered.handles))]
    told = gathered.more if report is None else [report_rows(report)]
    more = [None if root in refused else each for root, each in enumerate(told)]
    return [found, errors, more] if mutation.is_bulk else [found[0], errors, more[0]]
