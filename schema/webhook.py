"""Who is told of changes by HTTP."""

from __future__ import annotations

from datetime import datetime

from schema.change import ChangeOperation
from schema.declare import node, related, stored
from schema.normalise import webhook_secret, webhook_url
from schema.record import Node


@node()
class Webhook(Node):
    """An address that every change is sent to, signed as Standard Webhooks has it."""

    url: str | None = stored("Where to: http or https, at a public address.", required=True, normalise=webhook_url)
    secret: str | None = stored(
        "What deliveries are signed with: whsec_ and 24 to 64 bytes in Base64; two of them, while one replaces the other.",
        required=True,
        secret=True,
        normalise=webhook_secret,
    )
    types: list[str] = stored(
        "Only changes of records of these types, and of relationships that they have; empty for all."
    )
    operations: list[ChangeOperation] = stored("Only these; empty for all.")
    active: bool | None = stored("Whether it is delivered to; it is, unless told.")
    failures: int | None = stored("How many attempts have failed since the last that succeeded.", derived=True)
    last_error: str | None = stored("Why the last attempt failed.", derived=True)
    delivered_at: datetime | None = stored("When the last delivery succeeded.", derived=True)
    dead_letters: list[DeadLetter] = related(
        "<-[:FAILED_FOR]-", derived=True, description="What was given up after all attempts."
    )
    # How far it has come: all changes that began before this instant, in nanoseconds, and of the later ones those that
    # are done. Whoever holds the lease delivers.
    cursor: int | None = stored(derived=True, hidden=True)
    done: list[str] = stored(derived=True, hidden=True)
    lease_owner: str | None = stored(derived=True, hidden=True)
    lease_until: datetime | None = stored(derived=True, hidden=True)


@node(read_only=True)
class DeadLetter(Node):
    """A change that a webhook could not be told of."""

    change_id: str | None = stored("The id of the change.", derived=True)
    attempts: int | None = stored(derived=True)
    status: int | None = stored("What the receiver answered last, if it did.", derived=True)
    error: str | None = stored("Why the last attempt failed.", derived=True)
    replay_at: datetime | None = stored("Since when it waits to be tried once more.", derived=True)
    webhook: Webhook | None = related("-[:FAILED_FOR]->", derived=True)
