"""The types of `createApiKey` and `revokeApiKey`."""

from __future__ import annotations

from schema.types import Argument, Field, Types


def add_api_keys(types: Types) -> tuple[Field, ...]:
    """Define the types; the answer are the fields of Mutation."""
    types.add("input", "GrantedInput", [
        Field("recordType", "str", "The type of record, such as Customer; Activity for every kind of it."),
        Field("action", "Action | None", "What may be done with the records of `scope`."),
        Field("scope", "Scope | None"),
        Field("field", "str | None", "The property that `right` is about."),
        Field("right", "FieldRight | None", "What may be done with it, at most."),
    ], "One thing that a key may do: an action with a scope, or a right to a field.")  # fmt: skip
    types.add("input", "CreateApiKeyInput", [
        Field("name", "str | None", "What it is for."),
        Field("ownerId", "ID | None", "As whom it signs in; you, unless an administrator says so."),
        Field("expiresAt", "DateTime | None", "From when on it is refused; in 90 days, unless told."),
        Field("grants", "list[GrantedInput] | None", "What it is limited to, of what its owner may do; without them, to nothing less."),
    ], "What a program is to sign in with.")  # fmt: skip
    types.add("type", "CreateApiKeyPayload", [
        Field("id", "ID"), Field("prefix", "str", "What tells it from other keys."),
        Field("key", "str", "The whole key. It is shown now, and never again."), Field("expiresAt", "DateTime"),
    ], "A key that was made.")  # fmt: skip
    types.add("type", "RevokeApiKeyPayload", [
        Field("isRevoked", "bool", "Whether there was such a key of yours."),
    ], "What became of a key.")  # fmt: skip
    return (
        Field(
            "createApiKey", "CreateApiKeyPayload | None", "Make a key that a program signs in with.",
            (Argument("input", "CreateApiKeyInput"),),
        ),
        Field(
            "revokeApiKey", "RevokeApiKeyPayload | None", "Delete a key; what it is used for ends within seconds.",
            (Argument("id", "ID"),),
        ),
    )  # fmt: skip
