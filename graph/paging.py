"""Pages: what a block's records are sorted by, and where a page starts and ends."""

from __future__ import annotations

from graph.keyset import Key, is_nullable, render_after
from graph.matching import reached
from graph.model import Kind
from graph.plan import Block, Everything, Order
from graph.rendering import Rendering, where
from graph.sources import Found


def cut_page(
    rendering: Rendering, block: Block, found: Found, variable: str, edge: str, result: str
) -> tuple[list[str], list[Key]]:
    assert block.page is not None
    keys, computed = list[Key](), list[str]()
    for order in block.order:
        key = _key(order, variable, edge)
        if order.path:
            name = rendering.variable(f"{result}Key")
            computed.append(f"{_along_path(rendering, order, variable)} AS {name}")
            key = Key(name, key.kind, key.is_descending, key.nulls_first, True, True)
        keys.append(key)
    is_descending = bool(keys) and keys[-1].is_descending
    keys.append(Key(f"{variable}.id", Kind.ID, is_descending))
    if edge:
        keys.append(Key(f"{edge}.id", Kind.ID, is_descending))
    after = render_after(rendering, keys, block.page) if block.page.after else "true"
    kept = [variable, *([edge] if edge else [])]
    distinct = "DISTINCT " if found.is_distinct else ""
    if computed:
        lines = [*found.clauses(), *([f"WITH DISTINCT {variable}"] if distinct else [])]
        lines += [f"WITH {', '.join([*kept, *computed])}", *where([after])]
        kept += [key.text for key in keys if key.is_computed]
        distinct = ""
    else:
        first = keys[0]
        is_seekable = isinstance(block.source, Everything) and not found.lines and not first.is_nullable
        lines = found.clauses(after, f"{first.text} IS NOT NULL" if is_seekable and len(keys) > 1 else "true")
    order_by = ", ".join(key.order for key in keys)
    lines.append(f"WITH {distinct}{', '.join(kept)} ORDER BY {order_by} LIMIT {rendering.value(block.page.limit)}")
    return lines, keys


def _key(order: Order, variable: str, edge: str) -> Key:
    found = order.property
    owner = edge if order.on_edge else variable
    return Key(f"{owner}.{found.name}", found.kind, order.is_descending, order.nulls_first, is_nullable(order))


def _along_path(rendering: Rendering, order: Order, variable: str) -> str:
    """The property of what a chain of to-one relationships leads to, as an expression."""
    matches, start = list[str](), variable
    for relationship, node in order.path:
        end = rendering.variable(node.variable)
        found = reached(rendering, start, relationship, node, end)
        matches.append(f"MATCH {found.text}" + "".join(where(found.predicates)).replace("  WHERE", " WHERE"))
        start = end
    body = " ".join(matches)
    return f"head(COLLECT {{ {body} RETURN {start}.{order.property.name} ORDER BY {start}.id LIMIT 1 }})"
