"""Our own people."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from schema.declare import node, related, relationship, stored
from schema.record import Node

if TYPE_CHECKING:
    from schema.commerce import Customer, Order
    from schema.party import Contact
    from schema.rights import Role


@relationship
class Touch:
    """What one of us had to do with a contact: activities that are done and that both took part in."""

    count: int | None = stored(derived=True)
    last_at: datetime | None = stored(derived=True)
    strength: float | None = stored("count / (count + 5).", derived=True)


@node(sorted_by="name", searched_by=("name", "login"))
class User(Node):
    """One of us: who signs in, owns records and talks to customers."""

    login: str = stored("The name to sign in with.", unique=True, longest=320)
    name: str = stored(indexed=True, longest=500)
    title: str | None = stored(longest=200)
    active: bool | None = stored("Whether the user may sign in.")
    manager: User | None = related("-[:REPORTS_TO]->", description="Whom this user reports to.")
    reports: list[User] = related("<-[:REPORTS_TO]-", description="Who reports to this user.")
    teams: list[Team] = related("-[:MEMBER_OF]->")
    roles: list[Role] = related("-[:HAS_ROLE]->", description="What the user may do.")
    touched: list[Contact] = related(
        "-[:TOUCHED]->", edge=Touch, derived=True, description="Whom this user had to do with."
    )
    customers: list[Customer] = related("<-[:OWNED_BY]-", description="Customers that this user owns.")
    orders: list[Order] = related("<-[:OWNED_BY]-", description="Orders that this user owns.")


@node(sorted_by="name", searched_by=("name",))
class Team(Node):
    """A group of users; teams form a tree."""

    name: str = stored(unique=True, longest=200)
    parent: Team | None = related("-[:PART_OF]->")
    children: list[Team] = related("<-[:PART_OF]-")
    members: list[User] = related("<-[:MEMBER_OF]-")
