"""The reference: graphql-core, executing an operation on a row's raw data over a schema without one resolver of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    assert_valid_schema,
    build_schema,
    execute_sync,
    get_argument_values,
    parse,
)

from graph.statement import Statement
from resolvers.answer import Answerer
from resolvers.document import Document, Documents
from resolvers.glances import Glances
from resolvers.question import Prepared
from resolvers.selection import Selection
from resolvers.shape import FieldError, Shaping, located
from tests.asking import whole_api
from tests.differential.raw import raw


@dataclass(frozen=True)
class Completed:
    """A response: its data as bytes, and its errors as (path, message), sorted."""

    data: bytes
    errors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compared:
    """One row, completed three times."""

    # By graphql-core; by the function that is made of the plan; by the parts of the plan, with care.
    reference: Completed
    ours: Completed
    careful: Completed


# By the path of a field of an abstract type, the name of that type: where its records were taken for any member.
Picked = dict[tuple[str | int, ...], str]


@cache
def plain_schema() -> GraphQLSchema:
    """The schema that clients see, from its printed form."""
    schema = build_schema(whole_api().sdl)
    instant = schema.type_map["DateTime"]
    assert isinstance(instant, GraphQLScalarType)
    instant.coerce_output_value = with_seconds
    assert_valid_schema(schema)
    return schema


def with_seconds(instant: str) -> str:
    """RFC 3339 has seconds always."""
    return re.sub(r"^(\d+-\d\d-\d\dT\d\d:\d\d)(?!:)", r"\1:00", instant)


def compare(answerer: Answerer, prepared: Prepared, row: Any) -> Compared:
    """Complete a row in each of the three ways."""
    plan, request, question = prepared.plan, prepared.request, prepared.question
    answer = answerer.shape(prepared, row)
    shaping = Shaping(request)
    try:
        careful = plan.shape._complete(row, shaping)
        more = shaping.errors
    except FieldError as error:
        careful, more = None, [*shaping.errors, located(error, shaping)]
    reference = execute(prepared, raw(plan.shape._complete, row, request), question.variables)
    ours = _completed(answer.data, answer.errors)
    return Compared(reference, ours, _completed(careful, [each.formatted for each in more]))


def execute(prepared: Prepared, root: Any, variables: Mapping[str, Any]) -> Completed:
    """What graphql-core makes of the raw data; the variables are as the client sent them."""
    picked = Picked()
    # The same names as in the schema that is asked, so that types of either will do.
    selection = Selection(plain_schema(), prepared.document.fragments, Glances(prepared.request.variables))
    result = execute_sync(
        plain_schema(),
        prepared.document.node,
        root,
        context_value=(picked, selection),
        variable_values=dict(variables),
        operation_name=prepared.question.operation_name,
        field_resolver=_resolve,
        type_resolver=_resolve_type,
    )
    assert isinstance(result, ExecutionResult)
    return _completed(result.data, [_as_told({**each.formatted}, picked) for each in result.errors or ()])


def _resolve(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    return source[info.path.key]


def _resolve_type(value: Any, info: GraphQLResolveInfo[Any], abstract: GraphQLAbstractType) -> str:
    """Where a row does not tell, since every member is asked for the same, the first will do that it has the fields of."""
    if "__typename" in value:
        return str(value["__typename"])
    picked, selection = info.context
    sets = [node.selection_set for node in info.field_nodes if node.selection_set]
    known, possible = _named_by_id(info, abstract)
    picked[tuple(info.path.as_list())] = known
    fitting = (each for each in possible if selection.fields_of_sets(each, sets).keys() <= value.keys())
    return next(fitting, possible[0]).name


def _named_by_id(
    info: GraphQLResolveInfo[Any], abstract: GraphQLAbstractType
) -> tuple[str, Sequence[GraphQLObjectType]]:
    """What is known of a record's type, and which types these are: an id that a root field is given names them."""
    possible = info.schema.get_possible_types(abstract)
    field = info.parent_type.fields[info.field_name]
    id_ = (
        get_argument_values(field, info.field_nodes[0], info.variable_values).get("id") if "id" in field.args else None
    )
    if not isinstance(id_, str):
        return abstract.name, possible
    nodes = whole_api().model.nodes
    named = [each for each in possible if nodes[each.name].id_prefix == id_.partition("_")[0]]
    if not named:
        return abstract.name, possible
    members = [each.name for each in named]
    return next(node.name for node in nodes.values() if sorted(node.members) == sorted(members)), named


def _as_told(error: dict[str, Any], picked: Picked) -> dict[str, Any]:
    """An error in a record of which only the interface is known speaks of the interface's field."""
    path = list(error.get("path") or ())[:-1]
    while path and isinstance(path[-1], int):
        path.pop()
    if interface := picked.get(tuple(path)):
        error["message"] = re.sub(r"(non-nullable field) \w+\.", rf"\1 {interface}.", error["message"])
    return error


def _completed(data: Any, errors: Iterable[Mapping[str, Any]]) -> Completed:
    told = ((".".join(map(str, error.get("path") or ())), error["message"]) for error in errors)
    return Completed(orjson.dumps(data), tuple(sorted(told)))


class Parsed(Documents):
    """Documents that are valid by construction, since validating one costs more than all else together."""

    def _parse(self, text: str, hides_names: bool) -> Document:
        node = parse(text)
        operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        return Document(text, node, {None: operations[0]}, fragments)


# Groups have keys that must be those of their arguments, changes have values of any type, and what may be a duplicate is
# weighed; tests/aggregates, tests/feed and tests/duplicates look at those.
NOT_WALKED = ("groupBy", "given", "changes", "history", "deleted", "duplicates", "checkDuplicates", "explainAccess")


class NoDatabase:
    """Rows are made up; whoever reads one from here has made a mistake."""

    async def plan(self, statement: Statement, **_: Any) -> dict[str, Any]:
        raise AssertionError(f"nothing is to be planned here, but: {statement.text}")

    async def read(self, statement: Statement, **_: Any) -> Any:
        raise AssertionError(f"nothing is to be read here, but: {statement.text}")

    async def write(self, statement: Statement, **_: Any) -> Any:
        raise AssertionError(f"nothing is to be written here, but: {statement.text}")

    async def transact(self, work: object, bookmarks: object = None) -> Any:
        raise AssertionError("nothing is to be written here")
