"""Idempotency keys: what a repeated request is told.

A key belongs to whoever sends it, and to the request that it first came with. Every answer under a key is final, that of
a refused input too: a client that was told "no" must not find its write done by a repeat that was under way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from graph.errors import AlreadyDone, BadInput, KeyReused
from graph.idempotency import Mark
from graph.reader import Reader

LONGEST_KEY = 255
# A repeat comes within minutes; a day leaves time for one that waits for people.
SECONDS = 24 * 3_600
# A key that the server made is needed until the request that it made it for is answered.
OWN_SECONDS = 3_600
# Longer answers are not kept: a store of answers must not outgrow the data.
LONGEST_ANSWER = 1_000_000


def checked_key(given: str) -> str:
    """The key as it came. Raises `BadInput` unless it has 1 to 255 visible characters."""
    if not 0 < len(given) <= LONGEST_KEY or not all("!" <= each <= "~" for each in given):
        raise BadInput(f"An idempotency key has 1 to {LONGEST_KEY} visible ASCII characters, without spaces.")
    return given


@dataclass(frozen=True)
class Told:
    """What one field, or a whole operation, is answered. `records` are as those of `Mark`."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    records: Sequence[str] = ()
    is_replayed: bool = False

    def mark(self, fingerprint: str, reader: Reader) -> Mark:
        answer = orjson.dumps([self.data, self.errors])
        kept = answer if len(answer) <= LONGEST_ANSWER else None
        return Mark(fingerprint, kept, reader.fingerprint, self.records)


def replayed(mark: Mark, fingerprint: str, reader: Reader, keys: Sequence[str]) -> Told:
    """What was answered under a key, for the response's `keys`. Raises `KeyReused` for another request."""
    if mark.fingerprint != fingerprint:
        raise KeyReused("This idempotency key came with another request before; take a new key for each request.")
    if mark.reader != reader.fingerprint:
        raise AlreadyDone("This has been done, but your rights have changed since; read the records anew.")
    if mark.answer is None:
        raise AlreadyDone("This has been done, but its answer was too long to be kept; read the records anew.")
    data, errors = orjson.loads(mark.answer)
    return Told({key: data[key] for key in keys}, errors, mark.records, is_replayed=True)


def fingerprint_of(text: str, operation_name: str | None, variables: Mapping[str, Any]) -> str:
    """What tells one request from another."""
    whole = orjson.dumps([text, operation_name, variables], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(whole).hexdigest()


def stored_key(reader: Reader, key: str, position: int) -> str:
    """A client's key as it is stored: of this client, and for the field at this position of the operation."""
    return hashlib.sha256(orjson.dumps([reader.user_id, key, position])).hexdigest()
