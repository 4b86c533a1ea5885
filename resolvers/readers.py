"""Who asks, as a reader: kept per user, and looked at anew so often that what changes holds within a second.

Nothing tells a server that another one, an import or a hand-written statement has changed a role, a team or a share. So
users who ask are looked up again twice a second, all of them in one statement, beside their requests. A request waits
for that only where its user was not looked up within the last moment.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from graph.bookmarks import Bookmarks
from graph.errors import GuanxiError, Unauthenticated
from graph.grants import Granted
from graph.model import Model
from graph.people import Found, find_people
from graph.reader import Reader
from graph.rights import reader_of
from graph.statement import Statement
from resolvers.api import Mutation

Scope = frozenset[Granted]

# In seconds: how old what is known of a user may be before it is looked up beside the request, and before it.
FRESH, STALE = 0.4, 0.8
# What is known of so many users is kept, and of each user what so many API keys are limited to.
_USERS, _SCOPES = 10_000, 20


# Records and relationships that rights are made of.
_TYPES = frozenset({"User", "Team", "Role", "Grant", "ApiKey"})
_RELATIONSHIPS = frozenset({"HAS_ROLE", "GRANTS", "MEMBER_OF", "PART_OF", "SHARED_WITH"})


def changes_rights(mutation: Mutation) -> bool:
    """Whether a field of Mutation may change what somebody may do, by what it is for; what else does is seen in a moment."""
    hops = mutation.relationship.hops if mutation.relationship else ()
    return mutation.node.name in _TYPES or any(type in _RELATIONSHIPS for hop in hops for type in hop.types)


class Reads(Protocol):
    """What is asked of a database."""

    async def read(self, statement: Statement, *, bookmarks: Bookmarks | None = None) -> Any: ...


@dataclass
class _Known:
    """A user as it was when the database was asked, and the readers that it has been since."""

    found: Found | None
    at: float
    readers: dict[Scope | None, Reader] = field(default_factory=dict)


class Readers:
    """The readers of one database."""

    def __init__(self, model: Model, database: Reads, clock: Callable[[], float] = time.monotonic) -> None:
        self._model, self._database, self._clock = model, database, clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        # Who is to be looked up next, and who has been asked for since the last time.
        self._wanted: set[str] = set()
        self._asking: set[str] = set()
        self._next: _Look | None = None
        self._running: _Look | None = None
        # What is known from before this instant is not to be trusted.
        self._changed = float("-inf")

    async def find(self, user_id: str, scope: Scope | None = None) -> Reader:
        """The reader that a user is now; with an API key that is limited to some grants, as far as these go.

        Raises `Unauthenticated` for a user that does not exist or may not sign in.
        """
        known = self._known.get(user_id)
        age = self._clock() - known.at if known else STALE
        if known is None or age >= STALE or known.at <= self._changed:
            known = await self._looked_up(user_id)
        else:
            self._asking.add(user_id)
            if age >= FRESH:
                self._look_beside()
        return self._reader(user_id, known, scope)

    def wake(self) -> None:
        """Something was written that rights may depend on: trust nothing that was known before."""
        self._changed = self._clock()

    def _reader(self, user_id: str, known: _Known, scope: Scope | None) -> Reader:
        if known.found is None or not known.found.is_active:
            raise Unauthenticated("This user does not exist, or may not sign in.")
        if scope not in known.readers:
            if len(known.readers) > _SCOPES:
                known.readers.clear()
            known.readers[scope] = reader_of(self._model, known.found.person, scope)
        return known.readers[scope]

    # --- looking up ------------------------------------------------------------------------------------------------

    async def _looked_up(self, user_id: str) -> _Known:
        self._wanted.add(user_id)
        return (await asyncio.shield(self._ask()))[user_id]

    def _look_beside(self) -> None:
        if self._next is None and self._running is None:
            self._ask()

    def _ask(self) -> _Look:
        """The next look: it begins after the one that is under way, which may have been asked too early for this."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._look(self._running))
            self._next.add_done_callback(_noted)
        return self._next

    async def _look(self, before: _Look | None) -> Mapping[str, _Known]:
        if before is not None:
            await asyncio.wait([before])
        self._running, self._next = self._next, None
        users = self._wanted | self._asking
        self._wanted, self._asking = set(), set()
        try:
            begun = self._clock()
            return self._keep(users, await find_people(self._database, users), begun)
        finally:
            self._running = None

    def _keep(self, users: set[str], found: Mapping[str, Found], begun: float) -> Mapping[str, _Known]:
        """What was found. Whoever is as before stays the reader that it was."""
        looked_up = {}
        for user in users:
            known = self._known.get(user)
            if known is None or known.found != found.get(user):
                known = _Known(found.get(user), begun)
            known.at = begun
            looked_up[user] = self._known[user] = known
            self._known.move_to_end(user)
        while len(self._known) > _USERS:
            self._known.popitem(last=False)
        return looked_up


_Look = asyncio.Task[Mapping[str, _Known]]


def _noted(look: _Look) -> None:
    """A look that failed is made up for by the next one, before a request; nobody need have waited for it."""
    if not look.cancelled() and (error := look.exception()) and not isinstance(error, GuanxiError):
        logging.getLogger(__name__).error("users could not be looked up", exc_info=error)
