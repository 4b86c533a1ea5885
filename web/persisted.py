"""Documents that clients name instead of sending them: trusted ones, and automatic persisted queries."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping

from graph.errors import BadInput, UnknownDocument
from web.parameters import Parameters

_PREFIX = "sha256:"


class PersistedQueries:
    """The texts that clients sent together with their hashes, of which the last ones are kept.

    Bounded by their number and by their bytes, since anybody may send them.
    """

    def __init__(self, count: int = 1_000, size: int = 4_000_000) -> None:
        self._count, self._limit = count, size
        self._kept: OrderedDict[str, str] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, hash_: str) -> str | None:
        if hash_ in self._kept:
            self._kept.move_to_end(hash_)
        return self._kept.get(hash_)

    def keep(self, hash_: str, text: str) -> None:
        """Keep a text under its hash, and forget what was not asked for the longest time."""
        if hash_ in self._kept:
            return
        self._kept[hash_] = text
        self.size += len(text.encode())
        while len(self._kept) > self._count or self.size > self._limit:
            self.size -= len(self._kept.popitem(last=False)[1].encode())


def text_of(parameters: Parameters, trusted: Mapping[str, str], persisted: PersistedQueries) -> str:
    """The text of the document that is asked. Raises `UnknownDocument`, or `BadInput` if text and hash differ."""
    if parameters.document_id:
        return _by_id(parameters.document_id, trusted, persisted)
    if parameters.hash is None:
        assert parameters.query is not None
        return parameters.query
    if parameters.query is None:
        found = trusted.get(parameters.hash) or persisted.get(parameters.hash)
        if found is None:
            # Apollo's clients know this text, and send the document with its hash when they see it.
            raise UnknownDocument("PersistedQueryNotFound")
        return found
    if hashlib.sha256(parameters.query.encode()).hexdigest() != parameters.hash:
        raise BadInput('"extensions.persistedQuery.sha256Hash" is not the SHA-256 of "query", in lower-case digits.')
    return parameters.query


def _by_id(document_id: str, trusted: Mapping[str, str], persisted: PersistedQueries) -> str:
    """GraphQL over HTTP, appendix "Persisted Documents": an id has the prefix `sha256:`, or is what its maker chose."""
    short = document_id.removeprefix(_PREFIX)
    for found in (trusted.get(document_id), trusted.get(short), trusted.get(_PREFIX + short), persisted.get(short)):
        if found is not None:
            return found
    raise UnknownDocument(
        f'No document "{document_id}" is known here; send its text as "query", or have it added to '
        "GUANXI_TRUSTED_DOCUMENTS."
    )
