"""What of a property goes into a row: its value, what is shown in its place, or nothing.

Every property that a statement answers is read here. A value that may not be seen is masked by the database itself, so
that it never leaves it. Where a record may be of several types, its labels tell which right holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import EdgeType, Kind, Mask, NodeType, Property
from graph.property_rights import FieldRights, Owner, is_below, stored_as, stored_names
from graph.reader import FieldRight
from graph.rendering import Rendering

NOTHING = "null"

# The first character beyond the alphabets: names in the scripts from there on are short.
_UNSPACED = "'\\u2E80'"


def read_property(rendering: Rendering, owner: Owner | None, variable: str, stored: str) -> str:
    """A property of what is bound to a variable, as an expression; `null` if it is hidden whatever the record is.

    `owner` is the type that the variable was bound as, or that of the relationship; without one there are no rights.
    """
    plain, rights = f"{variable}.{stored}", rendering.rights
    if owner is None or not rights.are_restricted:
        return plain
    if isinstance(owner, NodeType) and owner.name in rendering.model.logs:
        return _of_log(rights, owner, stored, variable)
    labels: dict[str, list[str]] = {}
    for member in rights.members(owner):
        if stored_as(member, stored):
            label = member.name if isinstance(member, EdgeType) else member.labels[-1]
            labels.setdefault(_shown(rights, member, stored, plain), []).append(label)
    if len(labels) < 2:
        return next(iter(labels), plain)
    cases = [f"WHEN {variable}:{'|'.join(found)} THEN {text}" for text, found in labels.items() if text != plain]
    return f"CASE {' '.join(cases)} ELSE {plain} END"


def _shown(rights: FieldRights, owner: Owner, stored: str, text: str) -> str:
    found = stored_as(owner, stored)
    assert found is not None
    right = rights.right(owner, stored)
    if not is_below(right, FieldRight.READ):
        return text
    return masked(found, text) if right is FieldRight.MASK and found.name == stored else NOTHING


def masked(found: Property, text: str) -> str:
    """What is shown of a property whose value may not be seen; `null` for what is no text."""
    if found.kind is not Kind.TEXT or found.mask is Mask.ABSENT:
        return NOTHING
    # The value is read once; what is no text, which only somebody else can have written, is not shown.
    each = f"each IN {text if found.is_list else f'[{text}]'} WHERE each IS :: STRING NOT NULL | {_MASKS[found.mask]}"
    return f"[{each}]" if found.is_list else f"head([{each}])"


# The first character, unless it is the only one. How many stars there are does not tell how long the text is.
_TEXT_MASK = (
    f"CASE size(each) WHEN 1 THEN '' ELSE left(each, 1) END + CASE WHEN each < {_UNSPACED} THEN '***' ELSE '**' END"
)
_MASKS = {
    Mask.TEXT: _TEXT_MASK,
    Mask.EMAIL: (
        "CASE WHEN each =~ '[^@]+@[^@]+' THEN CASE WHEN each =~ '[^@]@[^@]+' THEN '' ELSE left(each, 1) END + "
        f"'***@' + split(each, '@')[1] ELSE {_TEXT_MASK} END"
    ),
    Mask.PHONE: (
        "CASE WHEN each =~ '[+]?[0-9]{9,15}' THEN left(each, size(each) - 8) + '****' + right(each, 4) "
        f"ELSE {_TEXT_MASK} END"
    ),
}


# --- properties that are known by a name that is data -----------------------------------------------------------------


def hidden_names(rights: FieldRights, owner: Owner) -> list[str]:
    """The names under which a concrete type's hidden properties are stored, and those of the database's own."""
    return [
        name
        for found, right in rights.restricted(owner)
        if right is FieldRight.HIDE or found.is_hidden
        for name in stored_names(found)
    ]


def masked_by_name(rights: FieldRights, owners: Iterable[tuple[str, Owner]], name: str, value: str) -> str:
    """A value, as an expression, of a property that is called what `name`, an expression, says.

    Each owner comes with the test that the value is one of its properties; an empty test holds.
    """
    names: dict[str, list[str]] = {}
    for test, owner in owners:
        masks: dict[str, list[str]] = {}
        for found, right in rights.restricted(owner):
            if right is FieldRight.MASK and not found.is_hidden:
                masks.setdefault(masked(found, value), []).append(found.name)
                masks.setdefault(NOTHING, []).extend(stored_names(found)[1:])
        for text, each in masks.items():
            if each:
                names.setdefault(text, []).append(_among(test, name, each))
    if not names:
        return value
    cases = [f"WHEN {' OR '.join(tests)} THEN {text}" for text, tests in names.items()]
    return f"CASE {' '.join(cases)} ELSE {value} END"


def is_hidden_by_name(rights: FieldRights, owners: Iterable[tuple[str, Owner]], name: str) -> str:
    """The test that a property, which is called what `name` says, is hidden; empty if none is."""
    tests = [_among(test, name, found) for test, owner in owners if (found := hidden_names(rights, owner))]
    return " OR ".join(tests)


def _among(test: str, name: str, names: list[str]) -> str:
    among = f"{name} IN {listed(names)}"
    return f"({test} AND {among})" if test else among


def listed(names: Iterable[str]) -> str:
    """Names of the model as a list of texts."""
    return "[" + ", ".join(f"'{each}'" for each in names) + "]"


# --- logs --------------------------------------------------------------------------------------------------------------


def owners_of_change(rights: FieldRights, variable: str) -> list[tuple[str, Owner]]:
    """The types whose properties a change may tell of, each with the test that this one does."""
    model = rights.model
    records: list[tuple[str, Owner]] = [
        (f"{variable}.edgeType IS NULL AND {variable}.recordType = '{node.name}'", node)
        for node in model.concrete
        if any(True for _ in rights.restricted(node))
    ]
    edges: list[tuple[str, Owner]] = []
    for edge in model.edges.values():
        if any(True for _ in rights.restricted(edge)):
            types = {
                hop
                for node in model.concrete
                for each in node.relationships.values()
                if each.edge is edge
                for hop in each.hops[-1].types
            }
            edges.append((f"{variable}.edgeType IN {listed(sorted(types))}", edge))
    return [*records, *edges]


def _of_log(rights: FieldRights, log: NodeType, stored: str, variable: str) -> str:
    plain = f"{variable}.{stored}"
    if stored == "formerName":
        types: dict[str, list[str]] = {}
        for node in rights.model.concrete:
            right = rights.called(node)
            if is_below(right, FieldRight.READ):
                text = masked(log.properties[stored], plain) if right is FieldRight.MASK else NOTHING
                types.setdefault(text, []).append(node.name)
        cases = [f"WHEN {variable}.formerType IN {listed(names)} THEN {text}" for text, names in types.items()]
        return f"CASE {' '.join(cases)} ELSE {plain} END" if cases else plain
    if stored == "properties":
        hidden = is_hidden_by_name(rights, owners_of_change(rights, variable), "name")
        return f"[name IN {plain} WHERE NOT coalesce({hidden}, false)]" if hidden else plain
    return plain
