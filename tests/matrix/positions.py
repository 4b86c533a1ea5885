"""The positions of the matrix: every way in which a document may come to a record, written for one type of record.

Each position is one function from a type to root fields. Whatever the API offers leads to one of them by the tables at
the end, so that a new kind of root field, of source or of quantifier fails the test until somebody writes it a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type

from graph.model import Kind, Model, NodeType, Property, Relationship
from graph.plan import Quantifier
from resolvers.api import RootKind
from tests.asking import whole_api
from tests.matrix.selections import HISTORY, leaves, related, who, whole

# Whether the reader is told a property of a type. Nobody filters, sorts, groups or sums up by one that is not told.
Told = Callable[[str, str], bool]
Position = Callable[[NodeType, Told], Iterator[str]]


@dataclass(frozen=True)
class Asked:
    """One root field, in one position, about one type. With `$id` in it, it is asked about every record of the type."""

    position: str
    type: str
    field: str

    def __str__(self) -> str:
        return f"{self.type} by {self.position}"


def model() -> Model:
    return whole_api().model


def roots(kind: RootKind, node: NodeType) -> Iterator[str]:
    """The root fields of a kind that lead to a type, by its own name or by that of a type that it is one of."""
    for name, root in whole_api().roots.items():
        if root.kind is kind and node.name in (root.target.name, *root.target.members):
            yield name


def listing(node: NodeType) -> str | None:
    """The root field that lists exactly a type's records."""
    found = (name for name, root in whole_api().roots.items() if root.kind is RootKind.MANY and root.target is node)
    return next(found, None)


# --- one record -------------------------------------------------------------------------------------------------------


def by_id(node: NodeType, told: Told) -> Iterator[str]:
    for name in roots(RootKind.ONE, node):
        if name != "node":
            yield f"{name}(id: $id) {whole(whole_api().roots[name].target)}"


def by_node(node: NodeType, told: Told) -> Iterator[str]:
    yield (
        "node(id: $id) { __typename id createdAt updatedAt version createdBy { id } updatedBy { id } "
        "... on Contact { employers(first: 50) { nodes { id } } } ... on Order { customer { id } } }"
    )


def history(node: NodeType, told: Told) -> Iterator[str]:
    yield f"node(id: $id) {{ history(first: 100) {{ totalCount nodes {HISTORY} }} }}"


def _general(node: NodeType) -> NodeType:
    """Activities of all kinds stand under one predicate and have nearly the same fields: they are asked as one type."""
    activity = model().nodes["Activity"]
    return activity if node.name in activity.members else node


def neighbours(node: NodeType, told: Told) -> Iterator[str]:
    yield (
        "neighbours(id: $id, first: 100) { record { id } counts { type direction count isPartial } "
        "edges { cursor type direction relationshipId node { __typename id } } }"
    )


def path(node: NodeType, told: Told) -> Iterator[str]:
    for end in ("from: $id, to: $other", "from: $other, to: $id"):
        yield f"path({end}) {{ length nodes {{ __typename id }} relationships {{ type from to }} }}"


# --- lists ------------------------------------------------------------------------------------------------------------


def root_list(node: NodeType, told: Told) -> Iterator[str]:
    if name := listing(node):
        yield f"{name}(first: 200) {{ edges {{ cursor node {whole(node)} }} pageInfo {{ hasNextPage endCursor }} }}"


def page(node: NodeType, told: Told) -> Iterator[str]:
    """Counted and in an order, of which one page is cut."""
    keys = [each for each in _known(node, told) if each.is_orderable]
    if name := listing(node):
        arguments = f"first: 3, where: {{version: {{gt: 0}}}}, orderBy: [{{{keys[-1].name}: DESC}}]"
        yield f"{name}({arguments}) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"


def summary(node: NodeType, told: Told) -> Iterator[str]:
    if name := listing(node):
        known = [each for each in _known(node, told) if each.kind in _MEASURES]
        measures = " ".join(f"{each.name} {{ {_MEASURES[each.kind]} }}" for each in known)
        groups = "groupBy(by: [{version: VALUE}]) { hasMore groups { key { version } count } }"
        yield f"{name} {{ aggregate {{ count {measures} }} {groups} }}"


def by_count(node: NodeType, told: Told) -> Iterator[str]:
    """Others, chosen and ordered by how many of this type they have."""
    for owner, field in leading(node):
        if field.is_list:
            where, key = (
                f"{{{field.name}: {{aggregate: [{{count: {{gt: 0}}}}]}}}}",
                f"{{{field.name}: {{count: DESC}}}}",
            )
            yield f"{listing(owner)}(first: 200, where: {where}, orderBy: [{key}]) {{ nodes {{ id }} }}"
        elif not node.is_union:
            yield f"{listing(owner)}(first: 200, orderBy: [{{{field.name}: {{version: DESC}}}}]) {{ nodes {{ id }} }}"


def grouped(node: NodeType, told: Told) -> Iterator[str]:
    """Others, in groups by what the records of this type that they have are like."""
    for owner, field in leading(node):
        if not node.is_union:
            by, key = f"{{{field.name}: {{version: VALUE}}}}", f"{field.name} {{ version }}"
            yield f"{listing(owner)} {{ groupBy(by: [{by}]) {{ groups {{ key {{ {key} }} count }} }} }}"


def _both(*positions: Position) -> Position:
    def fields(node: NodeType, told: Told) -> Iterator[str]:
        for position in positions:
            yield from position(node, told)

    return fields


# --- beside other records ---------------------------------------------------------------------------------------------


def nested(node: NodeType, told: Told) -> Iterator[str]:
    """Every field of a type, a few at a time: this position is written for the type that has the fields."""
    general = _general(node)
    if node.is_abstract and node is not general:
        # The types that it stands for have the same fields.
        return
    for owner in dict.fromkeys((general, node)):
        beside = general.relationships if owner is not general else {}
        every = [each for name, each in owner.relationships.items() if name not in beside]
        fields = [each for each in every if each.name not in ("createdBy", "updatedBy")] or every[:1]
        for start in range(0, len(fields), 4):
            part = " ".join(
                related(each, model().nodes[each.target], counts=_leading()[each.target][1] is each)
                for each in fields[start : start + 4]
            )
            if name := listing(owner):
                yield f"{name}(first: 200) {{ nodes {{ id {part} }} }}"


def quantified(*quantifiers: Quantifier) -> Position:
    """Records of another type that have some, none or only such of this type."""

    def fields(node: NodeType, told: Told) -> Iterator[str]:
        for owner, field in leading(node):
            tests = [_test(node, field, each) for each in quantifiers if field.is_list or each in _TO_ONE]
            if tests:
                where = tests[0] if len(tests) == 1 else f"{{or: [{', '.join(tests)}]}}"
                yield f"{listing(owner)}(first: 200, where: {where}) {{ nodes {{ id }} }}"

    return fields


_TO_ONE = (Quantifier.SOME, Quantifier.NONE)


def _test(node: NodeType, field: Relationship, quantifier: Quantifier) -> str:
    # `all` of what is always there holds for every record, hidden or not; so it asks for what half of them have.
    asked = "{version: {gt: 1}}" if quantifier is Quantifier.ALL else "{}"
    inner = f"{{{model().nodes[node.members[0]].variable}: {asked}}}" if node.is_union else asked
    if field.is_list:
        return f"{{{field.name}: {{{quantifier.value}: {inner}}}}}"
    return f"{{{field.name}: {inner if quantifier is Quantifier.SOME else 'null'}}}"


@cache
def _leading() -> Mapping[str, tuple[NodeType, Relationship]]:
    """For every type a field that leads to it: a list with properties of its own, if there is one."""
    found: dict[str, tuple[NodeType, Relationship]] = {}
    for target in model().nodes.values():
        fields = [
            (owner, field)
            for owner in model().concrete
            if listing(owner)
            for field in owner.relationships.values()
            if field.target == target.name
        ]
        if fields:
            found[target.name] = max(
                fields, key=lambda each: (each[1].is_list, bool(each[1].edge), not each[1].is_path)
            )
    return found


def leading(node: NodeType) -> Iterator[tuple[NodeType, Relationship]]:
    """The field that leads to a type, or to a more general one that it is one of."""
    names = (each.name for each in model().nodes.values() if node.name in (each.name, *each.members))
    found = [_leading()[name] for name in names if name in _leading()]
    own = [each for each in found if each[1].target == node.name]
    yield from (own or found)[:1]


# --- what is found ----------------------------------------------------------------------------------------------------


def search(node: NodeType, told: Told) -> Iterator[str]:
    if node.name in _values("SearchType") and all(told(name, "searchText") for name in node.members):
        yield "search(text: $text, types: $searched, first: 200) { totalCount edges { score node { __typename ... on Node { id } } } }"


def duplicates(node: NodeType, told: Told) -> Iterator[str]:
    """Asked by those alone who are told what records are compared by: masked values are alike where raw ones are not."""
    compared = ((node.name, "name"), ("EmailAddress", "value"), ("PhoneNumber", "value"))
    if node.name in _values("MergeableType") and all(told(*each) for each in compared):
        yield f"duplicates(type: {node.name}, minScore: 0.1, first: 100) {{ score one {{ id }} other {{ id }} }}"


def deleted(node: NodeType, told: Told) -> Iterator[str]:
    if node.name in _values("RecordType"):
        yield (
            "deleted(types: $types, first: 200) "
            "{ totalCount nodes { id formerType formerName deletedAt deletedBy { id } deletedWith } }"
        )


def changes(node: NodeType, told: Told) -> Iterator[str]:
    if node.name in _values("RecordType"):
        yield f"changes(types: $types, first: 200) {{ totalCount nodes {HISTORY} }}"


def _values(enum: str) -> frozenset[str]:
    type_ = whole_api().schema.type_map[enum]
    assert isinstance(type_, GraphQLEnumType)
    return frozenset(type_.values)


# --- named queries ----------------------------------------------------------------------------------------------------

NAMED: Mapping[tuple[str, str], str] = {
    ("Product", "alsoBought"): "(minTogether: 1, limit: 50)",
    ("Customer", "buyingJourney"): "(limit: 50)",
    ("Company", "keyInfluencers"): "(limit: 50)",
    ("Company", "similarCompanies"): "(limit: 50)",
    ("Contact", "referralTree"): "(limit: 50)",
    ("Query", "contactsAtCompaniesThatBought"): "(skus: $skus, first: 200)",
    ("Query", "introductionPath"): "(userId: $userId, contactId: $id, limit: 5)",
    ("Query", "untouchedCustomers"): '(since: "2030-01-01T00:00:00Z", first: 200)',
}


def named(node: NodeType, told: Told) -> Iterator[str]:
    """Named queries that are fields of a type, and those of Query that take or answer it."""
    for (owner, name), arguments in NAMED.items():
        if owner == node.name:
            yield f"{listing(node)}(first: 200) {{ nodes {{ id {name}{arguments} {_answer(owner, name)} }} }}"
        elif owner == "Query" and _answers(name) == node.name:
            yield f"{name}{arguments} {_answer(owner, name)}"


def _answers(name: str) -> str:
    """The type that a named query of Query answers; or is about, if it answers none."""
    connection = whole_api().connections.get(_type("Query", name).name)
    return connection.target.name if connection else "Contact"


def _type(owner: str, name: str) -> GraphQLObjectType:
    type_ = whole_api().schema.type_map[owner]
    assert isinstance(type_, GraphQLObjectType)
    found = get_named_type(type_.fields[name].type)
    assert isinstance(found, GraphQLObjectType)
    return found


def _answer(owner: str, name: str) -> str:
    type_ = _type(owner, name)
    if connection := whole_api().connections.get(type_.name):
        return f"{{ totalCount nodes {who(connection.target)} }}"
    nodes = [
        f"{field} {who(model().nodes[get_named_type(each.type).name])}"
        for field, each in type_.fields.items()
        if get_named_type(each.type).name in model().nodes
    ]
    return f"{{ {leaves(type_.name)} {' '.join(nodes)} }}"


# --- properties -------------------------------------------------------------------------------------------------------

# No average, since in which order numbers are added shows in its last digit.
_MEASURES: Mapping[Kind, str] = {
    Kind.TEXT: "count distinct min max",
    Kind.INTEGER: "count sum max",
    Kind.MONEY: "count sum { amount } max { amount }",
    Kind.DATE: "count min max",
    Kind.DATETIME: "count distinct min max",
    Kind.BOOLEAN: "count countTrue",
    Kind.ENUM: "count distinct",
}


def _known(node: NodeType, told: Told) -> list[Property]:
    """The properties that may be asked by."""
    return [
        each
        for each in node.properties.values()
        if not each.is_hidden and not each.is_list and all(told(name, each.name) for name in node.members)
    ]


# --- the tables -------------------------------------------------------------------------------------------------------

POSITIONS: Mapping[str, Position] = {
    "root by id": by_id,
    "node": by_node,
    "history": history,
    "neighbours": neighbours,
    "path": path,
    "root list": root_list,
    "count": _both(page, by_count),
    "order": _both(page, by_count),
    "aggregate": _both(summary, by_count),
    "groupBy": _both(summary, grouped),
    "nested": nested,
    "some": quantified(Quantifier.SOME),
    "none": quantified(Quantifier.NONE, Quantifier.SINGLE),
    "all": quantified(Quantifier.ALL),
    "single": quantified(Quantifier.NONE, Quantifier.SINGLE),
    "search": search,
    "duplicates": duplicates,
    "deleted": deleted,
    "changes": changes,
    "named query": named,
}
# Positions that are no root field of a query; test_matrix.py asks by them in a way of its own.
OTHERS = ("mutation result", "feed", "export")

# By which position each kind of root field is asked.
ROOTS: Mapping[RootKind, str] = {
    RootKind.ONE: "root by id",
    RootKind.MANY: "root list",
    RootKind.SEARCH: "search",
    RootKind.PATH: "path",
    RootKind.NEIGHBOURS: "neighbours",
    RootKind.DUPLICATES: "duplicates",
    RootKind.CHANGES: "changes",
    RootKind.DELETED: "deleted",
    RootKind.CHANGED: "feed",
}
# Kinds that tell of hidden records by design, with the reason.
APART: Mapping[RootKind, str] = {
    RootKind.ALIKE: "checkDuplicates says that a hidden record is alike, and who looks after it, so that nobody makes it twice",
    RootKind.VIEWER: "tells of who asks",
    RootKind.ACCESS: "is for administrators",
}


def every_asked(told: Told) -> Iterator[Asked]:
    """The matrix of one reader: every type in every position."""
    for position, fields in POSITIONS.items():
        for node in model().nodes.values():
            if node.name == "Node" or (node.is_abstract and position in _OF_ONE):
                continue
            for field in fields(node, told):
                yield Asked(position, node.name, field)


_OF_ONE = ("root by id", "node", "history", "neighbours", "path", "named query")
