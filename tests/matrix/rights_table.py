"""Who may read what, written down a second time, by hand: the contract's roles as a table of plain values.

It shares nothing with the code that enforces it, which is its purpose: `visible.py` works out from it what a user may
see of a graph. Whoever adds a type, a role or a rule to the server adds it here as well, or the matrix fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Scope(IntEnum):
    """Whose records a grant covers. Each holds what the ones before it hold."""

    NONE = 0
    SHARED = 1
    OWN = 2
    TEAM = 3
    SUBTREE = 4
    ALL = 5


class Field(IntEnum):
    """What is told of a property; where nothing is said, all of it. Each holds what the ones before it hold."""

    HIDDEN = 0
    MASKED = 1
    PLAIN = 2


OWNED = ("Customer", "Company", "Contact", "Order", "Activity")


def _all(scope: Scope) -> Mapping[str, Scope]:
    return dict.fromkeys(OWNED, scope)


@dataclass(frozen=True)
class Role:
    """What a role may read: a scope for each owned type, the types besides that only some may see, and properties."""

    read: Mapping[str, Scope]
    update: Mapping[str, Scope] = field(default_factory=dict)
    export: Mapping[str, Scope] = field(default_factory=dict)
    besides: frozenset[str] = frozenset()
    exports_besides: frozenset[str] = frozenset()
    fields: Mapping[tuple[str, str], Field] = field(default_factory=dict)
    writes_catalogue: bool = False
    sees_every_change: bool = False


_MONEY = {("Customer", "creditLimit"): Field.HIDDEN, ("Customer", "revenue"): Field.HIDDEN}
_KEPT_BY = frozenset({"ImportRun", "Webhook", "DeadLetter"})
_CALLED = ("Customer", "Company", "Contact")

ROLES: Mapping[str, Role] = {
    "manager": Role(_all(Scope.SUBTREE), _all(Scope.SUBTREE), _all(Scope.SUBTREE), writes_catalogue=True),
    "sales": Role(_all(Scope.OWN), _all(Scope.OWN)),
    "service": Role(_all(Scope.ALL), {"Contact": Scope.ALL, "Activity": Scope.OWN}, fields=_MONEY),
    "marketing": Role(
        {**dict.fromkeys(_CALLED, Scope.ALL), "Order": Scope.NONE, "Activity": Scope.NONE},
        {"Contact": Scope.ALL},
        dict.fromkeys(_CALLED, Scope.ALL),
        fields={("PhoneNumber", "value"): Field.MASKED, **_MONEY},
    ),
    "analyst": Role(
        _all(Scope.ALL),
        export=_all(Scope.ALL),
        fields={
            ("EmailAddress", "value"): Field.MASKED,
            ("PhoneNumber", "value"): Field.MASKED,
            ("Contact", "birthDate"): Field.HIDDEN,
            ("Contact", "name"): Field.MASKED,
        },
    ),
    "auditor": Role(
        _all(Scope.ALL), export=_all(Scope.ALL), besides=frozenset({"Role", "Grant"}), sees_every_change=True
    ),
    "integration": Role(
        _all(Scope.ALL),
        _all(Scope.ALL),
        _all(Scope.ALL),
        # Who writes what other systems call records sees all of it.
        besides=_KEPT_BY | {"ExternalRef"},
        exports_besides=_KEPT_BY | {"ExternalRef"},
        writes_catalogue=True,
    ),
}  # fmt: skip

# Roles that the tests make, for the scopes that no seeded role reads by.
MADE: Mapping[str, Role] = {
    "team_mate": Role(_all(Scope.TEAM), {"Customer": Scope.TEAM}),
    "guest": Role(_all(Scope.SHARED)),
    "order_clerk": Role({**_all(Scope.NONE), "Order": Scope.ALL}),
}

# What every signed-in user may read. Whether a record of another type may be read, `visible.py` knows by its name.
FOR_EVERYBODY = frozenset({"Product", "Category", "User", "Team"})
FOR_SOME = frozenset({"Role", "Grant", *_KEPT_BY})
# These may be read where a party that has them may.
CONTACT_POINTS: Mapping[str, str] = {
    "EmailAddress": "HAS_EMAIL",
    "PhoneNumber": "HAS_PHONE",
    "Address": "HAS_ADDRESS",
}
ACTIVITIES = frozenset({
    "Call", "Email", "Meeting", "Sms", "Chat", "Visit", "Demo", "Trial", "Training", "Event", "Note", "Task",
})  # fmt: skip
# Who sees any record of these types may also see what other systems call such records.
PARTS: Mapping[str, tuple[str, ...]] = {"Order": ("LineItem",), "Activity": tuple(sorted(ACTIVITIES))}
# What says the same as a property, or a part of it, is told as the property is.
FOLLOWS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("PhoneNumber", "value"): (("PhoneNumber", "raw"),),
    ("EmailAddress", "value"): (("EmailAddress", "raw"),),
    ("Contact", "name"): (("Contact", "given"), ("Contact", "family"), ("Customer", "name")),
    # All of a customer's purchases add up to its revenue.
    ("Customer", "revenue"): (("BOUGHT", "revenue"),),
}
# What the database keeps for itself of properties, to sort and to search by: of those that are not told, nothing.
MADE_OF: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("PhoneNumber", "value"): ("searchText",),
    ("EmailAddress", "value"): ("searchText",),
    ("Contact", "name"): ("nameKey", "sortKey", "searchText"),
    ("Customer", "name"): ("sortKey", "searchText"),
}
# By whose grants the records of a type are seen, where they have none of their own: a role that does not let them be
# seen says nothing of their properties either.
SEEN_BY: Mapping[str, tuple[str, ...]] = {
    "LineItem": ("Order",),
    **dict.fromkeys(CONTACT_POINTS, ("Company", "Contact")),
    "BOUGHT": ("Customer",),
}
# What a record is called once it is deleted: the first of these that its type has.
CALLED = ("name", "number", "subject", "value", "lines", "code", "key")
