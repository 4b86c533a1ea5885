"""A handful of records that are easily told apart by what they are called, and by what they are not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from graph import ids
from graph.database import Database
from resolvers.api import API
from tests.awkward import load_dump
from tests.contents import hold
from tests.dump import Dump, Edge, Record

NOW = datetime(2025, 6, 1, tzinfo=UTC)

_RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "yunjian": ("Company", {"name": "上海云间茶馆有限公司", "uscc": "91310000MA1FL2BB3X"}),
    "huawei": ("Company", {"name": "华为茶业 Huawei Tea"}),
    "muller": ("Company", {"name": "Müller & Söhne GmbH", "vat": "DE987654321"}),
    "deleted": ("Company", {"name": "Deleted Tea House"}),
    "wang": ("Contact", {"name": "王芳", "given": "芳", "family": "王"}),
    "jasmine": ("Contact", {"name": "Jasmine Tee", "given": "Jasmine", "family": "Tee"}),
    "anna": ("Contact", {"name": "Anna O'Brien", "given": "Anna", "family": "O'Brien"}),
    "pearl": ("Product", {"name": "Jasmine Pearl Tea 🍵", "sku": "TEA-JP-001", "model": "茉莉龙珠"}),
    "jas": ("Product", {"name": "Jas", "sku": "JAS"}),
    "ninja": ("Product", {"name": "Injasmined ＰＯＴ", "sku": "POT-7"}),
    "order": ("Order", {"number": "SO-2024-0042", "status": "PLACED"}),
    "uma": ("User", {"name": "Uma Berg", "login": "uma"}),
    "call": (
        "Call",
        {"at": NOW, "subject": "Samples", "body": "客户询问茉莉花茶的价格, and a jasmine sample by Friday"},
    ),
    "note": ("Note", {"at": NOW, "subject": "Jasmine harvest", "body": "It rained."}),
    "mobile": ("PhoneNumber", {"value": "+8613812345678", "raw": "138 1234 5678"}),
    "desk": ("PhoneNumber", {"value": "+861065528888", "raw": "010-65528888"}),
    "london": ("PhoneNumber", {"value": "+442079460018", "raw": "+44 (0)20 7946 0018"}),
    "nobody": ("PhoneNumber", {"value": "+8613800000000"}),
    "mail": ("EmailAddress", {"value": "wang.fang@yunjian-tea.example", "raw": "Wang.Fang@yunjian-tea.example"}),
    "info": ("EmailAddress", {"value": "info@yunjian.example"}),
}

_EDGES = (
    ("wang", "HAS_PHONE", "mobile"),
    ("yunjian", "HAS_PHONE", "desk"),
    ("wang", "HAS_PHONE", "desk"),
    ("anna", "HAS_PHONE", "london"),
    ("deleted", "HAS_PHONE", "mobile"),
    ("wang", "HAS_EMAIL", "mail"),
    ("yunjian", "HAS_EMAIL", "info"),
    ("wang", "WORKS_AT", "yunjian"),
)


_PREFIXES = {"Call": "activity", "Note": "activity", "PhoneNumber": "phone_number", "EmailAddress": "email_address"}


def id_of(name: str) -> str:
    """The id of the record that the tests call so."""
    type_, _ = _RECORDS[name]
    return ids.id_for(_PREFIXES.get(type_, type_.lower()), name, NOW)


NAMES = {id_of(name): name for name in _RECORDS}


@pytest.fixture(scope="module")
async def named_things(database: Database, api: API) -> None:
    """The database holds these records and nothing else; one of them is deleted."""
    made = {name: _record(api, name) for name in _RECORDS}
    common = {"version": 1}
    edges = tuple(
        Edge(type_, made[start], made[end], {"id": ids.id_for("edge", f"{start}{end}", NOW), **common})
        for start, type_, end in _EDGES
    )
    graph = Dump(api.model, tuple(made.values()), edges)

    async def load() -> None:
        await load_dump(database, graph)
        await database.run(
            "MATCH (n {id: $id}) REMOVE n:Company:Party SET n:Deleted, n.formerLabels = ['Party', 'Company']",
            id=id_of("deleted"),
        )

    await hold(database, "named things", load)


def _record(api: API, name: str) -> Record:
    type_, properties = _RECORDS[name]
    whole = {"id": id_of(name), "createdAt": NOW, "updatedAt": NOW, "version": 1, **properties}
    computed = api.model.nodes[type_].compute(whole)
    return Record(type_, whole | {key: value for key, value in computed.items() if value is not None})
