"""Relationships of several types taken as one, so that a statement asks for all of them at once."""

from __future__ import annotations

from functools import lru_cache

from graph.model import Direction, Hop, Model, Relationship

CONTACT_POINTS = ("EmailAddress", "PhoneNumber", "Address")


@lru_cache
def has_point(model: Model) -> Relationship:
    """From a contact point of any kind to the parties that have it."""
    ways = (model.nodes[name].relationships["parties"].hops[0] for name in CONTACT_POINTS)
    hop = Hop(tuple(hop.types[0] for hop in ways), Direction.IN, ("Party",))
    return Relationship("parties", "EmailAddress", "Party", True, (hop,))


@lru_cache
def has_customer(model: Model) -> Relationship:
    """From a party or an order to its customers."""
    ways = (
        model.nodes[name].relationships[field].hops[0]
        for name, field in (("Party", "customers"), ("Order", "customer"))
    )
    hop = Hop(tuple(hop.types[0] for hop in ways), Direction.IN, ("Customer",))
    return Relationship("customers", "Party", "Customer", True, (hop,))
