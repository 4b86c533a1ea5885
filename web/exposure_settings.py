"""The settings of how the server shows itself to the network and to those who watch over it."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from graph.errors import BadInput

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?", re.IGNORECASE)


class ExposureSettings(BaseSettings):
    """Who may ask from a page of another origin, TLS, what is written down, and who may read the metrics."""

    cors_origins: str = Field(
        "", description="Origins whose pages may ask, separated by commas, such as https://app.example."
    )
    tls_certificate: Path | None = Field(None, description="Certificate chain in PEM; with it the server speaks https.")
    tls_key: Path | None = Field(None, description="The certificate's private key, in PEM.")
    tls_key_password_file: Path | None = Field(None, description="A file that holds the private key's password.")
    log_operations: bool = Field(True, description="Whether a line of the log is written for each operation.")
    metrics: bool = Field(True, description="Whether /metrics answers.")
    metrics_token: SecretStr | None = Field(
        None, description="What whoever reads the metrics has to show; without it they are told on loopback only."
    )
    metrics_token_file: Path | None = Field(None, description="A file that holds that token.")

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, given: str) -> str:
        for origin in _split(given):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f'"{origin}" is no origin; write it as https://app.example, without a path')
        return given

    @model_validator(mode="after")
    def _has_both(self) -> ExposureSettings:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("GUANXI_TLS_CERTIFICATE and GUANXI_TLS_KEY belong together; set both or neither")
        return self

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may ask, in lower case as browsers send them."""
        return frozenset(each.lower() for each in _split(self.cors_origins))

    def shown_token(self) -> str | None:
        """What whoever reads the metrics has to show. Raises `BadInput` if its file cannot be read."""
        if self.metrics_token is not None:
            return self.metrics_token.get_secret_value()
        return read_secret(self.metrics_token_file, "GUANXI_METRICS_TOKEN_FILE")

    def key_password(self) -> str | None:
        """The private key's password. Raises `BadInput` if its file cannot be read."""
        return read_secret(self.tls_key_password_file, "GUANXI_TLS_KEY_PASSWORD_FILE")


def read_secret(file: Path | None, name: str) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise BadInput(f"{name} is {file}, which cannot be read: {error.strerror}.") from None


def _split(given: str) -> list[str]:
    return [each.strip() for each in given.split(",") if each.strip()]
