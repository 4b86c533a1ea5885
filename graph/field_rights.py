"""From grants on properties to what a reader is told of each; what follows from that, `graph/property_rights.py` knows."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import Model
from graph.property_rights import least
from graph.reader import FieldRight


def fields_of(model: Model, rights: Mapping[tuple[str, str], FieldRight]) -> dict[str, dict[str, FieldRight]]:
    """By concrete type, or type of relationship, and property. A grant on Activity or Party is one on each type of it.

    Of what is said of a type and of one that it belongs to, the lesser holds. What nobody declared says nothing.
    """
    found: dict[str, dict[str, FieldRight]] = {}
    for (name, property), right in rights.items():
        node = model.nodes.get(name)
        for each in node.members if node else (name,):
            owner = model.nodes.get(each) or model.edges.get(each)
            if owner and property in owner.properties:
                known = found.setdefault(each, {})
                known[property] = least(right, known.get(property, FieldRight.WRITE))
    return found
