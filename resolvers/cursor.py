"""Cursors: the keys and ids of one record in one order, as a text that clients keep and do not read.

After the Relay specification of cursor connections. A cursor names the order that it belongs to, so that one from
another order is refused instead of answered with the wrong page.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

import orjson

from graph.errors import BadInput
from graph.model import Kind
from graph.wide_text import Width, width_of

_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.ID: (str,),
    Kind.TEXT: (str,),
    Kind.ENUM: (str,),
    Kind.INTEGER: (int,),
    Kind.MONEY: (int,),
    Kind.FLOAT: (int, float),
    Kind.BOOLEAN: (bool,),
}
_AS_IT_CAME = "pass on a cursor of `pageInfo` or of an edge as it came."
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?(Z|[+-](?:0\d|1[0-7]):[0-5]\d)")
# Of cursors that are longer, which those of long names are, every use decodes them anew.
_KEPT_LENGTH = 400


@dataclass(frozen=True)
class CursorField:
    name: str
    kind: Kind
    # How the key is sorted, in words; part of what a cursor belongs to.
    sort: str
    is_nullable: bool
    # Of an id: what it looks like.
    form: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Cursor:
    """The cursors of one order."""

    keys: tuple[CursorField, ...]
    # What is listed in this order.
    type_name: str

    @cached_property
    def _order(self) -> str:
        text = ",".join([self.type_name, *(f"{key.name} {key.sort}" for key in self.keys)])
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def encode(self, values: list[Any]) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self._order, *values])).decode().rstrip("=")

    def outline(self, text: str, where: str) -> tuple[Width | None, ...]:
        """What of a cursor's values makes the text of a statement: which are null, and how wide others are.

        Raises `BadInput`.
        """
        values = self.decode(text, where)
        return tuple(
            None if value is None else width_of(value) if key.kind is Kind.TEXT else Width.PLAIN
            for key, value in zip(self.keys, values, strict=True)
        )

    def decode(self, text: str, where: str) -> list[Any]:
        """The values that a cursor holds, one for each key; `where` is the argument that it was given as.

        Raises `BadInput` with a sentence that says what to do.
        """
        # Each of a request's keys takes its value from the same cursor. What is long is not kept.
        return self._decoded(text, where) if len(text) < _KEPT_LENGTH else self._decode(text, where)

    @cached_property
    def _decoded(self) -> Callable[[str, str], list[Any]]:
        return lru_cache(4)(self._decode)

    def _decode(self, text: str, where: str) -> list[Any]:
        try:
            found = orjson.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
        except (binascii.Error, ValueError):
            found = None
        if not isinstance(found, list) or not found or not isinstance(found[0], str):
            raise BadInput(f"`{where}` is no cursor; {_AS_IT_CAME}")
        if found[0] != self._order:
            raise BadInput(
                f"`{where}` is a cursor of another order; page on with the same orderBy, or begin without `{where}`."
            )
        values = found[1:]
        if len(values) != len(self.keys) or not all(map(_fits, self.keys, values)):
            raise BadInput(f"`{where}` is a damaged cursor; {_AS_IT_CAME}")
        return values


def _fits(key: CursorField, value: Any) -> bool:
    if value is None:
        return key.is_nullable
    if key.form:
        return isinstance(value, str) and key.form.fullmatch(value) is not None
    if key.kind is Kind.DATE:
        return isinstance(value, str) and _is_date(value)
    if key.kind is Kind.DATETIME:
        return isinstance(value, str) and _is_instant(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        return False
    is_boolean = isinstance(value, bool)
    return isinstance(value, _TYPES[key.kind]) and is_boolean == (key.kind is Kind.BOOLEAN)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_instant(text: str) -> bool:
    found = _INSTANT.fullmatch(text)
    if not found:
        return False
    try:
        datetime.fromisoformat(found[1])
    except ValueError:
        return False
    return True
