"""API keys: what programs sign in with. A key is `guanxi_`, 12 characters that tell it from others, `_`, and 256 random bits.

Its beginning makes it easy to be found where it should not be, such as in a repository.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from graph.api_keys import create_key, revoke_key
from graph.database import Database
from graph.errors import BadInput, Forbidden
from graph.grants import Granted
from graph.model import Model
from graph.reader import Action, FieldRight, Reader, Scope
from graph.sessions import hashed
from web.identity import Means, asking
from web.security_events import record

E = TypeVar("E", bound=Enum)

MARK = "guanxi_"
_FORM = re.compile(r"guanxi_([0-9a-f]{12})_[0-9a-f]{64}", re.ASCII)
# Unless told, a key is good for so long: one that is forgotten shall not be good for ever.
_LASTS = timedelta(days=90)


def new_key() -> tuple[str, str]:
    """A key, and its prefix."""
    prefix = secrets.token_hex(6)
    return f"{MARK}{prefix}_{secrets.token_hex(32)}", prefix


def prefix_of(key: str) -> str | None:
    """The prefix of what looks like a key of ours."""
    found = _FORM.fullmatch(key)
    return found[1] if found else None


class ApiKeys:
    """The errands `createApiKey` and `revokeApiKey`."""

    def __init__(self, database: Database, model: Model) -> None:
        self._database, self._model = database, model

    async def create(self, arguments: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Make a key for the reader, or as an administrator for anybody. It is shown now and never again."""
        given = arguments["input"]
        _check_means("API keys are made by people who have signed in, and not by another key.")
        owner = given.get("ownerId") or reader.user_id
        if owner is None:
            raise BadInput("Nobody signs in here; say in ownerId as whom the key shall sign in.")
        if owner != reader.user_id and not reader.is_administrator:
            raise Forbidden("Only administrators make keys for others.")
        expires = given.get("expiresAt") or datetime.now(UTC) + _LASTS
        if expires <= datetime.now(UTC):
            raise BadInput("expiresAt is over already.")
        key, prefix = new_key()
        grants = given.get("grants")
        id_ = await create_key(
            self._database, owner=owner, prefix=prefix, hash=hashed(key), name=given.get("name"), expires=expires,
            grants=None if grants is None else [self._granted(each) for each in grants], by=reader.user_id,
        )  # fmt: skip
        if id_ is None:
            raise BadInput(f"There is no user {owner} to sign in as.")
        record("api_key_created", user=reader.user_id, owner=owner, key=prefix)
        return {"id": id_, "prefix": prefix, "key": key, "expiresAt": _text(expires)}

    async def revoke(self, arguments: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Delete a key of one's own, or as an administrator any."""
        _check_means("API keys are revoked by people who have signed in, and not by another key.")
        owner = None if reader.is_administrator else reader.user_id
        is_revoked = await revoke_key(self._database, arguments["id"], owner=owner, by=reader.user_id)
        if is_revoked:
            record("api_key_revoked", user=reader.user_id, id=arguments["id"])
        return {"isRevoked": is_revoked}

    def _granted(self, given: Mapping[str, Any]) -> Granted:
        """A grant as it was given. Raises `BadInput` for one that grants nothing, as it means something else then."""
        record_type, field = given["recordType"], given.get("field") or ""
        action, scope = _member(Action, given.get("action")), _member(Scope, given.get("scope"))
        right = _member(FieldRight, given.get("right"))
        node = self._model.nodes.get(record_type)
        if node is None:
            raise BadInput(f'There is no type of record "{record_type[:100]}" to grant something of.')
        if field and field not in node.properties:
            raise BadInput(f'{record_type} has no property "{field[:100]}" to grant a right to.')
        if action and scope and not field and not right:
            return Granted(record_type, action, scope)
        if field and right and not action and not scope:
            return Granted(record_type, field=field, right=right)
        raise BadInput("A grant has an action and a scope, or a field and a right.")


def _check_means(refusal: str) -> None:
    """Keys that make keys would outlive the ones that were revoked, and what these are limited to."""
    if asking().means is Means.KEY:
        raise Forbidden(refusal)


def _member(enum: type[E], given: Any) -> E | None:
    return enum[getattr(given, "name", given)] if given else None


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
