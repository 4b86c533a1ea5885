"""The records of a mapping's files, read and checked against the model: types, keys, values and links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.arrows import Arrow, Arrows, linkable
from graph.cells import Habits
from graph.errors import BadInput
from graph.expression import Expression, compile_expression
from graph.key_path import KeyPath
from graph.mapping_spec import KeySpec, LinkSpec, RecordSpec, TypeSpec, UniqueSpec
from graph.model import Kind, Model, NodeType, Property
from graph.prepare import edge_settable, settable
from graph.rows import Mode
from graph.suggestion import did_you_mean

_RECORD = ("type", "key", "match", "mode", "optional", "country", "set", "link")
# What importing writes of itself.
_INTERNAL = ("ExternalRef", "ImportRun", "Change")
_LINK = ("to", "set", "country", "split", "joined", "edge", "apart")
_TEXT = Property("country", Kind.TEXT)


@dataclass
class RecordReader:
    """Reads the records of one document; keeps which node type each kind of key stands for."""

    model: Model
    system: str
    habits: Habits
    mode: Mode | None
    made: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.arrows = Arrows(self.model)

    def mode_of(self, table: Mapping[str, Any], where: KeyPath, otherwise: Mode) -> Mode:
        given = where.check_type(table, "mode", str)
        if given is not None and given not in list(Mode):
            raise (where / "mode").error(f"{given!r} is none of {', '.join(Mode)}.{did_you_mean(given, list(Mode))}")
        return self.mode or (Mode(given) if given else otherwise)

    def type_of(self, table: Any, where: KeyPath) -> TypeSpec:
        where.check_keys(table, _RECORD, ("type",))
        if "key" not in table and "match" not in table:
            raise where.error("key is missing; without one, match names the unique properties that it is found by.")
        spec = table["type"]
        if isinstance(spec, str):
            return TypeSpec({spec: self._node(spec, where / "type")})
        (where / "type").check_keys(spec, ("column", "values"), ("column", "values"))
        return TypeSpec(
            {text: self._node(name, where / "type" / "values" / text) for text, name in spec["values"].items()},
            spec["column"],
        )

    def _node(self, name: str, where: KeyPath) -> NodeType:
        concrete = {node.name: node for node in self.model.concrete if node.name not in _INTERNAL}
        if name not in concrete:
            raise where.error(f"No type '{name}' of record.{did_you_mean(str(name), concrete)}")
        return concrete[name]

    def own_key(self, table: Mapping[str, Any], type: TypeSpec, where: KeyPath) -> KeySpec | None:
        if "key" not in table:
            return None
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

    def record(
        self,
        alias: str,
        table: Mapping[str, Any],
        types: Mapping[str, TypeSpec],
        key: KeySpec | None,
        mode: Mode,
        where: KeyPath,
    ) -> RecordSpec:
        values = where.check_type(table, "set", dict, {})
        matches = self._matches(table.get("match", []), types[alias], values, where / "match")
        links = where.check_type(table, "link", dict, {})
        return RecordSpec(
            alias,
            types[alias],
            key,
            matches,
            self.mode_of(table, where, mode),
            where.check_type(table, "optional", bool, False),
            self._country(table, where),
            {
                name: self._value(name, spec, types[alias], where / "set" / name, is_match=name in matches)
                for name, spec in values.items()
            },
            tuple(self._links(links, types[alias], types, where / "link")),
        )

    def _matches(self, names: Any, type: TypeSpec, values: Mapping[str, Any], where: KeyPath) -> tuple[str, ...]:
        found = tuple([names] if isinstance(names, str) else names)
        for name in found:
            for node in type.nodes.values():
                declared = node.properties.get(name) if isinstance(name, str) else None
                if declared is None or not declared.is_unique or declared.is_hidden:
                    unique = [one for one, each in node.properties.items() if each.is_unique and not each.is_hidden]
                    raise where.error(f"{node.name} has no unique property {name!r}.{did_you_mean(str(name), unique)}")
            if name not in values:
                raise where.error(f"set.{name} is missing; without it there is no value to match by.")
        return found

    def _value(self, name: str, spec: Any, type: TypeSpec, where: KeyPath, *, is_match: bool = False) -> Expression:
        for node in type.nodes.values():
            if name in settable(node) and (name != "id" or is_match):
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
            where.check_type(entry, "joined", bool, False),
            shared,
            values,
            self._country(entry, where),
            edge,
            tuple(apart) if apart is not None else None,
        )

    def _edge(self, table: Mapping[str, Any], arrow: Arrow, where: KeyPath) -> dict[str, Expression]:
        known = {name: one for name, one in (arrow.edge.properties if arrow.edge else {}).items() if edge_settable(one)}
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

    def _target(
        self, to: Any, arrow: Arrow, types: Mapping[str, TypeSpec], where: KeyPath
    ) -> str | KeySpec | UniqueSpec:
        target: str | KeySpec | UniqueSpec
        if isinstance(to, str):
            if to not in types:
                raise where.error(f"No record '{to}' in this file.{did_you_mean(to, types)}")
            names = frozenset(node.name for node in types[to].nodes.values())
            target = to
        elif isinstance(to, dict) and len(to) == 1 and "." in next(iter(to)):
            target = self._unique(*next(iter(to.items())), where)
            names = frozenset(self.model.nodes[target.type].members)
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

    def _unique(self, name: str, column: Any, where: KeyPath) -> UniqueSpec:
        """A record by a unique property: { "Company.uscc" = "code" }."""
        type, _, property = name.partition(".")
        nodes = {node.name: node for node in self.model.nodes.values() if node.labels and node.name not in _INTERNAL}
        if type not in nodes:
            raise where.error(f"No type '{type}' of record.{did_you_mean(type, nodes)}")
        unique = [one for one, each in nodes[type].properties.items() if each.is_unique and not each.is_hidden]
        if property not in unique:
            raise where.error(f"{type} has no unique property '{property}'.{did_you_mean(property, unique)}")
        if not isinstance(column, str):
            raise where.error(f"{column!r} is no column; write one as text.")
        return UniqueSpec(type, property, column)


def shared_by(node: NodeType) -> str | None:
    """The property by whose value a record without a key of its own is merged: `value` of an e-mail address."""
    unique = [name for name, declared in node.properties.items() if declared.is_unique and name != "id"]
    if len(unique) != 1:
        return None
    declared = node.properties[unique[0]]
    return unique[0] if declared.normalise or unique[0] in node.computed else None


def _or(names: frozenset[str]) -> str:
    return " or ".join(sorted(names))
