"""How large the variables of a request are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.errors import TooComplex
from resolvers.request import LIMITS

_NESTING = (dict, list)


def check_variables(variables: Mapping[str, Any]) -> None:
    """Refuse variables that hold too many values, or values that lie too deep. Nearly all of them hold neither."""
    level = [each for each in variables.values() if isinstance(each, _NESTING)]
    if not level:
        return
    count, depth = len(variables), 1
    while level:
        depth += 1
        if depth > LIMITS.variable_depth:
            raise TooComplex(f"The variables are nested more than {LIMITS.variable_depth} levels deep.")
        inner = []
        for each in level:
            count += len(each)
            values = each.values() if isinstance(each, dict) else each
            inner += [value for value in values if isinstance(value, _NESTING)]
        if count > LIMITS.variables:
            raise TooComplex(f"The variables hold more than {LIMITS.variables} values; send them in several requests.")
        level = inner
