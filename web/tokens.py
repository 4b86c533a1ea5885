"""Access tokens of our own: short-lived, signed with the server's secret, and read by every server that has it."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jwt import JWTClaimsRegistry

from graph.errors import Unauthenticated

ISSUER = "guanxi"
_ALGORITHM = "HS256"
# RFC 9068: an access token says that it is one, so that no other kind of token can be taken for it.
_TYPE = "at+jwt"
_CLAIMS = JWTClaimsRegistry(
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": ISSUER},
    sub={"essential": True},
    exp={"essential": True},
)


@dataclass(frozen=True)
class Claims:
    """What a token says: who, in which session if any, and until when, in seconds since 1970."""

    user: str
    session: str | None
    expires: float


class Tokens:
    """Makes tokens, and reads them. Nothing of the secret shows."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._key = OctKey.import_key(self.derived("access tokens").encode())

    def derived(self, purpose: str) -> str:
        """A secret of its own for a purpose: what one purpose shows tells nothing of the others."""
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).hexdigest()

    def issue(self, user: str, seconds: float, session: str | None = None) -> str:
        """A token for a user, which is good for so many seconds and no longer than its session."""
        now = int(time.time())
        claims: dict[str, str | int] = {
            "iss": ISSUER, "aud": ISSUER, "sub": user, "iat": now, "exp": now + max(int(seconds), 1),
        }  # fmt: skip
        if session:
            claims["sid"] = session
        return jwt.encode({"alg": _ALGORITHM, "typ": _TYPE}, claims, self._key, algorithms=[_ALGORITHM])

    def read(self, token: str) -> Claims:
        """What a token says. Raises `Unauthenticated` if it is not one of ours, or over."""
        try:
            found = jwt.decode(token, self._key, algorithms=[_ALGORITHM])
            _CLAIMS.validate(found.claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated("The token is none of this server's, or it is over; sign in again.") from error
        user, session = found.claims["sub"], found.claims.get("sid")
        if found.header.get("typ") != _TYPE or not isinstance(user, str) or not isinstance(session, str | None):
            raise Unauthenticated("The token is no access token; sign in again.")
        return Claims(user, session, float(found.claims["exp"]))
