"""Who pays for what is asked: the user, or the address of whoever need not say who it is."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from starlette.types import Scope

from graph.reader import Reader

# One subscriber to the network has so many bits of an IPv6 address, and can take each of their addresses in turn.
_IPV6_PREFIX = 64


def caller_of(scope: Scope, reader: Reader) -> str:
    """The name under which a request's costs are kept. An API key has one of its own, which sign-in puts into the scope."""
    if key := scope.get("guanxi.key"):
        return f"key {key}"
    if reader.user_id is not None:
        return f"user {reader.user_id}"
    client = scope.get("client")
    return _address(client[0]) if client else "nobody"


@lru_cache(1_000)
def _address(host: str) -> str:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return f"address {host[:100]}"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.version == 4:
        return f"address {found}"
    return f"address {ipaddress.ip_network((found, _IPV6_PREFIX), strict=False)}"
