"""Hand-made readers: by the ids of single records, and by who owns them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph.conditions import EVERYTHING, NOTHING, Compare, Condition, Operator
from graph.model import Model
from graph.reader import Action, Reader, ReaderValue
from tests.readers import owner_reader

# What writing asks for; reading and exporting are asked for elsewhere.
WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE, Action.MERGE, Action.ASSIGN)


def by_ids(model: Model, *, hidden: Iterable[str], frozen: Iterable[str], user: str = "user_0") -> Reader:
    """Who sees everything but the hidden ones, and may do anything to what it sees but to the frozen ones."""
    values = {"hidden": list(hidden), "frozen": list(frozen)}
    actions = {action: _of_all(model, "frozen") for action in WRITES}
    return Reader(user, _of_all(model, "hidden"), EVERYTHING, values, actions=actions)


def _of_all(model: Model, value: str) -> dict[str, Condition]:
    return {node.name: Compare(node.properties["id"], Operator.NOT_IN, ReaderValue(value)) for node in model.concrete}


def with_actions(reader: Reader, actions: Mapping[Action, Mapping[str, Condition]]) -> Reader:
    """The same reader, with other rights where some are named."""
    known = {action: {**reader.actions.get(action, {}), **found} for action, found in actions.items()}
    return replace(reader, actions={**reader.actions, **known})


def owner(model: Model, me: str, **denied: Mapping[str, Condition]) -> Reader:
    """Who sees what is its own and what follows from that, may do anything to it, and may not give it away.

    `denied` are other rights, by the action's name.
    """
    reader = owner_reader(model, me, [me])
    own: dict[Action, Mapping[str, Condition]] = {
        action: dict(reader.predicates) for action in WRITES if action is not Action.ASSIGN
    }
    given = {Action[name]: found for name, found in denied.items()}
    return with_actions(replace(reader, actions=own), {Action.ASSIGN: nothing_of_owned(model), **given})


def nothing_of_owned(model: Model) -> dict[str, Condition]:
    return {node.name: NOTHING for node in model.concrete if "ownerId" in node.properties}
