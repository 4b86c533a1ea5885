"""The reference: graphql-core, executing an operation on a row's raw data over a schema without one resolver of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    assert_valid_schema,
    build_schema,
    execute_sync,
    parse,
)

from graph.statement import Statement
from resolvers.answer import Answerer, Prepared
from resolvers.document import Document, Documents
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
    result = execute_sync(
        plain_schema(),
        prepared.document.node,
        root,
        variable_values=dict(variables),
        operation_name=prepared.question.operation_name,
        field_resolver=_resolve,
        type_resolver=_resolve_type,
    )
    assert isinstance(result, ExecutionResult)
    return _completed(result.data, [each.formatted for each in result.errors or ()])


def _resolve(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    return source[info.path.key]


def _resolve_type(value: Any, *_: Any) -> Any:
    return value["__typename"]


def _completed(data: Any, errors: Iterable[Mapping[str, Any]]) -> Completed:
    told = ((".".join(map(str, error.get("path") or ())), error["message"]) for error in errors)
    return Completed(orjson.dumps(data), tuple(sorted(told)))


class Parsed(Documents):
    """Documents that are valid by construction, since validating one costs more than all else together."""

    def _parse(self, text: str) -> Document:
        node = parse(text)
        operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        return Document(text, node, {None: operations[0]}, fragments)


# Fields that are shaped by functions of their own; tests/aggregates, tests/search and tests/feed look at those.
SHAPED_BY_THEMSELVES = ("aggregate", "groupBy", "search", "path", "changes", "history")


class NoDatabase:
    """Rows are made up; whoever reads one from here has made a mistake."""

    async def plan(self, statement: Statement, *, profile: bool) -> dict[str, Any]:
        raise AssertionError(f"nothing is to be planned here, but: {statement.text}")

    async def read(self, statement: Statement) -> Any:
        raise AssertionError(f"nothing is to be read here, but: {statement.text}")
