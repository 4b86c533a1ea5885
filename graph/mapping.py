"""A mapping: a TOML file that says which records the rows of some CSV files are. It is checked against the model when
it is read, so that a mistake is told before anything is written. `docs/importing.md` explains it by example.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.arrows import Arrow, Arrows, linkable
from graph.errors import BadInput
from graph.expression import Expression, Habits, compile_expression
from graph.key_path import KeyPath
from graph.model import Kind, Model, NodeType, Property
from graph.prepare import settable
from graph.suggestion import did_you_mean

_TOP = ("system", "absent", "delimiter", "zone", "currency", "decimal", "thousands", "tables", "files")
_RECORD = ("type", "key", "optional", "country", "set", "link")
_LINK = ("to", "set", "country", "split", "edge", "apart")


@dataclass(frozen=True)
class KeySpec:
    """What a record is called: the system, the kind of thing that it is there, and the columns that tell it from others."""

    system: str
    type: str
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TypeSpec:
    """The type of a row's record: always the same, or by the value of a column."""

    nodes: Mapping[str, NodeType]
    column: str | None = None

    @property
    def first(self) -> NodeType:
        return next(iter(self.nodes.values()))


@dataclass(frozen=True, eq=False)
class LinkSpec:
    """A relationship of a row's record: to another record of the row, to a key, or to a shared record made of values."""

    arrow: Arrow
    to: str | KeySpec | None
    split: str | None
    shared: NodeType | None
    values: Mapping[str, Expression]
    country: Expression | None
    edge: Mapping[str, Expression]
    apart: tuple[str, ...] | None


@dataclass(frozen=True, eq=False)
class RecordSpec:
    alias: str
    type: TypeSpec
    key: KeySpec
    is_optional: bool
    country: Expression | None
    values: Mapping[str, Expression]
    links: tuple[LinkSpec, ...]


@dataclass(frozen=True, eq=False)
class FileSpec:
    """The records of one file's rows, and every column that they need."""

    path: str
    delimiter: str
    absent: frozenset[str]
    records: tuple[RecordSpec, ...]
    columns: frozenset[str]


@dataclass(frozen=True, eq=False)
class ImportMapping:
    """Files in the order in which they are loaded."""

    name: str
    files: tuple[FileSpec, ...]


def read_mapping(path: Path, model: Model) -> ImportMapping:
    """Read a mapping and check it. Raises BadInput with the file, the key in it, and what to write."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path.name}: this is no TOML: {error}.") from None
    return _Reader(path.name, document, model).read()


@dataclass
class _Reader:
    """Reads one document; keeps which node type each kind of key stands for."""

    name: str
    document: Mapping[str, Any]
    model: Model
    made: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def read(self) -> ImportMapping:
        top = KeyPath(self.name)
        top.check_keys(self.document, _TOP, ("system", "files"))
        self.arrows = Arrows(self.model)
        self.system: str = top.check_type(self.document, "system", str)
        if not self.system or ":" in self.system:
            raise (top / "system").error("The system's name has at least one letter and no colon.")
        self.habits = Habits(
            top.check_type(self.document, "tables", dict, {}),
            top.check_type(self.document, "zone", str),
            top.check_type(self.document, "currency", str),
            top.check_type(self.document, "decimal", str, "."),
            top.check_type(self.document, "thousands", str, ""),
        )
        files = top.check_type(self.document, "files", list, [])
        return ImportMapping(
            self.name, tuple(self._file(file, top / "files", index) for index, file in enumerate(files))
        )

    def _file(self, table: Any, where: KeyPath, index: int) -> FileSpec:
        where[index].check_keys(table, ("path", "delimiter", "absent", "records"), ("path", "records"))
        path = where[index].check_type(table, "path", str)
        where = where[path]
        records = where.check_type(table, "records", dict)
        if not records:
            raise where.error("A file needs at least one record: [files.records.company].")
        types = {alias: self._type(one, where / "records" / alias) for alias, one in records.items()}
        keys = {alias: self._own_key(one, types[alias], where / "records" / alias) for alias, one in records.items()}
        specs = tuple(
            self._record(alias, one, types, keys[alias], where / "records" / alias) for alias, one in records.items()
        )
        return FileSpec(
            path,
            where.check_type(table, "delimiter", str, self.document.get("delimiter", ",")),
            frozenset(where.check_type(table, "absent", list, self.document.get("absent", []))),
            specs,
            frozenset(column for spec in specs for column in _columns(spec)),
        )

    def _type(self, table: Any, where: KeyPath) -> TypeSpec:
        where.check_keys(table, _RECORD, ("type", "key"))
        spec = table["type"]
        if isinstance(spec, str):
            return TypeSpec({spec: self._node(spec, where / "type")})
        (where / "type").check_keys(spec, ("column", "values"), ("column", "values"))
        return TypeSpec(
            {text: self._node(name, where / "type" / "values" / text) for text, name in spec["values"].items()},
            spec["column"],
        )

    def _node(self, name: str, where: KeyPath) -> NodeType:
        concrete = {node.name: node for node in self.model.concrete if node.name != "ExternalRef"}
        if name not in concrete:
            raise where.error(f"No type '{name}' of record.{did_you_mean(str(name), concrete)}")
        return concrete[name]

    def _own_key(self, table: Mapping[str, Any], type: TypeSpec, where: KeyPath) -> KeySpec:
        key = self._key(table["key"], where / "key")
        names = frozenset(node.name for node in type.nodes.values())
        earlier = self.made.setdefault((key.system, key.type), names)
        if earlier != names and not (names <= earlier):
            raise (where / "key").error(
                f"A {key.type} is a {' or '.join(sorted(earlier))} elsewhere in this mapping, and a "
                f"{' or '.join(sorted(names))} here; give the keys two names."
            )
        return key

    def _key(self, spec: Any, where: KeyPath) -> KeySpec:
        if not isinstance(spec, dict) or len(spec) != 1:
            raise where.error(
                'A key is written as { customer = "customerID" }: a name, and a column or a list of them.'
            )
        ((name, columns),) = spec.items()
        if isinstance(columns, str):
            columns = [columns]
        if not isinstance(columns, list) or not columns or not all(isinstance(one, str) for one in columns):
            raise where.error(f"{columns!r} is no column; write one as text, or several as a list.")
        system, _, type = name.rpartition(":")
        return KeySpec(system or self.system, type, tuple(columns))

    def _record(
        self, alias: str, table: Mapping[str, Any], types: Mapping[str, TypeSpec], key: KeySpec, where: KeyPath
    ) -> RecordSpec:
        values = where.check_type(table, "set", dict, {})
        links = where.check_type(table, "link", dict, {})
        return RecordSpec(
            alias,
            types[alias],
            key,
            where.check_type(table, "optional", bool, False),
            self._country(table, where),
            {name: self._value(name, spec, types[alias], where / "set" / name) for name, spec in values.items()},
            tuple(self._links(links, types[alias], types, where / "link")),
        )

    def _value(self, name: str, spec: Any, type: TypeSpec, where: KeyPath) -> Expression:
        for node in type.nodes.values():
            if name in settable(node) and name != "id":
                return compile_expression(spec, node.properties[name], self.habits, where)
        node = type.first
        if name in node.properties:
            raise where.error(f"{node.name}.{name} is written by Guanxi alone.")
        if name in node.relationships:
            raise where.error(f"{node.name}.{name} is a relationship; write it under link.")
        raise where.error(
            f"No property '{name}' of {node.name}.{did_you_mean(name, (*settable(node), *linkable(node)))}"
        )

    def _country(self, table: Mapping[str, Any], where: KeyPath) -> Expression | None:
        if "country" not in table:
            return None
        return compile_expression(table["country"], _TEXT, self.habits, where / "country")

    def _links(
        self, table: Mapping[str, Any], type: TypeSpec, types: Mapping[str, TypeSpec], where: KeyPath
    ) -> list[LinkSpec]:
        found: list[LinkSpec] = []
        for name, entries in table.items():
            try:
                arrow = self.arrows[type.first.name, name]
            except BadInput as error:
                raise (where / name).error(error.message) from None
            for index, entry in enumerate(entries if isinstance(entries, list) else [entries]):
                place = where / name if not isinstance(entries, list) else (where / name)[index]
                found.append(self._link(entry, arrow, types, place))
        return found

    def _link(self, entry: Any, arrow: Arrow, types: Mapping[str, TypeSpec], where: KeyPath) -> LinkSpec:
        where.check_keys(entry, _LINK)
        if ("to" in entry) == ("set" in entry):
            raise where.error("A link has either to, which record it leads to, or set, what the shared record says.")
        edge = self._edge(where.check_type(entry, "edge", dict, {}), arrow, where / "edge")
        apart = where.check_type(entry, "apart", list)
        for name in apart or ():
            if name not in edge:
                raise (where / "apart").error(f"'{name}' is no property that this link sets.{did_you_mean(name, edge)}")
        shared, values = (None, {}) if "to" in entry else self._shared(entry["set"], arrow, where / "set")
        return LinkSpec(
            arrow,
            self._target(entry["to"], arrow, types, where / "to") if "to" in entry else None,
            where.check_type(entry, "split", str),
            shared,
            values,
            self._country(entry, where),
            edge,
            tuple(apart) if apart is not None else None,
        )

    def _edge(self, table: Mapping[str, Any], arrow: Arrow, where: KeyPath) -> dict[str, Expression]:
        known = {name: one for name, one in (arrow.edge.properties if arrow.edge else {}).items() if not one.is_derived}
        for name in table:
            if name not in known:
                what = arrow.edge.name if arrow.edge else arrow.type
                raise (where / name).error(f"No property '{name}' of {what}.{did_you_mean(name, known)}")
        return {name: compile_expression(spec, known[name], self.habits, where / name) for name, spec in table.items()}

    def _shared(self, table: Any, arrow: Arrow, where: KeyPath) -> tuple[NodeType, dict[str, Expression]]:
        nodes = [self.model.nodes[name] for name in arrow.targets]
        if len(nodes) != 1 or shared_by(nodes[0]) is None:
            raise where.error(f"{arrow.field} leads to records that have keys; write to = {{ name = column }}.")
        if not isinstance(table, dict) or not table:
            raise where.error(f"{table!r} is no table of properties.")
        type = TypeSpec({nodes[0].name: nodes[0]})
        return nodes[0], {name: self._value(name, spec, type, where / name) for name, spec in table.items()}

    def _target(self, to: Any, arrow: Arrow, types: Mapping[str, TypeSpec], where: KeyPath) -> str | KeySpec:
        if isinstance(to, str):
            if to not in types:
                raise where.error(f"No record '{to}' in this file.{did_you_mean(to, types)}")
            names = frozenset(node.name for node in types[to].nodes.values())
            target: str | KeySpec = to
        else:
            target = self._key(to, where)
            if target.system != self.system:
                return target
            if (target.system, target.type) not in self.made:
                known = [type for system, type in self.made if system == self.system]
                raise where.error(
                    f"No record up to this file has a key named '{target.type}'.{did_you_mean(target.type, known)}"
                )
            names = self.made[target.system, target.type]
        if not names & arrow.targets:
            raise where.error(f"{arrow.field} leads to {_or(arrow.targets)}, and this is a {_or(names)}.")
        return target


_TEXT = Property("country", Kind.TEXT)


def shared_by(node: NodeType) -> str | None:
    """The property by whose value a record without a key of its own is merged: `value` of an e-mail address."""
    unique = [name for name, declared in node.properties.items() if declared.is_unique and name != "id"]
    if len(unique) != 1:
        return None
    declared = node.properties[unique[0]]
    return unique[0] if declared.normalise or unique[0] in node.computed else None


def _columns(spec: RecordSpec) -> Sequence[str]:
    expressions = [*spec.values.values(), spec.country]
    keys = [spec.key]
    columns = [spec.type.column]
    for link in spec.links:
        expressions += [*link.values.values(), *link.edge.values(), link.country]
        keys += [link.to] if isinstance(link.to, KeySpec) else []
    columns += [column for expression in expressions if expression for column in expression.columns]
    columns += [column for key in keys for column in key.columns]
    return [column for column in columns if column is not None]


def _or(names: frozenset[str]) -> str:
    return " or ".join(sorted(names))
