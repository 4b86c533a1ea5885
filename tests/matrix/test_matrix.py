"""Every type, in every position, for every role: a reader is answered about the world what the administrator is answered
about a graph that holds nothing but what that reader may see, as a table of rights and plain Python make it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.model import NodeType
from graph.plan import EVERYTHING
from tests.asking import whole_api
from tests.matrix import others
from tests.matrix.asking import Difference, Matrix
from tests.matrix.positions import listing
from tests.matrix.rights_table import ROLES
from tests.matrix.world import USERS

# The seeded roles are asked everything; others, who see no less strangely, what tells most.
_MOST_TELLING = ("root list", "node", "nested", "some")
SEEDED = [name for name, (_, roles) in USERS.items() if roles and roles[0] in ROLES and len(roles) == 1]


@pytest.mark.parametrize("name", SEEDED)
async def test_a_seeded_role_is_answered_as_if_nothing_else_were_there(matrix: Matrix, name: str) -> None:
    look = await matrix.look(name)

    found = await look.differences(look.documents())
    found += [each async for each in others.feed(look, _TOLD)]
    for node in _exported():
        found += [each async for each in others.export(look, node)]
    # A write takes long to plan, so that each role writes to some types, and all together to every one.
    for node in others.written_types()[SEEDED.index(name) :: len(SEEDED)]:
        found += [each async for each in others.mutation_results(look, node)]

    assert not found, _told(found)


@pytest.mark.parametrize("name", [each for each in USERS if each not in SEEDED])
async def test_anybody_is_answered_as_if_nothing_else_were_there(matrix: Matrix, name: str) -> None:
    look = await matrix.look(name)

    found = await look.differences(look.documents(positions=_MOST_TELLING))

    assert not found, _told(found)


# Types of which changes are told: one with personal properties, one with hidden ones, one of many kinds, one of a catalogue.
_TOLD = ["Contact", "Customer", "Activity", "Product"]


def _exported() -> list[NodeType]:
    return [node for node in whole_api().model.nodes.values() if listing(node) and not node.is_abstract]


def _told(found: list[Difference]) -> str:
    return f"{len(found)} differences:\n" + "\n".join(map(str, found[:20]))


# --- that it would be noticed -----------------------------------------------------------------------------------------

_NOTICING = ("root by id", "root list", "count", "aggregate", "nested", "some")


@pytest.mark.parametrize("type", ["LineItem", "Order"])
async def test_a_type_without_its_predicate_shows_in_every_position(matrix: Matrix, type: str) -> None:
    look = await matrix.look("sales")
    predicates = {**look.reader.predicates, type: EVERYTHING}
    loose = replace(look.reader, predicates=predicates, onward={}, backward={})

    found = await look.differences(look.documents(type, positions=_NOTICING), loose)

    assert {each.asked.position for each in found} >= set(_NOTICING)


async def test_a_property_without_its_mask_shows(matrix: Matrix) -> None:
    look = await matrix.look("analyst")

    asked = look.documents("Contact", positions=("root list", "root by id"))
    found = await look.differences(asked, replace(look.reader, fields={}))

    assert {each.asked.position for each in found} == {"root list", "root by id"}
