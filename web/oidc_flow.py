"""Signing in at a provider, by a browser: the authorization code flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core).

browser → begin: state, nonce, verifier → provider → finish: code → ID token → the user's login

What a sign-in has to remember until the browser is back is in a cookie. It holds a random number and where to go on; state,
nonce and verifier are made of that number with the server's secret, so that the cookie alone is of no use to whoever reads it,
and any server may finish what another one began.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from graph.errors import Unauthenticated
from web.oidc import Metadata, Provider
from web.sign_in_settings import SignInSettings

# How long somebody may take at the provider, in seconds.
LASTS = 600

FAILED = "The sign-in at the provider did not come to its end here; begin again."


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and what its cookie is to hold."""

    url: str
    cookie: str


class CodeFlow:
    """Sends browsers to the provider and takes them back. `secret` is the server's, for this purpose alone."""

    def __init__(self, provider: Provider, settings: SignInSettings, secret: str) -> None:
        self._provider, self._settings, self._secret = provider, settings, secret.encode()

    async def begin(self, callback: str, go_on: str) -> Begun:
        """A sign-in that ends at the address `callback` of ours, and goes on at the path `go_on`."""
        metadata = await self._provider.metadata()
        number = f"{secrets.token_urlsafe(24)}.{int(time.time()) + LASTS}"
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": callback,
            "scope": self._settings.oidc_scopes,
            "state": self._made_of(number, "state"),
            "nonce": self._made_of(number, "nonce"),
            "code_challenge": _challenge(self._made_of(number, "verifier")),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in metadata.authorization else "?"
        cookie = f"{number}.{base64.urlsafe_b64encode(go_on.encode()).decode()}"
        return Begun(
            f"{metadata.authorization}{joint}{urlencode(asked)}", f"{cookie}.{self._made_of(cookie, 'cookie')}"
        )

    async def finish(self, cookie: str, answered: Mapping[str, str], callback: str) -> tuple[str, str]:
        """The login that the provider names, and where to go on. Raises `Unauthenticated` or `Unavailable`."""
        number, go_on = self._remembered(cookie)
        state = answered.get("state", "")
        if not hmac.compare_digest(state.encode(), self._made_of(number, "state").encode()):
            raise Unauthenticated(FAILED)
        metadata = await self._provider.metadata()
        named = answered.get("iss")
        if named != self._provider.issuer and (named is not None or metadata.names_itself):
            raise Unauthenticated(FAILED)
        if "error" in answered or not answered.get("code"):
            raise Unauthenticated("The provider did not sign you in.")
        token = await self._token(metadata, answered["code"], self._made_of(number, "verifier"), callback)
        claims = await self._provider.claims(token, self._provider.client_id, self._made_of(number, "nonce"))
        return self._provider.login(claims), go_on

    async def _token(self, metadata: Metadata, code: str, verifier: str, callback: str) -> str:
        """The ID token for a code."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier,
        }  # fmt: skip
        secret = self._settings.client_secret()
        if secret is None:
            form["client_id"] = self._provider.client_id
            found = await self._provider.post(metadata.token, form)
        else:
            auth = httpx.BasicAuth(self._provider.client_id, secret)
            found = await self._provider.post(metadata.token, form, auth)
        token = found.get("id_token")
        if not isinstance(token, str):
            raise Unauthenticated(FAILED)
        return token

    def _remembered(self, cookie: str) -> tuple[str, str]:
        """The number of a sign-in that was begun here, and where it goes on."""
        parts = cookie.split(".")
        if len(parts) != 4:
            raise Unauthenticated(FAILED)
        made = self._made_of(".".join(parts[:3]), "cookie")
        if not hmac.compare_digest(parts[3].encode(), made.encode()) or int(parts[1]) < time.time():
            raise Unauthenticated(FAILED)
        return f"{parts[0]}.{parts[1]}", base64.urlsafe_b64decode(parts[2]).decode()

    def _made_of(self, number: str, purpose: str) -> str:
        made = hmac.new(self._secret, f"{purpose}:{number}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
