"""Who may have files imported, or an import taken back: whoever may do all of it to every record of the types concerned.

Importing looks for records whether somebody may see them or not, so a part of the rights is as good as none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.conditions import EVERYTHING
from graph.errors import Forbidden
from graph.mapping_spec import ImportMapping, LinkSpec, RecordSpec
from graph.model import Model, NodeType
from graph.reader import Action, FieldRight, Reader
from graph.write_rights import OWNED_BY, is_field_of_both

_WRITTEN = (Action.CREATE, Action.UPDATE)
_IMPORT_RUN = "ImportRun"


def check_import(reader: Reader, mapping: ImportMapping, model: Model) -> None:
    """Raises `Forbidden` unless the reader may make and change all records of the mapping's types.

    What these are called elsewhere goes with them. The records that they are linked to must all be such as it sees.
    """
    records = [record for file in mapping.files for record in file.records]
    for record in records:
        _check(reader, "importRecords", _types(record, model), _WRITTEN)
        _check(reader, "importRecords", _targets(record, model), ())
    given = (node for record in records if any(map(_gives, record.links)) for node in record.type.nodes.values())
    _check(reader, "importRecords", given, (Action.ASSIGN,))


def check_revert(reader: Reader, types: Iterable[str], model: Model) -> None:
    """Raises `Forbidden` unless the reader sees all imports, and may make and change all records of some types."""
    wanted = [model.nodes[name] for name in sorted(types) if name in model.nodes]
    _check(reader, "revertImport", [model.nodes[_IMPORT_RUN]], ())
    _check(reader, "revertImport", wanted, _WRITTEN)
    # What comes back may be any of their properties.
    if masked := next((node.name for node in wanted if not _writes_all_of(reader, node)), None):
        raise Forbidden(f"revertImport is for who may write all properties of {masked} records; you may not.")


def check_all(reader: Reader, what: str, node: NodeType) -> None:
    """Raises `Forbidden` unless the reader sees and may change all records of a type."""
    _check(reader, what, [node], (Action.UPDATE,))


def may_ever(name: str, reader: Reader, model: Model) -> bool:
    """Whether there is anything that one of these errands would do for a reader: what it cannot use, it is not shown."""
    written = (each for each in model.concrete if not each.is_read_only)
    match name:
        case "importRecords":
            return any(_has_all(reader, each, _WRITTEN) for each in written)
        case "revertImport":
            mine = (each for each in written if _has_all(reader, each, _WRITTEN) and _writes_all_of(reader, each))
            return _has_all(reader, model.nodes[_IMPORT_RUN], ()) and any(mine)
        case "replayDeadLetters":
            return _has_all(reader, model.nodes["Webhook"], (Action.UPDATE,))
        case _:
            return True


def _has_all(reader: Reader, node: NodeType, actions: tuple[Action, ...]) -> bool:
    conditions = [reader.predicate(node), *(reader.allowed(action, node) for action in actions)]
    return all(each == EVERYTHING for each in conditions)


def _check(reader: Reader, what: str, nodes: Iterable[NodeType], actions: tuple[Action, ...]) -> None:
    for node in nodes:
        if not _has_all(reader, node, actions):
            raise Forbidden(f"{what} is for who may see and write all {node.name} records; you may not.")


def _writes_all_of(reader: Reader, node: NodeType) -> bool:
    return all(reader.field_right(node, each) is FieldRight.WRITE for each in node.properties.values())


def _types(record: RecordSpec, model: Model) -> Iterator[NodeType]:
    yield from record.type.nodes.values()
    for link in record.links:
        if link.shared:
            yield link.shared
        if any(is_field_of_both(link.arrow, node) for node in record.type.nodes.values()):
            yield from (model.nodes[target] for target in sorted(link.arrow.targets))


def _targets(record: RecordSpec, model: Model) -> Iterator[NodeType]:
    for link in record.links:
        yield from (model.nodes[target] for target in sorted(link.arrow.targets))


def _gives(link: LinkSpec) -> bool:
    return link.arrow.type == OWNED_BY
