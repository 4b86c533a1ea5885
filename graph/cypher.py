"""Plans to Cypher: one operation, one statement. Knows nothing of GraphQL or of the driver.

Every block is a `CALL` that ends in an aggregate, as a block without a row would take the rows of all others with it.
Rows are lists, not maps: Neo4j does not keep the order of a map's keys, and sends them with every row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graph.anchor import conjuncts, find_anchor, without
from graph.comparisons import uses_edge
from graph.errors import TooComplex
from graph.keyset import Key, is_nullable, render_after
from graph.matching import along, bind, bound_already, edge_name, reached, render_condition
from graph.model import Kind, Model, NodeType
from graph.plan import (
    Across,
    All,
    Block,
    ById,
    Companion,
    Condition,
    Everything,
    Guarded,
    Item,
    Operation,
    Order,
    Origin,
    TypeName,
    Value,
)
from graph.reader import Reader
from graph.rendering import Rendering, indent, where
from graph.statement import Statement

# Neo4j plans for 35 to 50 ms per nested block, and for many seconds over texts of this size.
MAX_BLOCKS = 100
MAX_TEXT = 40_000


@dataclass(frozen=True)
class Rendered:
    """A plan's text, and where each of its values comes from."""

    text: str
    origins: tuple[tuple[str, Origin], ...]

    def bind(self, request: Any) -> Statement:
        """The statement for one request. Raises `BadInput` for a value that the request got wrong."""
        return Statement(self.text, {name: origin(request) for name, origin in self.origins})


def render(operation: Operation, model: Model, reader: Reader) -> Rendered:
    """Render a plan as one statement that answers one row of one column: the list of the blocks' values."""
    if count_blocks(operation) > MAX_BLOCKS:
        raise TooComplex(
            f"The request reads {count_blocks(operation)} lists and records; at most {MAX_BLOCKS} are read at once."
        )
    rendering = Rendering(model, reader)
    lines, results = ["CYPHER 5"], []
    for block in operation.blocks:
        more, result = render_block(rendering, block, "")
        lines += more
        results.append(result)
    lines.append(f"RETURN [{', '.join(results)}] AS answer")
    text = "\n".join(lines)
    if len(text) > MAX_TEXT:
        raise TooComplex(f"The request becomes a statement of {len(text)} characters; at most {MAX_TEXT} are planned.")
    return Rendered(text, tuple((name, origin) for origin, name in rendering.origins.items()))


def count_blocks(operation: Operation) -> int:
    def count(item: Item) -> int:
        match item:
            case Block():
                return 1 + sum(count(each) for each in item.items)
            case Guarded():
                return count(item.block)
            case _:
                return 0

    return sum(count(block) for block in operation.blocks)


def render_block(rendering: Rendering, block: Block, outer: str, guard: str = "") -> tuple[list[str], str]:
    """The `CALL` of a block, and the variable that it answers. `outer` is the record around; `guard` a test on it."""
    parts: list[tuple[list[str], str]] = []
    if block.counts:
        parts.append(_count(rendering, block, outer, guard))
    if block.has_rows:
        parts.append(_rows(rendering, block, outer, guard))
    if len(parts) == 1 and not block.counts:
        lines, result = parts[0]
        return [f"CALL ({outer}) {{", *indent(lines), "}"], result
    result = rendering.variable(block.name)
    inner = [line for lines, _ in parts for line in (f"CALL ({outer}) {{", *indent(lines), "}")]
    values = [value for _, value in parts] + ([] if block.has_rows else ["null"])
    inner.append(f"RETURN [{', '.join(values)}] AS {result}")
    return [f"CALL ({outer}) {{", *indent(inner), "}"], result


@dataclass(frozen=True)
class Found:
    """The clauses that bind a block's records: `lines`, then a MATCH of `text` under `predicates`."""

    lines: list[str]
    text: str
    predicates: list[str]
    is_distinct: bool = False

    def clauses(self, *more: str) -> list[str]:
        return [*self.lines, *([f"MATCH {self.text}"] if self.text else []), *where([*self.predicates, *more])]


def _count(rendering: Rendering, block: Block, outer: str, guard: str) -> tuple[list[str], str]:
    variable, edge = _variables(rendering, block, is_counted=True)
    found = _find(rendering, block, outer, variable, edge, guard)
    result = rendering.variable(f"{block.name}Count")
    counted = f"DISTINCT {variable}" if found.is_distinct else "*"
    return [*found.clauses(), f"RETURN count({counted}) AS {result}"], result


def _rows(rendering: Rendering, block: Block, outer: str, guard: str) -> tuple[list[str], str]:
    variable, edge = _variables(rendering, block)
    found = _find(rendering, block, outer, variable, edge, guard)
    result = rendering.variable(block.name + ("Rows" if block.page else "Row"))
    if block.page is None:
        lines, keys = _single(block, found, variable), list[Key]()
    else:
        lines, keys = _page(rendering, block, found, variable, edge, result)
    items, nested = _items(rendering, block, variable, edge)
    if block.has_cursor:
        items += [key.shown for key in keys]
    collected = f"collect([{', '.join(items)}])"
    return [*lines, *nested, f"RETURN {collected if block.page else f'head({collected})'} AS {result}"], result


def _variables(rendering: Rendering, block: Block, is_counted: bool = False) -> tuple[str, str]:
    """Names for a block's records and, where its properties are needed, for the relationship that leads to them."""
    variable = rendering.variable(block.target.variable)
    if not isinstance(block.source, Across) or not block.source.relationship.edge:
        return variable, ""
    is_needed = not is_counted and block.page is not None or uses_edge(block.where)
    return variable, rendering.variable(edge_name(block.source.relationship)) if is_needed else ""


def _find(rendering: Rendering, block: Block, outer: str, variable: str, edge: str, guard: str) -> Found:
    predicates = [guard] if guard else []
    match block.source:
        case Everything():
            return _everything(rendering, block, variable)
        case ById(id):
            bound = bind(rendering, block.target, variable)
            return Found([], bound.text, [f"{variable}.id = {rendering.value(id)}", *bound.predicates])
        case Across(relationship):
            bound = reached(rendering, outer, relationship, block.target, variable, edge)
            own = render_condition(rendering, block.where, variable, edge)
            # A relationship with properties is listed once per relationship, anything else once per record.
            is_distinct = relationship.is_path and not relationship.edge and relationship.is_list
            return Found([], bound.text, [*predicates, *bound.predicates, own], is_distinct)
        case _:
            raise TypeError(f"no Cypher for {type(block.source).__name__}")


def _everything(rendering: Rendering, block: Block, variable: str) -> Found:
    chain = find_anchor(block.where)
    if not chain:
        bound = bind(rendering, block.target, variable)
        # An index on (property, id) serves only if each of its properties has a predicate.
        predicates = [f"{variable}.id IS NOT NULL", *bound.predicates]
        return Found([], bound.text, [*predicates, render_condition(rendering, block.where, variable)])
    lines = list[str]()
    far = chain[-1]
    end = rendering.variable(far.target.variable)
    bound = bind(rendering, far.target, end)
    text, predicates, pending = bound.text, [f"{end}.id IS NOT NULL", *bound.predicates], far.condition
    owners = [(block.target, block.where), *((each.target, each.condition) for each in chain[:-1])]
    for step, (owner, condition) in reversed(list(zip(chain, owners, strict=True))):
        # What is asked of the edge can be asked only where the edge is bound: in the pattern that leads away from here.
        own, of_edge = _split(pending)
        lines += [f"MATCH {text}", *where([*predicates, render_condition(rendering, own, end)])]
        if step is not far:
            lines.append(f"WITH DISTINCT {end}")
        start = variable if step is chain[0] else rendering.variable(owner.variable)
        edge = rendering.variable(edge_name(step.relationship)) if of_edge.conditions else ""
        bound = along(rendering, bind(rendering, owner, start), step.relationship, bound_already(end), edge)
        text = bound.text
        predicates = [*bound.predicates, render_condition(rendering, of_edge, end, edge)]
        end, pending = start, without(condition, step)
    return Found(lines, text, [*predicates, render_condition(rendering, pending, variable)], is_distinct=True)


def _split(condition: Condition) -> tuple[All, All]:
    """What a condition asks of the record alone, and what it asks of the relationship as well."""
    each = conjuncts(condition)
    return All(tuple(one for one in each if not uses_edge(one))), All(tuple(one for one in each if uses_edge(one)))


def _single(block: Block, found: Found, variable: str) -> list[str]:
    if isinstance(block.source, ById):
        return found.clauses()
    # Should there be several, everybody is shown the same one.
    return [*found.clauses(), f"WITH {variable} ORDER BY {variable}.id LIMIT 1"]


def _page(
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


def _items(rendering: Rendering, block: Block, variable: str, edge: str) -> tuple[list[str], list[str]]:
    items, nested = list[str](), list[str]()
    for item in block.items:
        match item:
            case Value(found, on_edge):
                items.append(_SHOWN.get(found.kind, _plain)(f"{edge if on_edge else variable}.{found.name}"))
            case Companion(name, on_edge):
                items.append(f"{edge if on_edge else variable}.{name}")
            case TypeName(node):
                items.append(_type_name(rendering, node, variable))
            case Block() | Guarded():
                inner = item if isinstance(item, Block) else item.block
                guard = f"{variable}:{item.type.labels[-1]}" if isinstance(item, Guarded) else ""
                lines, result = render_block(rendering, inner, variable, guard)
                nested += lines
                items.append(result)
            case _:
                raise TypeError(f"no Cypher for {type(item).__name__}")
    return items, nested


def _type_name(rendering: Rendering, node: NodeType, variable: str) -> str:
    names = ", ".join(f"'{rendering.model.nodes[member].labels[-1]}'" for member in node.members)
    return f"head([label IN labels({variable}) WHERE label IN [{names}]])"


def _plain(text: str) -> str:
    return text


_SHOWN: dict[Kind, Callable[[str], str]] = {
    Kind.DATE: lambda text: f"toString({text})",
    Kind.DATETIME: lambda text: f"toString({text})",
    Kind.POINT: lambda text: f"[{text}.latitude, {text}.longitude]",
}
