"""Every type, in every place where a statement may bind it, under rights of its own: Neo4j takes it, and it only reads.

A reader's predicates stand wherever a label is bound, so what is Cypher for the administrator may be none for others.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.conditions import EVERYTHING, AnyOf, Compare, Condition, Operator, Quantifier, Related
from graph.database import Database
from graph.model import Model, NodeType, Relationship
from graph.reader import Reader, ReaderValue
from resolvers.answer import Answerer
from resolvers.question import Question
from tests.asking import whole_api
from tests.questions import root_field

# Activities of every kind stand under one predicate, and have the same fields but for a few.
_ALIKE = frozenset(whole_api().model.nodes["Activity"].members) - {"Call", "Task"}
_ID = "0197286f3c0070008000000000000000"


def _targets(model: Model) -> Iterator[tuple[NodeType, NodeType, Relationship]]:
    """Every type that a field leads to, with one such field: one that lists records, if there is one."""
    for target in model.nodes.values():
        leading = [
            (owner, field)
            for owner in model.concrete
            if owner.name not in _ALIKE
            for field in owner.relationships.values()
            if field.target == target.name
        ]
        if leading:
            yield (target, *max(leading, key=lambda each: (each[1].is_list, bool(each[1].edge), each[1].is_path)))


TARGETS = [each for each in _targets(whole_api().model) if each[0].name not in _ALIKE]
UNREACHED = [
    node
    for node in whole_api().model.nodes.values()
    if not node.is_union and node.name not in _ALIKE and all(node is not target for target, _, _ in TARGETS)
]


def _in_every_place(owner: NodeType, field: Relationship, target: NodeType) -> str:
    name = field.name
    if field.is_list:
        quantified = ", ".join(f"{{{name}: {{{word}: {{}}}}}}" for word in ("some", "all", "single"))
        where = f"{{or: [{quantified}, {{{name}: {{aggregate: [{{count: {{gt: 1}}}}]}}}}]}}"
        order, inner = (
            f"{{{name}: {{count: DESC}}}}",
            f"{name}(first: 1) {{ totalCount aggregate {{ count }} nodes {{ __typename }} }}",
        )
    else:
        where, order, inner = (
            f"{{or: [{{{name}: {{}}}}, {{{name}: null}}]}}",
            f"{{{name}: {{id: ASC}}}}" if not target.is_union else "{id: ASC}",
            f"{name} {{ __typename }}",
        )
    key = "id" if not target.is_union else f"{whole_api().model.nodes[target.members[0]].variable}: {{id"
    by = f"{{{name}: {{{key}: VALUE}}}}{'}' if target.is_union else ''}"
    return (
        f"list: {root_field(owner.name)}(first: 1, where: {where}, orderBy: [{order}]) "
        f"{{ totalCount nodes {{ id {inner} }} groupBy(by: [{by}]) {{ groups {{ count }} }} }}"
    )


def _by_itself(node: NodeType, model: Model) -> str:
    one = f'one: {node.variable}(id: "{model.nodes[node.members[0]].id_prefix}_{_ID}") {{ id }}'
    if node.name == "Node":
        return one
    return f"{one} all: {root_field(node.name)}(last: 1) {{ totalCount aggregate {{ count }} nodes {{ id }} }}"


@pytest.mark.parametrize(
    ("target", "owner", "field"), TARGETS, ids=[f"{owner.name}.{field.name}" for _, owner, field in TARGETS]
)
async def test_a_type_may_stand_anywhere(
    database: Database, target: NodeType, owner: NodeType, field: Relationship
) -> None:
    itself = "" if target.is_union else _by_itself(target, whole_api().model)

    assert await _is_cypher(database, f"{{ {_in_every_place(owner, field, target)} {itself} }}")


@pytest.mark.parametrize("node", UNREACHED, ids=lambda node: node.name)
async def test_a_type_that_no_field_leads_to_may_be_listed(database: Database, node: NodeType) -> None:
    assert await _is_cypher(database, f"{{ {_by_itself(node, whole_api().model)} }}")


@pytest.mark.parametrize("walk", [
    f'neighbours(id: "contact_{_ID}") {{ record {{ id }} counts {{ count }} nodes {{ id }} }}',
    f'neighbours(id: "activity_{_ID}", via: [ABOUT]) {{ counts {{ count }} nodes {{ id ... on Party {{ customers {{ totalCount }} }} }} }}',
    f'path(from: "user_{_ID}", to: "company_{_ID}", via: [OWNED_BY, ACCOUNT_FOR]) {{ nodes {{ ... on Customer {{ party {{ name }} }} }} }}',
    'search(text: "ada", types: [Party, Order]) { totalCount nodes { ... on Order { lines { totalCount } } } }',
], ids=["neighbours", "neighbours of an interface", "path", "search"])  # fmt: skip
async def test_a_reader_may_walk_and_search(database: Database, walk: str) -> None:
    assert await _is_cypher(database, f"{{ {walk} }}")


def _reader(model: Model) -> Reader:
    """Every type has a predicate, some of which lead to others: as plain as can be, since Neo4j plans each of them."""
    predicates: dict[str, Condition] = {
        node.name: Compare(node.properties["id"], Operator.NE, ReaderValue("hidden")) for node in model.concrete
    }
    for name, field in (("Contact", "customers"), ("Order", "customer"), ("EmailAddress", "parties")):
        node = model.nodes[name]
        led = Related(
            node.relationships[field], model.nodes[node.relationships[field].target], Quantifier.SOME, EVERYTHING
        )
        predicates[name] = AnyOf((predicates[name], led))
    return Reader("user_0", predicates, values={"hidden": "nobody"})


async def _is_cypher(database: Database, text: str) -> bool:
    api = whole_api()
    statement = Answerer(api, database).prepare(Question(text), _reader(api.model)).bind()
    assert statement
    assert "$p.reader_hidden" in statement.text
    return (await database.examine(statement.text)).is_read
