"""Small graphs made at random, in which everything leads to everything, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from graph.database import Database
from graph.derived import refresh
from graph.ids import new_id
from graph.model import Model
from graph.money import Currencies
from graph.names import labels
from graph.rows import Touched
from schema.scalars import exponent

CURRENCIES = Currencies("USD", exponent)
_AT = datetime(2025, 3, 1, 12, tzinfo=UTC)

# What merging and unmerging change for good, beside the log of changes: they are changes themselves.
_COUNTED = ("version", "updatedAt", "updatedBy")


@dataclass
class Graph:
    """Records and relationships in the making; `ids` are by type."""

    model: Model
    random: Random
    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def record(self, type: str, /, **properties: Any) -> str:
        node = self.model.nodes[type]
        given = {name: value for name, value in properties.items() if value is not None}
        id = new_id(node.id_prefix)
        whole = {"id": id, "version": 1, "createdAt": _AT, "updatedAt": _AT, **given, **node.compute(given)}
        self.nodes.append({"labels": labels(node).split(":"), "properties": whole})
        self.ids.setdefault(type, []).append(id)
        return id

    def edge(self, start: str, type: str, end: str, prefix: str = "", /, **properties: Any) -> None:
        own = {"id": new_id(prefix), "version": 1} if prefix else {}
        given = {name: value for name, value in properties.items() if value is not None}
        self.edges.append({"start": start, "type": type, "end": end, "properties": {**own, **given}})

    def maybe(self, value: Any) -> Any:
        return value if self.random.random() < 0.5 else None

    def any(self, *types: str) -> str:
        return self.random.choice([id for type in types for id in self.ids[type]])

    def set(self, id: str, name: str, value: Any) -> None:
        next(node for node in self.nodes if node["properties"]["id"] == id)["properties"][name] = value


def random_graph(model: Model, seed: int) -> Graph:
    """Three companies, three people and three customers, and what is around them."""
    graph = Graph(model, Random(seed))  # noqa: S311 - it only has to be the same for the same seed.
    for index in range(2):
        graph.record("User", login=f"user{index}", name=f"User {index}")
        graph.record("Product", sku=f"sku{index}", name=f"Product {index}")
        graph.record("EmailAddress", value=f"mail{index}@example.com", status="VALID")
    for index in range(3):
        _parties(graph, index)
    for index in range(3):
        _customer(graph, index)
    for index in range(4):
        _order(graph, index)
    for index in range(3):
        _activity(graph, index)
    _relationships(graph)
    return graph


def _parties(graph: Graph, index: int) -> None:
    company = graph.record(
        "Company", name=f"公司 {index}", uscc=graph.maybe(f"uscc{index}"), employees=graph.maybe(index),
        website=graph.maybe(f"{index}.example.com"), legacyCode=graph.maybe(f"old {index}"),
    )  # fmt: skip
    contact = graph.record(
        "Contact", name=f"Person {index}", given=graph.maybe(f"Given {index}"), gender=graph.maybe("f")
    )
    for id in (company, contact):
        _owned(graph, id)
        if graph.maybe(True):
            ref = graph.record("ExternalRef", key=f"erp:party:{id}", system="erp", type="party", externalId=id)
            graph.edge(ref, "REFERS_TO", id)


def _owned(graph: Graph, id: str) -> None:
    if graph.maybe(True):
        user = graph.any("User")
        graph.edge(id, "OWNED_BY", user)
        graph.set(id, "ownerId", user)


def _customer(graph: Graph, index: int) -> None:
    party = graph.any("Company", "Contact")
    name = next(node["properties"]["name"] for node in graph.nodes if node["properties"]["id"] == party)
    limit = graph.maybe(100 * index)
    money = {} if limit is None else {"creditLimit": limit, "creditLimitCurrency": "USD", "creditLimitBase": limit}
    customer = graph.record(
        "Customer", number=f"C-{index}", name=name, valueTier=graph.maybe("HIGH"), serviceLevel=graph.maybe("gold"), **money
    )  # fmt: skip
    graph.edge(customer, "ACCOUNT_FOR", party)
    _owned(graph, customer)


def _order(graph: Graph, index: int) -> None:
    status = graph.random.choice(["DRAFT", "PLACED", "PAID"])
    order = graph.record("Order", number=f"O-{index}", status=status, placedAt=_AT, totalDerived=True)
    graph.edge(graph.any("Customer"), "PLACED", order)
    for line_no in (1, 2):
        line = graph.record(
            "LineItem", lineNo=line_no, key=f"{order}:{line_no}", quantity=float(line_no), unit=500, unitCurrency="USD",
            unitBase=500, net=500 * line_no, netCurrency="USD", netBase=500 * line_no,
        )  # fmt: skip
        graph.edge(order, "HAS_LINE", line)
        graph.edge(line, "OF_PRODUCT", graph.any("Product"))
    if index == 0:
        # One that was deleted and may come back.
        node = next(node for node in graph.nodes if node["properties"]["id"] == order)
        node["labels"] = ["Deleted"]


def _activity(graph: Graph, index: int) -> None:
    call = graph.record("Call", at=_AT, status=graph.random.choice(["DONE", "PLANNED"]), subject=f"Call {index}")
    for id in {graph.any("Customer", "Company", "Contact") for _ in range(3)}:
        graph.edge(call, "ABOUT", id)
    for id in {graph.any("User"), graph.any("Contact"), graph.any("Contact")}:
        graph.edge(id, "PARTICIPATED_IN", call, "participation", role=graph.maybe("host"))


def _relationships(graph: Graph) -> None:
    random = graph.random
    companies, contacts = graph.ids["Company"], graph.ids["Contact"]
    for id in (*companies, *contacts):
        for email in graph.ids["EmailAddress"]:
            for label in random.sample([None, "work", "home"], random.randrange(3)):
                graph.edge(id, "HAS_EMAIL", email, "contact_point", label=label, primary=graph.maybe(True))
    for contact in contacts:
        for company in companies:
            for year in random.sample([None, 2019, 2021], random.randrange(3)):
                graph.edge(
                    contact, "WORKS_AT", company, "employment", title=graph.maybe("Buyer"), department=graph.maybe("IT"),
                    since=None if year is None else datetime(year, 1, 1, tzinfo=UTC).date(),
                    until=graph.maybe(datetime(2024, 1, 1, tzinfo=UTC).date()),
                )  # fmt: skip
        others = [each for each in contacts if each != contact]
        if graph.maybe(True):
            graph.edge(contact, "REPORTS_TO", random.choice(others))
        if graph.maybe(True):
            graph.edge(contact, "KNOWS", random.choice(others), "acquaintance", strength=graph.maybe(0.5))
        if graph.maybe(True):
            graph.edge(contact, "REFERRED", graph.any("Company"), "referral", at=graph.maybe(_AT))
    for company in companies:
        if graph.maybe(True):
            other = random.choice([each for each in companies if each != company])
            graph.edge(company, "SUBSIDIARY_OF", other, "shareholding", sharePct=graph.maybe(51.0))
        if graph.maybe(True):
            graph.edge(company, "SUPPLIES", graph.any("Product"))
        for _ in range(random.randrange(3)):
            # A type that no declaration knows.
            graph.edge(company, "LEGACY_LINK", graph.any("Company", "Product"), note=graph.maybe("old"))


async def hold(database: Database, graph: Graph) -> None:
    """Make the database hold this graph and nothing else, with the facts that follow from it."""
    await database.run("MATCH (n) DETACH DELETE n")
    await database.run("CYPHER 5 UNWIND $p AS row CREATE (node:$(row.labels)) SET node = row.properties", p=graph.nodes)
    await database.run(
        """CYPHER 5 UNWIND $p AS row
        MATCH (start {id: row.start}) MATCH (end {id: row.end})
        CREATE (start)-[edge:$(row.type)]->(end) SET edge = row.properties""",
        p=graph.edges,
    )
    ids = graph.ids
    touched = Touched(frozenset(ids["Customer"]), frozenset(ids["Contact"]), frozenset(ids["Order"][1:]))
    await refresh(database, graph.model, CURRENCIES, touched, _AT)


Snapshot = tuple[dict[str, Any], list[Any]]


async def snapshot(database: Database) -> Snapshot:
    """All records and relationships with what they say, but for how often and when they were changed."""
    nodes = await database.run(
        "MATCH (n) WHERE NOT n:Change|ChangeValue|Attempt|IdempotencyKey RETURN n.id, labels(n), properties(n)"
    )
    edges = await database.run(
        "MATCH (a)-[r]->(b) WHERE NOT a:Change AND NOT b:ChangeValue RETURN a.id, type(r), b.id, properties(r)"
    )
    return (
        {id: (sorted(labels), _said(properties)) for id, labels, properties in nodes},
        sorted(
            [[start, type, end, sorted(_said(properties).items())] for start, type, end, properties in edges],
            key=repr,
        ),
    )


def _said(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in _COUNTED}


def differences(one: Snapshot, other: Snapshot) -> list[str]:
    """What is not the same in both, in lines."""
    (records, edges), (others, other_edges) = one, other
    return [
        *(f"{id}: {records.get(id)} / {others.get(id)}" for id in sorted({*records, *others})
          if records.get(id) != others.get(id)),
        *(f"only before: {edge}" for edge in edges if edge not in other_edges),
        *(f"only after: {edge}" for edge in other_edges if edge not in edges),
        *([] if len(edges) == len(other_edges) else [f"{len(edges)} edges / {len(other_edges)}"]),
    ]  # fmt: skip
