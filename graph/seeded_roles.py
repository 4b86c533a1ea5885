"""The roles that come with Guanxi. An administrator may change each of them, and what was changed stays so."""

from __future__ import annotations

from collections.abc import Iterator

from graph.grants import ADMINISTRATOR, Granted, Role
from graph.reader import Action, DocumentMode, FieldRight, Limits, Scope

# The types whose records have an owner, or belong to those whom they are about; Activity stands for all of its kinds.
OWNED = ("Customer", "Company", "Contact", "Order", "Activity")
PARTIES = ("Customer", "Company", "Contact")
CATALOGUE = ("Product", "Category")
INTEGRATION = ("Webhook", "DeadLetter", "ImportRun", "ExternalRef")

_WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)
_UNSAID, _BEFOREHAND = Limits(), Limits(documents=DocumentMode.PREFER)

NAMES = {
    ADMINISTRATOR: "Administrator",
    "manager": "Manager",
    "sales": "Sales",
    "service": "Service",
    "marketing": "Marketing",
    "analyst": "Analyst",
    "auditor": "Auditor",
    "integration": "Integration",
}


def _grants(actions: Action | tuple[Action, ...], types: tuple[str, ...], scope: Scope) -> Iterator[Granted]:
    for action in (actions,) if isinstance(actions, Action) else actions:
        for record_type in types:
            yield Granted(record_type, action, scope)


def _right(right: FieldRight, *places: tuple[str, str]) -> Iterator[Granted]:
    for record_type, name in places:
        yield Granted(record_type, field=name, right=right)


_MONEY = (("Customer", "creditLimit"), ("Customer", "revenue"))
_NAMES = (("Contact", "name"), ("Customer", "name"))


def _role(code: str, *grants: Iterator[Granted], limits: Limits = _UNSAID) -> Role:
    return Role(code, frozenset(each for several in grants for each in several), limits)


SEEDED = (
    _role(ADMINISTRATOR),
    _role(
        "manager",
        _grants(tuple(Action), OWNED, Scope.SUBTREE),
        _grants(_WRITES, CATALOGUE, Scope.ALL),
    ),
    _role(
        "sales",
        _grants((Action.READ, Action.CREATE, Action.UPDATE), OWNED, Scope.OWN),
        _grants(Action.DELETE, ("Activity",), Scope.OWN),
        limits=_BEFOREHAND,
    ),
    _role(
        "service",
        _grants(Action.READ, OWNED, Scope.ALL),
        _grants((Action.CREATE, Action.UPDATE), ("Contact",), Scope.ALL),
        _grants(_WRITES, ("Activity",), Scope.OWN),
        _right(FieldRight.HIDE, *_MONEY),
        limits=_BEFOREHAND,
    ),
    _role(
        "marketing",
        _grants((Action.READ, Action.EXPORT), PARTIES, Scope.ALL),
        _grants((Action.CREATE, Action.UPDATE), ("Contact",), Scope.ALL),
        _right(FieldRight.HIDE, *_MONEY),
        _right(FieldRight.MASK, ("PhoneNumber", "value")),
        limits=_BEFOREHAND,
    ),
    _role(
        "analyst",
        _grants((Action.READ, Action.EXPORT), OWNED, Scope.ALL),
        _right(FieldRight.MASK, ("EmailAddress", "value"), ("PhoneNumber", "value"), *_NAMES),
        _right(FieldRight.HIDE, ("Contact", "birthDate")),
    ),
    _role(
        "auditor",
        _grants((Action.READ, Action.EXPORT), OWNED, Scope.ALL),
        _grants(Action.READ, ("Role", "Grant", "Change"), Scope.ALL),
    ),
    _role(
        "integration",
        _grants((Action.READ, Action.CREATE, Action.UPDATE, Action.EXPORT, Action.ASSIGN), OWNED, Scope.ALL),
        _grants(_WRITES, CATALOGUE, Scope.ALL),
        _grants((Action.READ, *_WRITES, Action.EXPORT), INTEGRATION, Scope.ALL),
    ),
)
