"""A provider's signing keys (RFC 7517), as they are now: fetched when they are needed, and kept while it is away.

    kid known → the key             kid unknown → fetch, but not more often than every `PAUSE` seconds → the key, or none

A provider that changes its keys publishes the new one before it signs with it, or at the latest with it; so a token with
an unknown kid is a reason to look, and a thousand forged ones are a reason to look once.
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from graph.errors import Unavailable

log = structlog.get_logger()

SigningKey = RSAKey | ECKey | OKPKey

# The shortest time between two fetches for keys that are not known.
PAUSE = 30.0
# After so long the keys are fetched again, so that one which the provider withdrew is not believed for long.
FRESH = 600.0
# Keys that cannot be fetched again are believed for so long: a provider that is away must not send everybody home.
STALE = 24 * 3_600.0


class SigningKeys:
    """The keys of one provider. `fetch` answers its JWK set, or raises `Unavailable`."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Mapping[str, Any]]],
        *,
        pause: float = PAUSE,
        fresh: float = FRESH,
        stale: float = STALE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch, self._pause, self._fresh, self._stale, self._clock = fetch, pause, fresh, stale, clock
        self._keys: Sequence[SigningKey] = ()
        self._fetched = self._tried = float("-inf")
        self._turn = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> SigningKey | None:
        """The key that a token names. Raises `Unavailable` if none are known and the provider is away."""
        found = self._known(kid, algorithm)
        age = self._clock() - self._fetched
        if found is None or age > self._stale:
            return self._known(kid, algorithm) if await self._renew() else None
        if age > self._fresh and (self._renewing is None or self._renewing.done()):
            # Nobody waits for a provider that may be away, as long as its keys are believed.
            self._renewing = asyncio.create_task(self._renew_beside())
        return found

    def _known(self, kid: str | None, algorithm: str) -> SigningKey | None:
        fitting = [key for key in self._keys if _signs(key, algorithm) and (kid is None or key.get("kid") == kid)]
        # Without a kid there is nothing to choose by: only a provider with one key may leave it out.
        return fitting[0] if len(fitting) == 1 or (fitting and kid is not None) else None

    async def _renew(self) -> bool:
        """Fetch the keys, unless that was tried just now; whether they were fetched."""
        asked = self._clock()
        async with self._turn:
            # Somebody else has fetched them while we waited.
            if self._fetched > asked:
                return True
            if self._clock() - self._tried < self._pause:
                return self._believed()
            self._tried = self._clock()
            try:
                self._keys = signing_keys(await self._fetch())
            except Unavailable as error:
                log.warning("the provider's keys could not be fetched", reason=error.message)
                return self._believed()
            self._fetched = self._clock()
            return True

    async def _renew_beside(self) -> None:
        # Whoever asks for a key next is told if there is none that may be believed.
        with suppress(Unavailable):
            await self._renew()

    def _believed(self) -> bool:
        """False, if what is known may still be used. Raises `Unavailable` if not."""
        if self._clock() - self._fetched > self._stale:
            raise Unavailable("Who you are cannot be checked, since the sign-in provider is away; try again.")
        return False


def signing_keys(found: Mapping[str, Any]) -> list[SigningKey]:
    """The keys of a JWK set that are for signing and strong enough; the others are as if they were not there."""
    keys: list[SigningKey] = []
    for each in found.get("keys", []):
        if not isinstance(each, dict) or each.get("use", "sig") != "sig" or each.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        try:
            with warnings.catch_warnings():
                # A short key is a warning of the library, and none of ours.
                warnings.simplefilter("error", SecurityWarning)
                key = JWKRegistry.import_key({name: value for name, value in each.items() if name not in _PRIVATE})
        except (JoseError, SecurityWarning, ValueError, TypeError, KeyError) as error:
            log.warning("a key of the provider is left out", kid=str(each.get("kid")), reason=str(error))
            continue
        if isinstance(key, SigningKey):
            keys.append(key)
    return keys


# A provider that publishes a private key by mistake is not to have it kept here.
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth")

_TYPES = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}


def _signs(key: SigningKey, algorithm: str) -> bool:
    """Whether a key is of the kind that an algorithm needs, and not meant for another one."""
    return isinstance(key, _TYPES.get(algorithm[:2], ())) and key.get("alg") in (None, algorithm)
