"""The lines of a file as rows of records, as its mapping says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graph.delimited import Line
from graph.errors import BadInput
from graph.expression import Cells
from graph.mapping import FileSpec, KeySpec, LinkSpec, RecordSpec, shared_by
from graph.model import NodeType
from graph.rows import Complaint, Key, Link, Record, Row
from graph.suggestion import did_you_mean
from graph.values import shown


def rows_of(spec: FileSpec, lines: Iterable[Line | Complaint]) -> Iterator[Row | Complaint]:
    """A row for each line that makes sense by itself, a complaint for each other."""
    for line in lines:
        if isinstance(line, Complaint):
            yield line
            continue
        cells = Cells(line.cells)
        try:
            records = _records(spec, cells)
        except BadInput as error:
            yield Complaint(spec.path, line.number, error.message)
            continue
        if records:
            yield Row(spec.path, line.number, records, tuple(cells.doubts))


def _records(spec: FileSpec, cells: Cells) -> tuple[Record, ...]:
    keys = {record.alias: _own_key(record, cells) for record in spec.records}
    found: list[Record] = []
    for record in spec.records:
        key = keys[record.alias]
        if key is not None:
            found += _record(record, key, cells, {alias for alias, one in keys.items() if one is not None})
    return tuple(found)


def _own_key(record: RecordSpec, cells: Cells) -> Key | None:
    key = _key(record.key, cells.by_column)
    if key is None and not record.is_optional:
        columns = " and ".join(f'"{column}"' for column in record.key.columns if column not in cells.by_column)
        raise BadInput(f"the key of the {record.alias} is missing; column {columns} is empty")
    return key


def _key(spec: KeySpec, cells: Mapping[str, str]) -> Key | None:
    parts = [cells.get(column) for column in spec.columns]
    if not all(parts):
        return None
    # In a key of several columns a colon separates them, so one within a column is written otherwise.
    texts = [part or "" for part in parts]
    return Key(spec.system, spec.type, texts[0] if len(texts) == 1 else ":".join(map(_escaped, texts)))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(":", "%3A")


def _record(spec: RecordSpec, key: Key, cells: Cells, aliases: set[str]) -> list[Record]:
    node = _node(spec, cells)
    shared: list[Record] = []
    links: list[Link] = []
    country = spec.country.evaluate(cells) if spec.country else None
    for position, link in enumerate(spec.links):
        edge = {name: expression.evaluate(cells) for name, expression in link.edge.items()}
        if link.shared is not None:
            made = _shared(link, f"{spec.alias}.{link.arrow.field}[{position}]", country, cells)
            if made is not None:
                shared.append(made)
                links.append(Link(link.arrow.field, made.alias, edge, link.apart))
        else:
            links += [Link(link.arrow.field, to, edge, link.apart) for to in _targets(link, cells, aliases)]
    values = {name: expression.evaluate(cells) for name, expression in spec.values.items()}
    for name, value in list(values.items()):
        if name not in node.properties:
            if value is not None:
                raise BadInput(f"a {node.name} has no {name}, and the row gives one")
            del values[name]
    return [*shared, Record(spec.alias, node.name, key, values, tuple(links), country=country)]


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


def _targets(link: LinkSpec, cells: Cells, aliases: set[str]) -> list[str | Key]:
    if isinstance(link.to, str):
        return [link.to] if link.to in aliases else []
    assert link.to is not None
    key = _key(link.to, cells.by_column)
    if key is None:
        return []
    if not link.split:
        return [key]
    return [Key(key.system, key.type, part.strip()) for part in key.id.split(link.split) if part.strip()]


def check_columns(spec: FileSpec, columns: Iterable[str], mapping: str) -> None:
    """Refuse a file that lacks a column of the mapping, before anything is written."""
    known = list(columns)
    for column in sorted(spec.columns):
        if column not in known:
            raise BadInput(
                f'{spec.path}:1: there is no column "{column}", which {mapping} uses.{did_you_mean(column, known)}'
            )
