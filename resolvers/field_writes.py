"""One mutation field: its arguments become rows, the rows a statement, and the statement's row a payload.

arguments → rows → Write → Statement (its text is kept) → one row → payload
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    VariableNode,
    Visitor,
    visit,
)

from graph.attempts import Transaction
from graph.bookmarks import Bookmarks
from graph.cypher import Rendered
from graph.derived_orders import money_values
from graph.errors import GuanxiError
from graph.money import Currencies
from graph.plan import EVERYTHING
from graph.reader import Reader
from graph.statement import Statement
from graph.write import render_write
from graph.write_facts import touches_of
from graph.write_plan import Guard, Reference, Rows, Write
from resolvers.api import API, Mutation, MutationKind
from resolvers.arguments import argument_values
from resolvers.document import Document
from resolvers.gather import Gathered, gather
from resolvers.gathering import Gathering
from resolvers.glances import Glances
from resolvers.idempotency import Told
from resolvers.merges import report_rows
from resolvers.payloads import PlannedPayload, error_row, plan_payload
from resolvers.planner import Planner
from resolvers.plans import outline
from resolvers.request import Request
from resolvers.selection import Selection
from resolvers.shape import ObjectShape, entry_of
from resolvers.shape_function import RowShape
from resolvers.told import described
from resolvers.trouble import troubles_of

T = TypeVar("T")

Numbers = Callable[[str, int], Awaitable[Sequence[str]]]


async def unnumbered(type: str, count: int) -> Sequence[str]:
    """No numbers, for who only reads."""
    raise TypeError(f"nobody gives numbers to {count} new {type} records here")


class Writes(Protocol):
    """What writing needs of a database."""

    async def write(
        self, statement: Statement, *, changes: Sequence[str] = (), bookmarks: Bookmarks | None = None
    ) -> Any: ...

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], bookmarks: Bookmarks | None = None) -> T: ...


@dataclass(frozen=True)
class WriteRequest(Request):
    """A request with the rows of a field, which the statement's origins take their values from."""

    rows: Rows = field(default_factory=lambda: Rows({}))


@dataclass(frozen=True)
class Writer:
    """Who writes, and under which id the changes of this request are written down.

    `key` is the client's idempotency key, `fingerprint` tells this request from others.
    """

    reader: Reader
    request_id: str
    key: str | None = None
    fingerprint: str = ""
    bookmarks: Bookmarks = field(default_factory=Bookmarks)


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


@dataclass(frozen=True)
class MutationField:
    """A field of a mutation operation: its place there, its arguments' values, and what its payload shows."""

    key: str
    position: int
    nodes: list[FieldNode]
    mutation: Mutation
    arguments: Mapping[str, Any]
    kept: _KeptPayload
    variables: Mapping[str, Any]

    @property
    def is_preview(self) -> bool:
        """Whether nothing is to be written."""
        return bool(self.arguments.get("preview"))


@dataclass(frozen=True)
class Prepared:
    """A field about to be written: what its inputs say, row by row."""

    gathering: Gathering
    gathered: Gathered
    rows: Rows


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


class FieldWrites:
    """Writes the fields of the mutations of one API."""

    def __init__(
        self, api: API, database: Writes, currencies: Currencies, numbers: Numbers, country: str | None = None
    ) -> None:
        self._api, self.database, self._currencies = api, database, currencies
        self._numbers, self._country = numbers, country
        # The same for every write, so the digits of some hundred currencies are asked for once.
        self._money = money_values(currencies, api.currency_codes)
        self._payloads, self._texts, self._below = _Kept(1_000), _Kept(1_000), _Kept(1_000)

    async def prepare(self, field: MutationField, writer: Writer, key: str | None = None, seconds: int = 0) -> Prepared:
        """The rows of a field. Whatever is made gets a new id each time."""
        arguments = field.arguments
        gathering = Gathering(
            self._api.model,
            self._currencies,
            bool(arguments.get("acceptInvalid")),
            self._country,
            self._money,
            reader=writer.reader,
        )
        gathered = gather(field.mutation, arguments, gathering)
        wanted: dict[str, int] = {}
        for numbered, _ in gathering.unnumbered:
            wanted[numbered.name] = wanted.get(numbered.name, 0) + 1
        gathering.number({type: await self._numbers(type, count) for type, count in wanted.items()})
        rows = gathering.rows(
            gathered.handles, is_whole=gathered.is_whole, request=writer.request_id, user=writer.reader.user_id
        )
        return Prepared(gathering, gathered, replace(rows, key=key, fingerprint=writer.fingerprint, seconds=seconds))

    def statement(
        self, field: MutationField, prepared: Prepared, writer: Writer, guard: Guard = Guard.ATTEMPT
    ) -> Statement:
        """The statement that writes a field's rows and answers its payload."""
        steps = prepared.rows.steps
        touches = touches_of(steps, self._api.model)
        write = Write(tuple(steps), prepared.gathered.answer, field.kept.planned.payload, touches, guard)
        return self._bound(write, prepared.rows, field.variables, writer.reader)

    def _bound(self, write: Write, rows: Rows, variables: Mapping[str, Any], reader: Reader) -> Statement:
        key = (write, reader.shape)
        rendered: Rendered | None = self._texts.get(key)
        if rendered is None:
            rendered = render_write(write, self._api.model, reader)
            self._texts.keep(key, rendered)
        base = self._currencies.base
        return rendered.bind(WriteRequest(variables, reader, base, self._api.exponent(base), rows=rows))

    async def still_visible(
        self, transaction: Transaction, fields: Sequence[MutationField], told: Told, writer: Writer
    ) -> bool:
        """Whether the reader may see now what was answered then."""
        for each in fields:
            place = f"{each.position} "
            ids = [record.removeprefix(place) for record in told.records if record.startswith(place)]
            if ids and (writer.reader.predicates or writer.reader.default is not EVERYTHING):
                rows = Rows({}, [{"root": root, "key": id} for root, id in enumerate(ids)], roots=len(ids))
                write = Write((), Reference(each.mutation.node), guard=Guard.NONE)
                answer = await transaction.run(self._bound(write, rows, each.variables, writer.reader))
                if len(answer[1]) < len(ids):
                    return False
        return True

    def told(self, field: MutationField, row: list[Any], writer: Writer, answer: Any = None) -> Told:
        """A payload's row in the shape of the response; `answer` is what the statement answered, if it was run."""
        base = self._currencies.base
        request = Request(field.variables, writer.reader, base, self._api.exponent(base))
        data, errors = field.kept.shape.shape([row], request)
        records = [f"{field.position} {id}" for _, id in answer[1]] if answer else []
        return Told(data or {field.key: None}, [described(error, "INTERNAL") for error in errors], records)

    def planned(
        self,
        document: Document,
        key: str,
        position: int,
        nodes: list[FieldNode],
        variables: Mapping[str, Any],
        reader: Reader,
    ) -> MutationField:
        type_ = self._api.schema.mutation_type
        assert type_ is not None
        definition = type_.fields[nodes[0].name.value]
        arguments = argument_values(definition, nodes[0], variables)
        mutation = self._api.mutations[nodes[0].name.value]
        kept = self._payload(document, key, mutation, nodes, variables, reader)
        return MutationField(key, position, nodes, mutation, arguments, kept, variables)

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


def changes_of(rows: Rows) -> list[str]:
    return [row["change"] for step in rows.steps.values() for row in step if "change" in row]


def payload_row(field: MutationField, prepared: Prepared, answer: Any) -> list[Any]:
    """What the statement answered, and what was found wrong before, as the row of the field's payload."""
    problems, written, records, existing, report, _ = answer
    mutation, gathered = field.mutation, prepared.gathered
    known = prepared.gathering.troubles
    # What is wrong with a key has been told; that it then names nothing follows from it.
    refusals = troubles_of(problems, prepared.gathering.places)
    troubles = [*known, *(trouble for trouble in refusals if not trouble.follows(known))]
    refused = {trouble.root for trouble in troubles}
    if gathered.is_whole and refused:
        refused = set(range(len(gathered.handles)))
    roots = {id: root for root, id in written}
    by_root = {roots[row[0]]: row for row in records}
    in_the_way = {row[0]: row for row in existing}
    errors = [error_row(trouble, in_the_way) for trouble in troubles]
    kept = [root for root in range(len(gathered.handles)) if root not in refused]
    found = [by_root[root] for root in kept if root in by_root]
    told = gathered.more if report is None else [report_rows(report)]
    more = [told[root] for root in kept]
    if mutation.is_bulk:
        return [found, errors, more]
    nothing: Any = [] if mutation.kind is MutationKind.MERGE else None
    return [next(iter(found), None), errors, next(iter(more), None) or nothing]


def overtaken_row(field: MutationField, prepared: Prepared, property: str = "") -> list[Any]:
    """The payload of a field that the database refused twice, though the checks found nothing in the way.

    `property` is what must be unique, such as a line's place in its order, which no check looks at.
    """
    prepared.gathering.overtaken(property)
    return payload_row(field, prepared, [[], [], [], [], None, None])


def failed(field: MutationField, error: GuanxiError) -> Told:
    """The answer of a field that could not be run."""
    told = GraphQLError(error.message, field.nodes, path=[field.key], original_error=error)
    return Told({field.key: None}, [described(told, error.code)])
