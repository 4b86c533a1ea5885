"""Mutations: the fields of an operation one after the other, each a transaction of its own or all of them one.

operation → fields → (resolvers/field_writes.py) rows → Write → Statement → one row → payload
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from graphql import OperationDefinitionNode

from graph.attempts import Denied, Overtaken, Settled
from graph.errors import BadInput, GuanxiError, KeyReused, TooComplex
from graph.money import Currencies
from graph.write_plan import Guard
from resolvers.api import API
from resolvers.document import Document
from resolvers.errands import ERRANDS, Errand, ErrandField, run_errand
from resolvers.field_writes import (
    FieldWrites,
    Numbers,
    Prepared,
    Writer,
    Writes,
    changes_of,
    failed,
    overtaken_row,
    payload_row,
)
from resolvers.first_runs import FirstRuns
from resolvers.glances import Glances
from resolvers.idempotency import Told
from resolvers.may_write import refuse_denied
from resolvers.mutation_fields import MutationField
from resolvers.readers import changes_rights
from resolvers.request import LIMITS
from resolvers.selection import Selection
from resolvers.transactions import atomic, keyed, rehearsed

# The directive on a mutation operation whose fields are one transaction.
ATOMIC = "atomic"


class Mutator:
    """Runs the mutations of one API on one database."""

    def __init__(
        self,
        api: API,
        database: Writes,
        currencies: Currencies,
        numbers: Numbers,
        country: str | None = None,
        errands: Mapping[str, Errand] | None = None,
        first_runs: FirstRuns | None = None,
        on_rights: Callable[[], None] = lambda: None,
    ) -> None:
        self._api = api
        self._errands = errands or {}
        # Called after what may have changed rights, so that this process need not wait for the next look.
        self._on_rights = on_rights
        self._fields = FieldWrites(api, database, currencies, numbers, first_runs or FirstRuns(), country)

    async def answer(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any], writer: Writer
    ) -> Told:
        """The response's data and its errors. Raises a `GuanxiError` if the operation cannot be run at all."""
        type_ = self._api.schema.mutation_type
        assert type_ is not None
        selection = Selection(self._api.schema, document.fragments, Glances(variables))
        fields = selection.fields_of_sets(type_, [operation.selection_set])
        if len(fields) > LIMITS.root_fields:
            raise TooComplex(f"The operation has {len(fields)} fields; at most {LIMITS.root_fields} are run at once.")
        data: dict[str, Any] = dict.fromkeys(fields)
        planned: list[MutationField] = []
        steps: list[MutationField | ErrandField] = []
        for key, nodes in fields.items():
            if nodes[0].name.value == "__typename":
                data[key] = type_.name
            elif nodes[0].name.value in ERRANDS:
                steps.append(ErrandField(key, nodes))
            else:
                planned.append(self._fields.planned(document, key, len(planned), nodes, variables, writer.reader))
                steps.append(planned[-1])
        if any(directive.name.value == ATOMIC for directive in operation.directives or ()):
            if preview := next((each for each in planned if each.is_preview), None):
                raise BadInput(f"{preview.key} is a preview; ask for it in an operation that is not @{ATOMIC}.")
            if len(planned) < len(steps):
                errand = next(each.nodes[0].name.value for each in steps if isinstance(each, ErrandField))
                raise BadInput(f"{errand} takes many transactions; leave it out of an @{ATOMIC} operation.")
            told = [await atomic(self._fields, planned, writer)] if planned else []
        else:
            told = [
                await self._errand(selection, each, variables, writer)
                if isinstance(each, ErrandField)
                else await self._single(each, writer)
                for each in steps
            ]
        if len(planned) < len(steps) or any(changes_rights(each.mutation) for each in planned):
            self._on_rights()
        for each in told:
            data |= each.data
        errors = [error for each in told for error in each.errors]
        return Told(data, errors, is_replayed=bool(told) and all(each.is_replayed for each in told))

    async def _errand(
        self, selection: Selection, field: ErrandField, variables: Mapping[str, Any], writer: Writer
    ) -> Told:
        name = field.nodes[0].name.value
        if name not in self._errands:
            raise BadInput(f"{name} is not done here; ask a server.")
        return await run_errand(self._errands[name], self._api, selection, field, variables, writer.reader)

    async def _single(self, field: MutationField, writer: Writer) -> Told:
        """A field that is a transaction of its own."""
        try:
            # What was refused of several inputs is only in the answer, so that has to be kept until it has arrived.
            if field.is_preview:
                return await rehearsed(self._fields, field, writer)
            if writer.key is not None or field.arguments.get("onError") == "SKIP":
                return await keyed(self._fields, field, writer)
            return await self._unkeyed(field, writer)
        except GuanxiError as error:
            if isinstance(error, KeyReused) and field.position == 0:
                raise
            return failed(field, error)

    async def _unkeyed(self, field: MutationField, writer: Writer) -> Told:
        for _ in range(2):
            prepared = await self._fields.prepare(field, writer)
            statement = self._fields.statement(field, prepared, writer)
            try:
                answer = await self._fields.write(statement, changes_of(prepared.rows), writer.bookmarks)
            except Denied as denied:
                answer = [[denied.problem], [], [], [], None, None]
            except Settled:
                answer = await self._answered(field, prepared, writer)
            except Overtaken as overtaken:
                # Whoever was faster has committed by now, so that the checks find what stands in the way.
                property = overtaken.property
                continue
            refuse_denied(answer[0], prepared.gathering.places)
            return self._fields.told(field, payload_row(field, prepared, answer), writer, answer)
        return self._fields.told(field, overtaken_row(field, prepared, property), writer)

    async def _answered(self, field: MutationField, prepared: Prepared, writer: Writer) -> Any:
        """What is to be told of a write that has been done: the same statement without its steps."""
        answers = replace(prepared.rows, steps={})
        statement = self._fields.statement(field, replace(prepared, rows=answers), writer, Guard.NONE)
        return await self._fields.write(statement, bookmarks=writer.bookmarks)
