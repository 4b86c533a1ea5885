"""One delivery of a subscription: what some changes are, to one reader, in the selection that was asked for.

changes → Statement → rows → responses
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import orjson

from graph.errors import BadInput
from graph.noted import Noted
from graph.statement import Statement
from resolvers.account import ACCOUNT, Account
from resolvers.answer import Answer, Answerer
from resolvers.change_fields import Asked, feed_cursor
from resolvers.cursor import Cursor
from resolvers.question import Prepared

# How many changes are read at once.
MOST = 200


@dataclass(frozen=True)
class Told:
    """What a subscriber is told of one change: the response as JSON, and the cursor to go on after.

    `sensitive` are the properties marked so whose values it holds.
    """

    id: str
    cursor: str
    body: bytes
    sensitive: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Delivery:
    """Reads changes as one subscription asked for them. The same for all subscriptions of one `key`."""

    answerer: Answerer
    prepared: Prepared

    async def deliver(self, changes: Sequence[Noted]) -> list[Told]:
        """What is told of those changes that the reader may see and that match, in their order."""
        wanted = [each for each in changes if self.wants(each)]
        told: list[Told] = []
        for start in range(0, len(wanted), MOST):
            part = wanted[start : start + MOST]
            (rows,) = await self.answerer.read(self._statement(part))
            by_id = {row[0]: row for row in rows}
            told += [self._told(each, by_id[each.id]) for each in part if each.id in by_id]
        return told

    def _statement(self, changes: Sequence[Noted]) -> Statement:
        request = replace(self.prepared.request, changes=tuple(each.id for each in changes))
        statement = replace(self.prepared, request=request).bind()
        assert statement is not None
        return statement

    def _told(self, change: Noted, row: list[object]) -> Told:
        # One change is told to many; who pays for what is none of its business, but what is sensitive in it is noted there.
        seen = Account("")
        before = ACCOUNT.set(seen)
        try:
            answer: Answer = self.answerer.shape(self.prepared, [row])
        finally:
            ACCOUNT.reset(before)
        cursor = self._cursor.encode([change.at, change.id])
        return Told(change.id, cursor, orjson.dumps(answer.body()), seen.sensitive)

    def wants(self, change: Noted) -> bool:
        """Whether the subscription asked for changes of this type and of this record; the rest is for the statement."""
        types, ids = self._types, self._ids
        return (types is None or change.type in types or change.other_type in types) and (
            ids is None or change.record in ids or change.other in ids
        )

    @cached_property
    def key(self) -> Hashable:
        """The same for all subscriptions that are told the same: one plan, and equal values, the reader's included."""
        statement = self._statement(())
        values = orjson.dumps(statement.values, default=repr, option=orjson.OPT_SORT_KEYS)
        return id(self.prepared.plan), statement.text, values, self._types, self._ids

    @cached_property
    def after(self) -> tuple[str, str] | None:
        """The instant and the id of the change that was told last before."""
        found = self._asked.after_of(self.prepared.request, self._cursor)
        return _checked(*found) if found else None

    def resumed(self, after: str) -> tuple[str, str]:
        """The same of a cursor that did not come with the subscription's arguments. Raises `BadInput`."""
        at, id_ = self._cursor.decode(after, "after")
        return _checked(at, id_)

    @property
    def _asked(self) -> Asked:
        assert self.prepared.plan.asked is not None
        return self.prepared.plan.asked

    @cached_property
    def _cursor(self) -> Cursor:
        return feed_cursor(self.answerer.api)

    @cached_property
    def _types(self) -> frozenset[str] | None:
        return self._asked.types_of(self.prepared.request)

    @cached_property
    def _ids(self) -> frozenset[str] | None:
        return self._asked.ids_of(self.prepared.request)


def _checked(at: str, id: str) -> tuple[str, str]:
    """An instant as the log has it: in UTC, and counted from 1970, before which nothing was written down."""
    if not at.endswith("Z") or at < "1970":
        raise BadInput("`after` is a damaged cursor; pass on the `cursor` of a change as it came.")
    return at, id
