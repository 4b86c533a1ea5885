"""Pages: what a block's records are sorted by, and where a page starts and ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.anchor import conjuncts
from graph.conditions import Compare, Condition, Operator
from graph.keyset import Key, is_nullable, render_after
from graph.matching import reached, render_aggregate
from graph.model import Kind
from graph.page import Order, Page
from graph.plan import Block, Everything
from graph.rendering import Rendering, indent, where
from graph.sources import Found
from graph.wide_text import is_bound

# Comparisons that also hold for what lacks the property.
_HOLD_FOR_NULL = (Operator.NE, Operator.NOT_IN, Operator.IS_NULL)


def cut_page(
    rendering: Rendering, block: Block, found: Found, variable: str, edge: str, result: str
) -> tuple[list[str], list[Key]]:
    """The clauses that leave one page of a block's records, in order, and the keys of that order."""
    assert block.page is not None
    keys, computed = _keys(rendering, block, block.page, variable, edge, result)
    if _is_in_parts(block, found, keys):
        return _parts(rendering, block, block.page, found, variable, keys, result), keys
    after = render_after(rendering, keys, block.page) if block.page.after else "true"
    kept = [variable, *([edge] if edge else [])]
    distinct = "DISTINCT " if found.is_distinct else ""
    if computed:
        lines = [*found.clauses(), *([f"WITH DISTINCT {variable}"] if distinct else [])]
        lines += [f"WITH {', '.join([*kept, *computed])}", *where([after])]
        kept += [key.text for key in keys if key.is_computed]
        distinct = ""
    else:
        is_seekable = _is_seekable(block, found) and not keys[0].is_nullable and len(keys) > 1
        lines = found.clauses(after, _presence(keys[0], block.page) if is_seekable else "true")
    return [*lines, _cut(rendering, block.page, kept, keys, distinct)], keys


def _keys(
    rendering: Rendering, block: Block, page: Page, variable: str, edge: str, result: str
) -> tuple[list[Key], list[str]]:
    """The keys of a block's order, and the expressions of those that are computed first."""
    keys, computed = list[Key](), list[str]()
    for order in block.order:
        key = _key(order, variable, edge)
        if order.path or order.aggregate:
            name = rendering.variable(f"{result}Key")
            computed.append(f"{_along_path(rendering, order, variable)} AS {name}")
            key = replace(key, text=name, is_computed=True, is_indexed=False, is_unique=False)
        keys.append(key)
    is_descending = bool(keys) and keys[-1].is_descending
    keys.append(Key(f"{variable}.id", Kind.ID, is_descending))
    if edge:
        keys.append(Key(f"{edge}.id", Kind.ID, is_descending))
    return [key.reversed() for key in keys] if page.is_backward else keys, computed


def _cut(rendering: Rendering, page: Page, kept: list[str], keys: list[Key], distinct: str = "") -> str:
    order_by = ", ".join(key.order for key in keys)
    return f"WITH {distinct}{', '.join(kept)} ORDER BY {order_by} LIMIT {rendering.value(page.limit)}"


def _is_seekable(block: Block, found: Found) -> bool:
    """Whether the page can be read from an index, in its order."""
    return isinstance(block.source, Everything) and not found.lines


def _presence(key: Key, page: Page) -> str:
    """The predicate by which an index is read in its order, where none says where to begin.

    Beside one that does, Neo4j may take it for the better one, and read the index from its end.
    """
    is_bounded = page.after and not page.after_nulls[0] and is_bound(page.after[0])
    return "true" if is_bounded else f"{key.text} IS NOT NULL"


# --- orders by what may be absent -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Those that have the first key's value, or those that lack it, after the cursor if it lies among them."""

    is_null: bool
    after: str = "true"


def _is_in_parts(block: Block, found: Found, keys: list[Key]) -> bool:
    """An index holds no record that lacks its property, so such an order is read in two parts."""
    is_computed = any(key.is_computed for key in keys)
    return _is_seekable(block, found) and keys[0].is_nullable and keys[0].is_indexed and not is_computed


def _parts(
    rendering: Rendering, block: Block, page: Page, found: Found, variable: str, keys: list[Key], result: str
) -> list[str]:
    """The part that comes first, and the other one only as far as the first came back short."""
    first = replace(keys[0], is_nullable=False)

    def read(part: _Part) -> list[str]:
        test = f"{first.text} IS NULL" if part.is_null else _presence(first, page)
        order = keys[1:] if part.is_null else [first, *keys[1:]]
        return [*found.clauses(part.after, test), _cut(rendering, page, [variable], order)]

    parts = _order_of_parts(rendering, block, page, keys)
    if len(parts) == 1:
        return read(parts[0])
    lines, collected, limit = list[str](), list[str](), rendering.value(page.limit)
    for part in parts:
        name = rendering.variable(f"{result}Part")
        # A WHERE would be tested behind the MATCH, which would have read everything by then.
        short = list[str]()
        if collected:
            test = f"CASE WHEN size({collected[0]}) < {limit} THEN [true] ELSE [] END"
            short = [f"UNWIND {test} AS {rendering.variable('isShort')}"]
        inner = [*short, *read(part), f"RETURN collect({variable}) AS {name}"]
        lines += [f"CALL ({', '.join(collected)}) {{", *indent(inner), "}"]
        collected.append(name)
    return [*lines, f"UNWIND ({' + '.join(collected)})[..{limit}] AS {variable}"]


def _order_of_parts(rendering: Rendering, block: Block, page: Page, keys: list[Key]) -> list[_Part]:
    first = keys[0]
    present, absent = _Part(False), _Part(True)
    parts = [absent, present] if first.nulls_first else [present, absent]
    if page.after:
        is_null = page.after_nulls[0]
        if is_null:
            rest = replace(page, after=page.after[1:], after_nulls=page.after_nulls[1:])
            here = _Part(True, render_after(rendering, keys[1:], rest))
        else:
            here = _Part(False, render_after(rendering, [replace(first, is_nullable=False), *keys[1:]], page))
        begun = next(place for place, part in enumerate(parts) if part.is_null == is_null)
        parts = [here, *parts[begun + 1 :]]
    if any(_rejects_null(each, first.text.partition(".")[2]) for each in conjuncts(block.where)):
        parts = [part for part in parts if not part.is_null] or [_Part(True, "false")]
    return parts


def _rejects_null(condition: Condition, name: str) -> bool:
    return (
        isinstance(condition, Compare)
        and not condition.on_edge
        and condition.property.name == name
        and condition.operator not in _HOLD_FOR_NULL
    )


def _key(order: Order, variable: str, edge: str) -> Key:
    found = order.property
    owner = edge if order.on_edge else variable
    # Several relationships may lead to one record, which is then there several times.
    is_once = not edge
    return Key(
        f"{owner}.{found.name}", found.kind, order.is_descending, order.nulls_first, is_nullable(order),
        is_indexed=found.is_sorted_by_an_index, is_unique=found.is_unique and is_once,
    )  # fmt: skip


def _along_path(rendering: Rendering, order: Order, variable: str) -> str:
    """The property, or the aggregate, of what a chain of to-one relationships leads to, as an expression."""
    if not order.path and order.aggregate:
        return render_aggregate(rendering, order.aggregate, variable)
    matches, start = list[str](), variable
    for relationship, node in order.path:
        end = rendering.variable(node.variable)
        found = reached(rendering, start, relationship, node, end)
        matches.append(f"MATCH {found.text}" + "".join(where(found.predicates)).replace("  WHERE", " WHERE"))
        start = end
    body = " ".join(matches)
    value = render_aggregate(rendering, order.aggregate, start) if order.aggregate else f"{start}.{order.property.name}"
    return f"head(COLLECT {{ {body} RETURN {value} ORDER BY {start}.id LIMIT 1 }})"
