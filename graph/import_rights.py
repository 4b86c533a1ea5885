"""What a mapping looks at and writes: refused before a row is read, where the reader may not."""

from __future__ import annotations

from collections.abc import Iterator

from graph.errors import Forbidden
from graph.mapping_spec import ImportMapping, KeySpec, LinkSpec, RecordSpec, UniqueSpec
from graph.property_rights import FieldRights, Owner


def check_mapping(mapping: ImportMapping, rights: FieldRights) -> None:
    """Raises `Forbidden` for a property that is not the reader's to write, or by which nothing may be looked for."""
    if not rights.are_restricted:
        return
    for file in mapping.files:
        for record in file.records:
            place = f"{file.path}: {record.alias}"
            for owner, name in _written(record):
                if not rights.may_write(owner, name):
                    raise Forbidden(f"{place}.{name}: you may not write {owner.name}.{name}.")
            for owner, name in _looked_for(record, rights):
                if not rights.may_read(owner, name):
                    raise Forbidden(f"{place}: you may not read {owner.name}.{name}, so nothing is found by it.")


def _written(record: RecordSpec) -> Iterator[tuple[Owner, str]]:
    for node in record.type.nodes.values():
        yield from ((node, name) for name in (*record.values, *record.matches))
    for link in record.links:
        if link.shared:
            yield from ((link.shared, name) for name in link.values)
        if link.arrow.edge:
            yield from ((link.arrow.edge, name) for name in link.edge)


def _looked_for(record: RecordSpec, rights: FieldRights) -> Iterator[tuple[Owner, str]]:
    nodes = rights.model.nodes
    if record.key and "ExternalRef" in nodes:
        yield nodes["ExternalRef"], "key"
    for link in record.links:
        yield from _far_end(link, rights)


def _far_end(link: LinkSpec, rights: FieldRights) -> Iterator[tuple[Owner, str]]:
    match link.to:
        case UniqueSpec(type, name):
            yield rights.model.nodes[type], name
        case KeySpec() if "ExternalRef" in rights.model.nodes:
            yield rights.model.nodes["ExternalRef"], "key"
