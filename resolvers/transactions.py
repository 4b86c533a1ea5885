"""Mutations in transactions of more than one statement: with an idempotency key, and several fields at once.

take the key, write → (the other fields) → store the answer → commit
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from graph.attempts import Overtaken, Transaction
from graph.errors import AlreadyDone, Forbidden, GuanxiError, KeyReused, OutcomeUnknown
from graph.idempotency import Mark, remember, store
from graph.write_plan import Guard
from resolvers.api import MutationKind
from resolvers.field_writes import FieldWrites, Prepared, Writer, failed, overtaken_row, payload_row
from resolvers.idempotency import OWN_SECONDS, SECONDS, Told, replayed, stored_key
from resolvers.may_write import Late, refuse_denied
from resolvers.mutation_fields import MutationField
from resolvers.payloads import ERRORS, error_row
from resolvers.trouble import Trouble, TroubleCode, is_late

# Every attempt tells of all inputs that may not be written; another one is needed if rights change meanwhile.
_MOST_LATE = 5


class _Refused(Exception):
    """One field's input was refused, so that the others must not stay either."""

    def __init__(self, field: MutationField, row: list[Any]) -> None:
        super().__init__(field.key)
        self.field, self.row = field, row


async def keyed(writes: FieldWrites, field: MutationField, writer: Writer) -> Told:
    """Run one field under its key; the server makes one if the client gave none."""
    key, seconds = _key(writer, field.position)
    prepared: Prepared | None = None
    denied: list[Trouble] = []

    async def work(transaction: Transaction) -> Told:
        nonlocal prepared
        prepared = await writes.prepare(field, writer, key, seconds, denied)
        answer = await writes.run(transaction, writes.statement(field, prepared, writer, Guard.KEY))
        if mark := Mark.read(answer[-1]):
            return await _again(writes, transaction, mark, [field], writer)
        refuse_denied(answer[0], prepared.gathering.places, is_whole=prepared.gathered.is_whole)
        row = payload_row(field, prepared, answer)
        if any(is_late(each[0]) for each in answer[0]):
            raise _Refused(field, _payload(field, row[ERRORS]))
        told = writes.told(field, row, writer, answer)
        await transaction.run(store(key, told.mark(writer.fingerprint, writer.reader)))
        return told

    try:
        for _ in range(_MOST_LATE):
            try:
                return await _run(writes, work, writer)
            except Late as late:
                denied += late.troubles
        raise Forbidden(denied[-1].message)
    except _Refused as refused:
        told = writes.told(field, refused.row, writer)
        return await _remembered(writes, [field], told, key, seconds, writer)
    except Overtaken as overtaken:
        assert prepared is not None
        told = writes.told(field, overtaken_row(field, prepared, overtaken.property), writer)
        return await _remembered(writes, [field], told, key, seconds, writer)


async def atomic(writes: FieldWrites, fields: Sequence[MutationField], writer: Writer) -> Told:
    """Run all fields in one transaction. What is refused of one, or fails, undoes the others."""
    key, seconds = _key(writer, 0)
    at, prepared = fields[0], None

    async def work(transaction: Transaction) -> Told:
        nonlocal at, prepared
        found: list[Told] = []
        for at in fields:
            guard = Guard.NONE if found else Guard.KEY
            # The first one takes the key, before which nothing may be asked.
            within = transaction if found else None
            prepared = await writes.prepare(at, writer, key, seconds, within=within)
            answer = await writes.run(transaction, writes.statement(at, prepared, writer, guard))
            if mark := Mark.read(answer[-1]):
                return await _again(writes, transaction, mark, fields, writer)
            refuse_denied(answer[0], prepared.gathering.places)
            row = payload_row(at, prepared, answer)
            if row[ERRORS]:
                raise _Refused(at, _payload(at, row[ERRORS]))
            found.append(writes.told(at, row, writer, answer))
        told = _together(found)
        await transaction.run(store(key, told.mark(writer.fingerprint, writer.reader)))
        return told

    try:
        try:
            return await _run(writes, work, writer)
        except Overtaken as overtaken:
            assert prepared is not None
            raise _Refused(at, overtaken_row(at, prepared, overtaken.property)) from None
    except _Refused as refused:
        shown = {refused.field.key: writes.told(refused.field, refused.row, writer)}
        told = _together([shown.get(each.key) or _rolled_back(writes, each, writer) for each in fields])
        return await _remembered(writes, fields, told, key, seconds, writer)
    except KeyReused:
        raise
    except (OutcomeUnknown, AlreadyDone) as error:
        # Nothing can be said of any field that would not be said of all.
        return _together([failed(each, error) for each in fields])
    except GuanxiError as error:
        return _together([
            failed(each, error) if each is at else _rolled_back(writes, each, writer) for each in fields
        ])  # fmt: skip


class _Rehearsed(Exception):
    """What would have been answered."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told


async def rehearsed(writes: FieldWrites, field: MutationField, writer: Writer) -> Told:
    """What a field would answer. It is done and undone, so that it tells what would really happen."""
    prepared: Prepared | None = None

    async def work(transaction: Transaction) -> Told:
        nonlocal prepared
        prepared = await writes.prepare(field, writer)
        answer = await writes.run(transaction, writes.statement(field, prepared, writer, Guard.NONE))
        refuse_denied(answer[0], prepared.gathering.places)
        raise _Rehearsed(writes.told(field, payload_row(field, prepared, answer), writer, answer))

    try:
        return await _run(writes, work, writer)
    except _Rehearsed as rehearsed:
        return rehearsed.told
    except Overtaken:
        assert prepared is not None
        return writes.told(field, overtaken_row(field, prepared), writer)


async def _run(writes: FieldWrites, work: Any, writer: Writer) -> Told:
    for is_last in (False, True):
        try:
            told: Told = await writes.database.transact(work, writer.bookmarks)
            return told
        except Overtaken:
            # Whoever was faster has committed by now, so that the checks find what stands in the way.
            if is_last:
                raise
    raise AssertionError


async def _again(
    writes: FieldWrites, transaction: Transaction, mark: Mark, fields: Sequence[MutationField], writer: Writer
) -> Told:
    """What was answered under the key before."""
    told = replayed(mark, writer.fingerprint, writer.reader, [each.key for each in fields])
    if not await writes.still_visible(transaction, fields, told, writer):
        raise AlreadyDone("This has been done, but you may not see all of its answer any more; read the records anew.")
    # An attempt of our own whose answer was lost is no repeat.
    return told if writer.key is not None else replace(told, is_replayed=False)


async def _remembered(
    writes: FieldWrites, fields: Sequence[MutationField], told: Told, key: str, seconds: int, writer: Writer
) -> Told:
    """What was refused has been rolled back with its key, which is taken again: unless somebody else came first."""
    if writer.key is None:
        return told

    async def work(transaction: Transaction) -> Told:
        found = await transaction.run(remember(key, told.mark(writer.fingerprint, writer.reader), seconds))
        mark = Mark.read(found)
        return await _again(writes, transaction, mark, fields, writer) if mark else told

    return await _run(writes, work, writer)


def _key(writer: Writer, position: int) -> tuple[str, int]:
    if writer.key is None:
        return f"own {uuid4().hex}", OWN_SECONDS
    return stored_key(writer.reader, writer.key, position), SECONDS


def _together(found: Sequence[Told]) -> Told:
    data: dict[str, Any] = {}
    for each in found:
        data |= each.data
    errors = [error for each in found for error in each.errors]
    return Told(data, errors, [record for each in found for record in each.records])


def _payload(field: MutationField, errors: list[Any]) -> list[Any]:
    if field.mutation.is_bulk:
        return [[], errors, []]
    return [None, errors, [] if field.mutation.kind is MutationKind.MERGE else None]


def _rolled_back(writes: FieldWrites, field: MutationField, writer: Writer) -> Told:
    trouble = Trouble(
        TroubleCode.ROLLED_BACK, "Another field of this @atomic operation was not done, so nothing was.", ()
    )
    return writes.told(field, _payload(field, [error_row(trouble, {})]), writer)
