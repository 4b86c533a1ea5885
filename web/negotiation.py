"""What a client accepts and what it sends, from its headers (RFC 9110, sections 8.3, 12.4.2, 12.5.1 and 12.5.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"

# In the order in which the server prefers them if the client has no preference. Plain JSON goes first for `*/*` and for no
# header at all, as the specification's audits want it: whoever does not name the newer type may not know its statuses.
ANSWERS = (JSON, GRAPHQL)

# What is longer is no preference of anybody, and only meant to keep us busy.
_LENGTH = 1_000
_UTF8 = ("utf-8", "utf8")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ENTRY = re.compile(rf"(?:[^,\"]|{_QUOTED})+")
_PART = re.compile(rf"(?:[^;\"]|{_QUOTED})+")
_WEIGHT = re.compile(r"0(\.\d*)?|1(\.0*)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a header's list, in lower case, with its parameters. A weight of 0 is a refusal."""

    value: str
    parameters: Mapping[str, str]
    weight: float
    position: int


def entries(header: str) -> Iterator[Entry]:
    """The entries of a header in their order; those without a legal weight are left out."""
    for position, text in enumerate(_ENTRY.findall(header[:_LENGTH])):
        value, parameters = parse_value(text)
        weight = parameters.get("q", "1")
        if value and _WEIGHT.fullmatch(weight):
            yield Entry(value, parameters, float(weight), position)


def parse_value(text: str) -> tuple[str, dict[str, str]]:
    """A value and its parameters, all in lower case but for what is quoted.

    >>> parse_value('Application/JSON; charset="UTF-8"')
    ('application/json', {'charset': 'UTF-8'})
    """
    value, *rest = _PART.findall(text[:_LENGTH]) or [""]
    parameters = {}
    for part in rest:
        name, _, found = part.partition("=")
        found = found.strip()
        quoted = found.startswith('"') and found.endswith('"') and len(found) > 1
        parameters[name.strip().lower()] = re.sub(r"\\(.)", r"\1", found[1:-1]) if quoted else found.lower()
    return value.strip().lower(), parameters


@lru_cache(128)
def negotiate(accept: str | None, offers: Sequence[str] = ANSWERS) -> str | None:
    """The media type to answer with, of those offered; None if the client accepts none of them.

    The higher weight wins; then what is named more exactly; then what is named first; then the order of the offers.
    """
    if accept is None or not accept.strip():
        return offers[0]
    found = list(entries(accept))
    # Of equal keys `max` takes the first, so the order of the offers decides last.
    ranked = {offer: rank for offer in offers if (rank := _rank(offer, found)) is not None}
    return max(ranked, key=ranked.__getitem__) if ranked else None


def _rank(offer: str, accepted: Sequence[Entry]) -> tuple[float, int, int] | None:
    """How welcome a media type is. Its most exact entry decides, so that `*/*, text/html;q=0` refuses HTML."""
    # A page is for who names it: `*/*` comes from programs.
    ranges = (offer,) if offer == HTML else (offer, f"{offer.partition('/')[0]}/*", "*/*")
    for exactness, value in zip((2, 1, 0), ranges, strict=False):
        matching = [each for each in accepted if each.value == value and _is_utf8(each.parameters)]
        if matching:
            best = max(matching, key=lambda each: each.weight)
            return (best.weight, exactness, -best.position) if best.weight else None
    return None


@lru_cache(128)
def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether the client takes a compressed answer. Without the header it may not, whatever RFC 9110 lets us assume."""
    weights = {each.value: each.weight for each in entries(accept_encoding or "")}
    return bool(weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))))


@lru_cache(128)
def is_json(content_type: str | None) -> bool:
    """Whether a body is JSON in UTF-8, which is assumed unless another encoding is named."""
    value, parameters = parse_value(content_type or "")
    return value == JSON and _is_utf8(parameters)


def _is_utf8(parameters: Mapping[str, str]) -> bool:
    return parameters.get("charset", "utf-8").lower() in _UTF8
