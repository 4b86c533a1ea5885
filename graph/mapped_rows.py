"""The lines of a file as rows of records, as its mapping says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph.cells import Cells
from graph.errors import BadInput
from graph.joined import split_joined, split_raw
from graph.mapping_records import shared_by
from graph.mapping_spec import FileSpec, KeySpec, LinkSpec, RecordSpec, UniqueSpec
from graph.model import NodeType
from graph.rows import Complaint, Identity, Key, Link, Natural, Record, Row
from graph.suggestion import did_you_mean
from graph.tables import Line
from graph.values import shown


def rows_of(spec: FileSpec, lines: Iterable[Line | Complaint]) -> Iterator[Row | Complaint]:
    """A row for each line that makes sense by itself, a complaint for each other."""
    counts: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        if isinstance(line, Complaint):
            yield line
            continue
        cells = Cells(line.cells, counts=counts)
        try:
            records = _records(spec, cells)
        except BadInput as error:
            yield Complaint(spec.path, line.number, error.message)
            continue
        if records:
            yield Row(spec.path, line.number, records, tuple(cells.doubts))


def _records(spec: FileSpec, cells: Cells) -> tuple[Record, ...]:
    values = {record.alias: _values(record, cells) for record in spec.records}
    keys = {record.alias: _own_key(record, values[record.alias], cells) for record in spec.records}
    present = {alias for alias, key in keys.items() if key is not None}
    found: list[Record] = []
    for record in spec.records:
        key = keys[record.alias]
        if key is not None:
            found += _record(record, key, values[record.alias], cells, present)
    return tuple(found)


def _values(spec: RecordSpec, cells: Cells) -> dict[str, Any]:
    return {name: expression.evaluate(cells) for name, expression in spec.values.items()}


def _own_key(record: RecordSpec, values: Mapping[str, Any], cells: Cells) -> Key | str | None:
    """What the record is known by: its key in the source, else the first unique property that the row gives."""
    key = _key(record.key, cells.by_column) if record.key else None
    by = next((name for name in record.matches if values[name] is not None), None)
    if key is None and by is None and not record.is_optional:
        if record.key is None:
            raise BadInput(f"the {record.alias} has none of {', '.join(record.matches)} to be found by")
        columns = " and ".join(f'"{column}"' for column in record.key.columns if column not in cells.by_column)
        raise BadInput(f"the key of the {record.alias} is missing; column {columns} is empty")
    return key or by


def _key(spec: KeySpec, cells: Mapping[str, str]) -> Key | None:
    parts = [cells.get(column) for column in spec.columns]
    if not all(parts):
        return None
    # In a key of several columns a colon separates them, so one within a column is written otherwise.
    texts = [part or "" for part in parts]
    return Key(spec.system, spec.type, texts[0] if len(texts) == 1 else ":".join(map(_escaped, texts)))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(":", "%3A")


def _record(spec: RecordSpec, key: Key | str, values: dict[str, Any], cells: Cells, aliases: set[str]) -> list[Record]:
    node = _node(spec, cells)
    shared: list[Record] = []
    links: list[Link] = []
    country = spec.country.evaluate(cells) if spec.country else None
    for position, link in enumerate(spec.links):
        if link.shared is not None:
            edge = _edge(link, cells)
            made = _shared(link, f"{spec.alias}.{link.arrow.field}[{position}]", country, cells)
            if made is not None:
                shared.append(made)
                links.append(Link(link.arrow.field, made.alias, edge, link.apart))
        else:
            links += [Link(link.arrow.field, to, edge, link.apart) for to, edge in _targets(link, cells, aliases)]
    for name, value in list(values.items()):
        if name not in node.properties:
            if value is not None:
                raise BadInput(f"a {node.name} has no {name}, and the row gives one")
            del values[name]
    return [
        *shared,
        Record(spec.alias, node.name, key, values, tuple(links), country=country, matches=spec.matches, mode=spec.mode),
    ]


def _edge(link: LinkSpec, cells: Cells) -> dict[str, Any]:
    return {name: expression.evaluate(cells) for name, expression in link.edge.items()}


def _node(spec: RecordSpec, cells: Cells) -> NodeType:
    if spec.type.column is None:
        return spec.type.first
    text = cells.by_column.get(spec.type.column, "")
    if text not in spec.type.nodes:
        raise BadInput(
            f"{spec.type.column}: {shown(text)} is no kind of {spec.alias}.{did_you_mean(text, spec.type.nodes)}"
        )
    return spec.type.nodes[text]


def _shared(link: LinkSpec, alias: str, country: str | None, cells: Cells) -> Record | None:
    """A contact point or an address, unless the row is silent about it: a constant alone makes none."""
    assert link.shared is not None
    values = {name: expression.evaluate(cells) for name, expression in link.values.items()}
    if all(values[name] is None for name, expression in link.values.items() if expression.columns):
        return None
    by = shared_by(link.shared)
    assert by is not None
    if "raw" in link.shared.properties:
        values.setdefault("raw", values.get(by))
    country = link.country.evaluate(cells) if link.country else country
    return Record(alias, link.shared.name, by, values, is_shared=True, country=country)


def _targets(link: LinkSpec, cells: Cells, aliases: set[str]) -> list[tuple[str | Identity, dict[str, Any]]]:
    """Where the link leads, with the relationship's properties for each."""
    if isinstance(link.to, str):
        return [(link.to, _edge(link, cells))] if link.to in aliases else []
    assert link.to is not None
    if link.is_joined:
        parts = _parts(link, cells)
        return [(to, _edge(link, part)) for part in parts if (to := _target(link.to, part.by_column)) is not None]
    target = _target(link.to, cells.by_column)
    if target is None:
        return []
    edge = _edge(link, cells)
    if not link.split:
        return [(target, edge)]
    text = target.id if isinstance(target, Key) else target.value
    column = link.to.columns[0]
    texts = [part.strip() for part in text.split(link.split) if part.strip()]
    found = [_target(link.to, {**cells.by_column, column: part}) for part in texts]
    return [(to, edge) for to in found if to is not None]


def _target(spec: KeySpec | UniqueSpec, cells: Mapping[str, str]) -> Identity | None:
    if isinstance(spec, KeySpec):
        return _key(spec, cells)
    value = cells.get(spec.column)
    return Natural(spec.type, spec.name, value) if value else None


def _parts(link: LinkSpec, cells: Cells) -> list[Cells]:
    """A row for each target: what the link's columns hold in the same place belongs together."""
    lists = {column for each in link.edge.values() if each.is_joined for column in each.columns}
    columns = {
        name: (split_raw if name in lists else split_joined)(cells.by_column[name])
        for name in link.split_columns
        if name in cells.by_column
    }
    count = max(map(len, columns.values()), default=0)
    for name, values in columns.items():
        # A cell that is empty is nothing for each of them.
        if len(values) != count:
            most = next(one for one, found in columns.items() if len(found) == count)
            raise BadInput(f'column "{name}" has {len(values)} values, and "{most}" has {count}')
    return [
        Cells(
            {
                **{name: text for name, text in cells.by_column.items() if name not in columns},
                **{name: values[place] for name, values in columns.items() if values[place]},
            },
            cells.doubts,
            cells.counts,
            is_part=True,
        )
        for place in range(count)
    ]


def check_columns(spec: FileSpec, columns: Iterable[str], mapping: str) -> None:
    """Refuse a file that lacks a column of the mapping, before anything is written."""
    known = list(columns)
    for column in sorted(spec.columns):
        if column not in known:
            raise BadInput(
                f'{spec.path}:1: there is no column "{column}", which {mapping} uses.{did_you_mean(column, known)}'
            )
