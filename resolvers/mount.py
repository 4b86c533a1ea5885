"""Mounting: the fields of named queries become part of the schema.

A file that does not fit is left out, with its reason; the others are served all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    InputValueDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    TypeNode,
    extend_schema,
    is_enum_type,
    is_interface_type,
    is_scalar_type,
    parse,
    print_schema,
    validate_schema,
)

from graph.named_query import QueryFileError
from graph.suggestion import did_you_mean
from resolvers.api import API
from resolvers.named import QueryFile, named_type

_PAGING_ARGUMENTS = """
type T {{ f(
  "Only those that match." where: {name}Where
  "In this order; ties by id." orderBy: [{name}Order!]
  "How many; 25 unless told, at most 200." first: Int
  "Those after this cursor." after: String
  "How many of those at the end, or before a cursor; not with first or after." last: Int
  "Those before this cursor." before: String
): Int }}
"""


@dataclass(frozen=True)
class Mounted:
    """An API with the named queries that fit into it, and why the others do not."""

    api: API
    errors: tuple[QueryFileError, ...]


def mount(api: API, files: Iterable[QueryFile]) -> Mounted:
    """Add each file's field, in the order of the files."""
    files = tuple(files)
    try:
        # Extending a schema costs the same for one file as for all, so they are added in one step if they all fit.
        if len({(file.owner_name, file.query.field) for file in files}) == len(files) > 1:
            mounted = _mount_all(api, files)
            return Mounted(replace(mounted, sdl=print_schema(mounted.schema)), ())
    except QueryFileError:
        pass
    errors: list[QueryFileError] = []
    taken: dict[tuple[str, str], str] = {}
    for file in files:
        key = (file.owner_name, file.query.field)
        try:
            if key in taken:
                raise _refused(
                    file, file.field, f"{file.owner_name}.{file.query.field} is added by {taken[key]} already."
                )
            api = _mount_all(api, (file,))
            taken[key] = file.query.file
        except QueryFileError as error:
            errors.append(error)
    return Mounted(replace(api, sdl=print_schema(api.schema)) if taken else api, tuple(errors))


def _mount_all(api: API, files: tuple[QueryFile, ...]) -> API:
    """Add the fields of files that fit. A problem that is not one of a single file's is told of the first."""
    definitions: list[DefinitionNode] = []
    named = dict(api.named)
    for file in files:
        _check_types(api, file)
        if file.owner_name == "Query" and api.schema.query_type and file.query.field in api.schema.query_type.fields:
            raise _refused(file, file.field, f"Query has a field {file.query.field} already; choose another name.")
        field = _paged(file.field)
        owners = _owners(api.schema, file.owner_name)
        definitions += [*file.definitions, *(_extension(api.schema, owner, field) for owner in owners)]
        named |= {(owner, file.query.field): file.query for owner in owners}
    try:
        schema = extend_schema(api.schema, DocumentNode(definitions=tuple(definitions)))
        problems = validate_schema(schema)
    except (GraphQLError, TypeError) as error:
        problems = [error if isinstance(error, GraphQLError) else GraphQLError(str(error))]
    if problems:
        line = problems[0].locations[0].line if problems[0].locations else _line_of(files[0].field)
        raise QueryFileError(files[0].query.file, line, f"the header does not fit the schema: {problems[0].message}")
    return replace(api, schema=schema, named=named)


def _owners(schema: GraphQLSchema, name: str) -> list[str]:
    """The types that get the field: a field of an interface is one of every type that implements it."""
    found = schema.type_map[name]
    if not is_interface_type(found):
        return [name]
    implementers = schema.get_implementations(found)
    return [name, *(each.name for each in (*implementers.interfaces, *implementers.objects))]


def _extension(schema: GraphQLSchema, owner: str, field: FieldDefinitionNode) -> DefinitionNode:
    is_interface = is_interface_type(schema.type_map[owner])
    name = parse(f"type {owner}", no_location=True).definitions[0].name  # type: ignore[attr-defined]
    if is_interface:
        return InterfaceTypeExtensionNode(name=name, fields=(field,), directives=(), interfaces=())
    return ObjectTypeExtensionNode(name=name, fields=(field,), directives=(), interfaces=())


def _paged(field: FieldDefinitionNode) -> FieldDefinitionNode:
    """A field that answers a connection takes what every connection takes."""
    name = named_type(field.type)
    if not name.endswith("Connection"):
        return field
    text = _PAGING_ARGUMENTS.format(name=name.removesuffix("Connection"))
    (definition,) = parse(text, no_location=True).definitions
    assert isinstance(definition, ObjectTypeDefinitionNode) and definition.fields
    more: tuple[InputValueDefinitionNode, ...] = tuple(definition.fields[0].arguments or ())
    return replace(field, arguments=(*(field.arguments or ()), *more))


def _check_types(api: API, file: QueryFile) -> None:
    """Every type that the header names must be there, and must be one that a column can hold."""
    own = {definition.name.value: definition for definition in file.definitions if hasattr(definition, "name")}
    for name, definition in own.items():
        if name in api.schema.type_map:
            raise _refused(file, definition, f"there is a type {name} already; choose another name.")
    known = [*api.schema.type_map, *own]
    arguments = [(argument, named_type(argument.type)) for argument in file.field.arguments or ()]
    fields = [(file.field, named_type(file.field.type))]
    for definition in own.values():
        if isinstance(definition, ObjectTypeDefinitionNode):
            fields += [(field, named_type(field.type)) for field in definition.fields or ()]
    for node, name in (*arguments, *fields):
        if name not in known:
            raise _refused(file, node, f'there is no type "{name}".{did_you_mean(name, known)}')
    for node, name in fields:
        if _is_list_of_lists(node.type):
            raise _refused(file, node, "a list cannot hold lists; declare a type whose field is the inner list.")
        if name in api.connections and _is_list(node.type):
            raise _refused(file, node, f"a list cannot hold connections; write {name}! without the list.")
        is_top = node is file.field
        if not _fits_a_column(
            api,
            name,
            own if is_top else {k: v for k, v in own.items() if not isinstance(v, ObjectTypeDefinitionNode)},
            is_top,
        ):
            raise _refused(file, node, f"a column cannot be a {name}; it is a scalar, an enum or a record.")


def _is_list(node: TypeNode) -> bool:
    return isinstance(node.type if isinstance(node, NonNullTypeNode) else node, ListTypeNode)


def _is_list_of_lists(node: TypeNode) -> bool:
    found = node.type if isinstance(node, NonNullTypeNode) else node
    return isinstance(found, ListTypeNode) and _is_list(found.type)


def _fits_a_column(api: API, name: str, own: dict[str, DefinitionNode], is_top: bool) -> bool:
    if name in own or name in api.model.nodes:
        return True
    if name in api.connections:
        return is_top and api.connections[name].edge is None
    found = api.schema.type_map.get(name)
    return is_scalar_type(found) or is_enum_type(found)


def _refused(file: QueryFile, node: object, message: str) -> QueryFileError:
    return QueryFileError(file.query.file, _line_of(node), message)


def _line_of(node: object) -> int:
    name = getattr(node, "name", node)
    location = getattr(name, "loc", None)
    return int(location.start_token.line) if location else 1
