"""What clients see keeps to the API's conventions, and follows from declarations alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)

from graph.database import Database
from graph.importing import import_folder
from graph.indexes import reconcile
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from schema import people, record
from schema.build import build, declared_classes
from schema.declare import RESERVED, node, related, relationship, stored, union
from schema.derive import derive_model
from schema.record import Node
from tests.asking import whole_api
from tests.contents import hold

if TYPE_CHECKING:
    pass

ROOT = Path(__file__).parents[1]
OURS = [each for name, each in whole_api().schema.type_map.items() if not name.startswith("__")]
OBJECTS = [each for each in OURS if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]


def _fields(name: str) -> Mapping[str, Any]:
    type_ = whole_api().schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    found: Mapping[str, Any] = type_.fields
    return found


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    committed = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")

    assert committed.rstrip() == whole_api().sdl.rstrip(), "run: bin/guanxi schema > schema/schema.graphql"


def test_every_list_is_a_non_null_list_of_non_nulls() -> None:
    wrong = []
    for each in OBJECTS:
        for name, field in each.fields.items():
            type_ = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            if isinstance(type_, GraphQLList) and not (
                isinstance(field.type, GraphQLNonNull) and isinstance(type_.of_type, GraphQLNonNull)
            ):
                wrong.append(f"{each.name}.{name}")

    assert wrong == []


def test_every_type_and_input_says_what_it_is() -> None:
    described = (GraphQLObjectType, GraphQLInterfaceType, GraphQLEnumType, GraphQLInputObjectType)
    exempt = re.compile(r"\w*(Comparison)$")

    assert [
        each.name
        for each in OURS
        if isinstance(each, described) and not each.description and not exempt.match(each.name)
    ] == []


def test_non_null_is_only_what_is_always_there_and_never_hidden() -> None:
    always = {
        "id",
        "createdAt",
        "updatedAt",
        "version",
        "name",
        "number",
        "login",
        "sku",
        "code",
        "value",
        "key",
        "hash",
        "prefix",
        "recordType",
    }
    records = [whole_api().schema.type_map[name] for name in whole_api().model.nodes]
    wrong = []
    for each in records:
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in each.fields.items():
                inner = get_named_type(field.type).name
                if isinstance(field.type, GraphQLNonNull) and name not in always and not inner.endswith("Connection"):
                    type_ = field.type.of_type
                    if not isinstance(type_, GraphQLList):
                        wrong.append(f"{each.name}.{name}")

    assert wrong == []


def test_pages_and_records_are_as_relay_wants_them() -> None:
    types = whole_api().schema.type_map

    assert {"hasNextPage", "endCursor"} <= set(_fields("PageInfo"))
    assert str(_fields("Node")["id"].type) == "ID!"
    assert str(_fields("Query")["node"].type) == "Node"
    for name in set(whole_api().connections) & set(types):
        assert {"edges", "pageInfo", "nodes", "totalCount"} <= set(_fields(name))


@pytest.mark.parametrize(
    "coordinate",
    """
    Customer.party Customer.company Customer.contact Customer.contacts Customer.orders Customer.bought Customer.activities
    Customer.owner Customer.churnedTo Company.contacts Company.employments Company.customers Company.bought
    Company.suppliedProducts Company.parent Company.subsidiaries Company.emails Company.phones Company.addresses
    Contact.employers Contact.employments Contact.customers Contact.activities Contact.manager Contact.reports Contact.emails
    Contact.phones Contact.addresses Contact.knows Contact.influences Contact.influencedBy Contact.referred
    Contact.referredBy Product.category Product.buyers Product.suppliers Product.lines Category.parent Category.children
    Category.products Order.customer Order.lines Order.owner LineItem.order LineItem.product Activity.participants
    Activity.about User.customers User.teams User.manager User.touched
    """.split(),
)
def test_a_field_that_clients_rely_on_is_there(coordinate: str) -> None:
    type_name, field = coordinate.split(".")

    assert field in _fields(type_name)


# --- a new type ------------------------------------------------------------------------------------------------------


def _example() -> list[type]:
    """The classes of docs/adding-a-type.md, run as they stand there."""
    text = (ROOT / "docs" / "adding-a-type.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {
        "node": node,
        "related": related,
        "relationship": relationship,
        "stored": stored,
        "Node": Node,
        "date": date,
        "__name__": __name__,
    }
    exec(compile("from __future__ import annotations\n" + code, "docs/adding-a-type.md", "exec"), names)  # noqa: S102
    return [names["Stock"], names["Warehouse"]]


async def test_a_new_type_costs_one_class(database: Database) -> None:
    api = build((*declared_classes(), *_example()))
    number = "0192f0c0a0b070008000000000000001"

    async def load() -> None:
        await reconcile(api.model, database)
        await database.run(
            "CREATE (:Warehouse {id: $id, code: 'N', name: 'Nørd', sortKey: 'nord', version: 1, createdAt: datetime(), "
            "updatedAt: datetime(), opened: date('2020-02-02')})-[:STORES {id: 's', version: 1, quantity: 7}]->"
            "(:Product {id: $product, sku: 'T', name: 'Tea', sortKey: 'tea', version: 1, createdAt: datetime(), updatedAt: datetime()})",
            id=f"warehouse_{number}",
            product=f"product_{number}",
        )

    await hold(database, "warehouse", load)
    answer = await Answerer(api, database).answer(
        Question(
            '{warehouses(where: {products: {some: {sku: {eq: "T"}, edge: {quantity: {gt: 5}}}}}, orderBy: [{name: DESC}]) '
            "{totalCount nodes {id name opened manager {name} products {edges {quantity node {name}}}}} "
            f'warehouse(id: "warehouse_{number}") {{code}}}}'
        ),
        ADMINISTRATOR,
    )

    assert answer.body() == {
        "data": {
            "warehouses": {
                "totalCount": 1,
                "nodes": [
                    {
                        "id": f"warehouse_{number}",
                        "name": "Nørd",
                        "opened": "2020-02-02",
                        "manager": None,
                        "products": {"edges": [{"quantity": 7, "node": {"name": "Tea"}}]},
                    }
                ],
            },
            "warehouse": {"code": "N"},
        }
    }
    indexed = await database.run("SHOW INDEXES YIELD labelsOrTypes, properties RETURN labelsOrTypes, properties")
    assert [["Warehouse"], ["name", "id"]] in indexed
    await reconcile(whole_api().model, database)


_STORES = """
system = "depot"
zone = "UTC"

[[files]]
path = "stores.csv"

[files.records.warehouse]
type = "Warehouse"
key = { store = "id" }
set.code = "code"
set.name = "name"
"""


async def test_a_new_type_is_imported_and_its_key_leads_to_it(database: Database, tmp_path: Path) -> None:
    api = build((*declared_classes(), *_example()))
    (tmp_path / "stores.toml").write_text(_STORES, encoding="utf-8")
    (tmp_path / "stores.csv").write_text("id,code,name\n1,N,Nørd\n", encoding="utf-8")

    async def load() -> None:
        report = await import_folder(tmp_path / "stores.toml", tmp_path, api.model, database, exponent=api.exponent)
        assert report.rejected == ()

    await hold(database, "imported warehouse", load)
    answer = await Answerer(api, database).answer(
        Question(
            '{externalRefs(where: {record: {warehouse: {code: {eq: "N"}}}}) '
            "{nodes {key record {__typename ... on Warehouse {code name}}}}}"
        ),
        ADMINISTRATOR,
    )

    record = {"__typename": "Warehouse", "code": "N", "name": "Nørd"}
    assert answer.body() == {"data": {"externalRefs": {"nodes": [{"key": "depot:store:1", "record": record}]}}}
    await reconcile(whole_api().model, database)


def test_what_is_imported_is_every_concrete_type_but_the_keys_themselves() -> None:
    model = whole_api().model

    assert set(model.nodes["Imported"].members) == {each.name for each in model.concrete} - {
        "ApiKey",
        "ExternalRef",
        "ImportRun",
        "Webhook",
        "DeadLetter",
    }


def test_two_builds_know_nothing_of_each_other() -> None:
    with_warehouse, without = build((*declared_classes(), *_example())), build()

    assert "Warehouse" in with_warehouse.schema.type_map
    assert "Warehouse" not in without.schema.type_map


# --- mistakes of whoever declares ---------------------------------------------------------------------------------------


def _declare(**fields: Any) -> type:
    annotations = dict.fromkeys(fields, "list[User]")
    cls = type(
        "Thing", (Node,), {"__doc__": "A thing.", "__module__": __name__, "__annotations__": annotations, **fields}
    )
    return node()(cls)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (related("->USERS->"), 'Thing.users: "->USERS->" is no pattern; write it as "-[:TYPE]->" or "<-[:TYPE]-(:Label)-[:TYPE]->".'),
        (
            related("-[:A]->-[:B]->"),
            "Thing.users: every step but the last must name the label that it leads to, so that rights can bind it.",
        ),
        (related("-[:A]->(:Usr)-[:B]->"), "Thing.users leads to Usr, which is not declared."),
        (related("-[:A]->", when="until is null"), 'Thing.users: when="until is null" must read "PROPERTY IS NULL" or "PROPERTY IS NOT NULL".'),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused_by_class_and_field(field: Any, message: str) -> None:
    classes = [*declared_classes(), _declare(users=field)]

    with pytest.raises(TypeError) as raised:
        derive_model(classes)

    assert str(raised.value) == message


def test_a_path_has_no_edge_properties() -> None:
    field = related("-[:A]->(:User)-[:B]->", edge=people.Touch)

    with pytest.raises(TypeError, match=r"Thing\.users: a path of several relationships has no edge properties\."):
        derive_model([*declared_classes(), _declare(users=field)])


def test_a_field_without_a_declaration_is_refused() -> None:
    with pytest.raises(
        TypeError, match=r"Thing\.users is 'x'; declare it with stored\(\), related\(\) or referenced\(\)\."
    ):
        _declare(users="x")


@pytest.mark.parametrize("declared", [stored(), related("-[:A]->")])
def test_a_name_that_is_reserved_is_refused_and_documented(declared: Any) -> None:
    text = (ROOT / "docs" / "adding-a-type.md").read_text(encoding="utf-8")

    with pytest.raises(
        TypeError, match=r"^Thing\.custom: the name is reserved for fields defined at run time; choose another\.$"
    ):
        _declare(custom=declared)
    assert [name for name in RESERVED if f"`{name}`" not in text] == []


def test_a_member_of_a_union_must_be_declared() -> None:
    @union("User", "Usr")
    class Somebody:
        """Somebody."""

    with pytest.raises(TypeError, match="Somebody has a member Usr, which is not declared"):
        derive_model([*declared_classes(), Somebody])


def test_a_class_that_is_named_must_be_declared() -> None:
    with pytest.raises(TypeError, match="User names Role, which is not declared"):
        derive_model([record.Node, people.User, people.Team])


def test_the_api_of_the_tests_is_the_whole_one(api: API) -> None:
    assert set(api.model.nodes) == set(whole_api().model.nodes)
