"""How a value is masked, written a second time: enough is left to tell what it is, and too little to use it."""

from __future__ import annotations

import re
from typing import Any


def masked(property: str, type: str, value: Any) -> Any:
    """What is shown of a value; None for one that is no text."""
    if not isinstance(value, str):
        return None
    if property == "value" and type == "PhoneNumber" and re.fullmatch(r"\+?[0-9]{9,15}", value):
        return f"{value[:-8]}****{value[-4:]}"
    if property == "value" and type == "EmailAddress" and re.fullmatch(r"[^@]+@[^@]+", value):
        local, _, domain = value.partition("@")
        return f"{local[0] if len(local) > 1 else ''}***@{domain}"
    return masked_text(value)


def masked_text(value: str) -> str:
    """The first letter, unless it is the only one; short for scripts that write a word in one sign."""
    return ("" if len(value) == 1 else value[:1]) + ("***" if value < "⺀" else "**")
