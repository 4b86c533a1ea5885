"""A small network of people and purchases, made by hand, on which every built-in named query has a known answer.

Two of our users, four companies, seven people, four products. Ann (user) had to do with Bo, who knows Cleo; Cleo and Dan
worked at one company once. Tea and pot are bought together.
"""

from __future__ import annotations

from graph.database import Database
from graph.indexes import reconcile
from graph.model import Model
from tests.contents import hold

_RECORD = "version: 1, createdAt: datetime('2025-01-01T00:00:00Z'), updatedAt: datetime('2025-01-01T00:00:00Z')"
_HEX = "0192f0c0a0b0700080000000000000"


def record_id(prefix: str, number: int) -> str:
    """The id of the record with this number."""
    return f"{prefix}_{_HEX}{number:02d}"


def _named(variable: str, labels: str, prefix: str, number: int, name: str, more: str = "") -> str:
    found = f"id: '{record_id(prefix, number)}', name: '{name}', sortKey: '{name.lower()}', {_RECORD}{more}"
    return f"({variable}:{labels} {{{found}}})"


def _statement() -> str:
    users = [
        _named("ann", "User", "user", 1, "Ann", ", login: 'ann'"),
        _named("uma", "User", "user", 2, "Uma", ", login: 'uma'"),
    ]
    companies = [
        _named(name, "Party:Company", "company", i, name.capitalize(), f", sizeBand: '{size}'")
        for i, (name, size) in enumerate([("acme", "S"), ("bolt", "S"), ("core", "L"), ("dune", "S")], 1)
    ]
    people = [
        _named(name, "Party:Contact", "contact", i, name.capitalize())
        for i, name in enumerate(["bo", "cleo", "dan", "eve", "finn", "gus", "hana"], 1)
    ]
    products = [
        _named(name, "Product", "product", i, name.capitalize(), f", sku: '{name.upper()}'")
        for i, name in enumerate(["tea", "pot", "cup", "tin"], 1)
    ]
    customers = [
        _named(
            f"c{i}",
            "Customer",
            "customer",
            i,
            f"Customer {i}",
            f", number: 'C{i}', lifecycleStage: '{stage}'{touch}{owner}",
        )
        for i, stage, touch, owner in [
            (1, "ACTIVE", ", lastTouchAt: datetime('2025-03-01T00:00:00Z')", f", ownerId: '{record_id('user', 1)}'"),
            (2, "ACTIVE", "", f", ownerId: '{record_id('user', 1)}'"),
            (3, "LOYAL", ", lastTouchAt: datetime('2024-01-01T00:00:00Z')", f", ownerId: '{record_id('user', 2)}'"),
            (4, "CHURNED", "", f", ownerId: '{record_id('user', 2)}'"),
        ]
    ]
    edges = [
        *(f"(c{i})-[:ACCOUNT_FOR]->({name})" for i, name in enumerate(["acme", "bolt", "core", "dune"], 1)),
        *(
            f"(c{i})-[:BOUGHT {{id: 'bought_{i}{sku}', version: 1, orders: 1, lastAt: datetime('2025-0{i}-01T00:00:00Z')}}]->({sku})"
            for i, skus in [(1, "tea pot"), (2, "tea pot cup"), (3, "tea"), (4, "cup")]
            for sku in skus.split()
        ),
        "(bo)-[:WORKS_AT {id: 'w1', version: 1, title: 'Buyer'}]->(acme)",
        "(cleo)-[:WORKS_AT {id: 'w2', version: 1, title: 'Head'}]->(bolt)",
        "(cleo)-[:WORKS_AT {id: 'w3', version: 1, since: date('2020-01-01'), until: date('2022-01-01')}]->(core)",
        "(dan)-[:WORKS_AT {id: 'w4', version: 1, title: 'Chief', since: date('2019-01-01')}]->(core)",
        "(eve)-[:WORKS_AT {id: 'w5', version: 1, title: 'Clerk'}]->(core)",
        "(finn)-[:REPORTS_TO]->(eve)", "(eve)-[:REPORTS_TO]->(dan)",
        "(eve)-[:INFLUENCES {id: 'i1', version: 1, weight: 0.9}]->(dan)",
        "(eve)-[:INFLUENCES {id: 'i2', version: 1}]->(finn)",
        "(ann)-[:TOUCHED {id: 't1', version: 1, count: 5, strength: 0.5}]->(bo)",
        "(bo)-[:KNOWS {id: 'k1', version: 1, strength: 0.8}]->(cleo)",
        "(bo)-[:REFERRED {id: 'r1', version: 1}]->(gus)", "(gus)-[:REFERRED {id: 'r2', version: 1}]->(hana)",
        "(gus)-[:REFERRED {id: 'r3', version: 1}]->(dune)",
        f"(:Activity:Call {{id: '{record_id('activity', 1)}', kind: 'CALL', status: 'DONE', at: datetime('2025-03-01T00:00:00Z'), {_RECORD}}})-[:ABOUT]->(c1)",
        f"(:Activity:Task {{id: '{record_id('activity', 2)}', kind: 'TASK', status: 'OPEN', at: datetime('2025-04-01T00:00:00Z'), {_RECORD}}})-[:ABOUT]->(c3)",
        f"(c1)-[:PLACED]->(:Order {{id: '{record_id('order', 1)}', number: 'O1', status: 'PAID', placedAt: datetime('2025-02-01T00:00:00Z'), {_RECORD}}})",
        f"(c1)-[:PLACED]->(:Order {{id: '{record_id('order', 2)}', number: 'O2', status: 'DRAFT', placedAt: datetime('2025-02-02T00:00:00Z'), {_RECORD}}})",
    ]  # fmt: skip
    return "CREATE " + ", ".join([*users, *companies, *people, *products, *customers, *edges])


async def hold_network(database: Database, model: Model) -> None:
    """Make the database hold the network and nothing else."""

    async def load() -> None:
        await reconcile(model, database)
        await database.run(_statement())

    await hold(database, "network", load)
