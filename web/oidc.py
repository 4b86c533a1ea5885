"""An OpenID Connect provider: its addresses (discovery), and whether a token of its is what it says.

token → algorithm on our list → key by kid → signature → issuer, audience, times, type → the claim that is the login
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jws import JWSRegistry
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry
from joserfc.util import urlsafe_b64decode

from graph.errors import Unauthenticated, Unavailable
from web.jwks import SigningKey, SigningKeys
from web.sign_in_settings import SignInSettings

# What a token may call itself; one of another kind, such as a logout token, is no proof of who asks.
_TYPES = ("", "jwt", "at+jwt", "application/at+jwt")
_WITHIN = 5.0
# An answer of a provider has some kilobytes.
_LARGEST = 1_000_000
# How long its addresses are believed.
_METADATA_FRESH = 3_600.0

WRONG = "The token is not valid here; sign in again."


@dataclass(frozen=True)
class Metadata:
    """Where a provider's endpoints are (OpenID Connect Discovery, 3)."""

    authorization: str
    token: str
    keys: str
    # Whether its redirects say who it is (RFC 9207), so that one without must be of somebody else.
    names_itself: bool


class Provider:
    """The one provider that the settings name."""

    def __init__(self, settings: SignInSettings) -> None:
        self._settings = settings
        self.issuer = settings.oidc_issuer or ""
        self.client_id = settings.oidc_client_id or ""
        self._client = httpx.AsyncClient(timeout=_WITHIN, follow_redirects=False, trust_env=False)
        self._keys = SigningKeys(self._fetch_keys)
        self._metadata: tuple[float, Metadata] | None = None
        self._turn = asyncio.Lock()

    @property
    def is_exact(self) -> bool:
        """Whether two logins of it may differ in capital letters alone: addresses do not, other names may."""
        return self._settings.oidc_claim != "email"

    async def close(self) -> None:
        await self._client.aclose()

    async def metadata(self) -> Metadata:
        """Its addresses. Raises `Unavailable` if they were never known and it is away."""
        async with self._turn:
            if self._metadata and time.monotonic() - self._metadata[0] < _METADATA_FRESH:
                return self._metadata[1]
            try:
                found = await self.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                # Discovery, 4.3: the issuer must be exactly the one that was asked for.
                if found.get("issuer") != self.issuer:
                    raise Unavailable(
                        f"The sign-in provider calls itself {found.get('issuer')!r}, not {self.issuer!r}."
                    )
                metadata = Metadata(
                    str(found["authorization_endpoint"]),
                    str(found["token_endpoint"]),
                    str(found["jwks_uri"]),
                    found.get("authorization_response_iss_parameter_supported") is True,
                )
            except KeyError as missing:
                raise Unavailable(f"The sign-in provider does not tell its {missing}.") from missing
            except Unavailable:
                if self._metadata is None:
                    raise
                return self._metadata[1]
            self._metadata = (time.monotonic(), metadata)
            return metadata

    async def _fetch_keys(self) -> Mapping[str, Any]:
        return await self.get((await self.metadata()).keys)

    async def get(self, url: str) -> Mapping[str, Any]:
        """A JSON object of the provider's."""
        return await self._asked(self._client.build_request("GET", url, headers={"accept": "application/json"}))

    async def post(self, url: str, form: Mapping[str, str], auth: httpx.Auth | None = None) -> Mapping[str, Any]:
        """What the provider answers to a form."""
        request = self._client.build_request("POST", url, data=dict(form), headers={"accept": "application/json"})
        return await self._asked(request, auth)

    async def _asked(self, request: httpx.Request, auth: httpx.Auth | None = None) -> Mapping[str, Any]:
        """Raises `Unavailable` unless the answer is an object; the provider's own words stay out of it."""
        try:
            async with asyncio.timeout(2 * _WITHIN):
                response = await self._client.send(request, auth=auth, stream=True)
                try:
                    body = b""
                    async for part in response.aiter_bytes():
                        body += part
                        if len(body) > _LARGEST:
                            raise Unavailable("The sign-in provider answers with too much.")
                finally:
                    await response.aclose()
        except (httpx.HTTPError, TimeoutError, httpx.InvalidURL) as error:
            raise Unavailable("The sign-in provider is away; try again.") from error
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError:
            found = None
        if response.status_code != 200 or not isinstance(found, dict):
            raise Unavailable(f"The sign-in provider answers with status {response.status_code}; try again.")
        return found

    async def bearer(self, token: str) -> tuple[str, float]:
        """The login that a program's token is for, and when the token is over. Raises `Unauthenticated`, `Unavailable`."""
        claims = await self.claims(token, self._settings.oidc_audience or self.client_id)
        return self.login(claims), float(claims["exp"]) + self._settings.oidc_skew

    async def claims(self, token: str, audience: str, nonce: str | None = None) -> Mapping[str, Any]:
        """What a token claims, if all of it holds. `nonce` is for ID tokens, which answer one sign-in."""
        header = header_of(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in self._settings.algorithms or not isinstance(kid, str | None):
            raise Unauthenticated(WRONG) from JoseError(f"signed by {str(algorithm)[:20]}")
        if str(header.get("typ", "")).lower() not in _TYPES:
            raise Unauthenticated(WRONG) from JoseError("another type of token")
        key = await self._keys.find(kid, algorithm)
        if key is None:
            raise Unauthenticated(WRONG) from JoseError("unknown key")
        essential: dict[str, ClaimsOption] = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": audience},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        if nonce is not None:
            essential["nonce"] = {"essential": True, "value": nonce}
        required = JWTClaimsRegistry(None, int(self._settings.oidc_skew), **essential)
        try:
            claims = verified(token, key, algorithm)
            required.validate(claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated(WRONG) from error
        # OpenID Connect Core, 3.1.3.7: a token for several must say to which of them it was given.
        if nonce is not None and claims.get("azp", self.client_id) != self.client_id:
            raise Unauthenticated(WRONG) from JoseError("given to another client")
        return claims

    def login(self, claims: Mapping[str, Any]) -> str:
        """The login that the claims are of. Raises `Unauthenticated` if they name none."""
        name = self._settings.oidc_claim
        found = claims.get(name)
        if not isinstance(found, str) or not found.strip():
            raise Unauthenticated(f"The token does not say who it is for: it has no claim {name}.")
        is_verified = claims.get("email_verified") is True or self._settings.oidc_unverified_email
        if name == "email" and not is_verified:
            # Some providers let anybody claim an address, and mark it so.
            raise Unauthenticated("The provider has not verified the e-mail address, so it shows nothing.")
        return found.strip()


def header_of(token: str) -> Mapping[str, Any]:
    """A token's header, of which nothing is believed yet. Raises `Unauthenticated` if there is none."""
    return _part(token, 0)


def issuer_of(token: str) -> str | None:
    """Who a token says has made it, to know whom to ask whether that is so."""
    found = _part(token, 1).get("iss")
    return found if isinstance(found, str) else None


def _part(token: str, position: int) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        raise Unauthenticated(WRONG)
    try:
        found = orjson.loads(urlsafe_b64decode(parts[position].encode("ascii")))
    except (ValueError, UnicodeEncodeError):
        raise Unauthenticated(WRONG) from None
    if not isinstance(found, dict):
        raise Unauthenticated(WRONG)
    return found


def verified(token: str, key: SigningKey, algorithm: str) -> dict[str, Any]:
    """The claims of a token that the key has signed by this algorithm, and by no other."""
    # Providers put headers of their own into tokens; "crit" is still heeded.
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    with warnings.catch_warnings():
        # RFC 9864 would rather have EdDSA called Ed25519; providers do not yet.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.decode(token, key, algorithms=[algorithm], registry=registry).claims
