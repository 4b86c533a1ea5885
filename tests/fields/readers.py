"""Readers for whom single properties, or all of a type, are masked or hidden; and what they may be shown."""

from __future__ import annotations

from typing import Any

from graph.model import EdgeType, Kind, Mask, Model, NodeType, Property
from graph.property_rights import FieldRights
from graph.reader import FieldRight, Reader

Owner = NodeType | EdgeType


def reader_of(owner: Owner, right: FieldRight, *names: str) -> Reader:
    """Who has a right to some properties of a type, or to all of them, and may do anything else."""
    return Reader("user_1", fields={owner.name: dict.fromkeys(names or owner.properties, right)})


def analyst() -> Reader:
    """Who may see of people what statistics are made of."""
    mask, hide = FieldRight.MASK, FieldRight.HIDE
    return Reader(
        "user_1",
        roles=frozenset({"ANALYST"}),
        fields={
            "EmailAddress": {"value": mask},
            "PhoneNumber": {"value": mask},
            "Contact": {"name": mask, "birthDate": hide},
            "Customer": {"creditLimit": hide, "revenue": hide},
        },
    )


def restricted(model: Model, owner: Owner, reader: Reader) -> list[Property]:
    """The properties of a type that a reader may not read, and that clients could ask for."""
    rights = FieldRights(model, reader)
    return [each for each, _ in rights.restricted(owner) if not each.is_hidden]


def shown(model: Model, owner: Owner, found: Property, reader: Reader, value: Any) -> Any:
    """What of a text a reader is shown, written once more in Python; None of anything else."""
    right = FieldRights(model, reader).right(owner, found.name)
    if right is FieldRight.HIDE or found.kind is not Kind.TEXT or found.mask is Mask.ABSENT:
        return [] if found.is_list else None
    if found.is_list:
        return [masked(found.mask, each) for each in value]
    return masked(found.mask, value)


def masked(mask: Mask, text: str | None) -> str | None:
    """A masked text, as docs/security.md describes it."""
    if text is None:
        return None
    digits = text.removeprefix("+")
    if mask is Mask.PHONE and digits.isascii() and digits.isdigit() and 9 <= len(digits) <= 15:
        return f"{text[:-8]}****{text[-4:]}"
    if mask is Mask.EMAIL and text.count("@") == 1 and not text.startswith("@") and not text.endswith("@"):
        local, domain = text.split("@")
        return f"{local[0] if len(local) > 1 else ''}***@{domain}"
    stars = "***" if text < "\u2e80" else "**"
    return (text[0] if len(text) > 1 else "") + stars if text else stars
