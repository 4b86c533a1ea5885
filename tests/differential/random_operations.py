"""Operations made up by a random walk over the schema: valid by construction, in about a millisecond each.

What makes two fields of one response key mergeable (GraphQL specification 5.3.2) is kept account of while walking, so
that fields meet often under one key, in fragments and beside them, with the same arguments, or from different types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from tests.differential.reference import NOT_WALKED

_PAGING = ("where", "orderBy", "first", "after", "last", "before")
_LITERALS = {
    "Int": "2", "Float": "0.5", "Boolean": "true", "String": '"Ada"', "DateTime": '"2024-05-01T08:00:00Z"',
    "ID": '"company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"', "Date": '"2024-05-01"', "Decimal": '"12.50"',
    "Currency": '"EUR"', "Duration": '"P30D"',
}  # fmt: skip


@dataclass
class _Scope:
    """The response keys of one selection set: the type of each, the fields that it stands for, and what is below."""

    keys: dict[str, tuple[str, list[tuple[str, str, str]], _Scope]] = field(default_factory=dict)

    def accepts(self, key: str, type_: str, use: tuple[str, str, str]) -> bool:
        """Whether a field may stand under a key; a use is the object type that it is a field of, if any, its name and its arguments."""
        if key not in self.keys:
            return True
        known, uses, _ = self.keys[key]
        return known == type_ and all(_may_meet(use, other) for other in uses)

    def add(self, key: str, type_: str, use: tuple[str, str, str]) -> _Scope:
        _, uses, below = self.keys.setdefault(key, (type_, [], _Scope()))
        uses.append(use)
        return below

    def accepts_all(self, other: _Scope) -> bool:
        return all(
            all(self.accepts(key, type_, use) for use in uses)
            and (key not in self.keys or self.keys[key][2].accepts_all(below))
            for key, (type_, uses, below) in other.keys.items()
        )

    def add_all(self, other: _Scope) -> None:
        for key, (type_, uses, below) in other.keys.items():
            for use in uses:
                self.add(key, type_, use).add_all(below)


def _may_meet(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Two object types are never the type of one record; else the field and its arguments must be the same."""
    return bool(one[0] and other[0] and one[0] != other[0]) or one[1:] == other[1:]


@dataclass
class OperationMaker:
    """Makes up operations over one schema, each with values for its variables."""

    schema: GraphQLSchema
    random: Random
    most_fields: int = 40
    most_depth: int = 9
    _fragments: list[tuple[str, GraphQLNamedType, str, _Scope]] = field(default_factory=list)
    _variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _left: int = 0
    _known: dict[str, list[GraphQLNamedType]] = field(default_factory=dict)

    @cached_property
    def _composite(self) -> list[GraphQLNamedType]:
        """The types that a fragment may be on."""
        types = self.schema.type_map.values()
        is_own = (each for each in types if is_composite_type(each) and not each.name.startswith("__"))
        return [each for each in is_own if each is not self.schema.query_type]

    @cached_property
    def _records(self) -> list[GraphQLNamedType]:
        """Those of them that most fields lead to: abstract types, and what implements an interface."""
        return [
            each
            for each in self._composite
            if is_abstract_type(each) or (isinstance(each, GraphQLObjectType) and each.interfaces)
        ]

    def make(self) -> tuple[str, dict[str, Any]]:
        """The text of an operation and its variables."""
        self._fragments, self._variables = [], {}
        self._left = self.random.randint(5, self.most_fields)
        for number in range(self.random.choice((0, 0, 1, 2))):
            type_, scope = self.random.choice(self._records), _Scope()
            text = self._selections(type_, scope, 3)
            self._fragments.append((f"F{number}", type_, text, scope))
        query = self.schema.query_type
        assert query is not None
        scope, roots = _Scope(), list[str]()
        while not roots or (self._left > 0 and self.random.random() < 0.4):
            roots.append(self._one_of(query, scope, 0))
        text = " ".join(roots)
        # A fragment that is not spread would make the document invalid.
        used = self._used(text)
        definitions = "".join(f" fragment {n} on {t.name} {b}" for n, t, b, _ in self._fragments if n in used)
        variables = {name: each for name, each in self._variables.items() if f"${name}" in text + definitions}
        declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in variables.items())
        head = f"query ({declared}) " if declared else "query "
        return f"{head}{{ {text} }}{definitions}", {name: value for name, (_, value) in variables.items()}

    def _used(self, body: str) -> set[str]:
        used: set[str] = set()
        texts = [body]
        while texts:
            text = texts.pop()
            for name, _, inner, _ in self._fragments:
                if f"...{name} " in text and name not in used:
                    used.add(name)
                    texts.append(inner)
        return used

    # --- selections -------------------------------------------------------------------------------------------------

    def _selections(self, type_: GraphQLNamedType, scope: _Scope, depth: int) -> str:
        count = self.random.choice((1, 2, 2, 3, 4, 5))
        return f"{{ {' '.join(self._one_of(type_, scope, depth) for _ in range(count))} }}"

    def _one_of(self, type_: GraphQLNamedType, scope: _Scope, depth: int) -> str:
        """A field, or a fragment; always a field, once there is enough."""
        often = 0.45 if is_abstract_type(type_) else 0.12 if type_ in self._records else 0.03
        if self._left > 0 and depth and self.random.random() < often:
            return self._spread(type_, scope, depth) or self._inline(type_, scope, depth)
        return self._field(type_, scope, depth)

    def _spread(self, type_: GraphQLNamedType, scope: _Scope, depth: int) -> str:
        fitting = [
            (name, inner)
            for name, on, _, inner in self._fragments
            if self._may_overlap(on, type_) and scope.accepts_all(inner)
        ]
        if not fitting or depth > self.most_depth - 3:
            return ""
        name, inner = self.random.choice(fitting)
        scope.add_all(inner)
        return f"...{name} {self._directives()}"

    def _inline(self, type_: GraphQLNamedType, scope: _Scope, depth: int) -> str:
        if self.random.random() < 0.2:
            return f"... {self._directives()}{self._selections(type_, scope, depth)}"
        on = self.random.choice(self._overlapping(type_))
        return f"... on {on.name} {self._directives()}{self._selections(on, scope, depth)}"

    def _overlapping(self, type_: GraphQLNamedType) -> list[GraphQLNamedType]:
        """The types that a fragment on records of this type may be on."""
        if type_.name not in self._known:
            self._known[type_.name] = [each for each in self._composite if self._may_overlap(each, type_)]
        return self._known[type_.name]

    def _may_overlap(self, one: GraphQLNamedType, other: GraphQLNamedType) -> bool:
        return not self._members(one).isdisjoint(self._members(other))

    def _members(self, type_: GraphQLNamedType) -> frozenset[str]:
        if not is_abstract_type(type_):
            return frozenset((type_.name,))
        return frozenset(each.name for each in self.schema.get_possible_types(type_))

    def _field(self, type_: GraphQLNamedType, scope: _Scope, depth: int) -> str:
        self._left -= 1
        every = type_.fields if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) else {}
        fields = {name: each for name, each in every.items() if name not in NOT_WALKED}
        may_nest = depth < self.most_depth and self._left > 0
        leaves = [name for name, each in fields.items() if is_leaf_type(get_named_type(each.type))]
        others = [name for name in fields if name not in leaves] if may_nest or not depth else []
        if depth and (not (leaves or others) or self.random.random() < 0.08):
            scope.add("__typename", "String!", ("", "__typename", ""))
            return "__typename"
        # What has few leaves is a connection or an edge, which is there for what it leads to.
        favoured = (leaves, others, others, others) if len(leaves) < 4 else (leaves, leaves, others)
        name = self.random.choice(self.random.choice(favoured) or leaves or others)
        definition = fields[name]
        arguments = self._arguments(definition)
        owner = type_.name if isinstance(type_, GraphQLObjectType) else ""
        key, use = name, (owner, name, arguments)
        if self.random.random() < 0.2:
            key = self.random.choice(("a", "b", "id", "name", "nodes"))
        number = 1
        while not scope.accepts(key, str(definition.type), use):
            number += 1
            key = f"{name}{number}"
        below = scope.add(key, str(definition.type), use)
        shown = get_named_type(definition.type)
        text = f"{f'{key}: ' if key != name else ''}{name}{arguments} {self._directives()}"
        return text if is_leaf_type(shown) else text + self._selections(shown, below, depth + 1)

    def _directives(self) -> str:
        if self.random.random() > 0.08:
            return ""
        word, value = self.random.choice(("skip", "include")), self.random.random() < 0.5
        if self.random.random() < 0.3:
            return f"@{word}(if: {str(value).lower()}) "
        name = f"is{value}"
        self._variables[name] = "Boolean!", value
        return f"@{word}(if: ${name}) "

    # --- arguments --------------------------------------------------------------------------------------------------

    def _arguments(self, definition: GraphQLField) -> str:
        given = {
            name: self._literal(argument.type)
            for name, argument in definition.args.items()
            if name not in _PAGING
            and (is_required_argument(argument) or (is_leaf_type(get_named_type(argument.type)) and self._maybe()))
        }
        if "first" in definition.args:
            given |= self._page(definition)
        return f"({', '.join(f'{name}: {text}' for name, text in given.items())})" if given else ""

    def _maybe(self) -> bool:
        return self.random.random() < 0.3

    def _page(self, definition: GraphQLField) -> dict[str, str]:
        given = dict[str, str]()
        if self._maybe():
            size = self.random.choice(range(3))
            self._variables[f"n{size}"] = "Int", size
            ways = [way for way in ("first", "last") if way in definition.args]
            given[self.random.choice(ways)] = self.random.choice((str(size), f"$n{size}"))
        if "orderBy" not in definition.args:
            return given
        order = get_named_type(definition.args["orderBy"].type)
        if self._maybe() and isinstance(order, GraphQLInputObjectType):
            ways = [name for name, each in order.fields.items() if get_named_type(each.type).name == "Sort"]
            given["orderBy"] = f"{{{self.random.choice(ways)}: {self.random.choice(('ASC', 'DESC'))}}}"
        return given

    def _literal(self, declared: GraphQLInputType) -> str:
        type_ = get_nullable_type(declared)
        match type_:
            case GraphQLList():
                return f"[{self._literal(type_.of_type)}]"
            case GraphQLEnumType():
                return str(self.random.choice(list(type_.values)))
            case GraphQLInputObjectType():
                fields = type_.fields.items()
                required = [(name, each.type) for name, each in fields if is_required_input_field(each)]
                return f"{{{', '.join(f'{name}: {self._literal(each)}' for name, each in required)}}}"
            case _:
                return _LITERALS[get_named_type(type_).name]
