"""Plans to Cypher: one operation, one statement. Knows nothing of GraphQL or of the driver.

Every block is a `CALL` that ends in an aggregate, as a block without a row would take the rows of all others with it.
Rows are lists, not maps: Neo4j does not keep the order of a map's keys, and sends them with every row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graph.aggregate import render_summary
from graph.changed_values import render_values
from graph.comparisons import uses_edge
from graph.duplicates import render_alike, render_duplicates
from graph.errors import TooComplex
from graph.explained import render_access
from graph.field_checks import check_fields
from graph.keyset import Key
from graph.masking import NOTHING, read_property
from graph.model import Kind, Model, NodeType
from graph.neighbours import render_neighbours
from graph.origin import Origin
from graph.paging import cut_page
from graph.patterns import edge_name
from graph.plan import (
    Access,
    Across,
    Alike,
    Block,
    ChangedValues,
    Column,
    Companion,
    Duplicates,
    FromColumn,
    Gathered,
    Guarded,
    Item,
    Neighbours,
    Operation,
    Path,
    Root,
    Search,
    Table,
    TypeName,
    Value,
    Viewer,
)
from graph.property_rights import Owner
from graph.reader import ADMINISTRATOR, Reader
from graph.rendering import Rendering, indent
from graph.sources import Found, find, named_lines
from graph.statement import Statement
from graph.summary import Summary
from graph.walk import render_path

# Neo4j plans for 35 to 50 ms per nested block, and for many seconds over texts of this size.
MAX_BLOCKS = 100
MAX_TEXT = 40_000
# With the rights of a reader, which nobody asked for: six lists under the rights of sales have 72,000 characters.
MAX_GUARDED_TEXT = 80_000


@dataclass(frozen=True)
class Rendered:
    """A plan's text, and where each of its values comes from."""

    text: str
    origins: tuple[tuple[str, Origin], ...]

    def bind(self, request: Any) -> Statement:
        """The statement for one request. Raises `BadInput` for a value that the request got wrong."""
        return Statement(self.text, {name: origin(request) for name, origin in self.origins})


def render(operation: Operation, model: Model, reader: Reader, *, is_careful: bool = False) -> Rendered:
    """Render a plan as one statement that answers one row of one column: the list of the blocks' values.

    With care, it passes over what is no number where it adds up numbers.
    """
    if count_blocks(operation) > MAX_BLOCKS:
        raise TooComplex(
            f"The request reads {count_blocks(operation)} lists and records; at most {MAX_BLOCKS} are read at once."
        )
    rendering = Rendering(model, reader, is_careful=is_careful)
    check_fields(operation.blocks, rendering.rights)
    lines, results = ["CYPHER 5"], []
    for block in operation.blocks:
        more, result = render_block(rendering, block, "")
        lines += more
        results.append(result)
    lines.append(f"RETURN [{', '.join(results)}] AS answer")
    text = "\n".join(lines)
    check_length("request", text, reader, lambda: render(operation, model, ADMINISTRATOR))
    return Rendered(text, tuple((name, origin) for origin, name in rendering.origins.items()))


def check_length(what: str, text: str, reader: Reader, without_rights: Callable[[], Rendered]) -> None:
    """Refuse what Neo4j would plan for many seconds.

    A reader's rights stand in the text wherever a record is bound, and are no fault of the request: so what is asked for
    is measured without them, and only the limit of the whole is higher. Raises `TooComplex`.
    """
    is_restricted = bool(reader.predicates) or not reader.is_administrator
    limit = MAX_GUARDED_TEXT if is_restricted else MAX_TEXT
    if len(text) > limit:
        raise TooComplex(f"The {what} becomes a statement of {len(text)} characters; at most {limit} are planned.")
    if is_restricted and len(text) > MAX_TEXT:
        without_rights()


def count_blocks(operation: Operation) -> int:
    def count(item: Item | Column) -> int:
        match item:
            case Block(summary=Summary(groupings=groupings)):
                records = (record.block for grouping in groupings for record in grouping.records)
                return 1 + len(groupings) + sum(count(each) for each in (*item.items, *records))
            case Block() | Table():
                return 1 + sum(count(each) for each in item.items)
            case Guarded():
                return count(item.block)
            case Path():
                return 1 + count(item.nodes)
            case Access():
                return 1
            case Viewer():
                return sum(map(count, item.blocks))
            case Alike(record=one, owner=other) | Duplicates(one=one, other=other):
                return 1 + sum(count(each) for each in (one, other) if each)
            case Neighbours(record=record, page=page):
                return 1 + count(page) + (count(record) if record else 0)
            case _:
                return 0

    return sum(count(block) for block in operation.blocks)


def render_block(rendering: Rendering, block: Root, outer: str, guard: str = "") -> tuple[list[str], str]:
    """The `CALL` of a block, and the variable that it answers. `outer` is the record around; `guard` a test on it."""
    if isinstance(block, Path):
        return render_path(rendering, block, block.nodes.target, render_block)
    if isinstance(block, Neighbours):
        return render_neighbours(rendering, block, render_block)
    if isinstance(block, Duplicates):
        return render_duplicates(rendering, block, render_block)
    if isinstance(block, Alike):
        return render_alike(rendering, block, render_block)
    if isinstance(block, Access):
        return render_access(rendering, block)
    if isinstance(block, Viewer):
        return _viewer(rendering, block)
    if isinstance(block, Table):
        return _table(rendering, block, outer, guard)
    parts: list[tuple[list[str], str]] = []
    if block.summary:
        parts.append(render_summary(rendering, block, outer, guard, render_block))
    elif block.counts:
        parts.append(_count(rendering, block, outer, guard))
    if block.has_rows:
        parts.append(_rows(rendering, block, outer, guard))
    if len(parts) == 1 and block.has_rows:
        lines, result = parts[0]
        return [f"CALL ({outer}) {{", *indent(lines), "}"], result
    result = rendering.variable(block.name)
    inner = [line for lines, _ in parts for line in (f"CALL ({outer}) {{", *indent(lines), "}")]
    values = [value for _, value in parts] + ([] if block.has_rows else ["null"])
    inner.append(f"RETURN [{', '.join(values)}] AS {result}")
    return [f"CALL ({outer}) {{", *indent(inner), "}"], result


def _viewer(rendering: Rendering, viewer: Viewer) -> tuple[list[str], str]:
    lines, items = list[str](), list[str]()
    for item in viewer.items:
        more, result = render_block(rendering, item, "") if isinstance(item, Block) else ([], rendering.value(item))
        lines += more
        items.append(result)
    return lines, f"[{', '.join(items)}]"


def _count(rendering: Rendering, block: Block, outer: str, guard: str) -> tuple[list[str], str]:
    variable, edge = _variables(rendering, block, is_counted=True)
    found = find(rendering, block, outer, variable, edge, guard)
    result = rendering.variable(f"{block.name}Count")
    counted = f"DISTINCT {variable}" if found.is_distinct else "*"
    return [*found.clauses(), f"RETURN count({counted}) AS {result}"], result


def _rows(rendering: Rendering, block: Block, outer: str, guard: str) -> tuple[list[str], str]:
    variable, edge = _variables(rendering, block)
    found = find(rendering, block, outer, variable, edge, guard, is_sorted=True)
    is_list = block.is_list or block.page is not None
    result = rendering.variable(block.name + ("Rows" if is_list else "Row"))
    if block.page is None:
        lines, keys = _single(block, found, variable), list[Key]()
    else:
        lines, keys = cut_page(rendering, block, found, variable, edge, result)
    items, nested = _items(rendering, block, variable, edge)
    if block.has_cursor:
        items += [key.shown for key in keys]
    collected = f"collect([{', '.join(items)}])"
    return [*lines, *nested, f"RETURN {collected if is_list else f'head({collected})'} AS {result}"], result


def _variables(rendering: Rendering, block: Block, is_counted: bool = False) -> tuple[str, str]:
    """Names for a block's records and, where its properties are needed, for the relationship that leads to them."""
    variable = rendering.variable(block.target.variable)
    if isinstance(block.source, Search):
        return variable, "" if is_counted else rendering.variable("hit")
    if isinstance(block.source, Gathered):
        return variable, rendering.variable("each")
    if not isinstance(block.source, Across) or not block.source.relationship.edge:
        return variable, ""
    is_needed = (not is_counted and block.page is not None) or uses_edge(block.where)
    return variable, rendering.variable(edge_name(block.source.relationship)) if is_needed else ""


def _single(block: Block, found: Found, variable: str) -> list[str]:
    if not isinstance(block.source, Across):
        return found.clauses()
    # Should there be several, everybody is shown the same one.
    return [*found.clauses(), f"WITH {variable} ORDER BY {variable}.id LIMIT 1"]


def _table(rendering: Rendering, table: Table, outer: str, guard: str) -> tuple[list[str], str]:
    """A named query's rows, whose columns are scalars, or nodes that are asked for more."""
    columns = {column: rendering.variable(column) for column in table.source.query.columns}
    lines = named_lines(rendering, table.source, outer, columns, [guard] if guard else [])
    items, nested = list[str](), list[str]()
    for item in table.items:
        match item:
            case Column(name, kind, is_list):
                items.append(_shown_column(columns[name], kind, is_list))
            case Block(source=FromColumn(column)):
                more, result = render_block(rendering, item, columns[column])
                nested += more
                items.append(result)
            case _:
                raise TypeError(f"no Cypher for {type(item).__name__}")
    result = rendering.variable(table.name + ("Rows" if table.is_list else "Row"))
    row = items[0] if table.is_scalar else f"[{', '.join(items)}]"
    collected = f"collect({row})"
    nested.append(f"RETURN {collected if table.is_list else f'head({collected})'} AS {result}")
    return [f"CALL ({outer}) {{", *indent([*lines, *nested]), "}"], result


def _shown_column(variable: str, kind: Kind | None, is_list: bool) -> str:
    if kind not in (Kind.DATE, Kind.DATETIME):
        return variable
    return f"[each IN {variable} | toString(each)]" if is_list else f"toString({variable})"


def _items(rendering: Rendering, block: Block, variable: str, edge: str) -> tuple[list[str], list[str]]:
    items, nested = list[str](), list[str]()
    for item in block.items:
        match item:
            case Value(found, on_edge):
                text = read_property(rendering, *_owner(block, on_edge, variable, edge), found.name)
                items.append(text if text == NOTHING else _SHOWN.get(found.kind, _plain)(text))
            case Companion(name, on_edge):
                items.append(read_property(rendering, *_owner(block, on_edge, variable, edge), name))
            case TypeName(node):
                items.append(_type_name(rendering, node, variable))
            case ChangedValues():
                lines, result = render_values(rendering, item, variable)
                nested += lines
                items.append(result)
            case Block() | Table():
                lines, result = render_block(rendering, item, variable)
                nested += lines
                items.append(result)
            case Guarded(node, inner):
                lines, result = render_block(rendering, inner, variable, f"{variable}:{node.labels[-1]}")
                nested += lines
                items.append(result)
            case _:
                raise TypeError(f"no Cypher for {type(item).__name__}")
    return items, nested


def _owner(block: Block, on_edge: bool, variable: str, edge: str) -> tuple[Owner | None, str]:
    """What a property belongs to: the type of a block's records or that of the relationship, and its variable."""
    if not on_edge:
        return block.target, variable
    return (block.source.relationship.edge if isinstance(block.source, Across) else None), edge


def _type_name(rendering: Rendering, node: NodeType, variable: str) -> str:
    names = ", ".join(f"'{rendering.model.nodes[member].labels[-1]}'" for member in node.members)
    return f"head([label IN labels({variable}) WHERE label IN [{names}]])"


def _plain(text: str) -> str:
    return text


_SHOWN: dict[Kind, Callable[[str], str]] = {
    Kind.DATE: lambda text: f"toString({text})",
    Kind.DATETIME: lambda text: f"toString({text})",
    Kind.POINT: lambda text: (
        f"head([place IN [{text}] | [place.latitude, place.longitude]])"
        if " " in text
        else (f"[{text}.latitude, {text}.longitude]")
    ),
}
