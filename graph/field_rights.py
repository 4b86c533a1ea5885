"""From grants on properties to what may be done with each: what is made of a property, or says the same, follows it."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import Model, NodeType
from graph.reader import FieldRight

# What says the same as a property, or a part of it, beside what is computed from it.
_FOLLOWS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("EmailAddress", "value"): (("EmailAddress", "raw"),),
    ("PhoneNumber", "value"): (("PhoneNumber", "raw"),),
    ("Contact", "name"): (("Contact", "given"), ("Contact", "family"), ("Customer", "name")),
    ("Contact", "given"): (("Contact", "name"),),
    ("Contact", "family"): (("Contact", "name"),),
}


def fields_of(model: Model, rights: Mapping[tuple[str, str], FieldRight]) -> dict[str, dict[str, FieldRight]]:
    """By concrete type and property; a grant on Activity or Party is one on each type of it. Unknown ones say nothing."""
    order = list(FieldRight)
    found: dict[str, dict[str, FieldRight]] = {}
    pending = [
        (node.members[place], name, right)
        for (record_type, name), right in rights.items()
        if (node := model.nodes.get(record_type))
        for place in range(len(node.members))
    ]
    while pending:
        record_type, name, right = pending.pop()
        node = model.nodes[record_type]
        if name not in node.properties:
            continue
        right = _possible(node, name, right)
        known = found.setdefault(record_type, {})
        if name in known and order.index(known[name]) <= order.index(right):
            continue
        known[name] = right
        if right not in (FieldRight.HIDE, FieldRight.MASK):
            continue
        pending += [(*each, right) for each in _FOLLOWS.get((record_type, name), ())]
        pending += [
            (record_type, each, right)
            for each, computed in node.computed.items()
            if any(part.source == name for part in computed.parts)
        ]
    return found


def _possible(node: NodeType, name: str, right: FieldRight) -> FieldRight:
    """What clients are promised, such as a display name, can be masked and not hidden."""
    declared = node.properties[name]
    if right is FieldRight.HIDE and declared.is_required and not declared.is_hidden:
        return FieldRight.MASK
    return right
