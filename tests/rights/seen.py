"""What a user sees of a graph by the rule of docs/security.md, in plain Python: it shares nothing with the predicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from tests.dump import Dump, Edge, Record

ORDER = ("NONE", "SHARED", "OWN", "TEAM", "SUBTREE", "ALL")
OWNED = ("Customer", "Company", "Contact", "Order", "Activity")
POINTS = {"EmailAddress": "HAS_EMAIL", "PhoneNumber": "HAS_PHONE", "Address": "HAS_ADDRESS"}
ABOUT = ("Customer", "Company", "Contact", "Order")

# What each seeded role may read: of the owned types one scope or one for each, and which other types.
READS: Mapping[str, tuple[Mapping[str, str], frozenset[str]]] = {
    "manager": (dict.fromkeys(OWNED, "SUBTREE"), frozenset()),
    "sales": (dict.fromkeys(OWNED, "OWN"), frozenset()),
    "service": (dict.fromkeys(OWNED, "ALL"), frozenset()),
    "marketing": (dict.fromkeys(("Customer", "Company", "Contact"), "ALL"), frozenset()),
    "analyst": (dict.fromkeys(OWNED, "ALL"), frozenset()),
    "auditor": (dict.fromkeys(OWNED, "ALL"), frozenset({"Role", "Grant"})),
    "integration": (
        dict.fromkeys(OWNED, "ALL"),
        frozenset({"Webhook", "DeadLetter", "ImportRun", "ExternalRef"}),
    ),
}


def seen_by(graph: Dump, user: Record, roles: Iterable[str]) -> Callable[[Record], bool]:
    """Whether a user with these roles sees a record."""
    given = [READS[role] for role in roles]
    besides = {"Product", "Category", "User", "Team"}.union(*(types for _, types in given))
    scopes = {
        name: max((scopes.get(name, "NONE") for scopes, _ in given), key=ORDER.index, default="NONE") for name in OWNED
    }
    teams = set(_ends(graph.outgoing[user], "MEMBER_OF"))
    below = set(_below(graph, teams))

    def passes(record: Record) -> bool:
        scope = ORDER.index(scopes[record.type])
        if scope == ORDER.index("ALL"):
            return True
        shared = set(_ends(graph.outgoing[record], "SHARED_WITH"))
        if scope and shared & {user, *teams}:
            return True
        owners = set(_ends(graph.outgoing[record], "OWNED_BY"))
        groups = {owner: set(_ends(graph.outgoing[owner], "MEMBER_OF")) for owner in owners}
        return (
            (scope >= ORDER.index("OWN") and user in owners)
            or (scope >= ORDER.index("TEAM") and any(groups[owner] & teams for owner in owners))
            or (scope >= ORDER.index("SUBTREE") and any(groups[owner] & below for owner in owners))
        )

    def any_seen(records: Iterable[Record], *types: str) -> bool:
        return any(record.type in types and sees(record) for record in records)

    @cache
    def sees(record: Record) -> bool:
        into, out = graph.incoming[record], graph.outgoing[record]
        match record.type:
            case "Customer":
                return passes(record)
            case "Company" | "Contact" | "Order" if scopes[record.type] == "NONE":
                return False
            case "Company":
                return passes(record) or any_seen(_starts(into, "ACCOUNT_FOR"), "Customer")
            case "Contact":
                jobs = [edge for edge in out if edge.properties.get("until") is None]
                customers = _starts(into, "ACCOUNT_FOR")
                return passes(record) or any_seen(customers, "Customer") or any_seen(_ends(jobs, "WORKS_AT"), "Company")
            case "Order":
                return passes(record) or any_seen(_starts(into, "PLACED"), "Customer")
            case "LineItem":
                return any_seen(_starts(into, "HAS_LINE"), "Order")
            case "EmailAddress" | "PhoneNumber" | "Address":
                return any_seen(_starts(into, POINTS[record.type]), "Company", "Contact")
            case "ApiKey":
                return user in _ends(out, "OWNED_BY")
            case "ExternalRef":
                return "ExternalRef" in besides or any(map(is_whole, _ends(out, "REFERS_TO")))
            case _ if record.id.startswith("activity_"):
                return is_activity_seen(record)
            case _:
                return record.type in besides

    def is_activity_seen(record: Record) -> bool:
        if scopes["Activity"] == "NONE":
            return False
        if user in _starts(graph.incoming[record], "PARTICIPATED_IN"):
            return True
        if record.properties.get("private") is True:
            return False
        return scopes["Activity"] == "ALL" or any_seen(_ends(graph.outgoing[record], "ABOUT"), *ABOUT)

    def is_whole(record: Record) -> bool:
        """Whether the user sees every record of this one's type, and this one."""
        parts = {"LineItem": ("Order",), **dict.fromkeys(POINTS, ("Company", "Contact"))}
        is_activity = record.id.startswith("activity_")
        types = ("Activity",) if is_activity else parts.get(record.type, (record.type,))
        return all(scopes.get(each) == "ALL" for each in types) and sees(record)

    return sees


def _below(graph: Dump, teams: set[Record]) -> Iterator[Record]:
    seen = set(teams)
    while teams:
        yield from teams
        teams = {child for team in teams for child in _starts(graph.incoming[team], "PART_OF")} - seen
        seen |= teams


def _ends(edges: Iterable[Edge], name: str) -> list[Record]:
    return [edge.end for edge in edges if edge.type == name]


def _starts(edges: Iterable[Edge], name: str) -> list[Record]:
    return [edge.start for edge in edges if edge.type == name]
