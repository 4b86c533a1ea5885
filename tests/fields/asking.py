"""Questions that name every property of a type, and what is between the database and the client when they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_leaf_type

from graph.database import Database
from graph.model import Kind
from graph.reader import Reader
from resolvers.answer import Answerer
from resolvers.question import Question
from tests.asking import whole_api


@dataclass(frozen=True)
class Answered:
    """The row that the driver brought, as text, and the response."""

    row: str
    body: dict[str, Any]

    @property
    def bytes(self) -> str:
        return orjson.dumps(self.body).decode()


async def answered(database: Database, text: str, reader: Reader) -> Answered:
    """Answer a question in the steps that the Answerer takes, so that the row between them can be looked at."""
    answerer = Answerer(whole_api(), database)
    prepared = answerer.prepare(Question(text), reader)
    statement = prepared.bind()
    assert statement
    row = await database.read(statement)
    return Answered(repr(row), answerer.shape(prepared, row).body())


def everything_of(type_name: str) -> str:
    """A selection of all properties that a type shows."""
    type_ = whole_api().schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    parts = []
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif inner.name == "Money":
            parts.append(f"{name} {{ amount currency }}")
        elif inner.name == "Location":
            parts.append(f"{name} {{ latitude longitude }}")
    return " ".join(parts)


def is_shown(type_name: str, name: str) -> bool:
    """Whether clients can ask a type for a property."""
    type_ = whole_api().schema.type_map.get(type_name)
    return isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and name in type_.fields


# What a property of a kind may be compared with, sorted by, and measured as.
COMPARED = {
    Kind.TEXT: '{eq: "x"}', Kind.ID: '{eq: "x"}', Kind.INTEGER: "{gt: 1}", Kind.FLOAT: "{gt: 1}", Kind.BOOLEAN: "{eq: true}",
    Kind.DATE: "{within: \"P1D\"}", Kind.DATETIME: "{within: \"P1D\"}", Kind.ENUM: "{isNull: false}", Kind.MONEY: '{gt: "1"}',
    Kind.POINT: "{isNull: true}",
}  # fmt: skip
GROUPED = {
    Kind.DATE: "{truncate: YEAR}", Kind.DATETIME: "{truncate: YEAR}", Kind.MONEY: "CURRENCY",
}  # fmt: skip
MEASURED = {Kind.BOOLEAN: "countTrue", Kind.MONEY: "distinct"}
SUMMED = (Kind.INTEGER, Kind.FLOAT, Kind.MONEY, Kind.DATE, Kind.DATETIME)
AGGREGATED = (*SUMMED, Kind.TEXT, Kind.BOOLEAN, Kind.ENUM)
