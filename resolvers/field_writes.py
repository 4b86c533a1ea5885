"""One mutation field: its arguments become rows, the rows a statement, and the statement's row a payload.

arguments → rows → Write → Statement (its text is kept) → one row → payload
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeVar

from graphql import GraphQLError

from graph.attempts import Transaction
from graph.bookmarks import Bookmarks
from graph.conditions import EVERYTHING
from graph.countries import render_countries
from graph.cypher import Rendered
from graph.derived_orders import money_values
from graph.errors import GuanxiError
from graph.money import Currencies
from graph.reader import Reader
from graph.statement import Statement
from graph.write import render_write
from graph.write_facts import touches_of
from graph.write_plan import Guard, Reference, Rows, Write
from resolvers.api import API, MutationKind
from resolvers.first_runs import FirstRuns, Planned
from resolvers.gather import Gathered, gather
from resolvers.gathering import Gathering
from resolvers.idempotency import Told
from resolvers.may_write import check_makes, owner_of_new
from resolvers.merges import report_rows
from resolvers.mutation_fields import Kept, MutationField, MutationFields
from resolvers.payloads import error_row
from resolvers.request import Request
from resolvers.told import described
from resolvers.trouble import Trouble, troubles_of

T = TypeVar("T")

# The countries of records, by how they are named.
Countries = Mapping[tuple[Reference, str], str]
Numbers = Callable[[str, int], Awaitable[Sequence[str]]]


async def unnumbered(type: str, count: int) -> Sequence[str]:
    """No numbers, for who only reads."""
    raise TypeError(f"nobody gives numbers to {count} new {type} records here")


class Writes(Protocol):
    """What writing needs of a database."""

    async def read(self, statement: Statement, *, bookmarks: Bookmarks | None = None) -> Any: ...

    async def write(
        self,
        statement: Statement,
        *,
        changes: Sequence[str] = (),
        bookmarks: Bookmarks | None = None,
        planned: Planned = ...,
    ) -> Any: ...

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], bookmarks: Bookmarks | None = None) -> T: ...


@dataclass(slots=True)
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
class Prepared:
    """A field about to be written: what its inputs say, row by row."""

    gathering: Gathering
    gathered: Gathered
    rows: Rows


class FieldWrites:
    """Writes the fields of the mutations of one API."""

    def __init__(
        self,
        api: API,
        database: Writes,
        currencies: Currencies,
        numbers: Numbers,
        first_runs: FirstRuns,
        country: str | None = None,
    ) -> None:
        self._api, self.database, self._currencies = api, database, currencies
        self._numbers, self._country, self._first_runs = numbers, country, first_runs
        # The same for every write, so the digits of some hundred currencies are asked for once.
        self._money = money_values(currencies, api.currency_codes)
        self.planned = MutationFields(api).planned
        self._texts = Kept(1_000)

    async def prepare(
        self,
        field: MutationField,
        writer: Writer,
        key: str | None = None,
        seconds: int = 0,
        denied: Sequence[Trouble] = (),
        *,
        within: Transaction | None = None,
    ) -> Prepared:
        """The rows of a field. Whatever is made gets a new id each time. Raises `Forbidden` for what may never be made.

        `denied` is what an attempt before has found that may not be done. `within` is the transaction that has done
        something already, which others do not see yet.
        """
        gathering, gathered = self._gathered(field, {}, writer, denied)
        check_makes(writer.reader, gathering.steps)
        if gathering.unplaced:
            countries = await self._countries(gathering.unplaced, writer, within)
            gathering, gathered = self._gathered(field, countries, writer, denied)
        wanted: dict[str, int] = {}
        for numbered, _ in gathering.unnumbered:
            wanted[numbered.name] = wanted.get(numbered.name, 0) + 1
        gathering.number({type: await self._numbers(type, count) for type, count in wanted.items()})
        rows = gathering.rows(
            gathered.handles, is_whole=gathered.is_whole, request=writer.request_id, user=writer.reader.user_id
        )
        return Prepared(gathering, gathered, replace(rows, key=key, fingerprint=writer.fingerprint, seconds=seconds))

    def _gathered(
        self, field: MutationField, countries: Countries, writer: Writer, denied: Sequence[Trouble]
    ) -> tuple[Gathering, Gathered]:
        gathering = Gathering(
            self._api.model,
            self._currencies,
            bool(field.arguments.get("acceptInvalid")),
            self._country,
            self._money,
            troubles=list(denied),
            owner_of=partial(owner_of_new, writer.reader),
            reader=writer.reader,
            countries=countries,
        )
        return gathering, gather(field.mutation, field.arguments, gathering)

    async def _countries(
        self, records: Iterable[tuple[Reference, str]], writer: Writer, within: Transaction | None
    ) -> Countries:
        """The countries of records that are there, by their addresses: one statement for each kind of key."""
        keys: dict[Reference, list[str]] = {}
        for reference, key in records:
            keys.setdefault(reference, []).append(key)
        found: dict[tuple[Reference, str], str] = {}
        for reference, named in keys.items():
            rendered = self._rendered(
                ("countries", reference, writer.reader.shape),
                partial(render_countries, reference, self._api.model, writer.reader),
            )
            rows = Rows({}, [{"key": key} for key in named])
            statement = rendered.bind(self._request(rows, {}, writer.reader))
            answer = (
                await within.run(statement)
                if within
                else await self.database.read(statement, bookmarks=writer.bookmarks)
            )
            found |= {(reference, key): country for key, country in answer}
        return found

    def statement(
        self, field: MutationField, prepared: Prepared, writer: Writer, guard: Guard = Guard.ATTEMPT
    ) -> Statement:
        """The statement that writes a field's rows and answers its payload."""
        steps = prepared.rows.steps
        touches = touches_of(steps, self._api.model)
        write = Write(tuple(steps), prepared.gathered.answer, field.kept.planned.payload, touches, guard)
        return self._bound(write, prepared.rows, field.variables, writer.reader)

    async def write(self, statement: Statement, changes: Sequence[str] = (), bookmarks: Bookmarks | None = None) -> Any:
        """What a statement answers in a transaction of its own. One that was never planned takes its turn."""
        async with self._first_runs.turn(statement.text) as planned:
            return await self.database.write(statement, changes=changes, bookmarks=bookmarks, planned=planned)

    async def run(self, transaction: Transaction, statement: Statement) -> Any:
        """The same within a transaction."""
        async with self._first_runs.turn(statement.text) as planned:
            return await transaction.run(statement, planned)

    def _bound(self, write: Write, rows: Rows, variables: Mapping[str, Any], reader: Reader) -> Statement:
        rendered = self._rendered((write, reader.shape), partial(render_write, write, self._api.model, reader))
        return rendered.bind(self._request(rows, variables, reader))

    def _rendered(self, key: Hashable, render: Callable[[], Rendered]) -> Rendered:
        rendered: Rendered | None = self._texts.get(key)
        if rendered is None:
            rendered = render()
            self._texts.keep(key, rendered)
        return rendered

    def _request(self, rows: Rows, variables: Mapping[str, Any], reader: Reader) -> WriteRequest:
        base = self._currencies.base
        return WriteRequest(variables, reader, base, self._api.exponent(base), rows=rows)

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
                answer = await self.run(transaction, self._bound(write, rows, each.variables, writer.reader))
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
