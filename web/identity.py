"""Who asks: what a request or a connection shows, and the user that it stands for.

headers → Identity → Reader

    Authorization: Bearer …   an access token of ours, a provider's token, or an API key
    X-Api-Key: …              an API key
    Cookie                    the session of a browser, from a page of this server
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from graph.grants import Granted
from graph.reader import ADMINISTRATOR, Reader

NOTHING_SHOWN = "Sign in first: send a token or an API key as Authorization: Bearer, or open /signin in a browser."


class Means(Enum):
    """By what somebody has shown who it is."""

    NOTHING = "nothing"
    VIEW_AS = "view as"
    TOKEN = "token"  # noqa: S105 - the name of a means
    PROVIDER = "provider"
    SESSION = "session"
    KEY = "key"


@dataclass(frozen=True)
class Identity:
    """Who asks, and what shows it; None stands for the built-in administrator, where nobody has to sign in."""

    user: str | None
    means: Means
    # The id of the session, or the prefix of the key.
    proof: str | None = None
    # From when on it shows nothing any more, in seconds since 1970.
    expires: float | None = None
    # What a key is limited to; None is no limit.
    scope: frozenset[Granted] | None = None


BUILT_IN = Identity(None, Means.NOTHING)

_ASKING: ContextVar[Identity] = ContextVar("asking", default=BUILT_IN)


def asking() -> Identity:
    """Who asks in this task, for the few things that depend on more than what somebody may see and do."""
    return _ASKING.get()


def answer_for(identity: Identity) -> None:
    """From now on this task answers somebody."""
    _ASKING.set(identity)


class Gate(Protocol):
    """What stands before everything that is not for everybody. Each method may raise `Unavailable`."""

    @property
    def signs_in(self) -> bool:
        """Whether one has to sign in."""
        ...

    async def identity(self, headers: Mapping[str, str], *, is_secure: bool, changes: bool = True) -> Identity:
        """Who sends these headers. Raises `Unauthenticated`, or `Forbidden` for what a stranger's page may have sent.

        `changes` is false for what only reads and was guarded otherwise.
        """
        ...

    async def by_authorization(self, authorization: str) -> Identity:
        """Who shows this, as in the header of that name. Raises `Unauthenticated`."""
        ...

    async def reader(self, identity: Identity) -> Reader:
        """The rights of somebody now. Raises `Unauthenticated` if there is no such user any more."""
        ...

    async def still(self, identities: Collection[Identity]) -> Mapping[Identity, Reader | None]:
        """The rights of each of them now; None for those who may not ask any more."""
        ...


class OpenGate:
    """Stands open: whoever reaches the server is its administrator. `ViewAs` looks through the eyes of others."""

    signs_in = False

    async def identity(self, headers: Mapping[str, str], *, is_secure: bool, changes: bool = True) -> Identity:
        return BUILT_IN

    async def by_authorization(self, authorization: str) -> Identity:
        return BUILT_IN

    async def reader(self, identity: Identity) -> Reader:
        return ADMINISTRATOR

    async def still(self, identities: Collection[Identity]) -> Mapping[Identity, Reader | None]:
        return dict.fromkeys(identities, ADMINISTRATOR)
