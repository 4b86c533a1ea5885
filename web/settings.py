"""Settings, from the environment. Each is documented in docs/operating.md."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from graph.errors import BadInput
from web.exposure_settings import ExposureSettings
from web.limit_settings import LimitSettings
from web.sign_in_settings import SignInSettings

# What the driver speaks; of other schemes it would want packages that are not there.
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def default_data() -> Path:
    """Where the embedded database lives unless told: the user's own data folder."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "guanxi"


class Settings(SignInSettings, LimitSettings, ExposureSettings):
    """What the server and the commands are told by their environment. Secrets are masked when it is printed."""

    model_config = SettingsConfigDict(env_prefix="GUANXI_", extra="ignore")

    data: Path = Field(default_factory=default_data, description="Directory of the embedded database.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    published_on_loopback: bool = Field(
        False,
        description="Says that a container's port is published on loopback only, so that it may listen on all of its own.",
    )
    allowed_hosts: str = Field(
        "localhost,127.0.0.1,[::1]",
        description="Names, separated by commas, under which the server may be asked; without ports.",
    )
    base_currency: str = Field("USD", description="Currency that amounts are compared in; fixed once data is in.")
    country: str = Field(
        "", pattern="^([A-Z]{2})?$", description="Country that telephone numbers are from if nothing else says it."
    )
    rates: Path | None = Field(None, description="CSV of exchange rates: date, currency, rate.")
    queries: str = Field("", description="Folders of named queries, besides the built-in one; separated as in PATH.")
    trusted_documents: str = Field(
        "", description="Manifests of persisted documents of Apollo, Relay or graphql-codegen; separated as in PATH."
    )
    heap: str = Field("512m", description="Memory of the embedded database's heap.")
    page_cache: str = Field("256m", description="Memory of the embedded database's page cache.")
    statement_timeout: float = Field(
        30.0, gt=0, allow_inf_nan=False, description="Seconds after which a statement is stopped."
    )
    retry_time: float = Field(
        5.0,
        ge=0,
        allow_inf_nan=False,
        description="Seconds for which a request is repeated while the database is away.",
    )
    feed_interval: float = Field(
        0.5, gt=0, le=60, description="Seconds after which changes that other servers wrote are told at the latest."
    )
    retention: float = Field(
        90.0, ge=0, allow_inf_nan=False, description="Days after which `guanxi purge` removes what was deleted."
    )
    webhooks: bool = Field(True, description="Whether this server delivers to webhooks.")
    webhook_private: bool = Field(
        False, description="Whether webhooks may be delivered to addresses of this computer and of private networks."
    )
    body_limit: int = Field(1_000_000, gt=0, description="Largest request body, in bytes.")

    neo4j_uri: str | None = Field(
        None, validation_alias="NEO4J_URI", description="A Neo4j of your own, instead of the embedded one."
    )
    neo4j_user: str = Field("neo4j", validation_alias="NEO4J_USER", description="Who to be there.")
    neo4j_password: SecretStr | None = Field(
        None, validation_alias="NEO4J_PASSWORD", description="With which password."
    )
    neo4j_password_file: Path | None = Field(
        None, validation_alias="NEO4J_PASSWORD_FILE", description="A file that holds the password."
    )
    neo4j_database: str = Field("neo4j", validation_alias="NEO4J_DATABASE", description="Which database there.")

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings. Raises `BadInput` with the names of the variables that are wrong."""
        try:
            return cls()
        except ValidationError as error:
            # Values are left out: somebody may have put a password into the wrong variable.
            wrong = [
                # What is wrong with several of them together has no place.
                "".join(f"{variable(str(name))}: " for name in each["loc"][:1])
                + each["msg"].removeprefix("Value error, ")
                for each in error.errors()
            ]
            raise BadInput(f"{'; '.join(wrong)}. See docs/operating.md.") from None

    @field_validator("neo4j_uri")
    @classmethod
    def _is_spoken(cls, uri: str | None) -> str | None:
        if uri and urlsplit(uri).scheme not in SCHEMES:
            raise ValueError(f"the address must begin with one of {', '.join(f'{each}://' for each in SCHEMES)}")
        return uri

    def password(self) -> str:
        """The password of a Neo4j of one's own. Raises `BadInput` if none is given, or if its file cannot be read."""
        if self.neo4j_password is not None:
            return self.neo4j_password.get_secret_value()
        if self.neo4j_password_file is None:
            raise BadInput("NEO4J_URI is set, but neither NEO4J_PASSWORD nor NEO4J_PASSWORD_FILE is.")
        try:
            return self.neo4j_password_file.read_text().rstrip("\r\n")
        except OSError as error:
            raise BadInput(
                f"NEO4J_PASSWORD_FILE is {self.neo4j_password_file}, which cannot be read: {error.strerror}."
            ) from None

    @property
    def overlap(self) -> float:
        """For how many seconds a write may be under way: a transaction is stopped a little later than its limit says."""
        return self.statement_timeout + 5.0

    @property
    def hosts(self) -> tuple[str, ...]:
        public = [urlsplit(self.public_url).hostname or ""] if self.public_url else []
        return tuple(name.strip().lower() for name in (*self.allowed_hosts.split(","), *public) if name.strip())


def variable(field: str) -> str:
    """What a setting is called in the environment."""
    found = Settings.model_fields.get(field)
    # An error names a field that has an alias by that.
    return str(found.validation_alias or f"GUANXI_{field.upper()}") if found else field
