"""An OpenID Connect provider of our own: a real HTTP server with discovery, keys, and the code flow. It signs as told."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "guanxi-client", "the secret of the client"


@dataclass
class Identities:
    """The provider: what it publishes, what it was asked for, and whether it is away."""

    issuer: str = ""
    keys: dict[str, RSAKey | ECKey | OKPKey] = field(default_factory=dict)
    email: str = "marcus"
    is_verified: bool = True
    is_away: bool = False
    asked: list[str] = field(default_factory=list)
    # What the next ID token claims besides, or instead.
    claims: dict[str, Any] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self, kid: str) -> None:
        """From now on only this key is published."""
        self.keys = {kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})}

    def token(
        self,
        *,
        kid: str | None = "first",
        algorithm: str = "RS256",
        key: Any = None,
        typ: str | None = "at+jwt",
        **claims: Any,
    ) -> str:
        """A token that is right, but for what is told."""
        now = int(time.time())
        right = {
            "iss": self.issuer, "aud": CLIENT, "sub": "248289761001", "iat": now, "exp": now + 300,
            "email": self.email, "email_verified": self.is_verified,
        }  # fmt: skip
        said = {name: value for name, value in {**right, **claims}.items() if value is not None}
        header = {"alg": algorithm, **({"kid": kid} if kid else {}), **({"typ": typ} if typ else {})}
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        with warnings.catch_warnings():
            # Providers still call it EdDSA.
            warnings.simplefilter("ignore", SecurityWarning)
            return jwt.encode(
                header, said, key or self.keys[str(kid)], algorithms=[algorithm], registry=registry, default_type=None
            )

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _discovery(self, request: Request) -> Response:
        self.asked.append("discovery")
        if self.is_away:
            return Response(status_code=502)
        return JSONResponse({
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        })  # fmt: skip

    async def _keys(self, request: Request) -> Response:
        self.asked.append("keys")
        if self.is_away:
            return Response(status_code=502)
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys.values()]})

    async def _authorize(self, request: Request) -> Response:
        """Whoever asks is the one who is signed in here."""
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        # Each code is good once.
        asked = self._codes.pop(form["code"], None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        is_right = (
            asked is not None
            and request.headers.get("authorization") == f"Basic {basic}"
            and form["redirect_uri"] == asked["redirect_uri"]
            and asked["code_challenge"] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
            and asked["code_challenge_method"] == "S256"
        )
        if not is_right or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self.token(kid=next(iter(self.keys)), typ="JWT", **{"nonce": asked["nonce"], **self.claims})
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": token})


@contextmanager
def identities() -> Iterator[Identities]:
    """A provider that runs on a thread of its own."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    provider = Identities(f"http://127.0.0.1:{listening.getsockname()[1]}")
    provider.rotate("first")
    config = uvicorn.Config(provider.app(), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=asyncio.run, args=(server.serve(sockets=[listening]),), name="provider")
    thread.start()
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()


def handmade(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None = None) -> str:
    """A token as an attacker makes one: signed with HMAC, or not at all."""
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims))
    signature = hmac.new(secret, signed, hashlib.sha256).digest() if secret else b""
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
