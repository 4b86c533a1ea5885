"""The world has a record for every rule, which nothing else lets be seen, and for every rule one that it does not let."""

from __future__ import annotations

from collections import defaultdict

from tests.matrix.rights_table import ACTIVITIES
from tests.matrix.visible import Sight, type_of
from tests.matrix.world import USERS, World

_OWNED = {
    "all", "own", "shared with the user", "shared with a team", "of a team mate", "of a team below",
}  # fmt: skip
RULES: dict[str, set[str]] = {
    "Customer": _OWNED,
    "Company": {*_OWNED, "through a customer"},
    "Contact": {*_OWNED, "through a customer", "through an employer"},
    "Order": {*_OWNED, "through its customer"},
    "LineItem": {"with its order"},
    "EmailAddress": {"of a Company", "of a Contact"},
    "PhoneNumber": {"of a Company", "of a Contact"},
    "Address": {"of a Company", "of a Contact"},
    "Activity": {"all", "took part", "about a Customer", "about a Company", "about a Contact", "about a Order"},
    "ExternalRef": {"with its record", "by the role"},
    "Change": {"of visible records", "every change"},
    "Webhook": {"by the role"},
    "Grant": {"by the role"},
}


def test_every_rule_lets_a_record_be_seen_that_no_other_does(world: World) -> None:
    alone: dict[str, set[str]] = defaultdict(set)
    hidden: set[str] = set()
    for name in USERS:
        sight = Sight(world.held, world.user(name))
        for node in world.held.nodes:
            type = "Activity" if type_of(node) in ACTIVITIES else type_of(node)
            why = sight.why(node)
            if len(why) == 1:
                alone[type] |= why
            elif not why:
                hidden.add(type)

    assert {type: rules - alone[type] for type, rules in RULES.items() if rules - alone[type]} == {}
    assert RULES.keys() <= hidden


def test_every_user_sees_something_that_another_one_does_not(world: World) -> None:
    seen = {name: frozenset(Sight(world.held, world.user(name)).graph.nodes and _ids(world, name)) for name in USERS}

    alike = {tuple(sorted(other for other in seen if seen[other] == seen[name])) for name in USERS}
    assert {names for names in alike if len(names) > 1} <= {("analyst", "service")}


def _ids(world: World, name: str) -> set[str]:
    sight = Sight(world.held, world.user(name))
    return {node.key for node in world.held.nodes if sight.why(node)}
