"""Variables become what graphql-core makes of them, whether it was asked or not."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, get_variable_values, parse

from resolvers.coercion import Coercion
from resolvers.request import InvalidRequest

SCHEMA = build_schema(
    'enum Stage { NEW OLD } input Where { name: String = "x", in: [Int!] } type Query { a(a: ID, b: Float, c: Boolean, d: Stage, e: Where): Int }'
)
TYPES = ("ID", "ID!", "String", "String! = \"y\"", "Int", "Int! = 3", "Float", "Boolean!", "[String!]!", "[[Int]]", "Stage", "[Stage!]", "Where", "[Where!]!")  # fmt: skip
VALUES: tuple[Any, ...] = (None, "a", "", 1, 1.0, 1.5, True, 2**31, -(2**31), [], ["a"], [None], [["a"]], [[1, None]], [True], "NEW", ["NEW"], {}, {"in": 1}, [{"name": None}], {"other": 1})  # fmt: skip
ABSENT = object()


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("value", [*VALUES, ABSENT], ids=lambda value: "absent" if value is ABSENT else repr(value))
def test_a_variable_is_what_graphql_core_makes_of_it(type_: str, value: Any) -> None:
    (operation,) = parse(f"query ($before: ID, $it: {type_}, $after: Int!) {{ a }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    given = {"after": 1, "unknown": 2, **({} if value is ABSENT else {"it": value})}

    expected = get_variable_values(SCHEMA, operation.variable_definitions or (), given)
    coercion = Coercion(SCHEMA, operation)

    if isinstance(expected, list):
        with pytest.raises(InvalidRequest) as refused:
            coercion(given)
        assert refused.value.errors == expected
    else:
        assert coercion(given) == expected.coerced
        assert list(coercion(given)) == list(expected.coerced)
