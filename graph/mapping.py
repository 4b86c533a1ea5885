"""A mapping: a TOML file that says which records the rows of some CSV files are. It is checked against the model when
it is read, so that a mistake is told before anything is written. `docs/importing.md` explains it by example.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.cells import Habits
from graph.encoding import checked_encoding
from graph.errors import BadInput
from graph.key_path import KeyPath
from graph.mapping_records import RecordReader
from graph.mapping_spec import FileSpec, ImportMapping, KeySpec, RecordSpec, UniqueSpec
from graph.model import Model
from graph.rows import Mode
from graph.tables import Reading

_TOP = (
    "system", "absent", "delimiter", "encoding", "mode", "zone", "currency", "decimal", "thousands", "tables", "files",
)  # fmt: skip
_FILE = ("path", "delimiter", "encoding", "sheet", "mode", "absent", "records")


def read_mapping(path: Path, model: Model, mode: Mode | None = None) -> ImportMapping:
    """Read a mapping and check it. Raises BadInput with the file, the key in it, and what to write."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    return mapping_of(path.name, text, model, mode)


def mapping_of(name: str, text: str, model: Model, mode: Mode | None = None) -> ImportMapping:
    """A mapping from its text, as `read_mapping`; `mode` goes before what it says itself."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name}: this is no TOML: {error}.") from None
    digest = hashlib.sha256(f"{mode or ''}\n{text}".encode()).hexdigest()
    return _Reader(name, digest, document, model, mode).read()


@dataclass
class _Reader:
    """Reads one document."""

    name: str
    digest: str
    document: Mapping[str, Any]
    model: Model
    mode: Mode | None

    def read(self) -> ImportMapping:
        top = KeyPath(self.name)
        top.check_keys(self.document, _TOP, ("system", "files"))
        system: str = top.check_type(self.document, "system", str)
        if not system or ":" in system:
            raise (top / "system").error("The system's name has at least one letter and no colon.")
        habits = Habits(
            top.check_type(self.document, "tables", dict, {}),
            top.check_type(self.document, "zone", str),
            top.check_type(self.document, "currency", str),
            top.check_type(self.document, "decimal", str, "."),
            top.check_type(self.document, "thousands", str, ""),
        )
        self.records = RecordReader(self.model, system, habits, self.mode)
        files = top.check_type(self.document, "files", list, [])
        return ImportMapping(
            self.name, self.digest, tuple(self._file(file, top / "files", index) for index, file in enumerate(files))
        )

    def _file(self, table: Any, where: KeyPath, index: int) -> FileSpec:
        where[index].check_keys(table, _FILE, ("path", "records"))
        path = where[index].check_type(table, "path", str)
        where = where[path]
        records = where.check_type(table, "records", dict)
        if not records:
            raise where.error("A file needs at least one record: [files.records.company].")
        types = {alias: self.records.type_of(one, where / "records" / alias) for alias, one in records.items()}
        keys = {
            alias: self.records.own_key(one, types[alias], where / "records" / alias) for alias, one in records.items()
        }
        mode = self.records.mode_of(table, where, self.records.mode_of(self.document, KeyPath(self.name), Mode.UPSERT))
        specs = tuple(
            self.records.record(alias, one, types, keys[alias], mode, where / "records" / alias)
            for alias, one in records.items()
        )
        columns = frozenset(column for spec in specs for column in _columns(spec))
        return FileSpec(
            path,
            self._reading(table, where, columns),
            frozenset(where.check_type(table, "absent", list, self.document.get("absent", []))),
            specs,
            columns,
        )

    def _reading(self, table: Mapping[str, Any], where: KeyPath, columns: frozenset[str]) -> Reading:
        delimiter = where.check_type(table, "delimiter", str, self.document.get("delimiter"))
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
            raise (where / "delimiter").error(f"{delimiter!r} is no delimiter; write one character.")
        encoding = where.check_type(table, "encoding", str, self.document.get("encoding"))
        if encoding is not None:
            try:
                checked_encoding(encoding)
            except BadInput as error:
                raise (where / "encoding").error(error.message) from None
        return Reading(delimiter, encoding, where.check_type(table, "sheet", str), columns)


def _columns(spec: RecordSpec) -> Sequence[str]:
    expressions = [*spec.values.values(), spec.country]
    keys: list[KeySpec | UniqueSpec] = [spec.key] if spec.key else []
    columns = [spec.type.column]
    for link in spec.links:
        expressions += [*link.values.values(), *link.edge.values(), link.country]
        keys += [link.to] if isinstance(link.to, KeySpec | UniqueSpec) else []
    columns += [column for expression in expressions if expression for column in expression.columns]
    columns += [column for key in keys for column in key.columns]
    return [column for column in columns if column is not None]
