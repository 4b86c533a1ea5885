"""Plans for people to read. Shows where values go, never the values."""

from __future__ import annotations

from graph.conditions import All, AnyOf, Compare, CompareAggregate, Condition, Not, OfType, Related
from graph.model import Direction, Relationship
from graph.page import Order, Page
from graph.plan import (
    Access,
    Across,
    Alike,
    Block,
    ById,
    ByIds,
    ChangedValues,
    Column,
    Companion,
    Duplicates,
    Everything,
    FromColumn,
    Gathered,
    Guarded,
    Named,
    Neighbours,
    Operation,
    Path,
    Root,
    Search,
    Source,
    Table,
    TypeName,
    Value,
    Viewer,
)
from graph.summary import GroupKey, Measure, Summary


def describe(operation: Operation) -> str:
    """One paragraph per block, indented as the blocks are nested."""
    return "\n".join(line for block in operation.blocks for line in _block(block, 0))


def _block(block: Root, depth: int, guard: str = "") -> list[str]:
    pad = "  " * depth
    if isinstance(block, Path):
        shown = "|".join(block.types)
        return [
            f"{pad}{block.name}: a shortest path over {shown}, {block.hops} at most",
            *_block(block.nodes, depth + 1),
        ]
    if isinstance(block, Alike):
        return [f"{pad}{block.name}: {block.target.name} records that have a name or a contact point in common"]
    if isinstance(block, Duplicates):
        shown = ", ".join(each.name for each in block.points)
        records = [each for each in (block.one, block.other) if each]
        return [
            f"{pad}{block.name}: pairs of {block.target.name} records that share a name, or one of {shown or 'nothing'}",
            *(line for each in records for line in _block(each, depth + 1)),
        ]
    if isinstance(block, Neighbours):
        shown = "|".join(f"{way.type} {way.word}" for way in block.ways)
        parts = [each for each in (block.record, block.page if block.page.has_rows else None) if each]
        counted = f"{pad}  counts of each way"
        return [
            f"{pad}{block.name}: what is around the {block.target.name} with an id along {shown or 'no way'}",
            *([counted] if block.has_counts else []),
            *(line for each in parts for line in _block(each, depth + 1)),
        ]
    if isinstance(block, Access):
        return [f"{pad}{block.name}: what decides who may do what with a record"]
    if isinstance(block, Viewer):
        return [f"{pad}{block.name}: who asks", *(line for each in block.blocks for line in _block(each, depth + 1))]
    if isinstance(block, Table):
        columns = [item.name for item in block.items if isinstance(item, Column)]
        lines = [f"{pad}{block.name}: {_source(block.source, '')}{guard}", f"{pad}  row {', '.join(columns)}"]
        inner = (line for item in block.items if isinstance(item, Block) for line in _block(item, depth + 1))
        return [*lines[: 2 if columns else 1], *inner]
    lines = [f"{pad}{block.name}: {_source(block.source, block.target.name)}{guard}"]
    if condition := describe_condition(block.where):
        lines.append(f"{pad}  where {condition}")
    if block.order:
        lines.append(f"{pad}  order by {', '.join(map(_order, block.order))}")
        lines += [f"{pad}  {scan}" for scan in _scan(block)]
    if block.page:
        lines.append(f"{pad}  page{_where(block.page)}, with one record more than asked for")
    if block.summary:
        lines += _summary(block.summary, depth)
    elif block.counts:
        lines.append(f"{pad}  count")
    row = [text for item in block.items if (text := _item(item))] + (["cursor"] if block.has_cursor else [])
    if row:
        lines.append(f"{pad}  row {', '.join(row)}")
    for item in block.items:
        if isinstance(item, Block | Table):
            lines += _block(item, depth + 1)
        elif isinstance(item, Guarded):
            lines += _block(item.block, depth + 1, f", of {item.type.name} records alone")
    return lines


def _summary(summary: Summary, depth: int) -> list[str]:
    pad = "  " * depth
    lines = [f"{pad}  of all {', '.join(map(_measure, summary.measures))}"] if summary.measures else []
    for grouping in summary.groupings:
        keys, measures = ", ".join(map(_group_key, grouping.keys)), ", ".join(map(_measure, grouping.measures))
        lines.append(f"{pad}  by {keys}: {measures}, with one group more than asked for")
        lines += [line for record in grouping.records for line in _block(record.block, depth + 2)]
    return lines


def _measure(measure: Measure) -> str:
    if measure.property is None:
        return "count"
    return f"{measure.function.value} of {'edge.' if measure.on_edge else ''}{measure.property.name}"


def _group_key(key: GroupKey) -> str:
    steps = [relationship.name if relationship else node.variable for relationship, node in key.path]
    names = steps + ["edge"] * key.on_edge + [key.property.name]
    return ".".join(names) + (f" by {key.unit}" if key.unit else "")


def _source(source: Source, target: str) -> str:
    match source:
        case Everything():
            return f"all {target} records"
        case ById():
            return f"the {target} with an id"
        case ByIds():
            return f"the {target} records with some ids"
        case Across(relationship):
            return f"{target} {'records' if relationship.is_list else 'record'} along {_pattern(relationship)}"
        case Named(query):
            return f"{target or 'rows'} that {query.file} answers"
        case FromColumn(column, is_list):
            return f"the {target} {'records' if is_list else 'record'} in the column {column}"
        case Gathered():
            return f"{target} records that were found around it"
        case Search(through=through):
            others = ", ".join(f"{node.name} along {_pattern(relationship)}" for node, relationship in through)
            return f"{target} records that a text finds" + (f", also by {others}" if others else "")
        case _:
            raise TypeError(f"no words for {type(source).__name__}")


def _pattern(relationship: Relationship) -> str:
    if relationship.reference and not relationship.hops:
        return f"the id in {relationship.reference}"
    text = f"the id in {relationship.reference}, " if relationship.reference else ""
    for hop in relationship.hops:
        left = "<-" if hop.direction is Direction.IN else "-"
        right = "->" if hop.direction is Direction.OUT else "-"
        text += f"{left}[:{'|'.join(hop.types)}]{'?' if hop.is_optional else ''}{right}"
        text += "" if hop is relationship.hops[-1] else f"(:{'|'.join(hop.labels)})"
    when = relationship.when
    return text + (f" when {when.property} is {'absent' if when.is_null else 'there'}" if when else "")


def describe_condition(condition: Condition) -> str:
    """A condition in words; empty for one that asks nothing."""
    match condition:
        case All(conditions):
            return " and ".join(text for each in conditions if (text := describe_condition(each)))
        case AnyOf(conditions):
            return (
                f"({' or '.join(describe_condition(each) or 'true' for each in conditions)})" if conditions else "false"
            )
        case Not(inner):
            return f"not ({describe_condition(inner) or 'true'})"
        case Compare(found, operator, value, on_edge, is_folded):
            word = f"{'folded ' if is_folded else ''}{operator.value}"
            return f"{'edge.' if on_edge else ''}{found.name} {word} ${value.hint}"
        case Related(relationship, _, quantifier, inner):
            return f"{relationship.name} {quantifier.value} ({describe_condition(inner) or 'true'})"
        case CompareAggregate(aggregate, found, operator, value):
            chosen = describe_condition(aggregate.condition)
            of = f"{aggregate.relationship.name}{f' where {chosen}' if chosen else ''}"
            return f"{found.name} of {of} {operator.value} ${value.hint}"
        case OfType(node, inner):
            rest = describe_condition(inner)
            return f"is {node.name}" + (f" and {rest}" if rest else "")
        case _:
            raise TypeError(f"no words for {type(condition).__name__}")


def _order(order: Order) -> str:
    way = "descending" if order.is_descending else "ascending"
    return f"{_ordered_by(order)} {way}, absent ones {'first' if order.nulls_first else 'last'}"


def _ordered_by(order: Order) -> str:
    names = [relationship.name for relationship, _ in order.path] + [order.property.name]
    return f"{'edge.' if order.on_edge else ''}{'.'.join(names)}"


def scans(operation: Operation) -> list[str]:
    """The lists that no index is in the order of, each with what its pages cost therefore.

    What is listed below a record is few, and sorted in any case.
    """
    blocks = (block for block in operation.blocks if isinstance(block, Block))
    return [f"{block.name}: {scan}" for block in blocks for scan in _scan(block)]


def _scan(block: Block) -> list[str]:
    if not isinstance(block.source, Everything) or not block.page or not block.has_rows or not block.order:
        return []
    # A key that is worked out is worked out for all of them, wherever it stands.
    computed = [order for order in block.order if order.path or order.aggregate]
    if not computed and block.order[0].property.is_sorted_by_an_index:
        return []
    order = computed[0] if computed else block.order[0]
    return [f"no index is in the order of {_ordered_by(order)}: whatever matches is read and sorted for every page"]


def _item(item: object) -> str:
    match item:
        case Value(found, on_edge):
            return f"edge.{found.name}" if on_edge else found.name
        case Companion(name, on_edge):
            return f"edge.{name}" if on_edge else name
        case TypeName():
            return "its type"
        case ChangedValues():
            return "the changed values"
        case _:
            return ""


def _where(page: Page) -> str:
    if page.is_backward:
        return " before a cursor" if page.after else " at the end"
    return " after a cursor" if page.after else ""
