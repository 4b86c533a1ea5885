"""The gate of a server where one has to sign in."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from functools import partial

from graph.accounts import Account, find_account
from graph.api_keys import touch_key
from graph.database import Database
from graph.errors import Forbidden, GuanxiError, Unauthenticated
from graph.reader import Reader
from graph.sessions import BROWSER, hashed, split, touch
from graph.standing import StandingKey, StandingSession, standing
from resolvers.readers import Readers
from web import cookies
from web.api_keys import MARK, prefix_of
from web.identity import NOTHING_SHOWN, Identity, Means
from web.oidc import WRONG, Provider, issuer_of
from web.remembered import Remembered
from web.security_events import record
from web.tokens import ISSUER, Tokens

# How old what is known of a session or a key may be, in seconds.
_FRESH = 0.8
# How often it is written down that a key or a session is used, in seconds; and of how many it is known when that was.
_USED, _MOST_USED = 60.0, 100_000

STRANGER = "The cookie of a browser counts only for pages of this server; programs send a token."


class SignInGate:
    """Lets through who shows a token, a key or a session that is good now."""

    signs_in = True

    def __init__(
        self,
        database: Database,
        readers: Readers,
        tokens: Tokens,
        provider: Provider | None = None,
        public_url: str | None = None,
    ) -> None:
        self._database, self._readers, self._tokens = database, readers, tokens
        self._provider, self._public_url = provider, public_url
        self._sessions = Remembered(self._session, _FRESH)
        self._keys = Remembered(self._key, _FRESH)
        self._accounts = Remembered(self._account, _FRESH)
        # When each key and session was last written down as used, and what is being written.
        self._used: dict[str, float] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def identity(self, headers: Mapping[str, str], *, is_secure: bool, changes: bool = True) -> Identity:
        if (authorization := headers.get("authorization")) is not None:
            return await self.by_authorization(authorization)
        if key := headers.get("x-api-key"):
            return await self._by_key(key)
        if session := cookies.read(headers, cookies.SESSION, is_secure=is_secure):
            must_say = headers.get("upgrade", "").lower() == "websocket"
            # A page of another port can send a GET, too, and with the cookie; then it says where it comes from.
            if (changes or "origin" in headers) and not cookies.is_own_page(
                headers, self._public_url, must_say=must_say
            ):
                raise Forbidden(STRANGER)
            return await self._by_session(session)
        raise Unauthenticated(NOTHING_SHOWN)

    async def by_authorization(self, authorization: str) -> Identity:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Authorization must be: Bearer, a space, and a token or an API key.")
        if token.startswith(MARK):
            return await self._by_key(token)
        issuer = issuer_of(token)
        if issuer == ISSUER:
            return await self._by_token(token)
        if self._provider is None or issuer != self._provider.issuer:
            raise Unauthenticated(WRONG)
        return await self._by_provider(self._provider, token)

    async def _by_token(self, token: str) -> Identity:
        claims = self._tokens.read(token)
        if claims.session is not None:
            session = await self._sessions(claims.session)
            if session is None or session.user != claims.user:
                raise Unauthenticated("Your session has ended; sign in again.")
        return Identity(claims.user, Means.TOKEN, claims.session, claims.expires)

    async def _by_provider(self, provider: Provider, token: str) -> Identity:
        login, expires = await provider.bearer(token)
        account = await self._accounts(login)
        if account is None:
            record("unknown_user_refused", refused=True, means=Means.PROVIDER.value)
            raise Unauthenticated("The provider knows you, but there is no user here with this login.")
        return Identity(account.user, Means.PROVIDER, None, expires)

    async def _by_session(self, token: str) -> Identity:
        id_, secret = split(token)
        session = await self._sessions(id_)
        if session is None or session.kind != BROWSER or not hmac.compare_digest(session.secret, secret):
            raise Unauthenticated("Your session has ended; sign in again.")
        return Identity(session.user, Means.SESSION, id_, session.expires)

    async def _by_key(self, given: str) -> Identity:
        prefix = prefix_of(given)
        key = await self._keys(prefix) if prefix else None
        if prefix is None or key is None or not hmac.compare_digest(key.hash, hashed(given)):
            raise Unauthenticated("The API key is not, or no longer, good here.")
        self._touch(prefix, _USED, partial(touch_key, self._database, prefix, _USED))
        return Identity(key.user, Means.KEY, prefix, key.expires, key.scope)

    def _touch(self, what: str, seconds: float, write: Callable[[], Awaitable[None]]) -> None:
        """Have it written down that a key or a session is used, once in so many seconds, and beside the request."""
        now = time.monotonic()
        if now - self._used.get(what, float("-inf")) < seconds:
            return
        if len(self._used) > _MOST_USED:
            self._used.clear()
        self._used[what] = now
        task = asyncio.create_task(_written(write))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def reader(self, identity: Identity) -> Reader:
        """What whoever asks may do now. That something is asked in a session keeps that from being idle."""
        assert identity.user is not None
        if identity.means is Means.SESSION and identity.proof is not None:
            session = await self._sessions(identity.proof)
            if session and session.idle is not None:
                seconds = min(_USED, session.idle / 10)
                self._touch(identity.proof, seconds, partial(touch, self._database, identity.proof))
        return await self._readers.find(identity.user, identity.scope)

    async def still(self, identities: Collection[Identity]) -> Mapping[Identity, Reader | None]:
        sessions = {each.proof for each in identities if each.proof and each.means is not Means.KEY}
        keys = {each.proof for each in identities if each.proof and each.means is Means.KEY}
        now = await standing(self._database, sessions, keys)
        found: dict[Identity, Reader | None] = {}
        for each in identities:
            known = now.keys if each.means is Means.KEY else now.sessions
            is_over = each.expires is not None and each.expires < time.time()
            if is_over or (each.proof is not None and each.proof not in known):
                found[each] = None
                continue
            scope = now.keys[each.proof].scope if each.proof and each.means is Means.KEY else None
            try:
                found[each] = await self._readers.find(each.user or "", scope)
            except Unauthenticated:
                found[each] = None
        return found

    def forget(self, session: str) -> None:
        """A session has ended here; others notice within a second."""
        self._sessions.forget(session)

    async def _session(self, id_: str) -> StandingSession | None:
        return (await standing(self._database, sessions=[id_])).sessions.get(id_)

    async def _key(self, prefix: str) -> StandingKey | None:
        return (await standing(self._database, keys=[prefix])).keys.get(prefix)

    async def _account(self, login: str) -> Account | None:
        return await find_account(self._database, login, exactly=self._provider is None or self._provider.is_exact)


async def _written(write: Callable[[], Awaitable[None]]) -> None:
    # That a key is used is of no use to a request that cannot be answered.
    with suppress(GuanxiError):
        await write()
