"""Whatever looks at a property that may not be read is refused, and says which argument does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_type_hints

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

import graph.conditions
import graph.field_checks
import graph.page
import graph.plan
import graph.summary
from graph.errors import Forbidden
from graph.model import EdgeType, NodeType, Property, Relationship
from graph.property_rights import FieldRights
from graph.reader import ADMINISTRATOR, FieldRight, Reader
from resolvers.answer import Answerer
from resolvers.question import Question
from tests.asking import whole_api
from tests.fields.asking import AGGREGATED, COMPARED, GROUPED, MEASURED, SUMMED
from tests.fields.readers import analyst, reader_of, restricted
from tests.questions import root_field

API_ = whole_api()
MODEL, TYPES = API_.model, API_.schema.type_map
BELOW = (FieldRight.MASK, FieldRight.HIDE)
# Activities of every kind have the same fields but for a few.
NODES = [each for each in MODEL.concrete if "Activity" not in each.labels or each.name in ("Call", "Task")]


class NoDatabase:
    """What is refused before anything is asked needs no database."""


@cache
def answerer() -> Answerer:
    return Answerer(API_, NoDatabase())  # type: ignore[arg-type]


def ask(text: str, reader: Reader) -> None:
    answerer().prepare(Question(text), reader).bind()


def has(type_name: str, field: str) -> bool:
    type_ = TYPES.get(type_name)
    return isinstance(type_, GraphQLInputObjectType | GraphQLObjectType) and field in type_.fields


def questions(node: NodeType, found: Property) -> Iterator[tuple[str, str]]:
    """Every way to look at a property of a record, with the argument that does."""
    root, name, base = root_field(node.name), found.name, node.name
    compared = COMPARED[found.kind] if not found.is_list else "{isNull: true}"
    if has(f"{base}Where", name):
        yield f"{{ {root}(where: {{{name}: {compared}}}) {{ totalCount }} }}", f"{root}.where.{name}."
        yield (
            f"{{ {root}(where: {{or: [{{not: {{{name}: {compared}}}}}]}}) {{ nodes {{ id }} }} }}",
            f"{root}.where.or[0].not.{name}.",
        )
        for owner, field in _leading(node):
            word = "some: " if field.is_list else ""
            inner = f"{{{word}{{{name}: {compared}}}}}" if word else f"{{{name}: {compared}}}"
            above = root_field(owner.name)
            at = f"{above}.where.{field.name}.{'some.' if word else ''}{name}."
            yield f"{{ {above}(where: {{{field.name}: {inner}}}) {{ nodes {{ id }} }} }}", at
    if has(f"{base}Order", name):
        yield (
            f"{{ {root}(orderBy: [{{id: ASC}}, {{{name}: DESC}}]) {{ nodes {{ id }} }} }}",
            f"{root}.orderBy[1].{name}:",
        )
    if found.kind in AGGREGATED and has(f"{base}Aggregate", name):
        measured = MEASURED.get(found.kind, "distinct")
        yield f"{{ {root} {{ aggregate {{ {name} {{ {measured} }} }} }} }}", f"{root}.aggregate.{name}.{measured}:"
        by = "groupBy(by: [{id: VALUE}]"
        yield (
            f"{{ {root} {{ {by}) {{ groups {{ aggregate {{ {name} {{ {measured} }} }} }} }} }} }}",
            f"{root}.groupBy.{name}.{measured}:",
        )
        yield (
            f"{{ {root} {{ {by}, having: {{{name}: {{{measured}: {{gt: 1}}}}}}) {{ groups {{ count }} }} }} }}",
            f"{root}.groupBy.{name}.{measured}:",
        )
        yield (
            f"{{ {root} {{ {by}, orderBy: [{{{name}: {{{measured}: ASC}}}}]) {{ groups {{ count }} }} }} }}",
            f"{root}.groupBy.{name}.{measured}:",
        )
    if has(f"{base}GroupBy", name):
        how = GROUPED.get(found.kind, "VALUE")
        yield (
            f"{{ {root} {{ groupBy(by: [{{{name}: {how}}}]) {{ groups {{ count }} }} }} }}",
            f"{root}.groupBy.by.{name}:",
        )
    for owner, field in _leading(node):
        base_of = f"{field.edge.name if field.edge else ''}{field.target}"
        above = root_field(owner.name)
        if field.is_list and found.kind in SUMMED and has(f"{base_of}AggregateWhere", name):
            number = "{max: {isNull: true}}"
            yield (
                f"{{ {above}(where: {{{field.name}: {{aggregate: [{{{name}: {number}}}]}}}}) {{ nodes {{ id }} }} }}",
                f"{above}.where.{field.name}.aggregate[0].{name}.max.",
            )
            yield (
                f"{{ {above}(orderBy: [{{{field.name}: {{{name}: {{max: ASC}}}}}}]) {{ nodes {{ id }} }} }}",
                f"{above}.orderBy[0].{field.name}.{name}:",
            )
        if has(f"{base_of}Order", name) and not field.is_list and has(f"{owner.name}Order", field.name):
            yield (
                f"{{ {above}(orderBy: [{{{field.name}: {{{name}: ASC}}}}]) {{ nodes {{ id }} }} }}",
                f"{above}.orderBy[0].{field.name}.{name}:",
            )


def _leading(node: NodeType) -> list[tuple[NodeType, Relationship]]:
    """A field that lists records of a type, and one that leads to a single one."""
    found = [
        (owner, field)
        for owner in NODES
        for field in owner.relationships.values()
        if field.target == node.name and owner.name not in ("Webhook", "DeadLetter")
    ]
    lists = [each for each in found if each[1].is_list][:1]
    return [*lists, *[each for each in found if not each[1].is_list][:1]]


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_no_property_is_an_oracle(node: NodeType) -> None:
    asked = 0
    for found in node.properties.values():
        for text, place in () if found.is_hidden else questions(node, found):
            ask(text, ADMINISTRATOR)
            for reader in (reader_of(node, right, found.name) for right in BELOW):
                if found in restricted(MODEL, node, reader):
                    with pytest.raises(Forbidden) as refused:
                        ask(text, reader)
                    assert refused.value.message.startswith(place), text
                    assert f"{node.name}.{found.name}" in refused.value.message, text
                    asked += 1
    assert asked


@pytest.mark.parametrize("edge", MODEL.edges.values(), ids=lambda edge: edge.name)
def test_no_property_of_a_relationship_is_an_oracle(edge: EdgeType) -> None:
    owner, field = next(
        (o, f) for o in MODEL.concrete for f in o.relationships.values() if f.edge is edge and f.is_list
    )
    root, name = root_field(owner.name), field.name
    for found in edge.properties.values():
        reader = reader_of(edge, FieldRight.HIDE, found.name)
        if found not in restricted(MODEL, edge, reader):
            continue
        compared = COMPARED[found.kind] if not found.is_list else "{isNull: true}"
        texts = [
            f"{{ {root}(where: {{{name}: {{none: {{edge: {{{found.name}: {compared}}}}}}}}}) {{ nodes {{ id }} }} }}",
            f"{{ {root} {{ nodes {{ {name}(where: {{edge: {{{found.name}: {compared}}}}}) {{ totalCount }} }} }} }}",
        ]
        if found.is_orderable:
            texts.append(
                f"{{ {root} {{ nodes {{ {name}(orderBy: [{{edge: {{{found.name}: ASC}}}}]) {{ nodes {{ __typename }} }} }} }} }}"
            )
        if found.kind in AGGREGATED and not found.is_list:
            measured = MEASURED.get(found.kind, "distinct")
            texts.append(
                f"{{ {root} {{ nodes {{ {name} {{ aggregate {{ edge {{ {found.name} {{ {measured} }} }} }} }} }} }} }}"
            )
            how = GROUPED.get(found.kind, "VALUE")
            texts.append(
                f"{{ {root} {{ nodes {{ {name} {{ groupBy(by: [{{edge: {{{found.name}: {how}}}}}]) {{ groups {{ count }} }} }} }} }} }}"
            )
        for text in texts:
            ask(text, ADMINISTRATOR)
            with pytest.raises(Forbidden, match=rf"^{root}\..*{found.name}.*{edge.name}\.{found.name}"):
                ask(text, reader)


REFUSED = {
    "an interface, of one of whose types it is masked": ('{ parties(where: {name: {eq: "x"}}) { nodes { id } } }', "parties.where.name.eq"),
    "an order by an interface's": ("{ parties(orderBy: [{name: ASC}]) { nodes { id } } }", "parties.orderBy[0].name"),
    "a member of a union": (
        '{ activities(where: {about: {some: {contact: {name: {contains: "x"}}}}}) { nodes { id } } }',
        "activities.where.about.some.contact.name.contains",
    ),
    "an order by what leads to a type": ("{ orders(orderBy: [{contact: {birthDate: ASC}}]) { nodes { id } } }", "orders.orderBy[0].contact.birthDate"),
    "groups by what a path leads to": (
        "{ orders { groupBy(by: [{customer: {contact: {name: VALUE}}}]) { groups { count } } } }",
        "orders.groupBy.by.customer.contact.name",
    ),
    "an amount's currency": (
        '{ customers(where: {creditLimit: {currency: {eq: "USD"}}}) { nodes { id } } }',
        "customers.where.creditLimit.currency.eq",
    ),
    "whether it is there": ("{ customers(where: {revenue: {isNull: true}}) { nodes { id } } }", "customers.where.revenue.isNull"),
    "texts of any case": ('{ contacts(where: {name: {folded: {eq: "x"}}}) { nodes { id } } }', "contacts.where.name.folded.eq"),
    "which records are summed up": (
        '{ companies(where: {contacts: {aggregate: [{where: {name: {eq: "x"}}, count: {gt: 0}}]}}) { nodes { id } } }',
        "companies.where.contacts.aggregate[0].where.name.eq",
    ),
    "a list in a list": ('{ companies { nodes { contacts { nodes { knows(where: {name: {eq: "x"}}) { totalCount } } } } } }', "companies.contacts.knows.where.name.eq"),
    "within a named query": (
        '{ contactsAtCompaniesThatBought(skus: ["x"], where: {name: {eq: "x"}}) { nodes { id } } }',
        "contactsAtCompaniesThatBought.where.name.eq",
    ),
    "what a search found": ('{ search(text: "x", where: {contact: {name: {eq: "x"}}}) { totalCount } }', "search.where.contact.name.eq"),
    "beside a path": (
        '{ path(from: "user_0197286f3c0070008000000000000000", to: "company_0197286f3c0070008000000000000000") '
        '{ nodes { ... on Company { contacts(where: {name: {eq: "x"}}) { totalCount } } } } }',
        "path.",
    ),
    "around a record": (
        '{ neighbours(id: "company_0197286f3c0070008000000000000000") '
        "{ record { ... on Company { contacts(orderBy: [{name: ASC}]) { nodes { id } } } } } }",
        "neighbours.",
    ),
    "what was deleted": ('{ deleted(where: {formerName: {eq: "x"}}) { nodes { id } } }', "deleted.where.formerName.eq"),
    "an order of what was deleted": ("{ deleted(orderBy: [{formerName: ASC}]) { nodes { id } } }", "deleted.orderBy[0].formerName"),
    "a name that is looked for": ('{ checkDuplicates(type: Contact, name: "x") { score } }', "checkDuplicates.name"),
    "an address that is looked for": ('{ checkDuplicates(type: Company, emails: ["x@y.z"]) { score } }', "checkDuplicates.emails"),
    "a number that is looked for": ('{ checkDuplicates(type: Company, phones: ["1"]) { score } }', "checkDuplicates.phones"),
    "a type that is searched by it": ('{ search(text: "x", types: [Contact]) { totalCount } }', "search.types"),
    "the records of a change": (
        '{ changes { nodes { record { ... on Company { contacts(where: {name: {eq: "x"}}) { totalCount } } } } } }',
        "changes.record.contacts.where.name.eq",
    ),
    "a change that is told": (
        'subscription { changed(where: {contact: {name: {eq: "x"}}}) { id } }',
        "changed.where.contact.name.eq",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place"), REFUSED.values(), ids=REFUSED)
def test_an_analyst_may_not_look_at(text: str, place: str) -> None:
    ask(text, ADMINISTRATOR)

    with pytest.raises(Forbidden) as refused:
        ask(text, analyst())

    assert refused.value.message.startswith(place)
    assert '"x"' not in refused.value.message and "'x'" not in refused.value.message


ALLOWED = {
    "a count": "{ contacts { totalCount aggregate { count } } }",
    "other properties": '{ contacts(where: {gender: {eq: "f"}}, orderBy: [{language: ASC}]) { nodes { id } } }',
    "another type's property of the name": '{ companies(where: {name: {eq: "x"}}, orderBy: [{name: ASC}]) { nodes { id name } } }',
    "a union's other member": '{ activities(where: {about: {some: {company: {name: {contains: "x"}}}}}) { nodes { id } } }',
    "a check by what may be read": '{ checkDuplicates(type: Company, name: "x") { score } }',
    "pairs by what may be read": "{ duplicates(type: Contact) { score } }",
    "a search of all types": '{ search(text: "x") { totalCount } }',
    "a search of an interface, some of whose types may be": '{ search(text: "x", types: [Party]) { totalCount } }',
    "the default order": "{ contacts(first: 2) { pageInfo { endCursor } nodes { name } } }",
    "named queries that look at something else": "{ companies { nodes { keyInfluencers { contact { name } title } } } }",
}  # fmt: skip


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_an_analyst_may_look_at(text: str) -> None:
    ask(text, analyst())


def test_what_may_be_read_but_not_written_may_be_looked_at() -> None:
    ask(
        '{ contacts(where: {name: {eq: "x"}}, orderBy: [{name: ASC}]) { nodes { id } } }',
        reader_of(MODEL.nodes["Contact"], FieldRight.READ),
    )


# --- that nothing escapes the walk --------------------------------------------------------------------------------------


def test_the_walk_knows_every_part_of_a_plan() -> None:
    for union in (graph.plan.Item, graph.plan.Root, graph.plan.Source, graph.conditions.Condition):
        for part in get_args(union):
            assert getattr(graph.field_checks, part.__name__, None) is part, f"{part.__name__} is not walked"


def test_the_walk_knows_every_part_of_a_plan_that_holds_a_property() -> None:
    holding = {
        name
        for module in (graph.conditions, graph.page, graph.plan, graph.summary)
        for name, part in vars(module).items()
        if dataclasses.is_dataclass(part) and part.__module__ == module.__name__ and _holds_property(part)
    }

    # What compares, sorts, groups and sums up is refused; a value and its companions are masked where they are rendered.
    assert holding == {"Compare", "CompareAggregate", "RelatedAggregate", "Order", "Measure", "GroupKey", "Value"}


def _holds_property(part: Any) -> bool:
    names = {**vars(graph.summary), **vars(graph.plan), **vars(graph.conditions)}
    hints = get_type_hints(part, globalns=names)
    return any(hint is Property or Property in get_args(hint) for hint in hints.values())


def test_an_unknown_part_is_no_way_around() -> None:
    check = graph.field_checks._Check(FieldRights(MODEL, analyst()))

    with pytest.raises(TypeError, match="no rights for int"):
        check.item(1, "")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no rights for int"):
        check._condition(1, MODEL.nodes["Contact"], None, "")  # type: ignore[arg-type]


async def test_a_refusal_is_a_request_error_with_its_code() -> None:
    text = '{ contacts(where: {name: {eq: "secret"}}) { nodes { id } } }'

    answer = await answerer().answer(Question(text), analyst())

    assert answer.body() == {"errors": [{
        "message": "contacts.where.name.eq: you may not read Contact.name, so nothing is found, sorted or summed up by it.",
        "extensions": {"code": "FORBIDDEN"},
    }]}  # fmt: skip
