"""From what somebody's roles grant to a reader: one condition per type of record, and one besides per action and type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graph.conditions import NOTHING
from graph.field_rights import fields_of
from graph.grants import ADMINISTRATOR, Granted, Grants, Role, ShareLevel, grants_of, limits_of, union
from graph.model import Model
from graph.reader import Action, Reader, Scope
from graph.rules import SEEN_THROUGH, Rules


@dataclass(frozen=True)
class Person:
    """A user as far as rights go. Each list of colleagues holds the user too."""

    user_id: str
    roles: tuple[Role, ...] = ()
    # My teams; who belongs to them; and who belongs to them or to teams below.
    teams: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    subtree: tuple[str, ...] = ()
    # The types of which any record is shared with the user or one of the teams.
    shared: frozenset[str] = frozenset()


def reader_of(model: Model, person: Person, limit: Iterable[Granted] | None = None) -> Reader:
    """The reader that a user is; of an API key that is limited to some grants, no more than these."""
    codes = frozenset(role.code for role in person.roles)
    limits = limits_of(person.roles)
    if ADMINISTRATOR in codes and limit is None:
        return Reader(person.user_id, roles=codes, is_administrator=True, limits=limits)
    granted = union((grants_of(role.grants) for role in person.roles), SEEN_THROUGH)
    if limit is not None:
        granted = grants_of(limit) if ADMINISTRATOR in codes else granted.within(grants_of(limit))
    rules = Rules(model, granted, person.shared)
    values: dict[str, Any] = {
        "user": person.user_id, "team": list(person.team), "subtree": list(person.subtree),
        "sharers": [person.user_id, *person.teams], "update": ShareLevel.UPDATE.value, "yes": True,
    }  # fmt: skip
    conditions = {action: {each.name: rules.condition(action, each) for each in model.concrete} for action in Action}
    return Reader(
        person.user_id,
        conditions.pop(Action.READ),
        NOTHING,
        values,
        codes - {ADMINISTRATOR},
        actions=conditions,
        fields=fields_of(model, granted.rights),
        limits=limits,
        onward=rules.onward(),
        backward=rules.backward(),
        whole_logs=_whole_logs(model, granted),
    )


def _whole_logs(model: Model, granted: Grants) -> frozenset[str]:
    if granted.scope(Action.READ, "Change") is not Scope.ALL:
        return frozenset()
    return frozenset(log.name for log in model.logs.values() if log.seen_through)
