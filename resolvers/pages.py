"""From the arguments of a connection to the page that it shows (Relay's cursor connections, "Arguments")."""

from __future__ import annotations

from collections.abc import Mapping

from graph.errors import BadInput
from graph.page import Page
from graph.wide_text import Width, widened
from resolvers.arguments import Leaf, Tree
from resolvers.cursor import Cursor
from resolvers.glances import Glances
from resolvers.origins import CursorKey, PageLimit

# Of each way to page: how many, and from where.
_FORWARD, _BACKWARD = ("first", "after"), ("last", "before")


def plan_page(field: str, arguments: Mapping[str, Tree], cursor: Cursor, glances: Glances) -> tuple[Page, PageLimit]:
    """The page that a connection's arguments ask for, and how many records it shows at most.

    Forward and backward are two ways to page, which Relay's specification strongly discourages to mix: that is refused
    with `BadInput`.
    """
    given = {name: leaf for name in (*_FORWARD, *_BACKWARD) if isinstance(leaf := arguments.get(name), Leaf)}
    is_backward = any(name in given for name in _BACKWARD)
    if is_backward and any(name in given for name in _FORWARD):
        names = " and ".join(f"`{name}`" for name in given)
        raise BadInput(
            f"{field} has {names}; page forward with `first` and `after`, or backward with `last` and `before`."
        )
    size, start = _BACKWARD if is_backward else _FORWARD
    limit = PageLimit(given.get(size), f"{field}.{size}")
    if start not in given:
        return Page(limit, is_backward=is_backward), limit
    where = given[start]
    outline = glances.at(lambda variables: cursor.outline(where.value(variables), start))
    keys = tuple(widened(CursorKey(where, cursor, i, start), width or Width.PLAIN) for i, width in enumerate(outline))
    return Page(limit, keys, tuple(width is None for width in outline), is_backward), limit
