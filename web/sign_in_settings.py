"""The settings of signing in. Each is documented in docs/operating.md, and what they come to in docs/signing-in.md."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from graph.errors import BadInput

ACCOUNTS, OIDC = "accounts", "oidc"
WAYS = (ACCOUNTS, OIDC)
# What a provider may sign with. Neither "none" nor a shared secret is among them: with the latter, whoever knows the
# provider's public key could sign.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
# What is shorter can be guessed from one token that it signed.
_SHORTEST_SECRET = 32


class SignInSettings(BaseSettings):
    """How people and programs show who they are. Without any of it, whoever reaches the port is the administrator."""

    sign_in: str = Field(
        "", description='How to sign in: "accounts" of this server, "oidc" by a provider, or both, with a comma.'
    )
    public_url: str | None = Field(None, description="Address under which browsers reach the server.")
    secret: SecretStr | None = Field(
        None, description="What the server signs its tokens with, 32 characters or more; else it keeps one of its own."
    )
    secret_file: Path | None = Field(None, description="A file that holds that secret.")
    session_hours: float = Field(
        12.0, gt=0, le=24 * 90, allow_inf_nan=False, description="Hours after which a browser has to sign in again."
    )
    session_idle_hours: float = Field(
        8.0,
        gt=0,
        le=24 * 90,
        allow_inf_nan=False,
        description="Hours without a request after which a browser has to sign in again.",
    )
    refresh_days: float = Field(
        30.0, gt=0, le=365, allow_inf_nan=False, description="Days after which a program has to sign in again."
    )
    token_minutes: float = Field(
        10.0, gt=0, le=24 * 60, allow_inf_nan=False, description="Minutes for which an access token is good."
    )
    oidc_issuer: str | None = Field(None, description="The provider, by its issuer's address.")
    oidc_client_id: str | None = Field(None, description="What the provider calls this server.")
    oidc_client_secret: SecretStr | None = Field(None, description="How this server shows the provider that it is it.")
    oidc_client_secret_file: Path | None = Field(None, description="A file that holds that secret.")
    oidc_audience: str | None = Field(
        None, description="What the tokens of programs must be meant for; the client id, unless told."
    )
    oidc_claim: str = Field("email", description="The claim that is the user's login.")
    oidc_unverified_email: bool = Field(
        False, description="Whether an address counts of which the provider does not say that it has verified it."
    )
    oidc_algorithms: str = Field("RS256,ES256,EdDSA", description="What the provider may sign with, with commas.")
    oidc_scopes: str = Field("openid email profile", description="What to ask the provider for, in the browser.")
    oidc_skew: float = Field(
        60.0, ge=0, le=600, allow_inf_nan=False, description="Seconds by which the provider's clock may differ."
    )

    @field_validator("sign_in")
    @classmethod
    def _is_a_way(cls, given: str) -> str:
        if unknown := [each for each in _split(given) if each not in WAYS]:
            raise ValueError(f'there is no sign-in by "{unknown[0]}"; name {" or ".join(WAYS)}, or both')
        return given

    @field_validator("oidc_algorithms")
    @classmethod
    def _is_signed(cls, given: str) -> str:
        wrong = [each for each in _split(given) if each not in ALGORITHMS]
        if wrong or not _split(given):
            raise ValueError(f"a provider signs with one or several of {', '.join(ALGORITHMS)}")
        return given

    @field_validator("oidc_issuer", "public_url")
    @classmethod
    def _is_safe(cls, given: str | None) -> str | None:
        """Over http a stranger on the way could be the provider; on this machine there is no way between."""
        if given is None:
            return None
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write an address that begins with https://")
        return given

    @model_validator(mode="after")
    def _is_complete(self) -> SignInSettings:
        if OIDC in self.ways and not (self.oidc_issuer and self.oidc_client_id):
            raise ValueError("sign-in by oidc needs GUANXI_OIDC_ISSUER and GUANXI_OIDC_CLIENT_ID")
        if OIDC in self.ways and not _is_protected(self.oidc_issuer or ""):
            raise ValueError("GUANXI_OIDC_ISSUER must begin with https://, unless it is on this machine")
        return self

    @property
    def ways(self) -> frozenset[str]:
        """How one may sign in; empty if nobody has to."""
        return frozenset(_split(self.sign_in))

    @property
    def algorithms(self) -> tuple[str, ...]:
        return tuple(_split(self.oidc_algorithms))

    def own_secret(self) -> str | None:
        """What to sign tokens with, if the settings say it. Raises `BadInput` for one that is too short."""
        found = _secret(self.secret, self.secret_file, "GUANXI_SECRET")
        if found is not None and len(found) < _SHORTEST_SECRET:
            raise BadInput(f"GUANXI_SECRET has {len(found)} characters; take {_SHORTEST_SECRET} random ones or more.")
        return found

    def client_secret(self) -> str | None:
        """The secret of the provider's client, if it has one."""
        return _secret(self.oidc_client_secret, self.oidc_client_secret_file, "GUANXI_OIDC_CLIENT_SECRET")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(value: SecretStr | None, file: Path | None, name: str) -> str | None:
    if value is not None:
        return value.get_secret_value()
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise BadInput(f"{name}_FILE is {file}, which cannot be read: {error.strerror}.") from None


def _split(given: str) -> list[str]:
    return [each.strip() for each in given.split(",") if each.strip()]


def _is_protected(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
