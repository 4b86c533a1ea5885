"""Where in a TOML file something stands, for errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.errors import BadInput
from graph.suggestion import did_you_mean


@dataclass(frozen=True)
class KeyPath:
    """A file, and the keys that lead to a place in it: `northwind.toml: files["orders.csv"].records.order.set`."""

    file: str
    keys: str = ""

    def __truediv__(self, key: str) -> KeyPath:
        return KeyPath(self.file, f"{self.keys}.{key}" if self.keys else key)

    def __getitem__(self, item: str | int) -> KeyPath:
        return KeyPath(self.file, f'{self.keys}["{item}"]' if isinstance(item, str) else f"{self.keys}[{item}]")

    def error(self, sentence: str) -> BadInput:
        return BadInput(f"{self.file}: {self.keys}: {sentence}" if self.keys else f"{self.file}: {sentence}")

    def check_keys(self, table: Any, known: Iterable[str], required: Iterable[str] = ()) -> Mapping[str, Any]:
        """The table, if it is one, has no other keys than these, and has those that it must have."""
        known = list(known)
        if not isinstance(table, dict):
            raise self.error(f"{table!r} is no table; it may have {', '.join(known)}.")
        for key in table:
            if key not in known:
                raise (self / key).error(f"No key '{key}' here.{did_you_mean(key, known)}")
        for key in required:
            if key not in table:
                raise self.error(f"{key} is missing.")
        return table

    def check_type(self, table: Mapping[str, Any], key: str, type_: type, default: Any = None) -> Any:
        """The value of a key, which is of this type, or the default."""
        value = table.get(key, default)
        if value is not default and not isinstance(value, type_):
            nouns = {str: "a text", bool: "true or false", dict: "a table", list: "a list"}
            raise (self / key).error(f"{value!r} is not {nouns[type_]}.")
        return value
