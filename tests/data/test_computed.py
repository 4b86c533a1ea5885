"""What Cypher keeps and replaces of a computed property is what Python computes of the whole record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.computed import computed_by, parts_of, render_computed, render_copied_name
from graph.database import Database
from graph.model import Model

_TYPES = ("Company", "Contact", "Customer", "Product", "Order", "Call", "EmailAddress", "Address", "User")
_TEXTS = (
    st.text(max_size=12)
    | st.sampled_from(
        ["", " ", "\n", "a\nb:c", "上海云间茶馆", "Müller\u2028GmbH", "\u0301", "🍵\n🍵", "x\x85y", "a\x1cb"]
    )
).filter(lambda text: "\x00" not in text and not any("\ud800" <= each <= "\udfff" for each in text))


def _sources(model: Model, type_: str) -> list[str]:
    found = (part.source for one in model.nodes[type_].computed.values() for part in one.parts)
    return sorted({source for source in found if source != "__typename"})


@st.composite
def _updates(draw: st.DrawFn, names: list[str]) -> tuple[dict[str, str], dict[str, str | None]]:
    """What a record holds and what a write gives of it; None clears."""
    old = {name: draw(_TEXTS) for name in names if draw(st.booleans())}
    given_ = draw(st.lists(st.sampled_from(names), unique=True))
    return old, {name: draw(st.none() | _TEXTS) for name in given_}


@pytest.mark.parametrize("type_", _TYPES)
@pytest.mark.usefixtures("empty")
async def test_a_partial_update_is_as_good_as_a_whole_recomputation(
    database: Database, model: Model, type_: str
) -> None:
    node, cases = model.nodes[type_], list[tuple[dict[str, str], dict[str, str | None]]]()

    @settings(max_examples=60)
    @given(_updates(_sources(model, type_)))
    def collect(case: tuple[dict[str, str], dict[str, str | None]]) -> None:
        cases.append(case)

    collect()
    text = f"""CYPHER 5
        UNWIND $p.rows AS row
        CREATE (record:Scratch {{id: row.id}}) SET record += row.old
        SET record += row.change
        {chr(10).join(render_computed(node, "record"))}
        WITH record, row
        RETURN record {{.*, id: null}}"""
    rows = []
    for index, (old, change) in enumerate(cases):
        stored = {**old, **{name: value for name, value in node.compute(old).items() if value is not None}}
        # A record that holds none of them yet has no computed properties either.
        rows.append({"id": index, "old": stored if old else {}, "change": change, "computed": parts_of(node, change)})

    found = [row[0] for row in await database.run(text, p={"rows": rows})]

    for (old, change), record in zip(cases, found, strict=True):
        whole = {name: value for name, value in {**old, **change}.items() if value is not None}
        computed = node.compute(whole)
        written = computed if old else {name: computed[name] for name in computed_by(node, change)}
        wanted = whole | written
        assert {name: value for name, value in record.items() if name != "id"} == {
            name: value for name, value in wanted.items() if value is not None
        }


@pytest.mark.parametrize("type_", ["Company", "Contact"])
@pytest.mark.usefixtures("empty")
async def test_a_customer_takes_its_name_from_its_party(database: Database, model: Model, type_: str) -> None:
    party, customer = model.nodes[type_], model.nodes["Customer"]
    old = {"name": "Old & Söhne", "number": "C-1"}
    new = {"name": "上海云间茶馆", "vat": "DE1", "given": "云"}
    text = f"""CYPHER 5
        UNWIND $p.customers AS row
        CREATE (customer:Scratch) SET customer = row
        CREATE (party:Scratch) SET party = $p.party
        WITH customer, party
        {chr(10).join(render_copied_name(model, "customer", "party"))}
        RETURN customer {{.*}}"""
    whole = old | customer.compute(old)
    unnamed = {"number": "C-1"} | customer.compute({"number": "C-1"})

    found = await database.run(text, p={"customers": [whole, unnamed], "party": new | party.compute(new)})

    wanted = old | {"name": new["name"]}
    assert [row[0] for row in found] == [wanted | customer.compute(wanted)] * 2


async def test_what_a_write_does_not_touch_is_not_in_its_parts(model: Model) -> None:
    company: Any = model.nodes["Company"]

    parts = parts_of(company, {"vat": None, "uscc": "91X", "employees": 3})

    assert parts == {"searchText": ["KCompany", None, "W91x E91x P91x P1x Px", ""]}
    assert render_computed(company, "company", names=()) == []
    assert parts_of(company, {"name": None})["sortKey"] == [None]
