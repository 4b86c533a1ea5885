"""`.cypher` files as named queries: a leading comment that is the GraphQL field, and the body that answers it.

    /*
    extend type Query {
      "People who work today at companies that bought the product."
      contactsAtCompaniesThatBought(sku: String!): ContactConnection!
    }
    */
    MATCH (product:Product) WHERE product.sku = $sku AND true /* visible(product) */
    …
    RETURN DISTINCT contact

The header is read with the text around it blanked out, so that every position in it is a position in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    Source,
    StringValueNode,
    TypeNode,
    parse,
)

from graph.guards import find_guards
from graph.keywords import misspelled
from graph.model import Model, NodeType
from graph.named_query import NamedQuery, Parameter, Piece, QueryFileError
from graph.property_reads import property_reads
from graph.suggestion import did_you_mean
from graph.tokens import Token, TokenKind, tokens_of
from resolvers.named_body import compared_in, last_line, limits_of, returned_by

_HEADER = re.compile(r"\s*/\*(.*?)\*/", re.DOTALL)
_DEFINED = (ObjectTypeDefinitionNode, EnumTypeDefinitionNode, InputObjectTypeDefinitionNode, ScalarTypeDefinitionNode)
# In characters. Neo4j plans a text in time that grows faster than its length: 56 KB took it 19 s.
LONGEST_FILE = 20_000
PAGING = ("where", "orderBy", "first", "after", "last", "before")


@dataclass(frozen=True, eq=False)
class QueryFile:
    """A file that is understood as far as it goes by itself: its header's definitions, and its query."""

    path: Path
    definitions: tuple[DefinitionNode, ...]
    field: FieldDefinitionNode
    owner_name: str
    query: NamedQuery
    # The body as Neo4j may judge it: every line of it is the file's own line of that number.
    examined: str
    # A property and a parameter on the two sides of a comparison, with its line.
    compared: tuple[tuple[str, str, int], ...] = ()

    @property
    def argument_types(self) -> dict[str, str]:
        return {each.name.value: named_type(each.type) for each in self.field.arguments or ()}


def read_query_file(path: Path, model: Model, root: Path | None = None) -> QueryFile:
    """Read a file. Raises `QueryFileError` with the line and what to do about it."""
    shown = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryFileError(shown, 1, f"cannot be read as UTF-8 text: {error}.") from None
    if len(text) > LONGEST_FILE:
        message = f"the file has {len(text):,} characters; a named query has at most {LONGEST_FILE:,}."
        raise QueryFileError(shown, 1, message)
    return _Reader(shown, path, text, model).read()


class _Reader:
    def __init__(self, file: str, path: Path, text: str, model: Model) -> None:
        self.file, self.path, self.text, self.model = file, path, text, model

    def refuse(self, line: int, message: str) -> QueryFileError:
        return QueryFileError(self.file, line, message)

    def read(self) -> QueryFile:
        header = _HEADER.match(self.text)
        if not header:
            raise self.refuse(
                1, "the file must begin with a comment that declares its field: /* extend type Query { … } */."
            )
        document = self._parse(header)
        owner_name, field, definitions = self._split(document)
        owner = self._owner(owner_name, field)
        tokens = tokens_of(self.text[header.end() :], self.text.count("\n", 0, header.end()) + 1)
        if found := misspelled(tokens):
            token, meant = found
            raise self.refuse(token.line, f"\"{token.text}\" is no word of Cypher here. Did you mean '{meant}'?")
        directives = {directive.name.value: directive for directive in field.directives or ()}
        is_unguarded = self._text_of(directives, "unguarded", "reason", field) is not None
        guarded = find_guards(tokens, self.model, owner, self.refuse, is_unguarded=is_unguarded)
        pieces = self._pieces(tokens, guarded.guards, field)
        self._check_parameters(tokens, field)
        columns = self._columns(tokens, field, definitions)
        query = NamedQuery(
            self.file, field.name.value, owner, pieces, columns, tuple(guarded.types.values()), is_unguarded,
            self._text_of(directives, "requires", "role", field),
            frozenset(token.name for token in tokens if token.kind in (TokenKind.WORD, TokenKind.NAME)),
            limits_of(tokens), property_reads(tokens),
        )  # fmt: skip
        shown = replace(field, directives=_kept(field))
        return QueryFile(
            self.path, definitions, shown, owner_name, query, self._examined(header.end(), owner), compared_in(tokens)
        )

    def _examined(self, end: int, owner: NodeType | None) -> str:
        start = f"MATCH (this:{':'.join(owner.labels)}) CALL (this) {{" if owner else "CALL () {"
        body = self.text[end:].rstrip().removesuffix(";")
        lines = "\n" * self.text.count("\n", 0, end)
        return f"CYPHER 5 {start}{lines}{body}\n}} RETURN *"

    # --- the header ---------------------------------------------------------------------------------------------------

    def _parse(self, header: re.Match[str]) -> DocumentNode:
        start, end = header.span(1)
        blank = re.sub(r"[^\n]", " ", self.text[:start])
        try:
            return parse(Source(blank + self.text[start:end], self.file))
        except GraphQLError as error:
            line = error.locations[0].line if error.locations else 1
            raise self.refuse(line, f"the header is no GraphQL: {error.message}") from None

    def _split(self, document: DocumentNode) -> tuple[str, FieldDefinitionNode, tuple[DefinitionNode, ...]]:
        """The type that is extended, the one field that it gets, and the types that the header declares besides."""
        extensions, others = [], []
        for definition in document.definitions:
            if isinstance(definition, ObjectTypeExtensionNode | InterfaceTypeExtensionNode):
                extensions.append(definition)
            elif isinstance(definition, _DEFINED):
                others.append(definition)
            else:
                raise self.refuse(
                    _line(definition), "a header holds one `extend type` and may declare types, enums and inputs."
                )
        fields = [field for extension in extensions for field in extension.fields or ()]
        if len(extensions) != 1 or len(fields) != 1:
            line = (
                _line(extensions[1])
                if len(extensions) > 1
                else _line(document)
                if not extensions
                else _line(fields[1])
                if len(fields) > 1
                else _line(extensions[0])
            )
            raise self.refuse(line, f"the header adds {len(fields)} fields; it must add exactly one.")
        if not fields[0].description:
            raise self.refuse(
                _line(fields[0]), f"{fields[0].name.value} has no description; say in one sentence what it answers."
            )
        return extensions[0].name.value, fields[0], tuple(others)

    def _owner(self, name: str, field: FieldDefinitionNode) -> NodeType | None:
        if name == "Query":
            return None
        owners = {node.name: node for node in self.model.nodes.values() if not node.is_union}
        if name not in owners:
            raise self.refuse(
                _line(field), f'there is no type "{name}" to extend.{did_you_mean(name, ["Query", *owners])}'
            )
        owner = owners[name]
        if field.name.value in owner.properties or field.name.value in owner.relationships:
            raise self.refuse(_line(field), f"{name} has a field {field.name.value} already; choose another name.")
        return owner

    def _text_of(
        self, directives: Mapping[str, object], name: str, argument: str, field: FieldDefinitionNode
    ) -> str | None:
        """The text or name that a directive carries; None if the directive is not there."""
        unknown = next((each for each in directives if each not in ("unguarded", "requires", "deprecated")), None)
        if unknown:
            raise self.refuse(_line(field), f"@{unknown} is unknown.{did_you_mean(unknown, ['unguarded', 'requires'])}")
        directive = next((each for each in field.directives or () if each.name.value == name), None)
        if directive is None:
            return None
        given = {each.name.value: each.value for each in directive.arguments or ()}
        value = getattr(given.get(argument), "value", "")
        if not value or not isinstance(value, str):
            sample = f'@{name}({argument}: "…")' if name == "unguarded" else f"@{name}({argument}: ANALYST)"
            raise self.refuse(_line(directive), f"@{name} needs its {argument}: {sample}.")
        return value

    # --- the body -----------------------------------------------------------------------------------------------------

    def _pieces(
        self, tokens: list[Token], guards: Mapping[int, Piece], field: FieldDefinitionNode
    ) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        text = ""
        for position, token in enumerate(tokens):
            if position in guards or token.kind is TokenKind.PARAMETER:
                pieces += [text, guards.get(position) or Parameter(token.name)]
                text = ""
            else:
                text += " " if token.kind is TokenKind.COMMENT else token.text
        pieces.append(text.rstrip().removesuffix(";").rstrip())
        if isinstance(pieces[0], str):
            pieces[0] = pieces[0].lstrip()
        return tuple(piece for piece in pieces if piece != "")

    def _check_parameters(self, tokens: list[Token], field: FieldDefinitionNode) -> None:
        declared = {argument.name.value: argument for argument in field.arguments or ()}
        used = {token.name: token.line for token in reversed(tokens) if token.kind is TokenKind.PARAMETER}
        for name, line in sorted(used.items(), key=lambda item: item[1]):
            if name not in declared:
                raise self.refuse(line, f"${name} is no argument of {field.name.value}.{did_you_mean(name, declared)}")
        for name, argument in declared.items():
            if name not in used:
                raise self.refuse(
                    _line(argument), f"the argument {name} is not used in the body; use ${name} or remove it."
                )

    def _columns(
        self, tokens: list[Token], field: FieldDefinitionNode, definitions: Iterable[DefinitionNode]
    ) -> tuple[str, ...]:
        """What the body must return for the field's type, compared with what its last RETURN returns."""
        line, returned, is_ordered, is_limited = returned_by(tokens)
        if line == 0:
            raise self.refuse(last_line(tokens), "the body returns nothing; end it with RETURN.")
        name = named_type(field.type)
        own = {each.name.value: each for each in definitions if isinstance(each, ObjectTypeDefinitionNode)}
        target = name.removesuffix("Connection")
        if name.endswith("Connection") and target in self.model.nodes:
            if clash := [argument.name.value for argument in field.arguments or () if argument.name.value in PAGING]:
                raise self.refuse(_line(field), f"the argument {clash[0]} is a connection's own; choose another name.")
            if is_ordered and not is_limited:
                raise self.refuse(line, "a connection is ordered by its orderBy; remove ORDER BY, or return a list.")
            expected: tuple[str, ...] = (self.model.nodes[target].variable,)
        elif name in self.model.nodes:
            expected = (self.model.nodes[name].variable,)
        elif name in own:
            expected = tuple(each.name.value for each in own[name].fields or ())
        else:
            expected = ("value",)
        if "*" in returned:
            raise self.refuse(line, f"returns *; name the columns: {', '.join(expected)}.")
        if set(returned) != set(expected):
            shown = ", ".join(f'"{column}"' for column in returned)
            wanted = ", ".join(f'"{column}"' for column in expected)
            raise self.refuse(line, f"returns {shown}; a field of type {name} must return {wanted}.")
        return expected


def _kept(field: FieldDefinitionNode) -> tuple[ConstDirectiveNode, ...]:
    """The directives that clients see; ours are for the planner."""
    return tuple(each for each in field.directives or () if each.name.value not in ("unguarded", "requires"))


def named_type(node: TypeNode) -> str:
    """The name inside lists and non-nulls."""
    while isinstance(node, NonNullTypeNode | ListTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value


def _line(node: object) -> int:
    location = getattr(node, "loc", None)
    if location is None:
        return 1
    # A description stands before what it describes, which is what an author looks for.
    token = location.start_token
    if isinstance(getattr(node, "description", None), StringValueNode):
        token = node.name.loc.start_token  # type: ignore[attr-defined]
    return int(token.line) or 1
