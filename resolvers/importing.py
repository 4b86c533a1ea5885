"""What `importRecords` means: files of a request, with a mapping, into the graph; or only what would become of them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from graph.errors import BadInput, TooComplex
from graph.import_effects import Effect
from graph.import_rejected import rejected_csv, rejected_rows
from graph.import_rights import check_mapping
from graph.importing import Into, Sources, import_sources, preview_sources
from graph.mapping import mapping_of
from graph.property_rights import FieldRights
from graph.reader import ADMINISTRATOR, Reader
from graph.rows import Mode, Report
from graph.tables import Content, Readers
from resolvers.request import LIMITS

# More than this is for the command line, which shows how far it is.
LARGEST_IMPORT = 20_000_000
# How many rows a payload tells of.
_TOLD = LIMITS.list


@dataclass(frozen=True)
class GivenFile:
    """A file of a request: its name, as the mapping has it, and its content as text or, if it is none, in base64."""

    name: str
    text: str | None = None
    data: str | None = None


@dataclass(frozen=True)
class Imported:
    """What came of it. `effects` are told of a preview, `run` is absent in one."""

    created: int
    updated: int
    unchanged: int
    rejected: Sequence[tuple[str, int, str]]
    rejected_count: int
    # The refused rows as CSV files, by the names of the files that they came in.
    rejected_files: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    effects: Sequence[Effect] = ()
    is_cut: bool = False
    run: str | None = None


async def import_records(
    into: Into,
    files: Sequence[GivenFile],
    mapping: str,
    *,
    mode: Mode | None = None,
    preview: bool = False,
    reader: Reader = ADMINISTRATOR,
    readers: Readers = {},  # noqa: B006
) -> Imported:
    """Import the files of one request. Raises `BadInput` before anything is written if the mapping or a file is wrong.

    `mapping` is its text in TOML. `reader` is the user whose changes these are. `readers` read other files than
    CSV; they are handed down from `web/`. With `preview` nothing is written, and every row tells what it would do.
    """
    contents = {file.name: _content(file) for file in files}
    understood = mapping_of("mapping", mapping, into.model, mode)
    check_mapping(understood, FieldRights(into.model, reader))
    sources = Sources.open(understood, contents.get, readers)
    if preview:
        found = await preview_sources(sources, into)
        return _told(sources, found.report, found.effects[:_TOLD], is_cut=found.is_cut or len(found.effects) > _TOLD)
    return _told(sources, await import_sources(sources, into, mode=mode, by=reader.user_id))


def _content(file: GivenFile) -> Content:
    if (file.text is None) == (file.data is None):
        raise BadInput(f"{file.name}: give either text, or data in base64.")
    try:
        content = file.text.encode() if file.text is not None else base64.b64decode(file.data or "", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadInput(f"{file.name}: this is no base64, or no text.") from None
    if len(content) > LARGEST_IMPORT:
        raise TooComplex(
            f"{file.name} has {len(content):,} bytes; a request imports up to {LARGEST_IMPORT:,}. Use guanxi import."
        )
    return Content.of(file.name, content)


def _told(sources: Sources, report: Report, effects: Sequence[Effect] = (), *, is_cut: bool = False) -> Imported:
    counts = report.records.values()
    return Imported(
        sum(each.created for each in counts),
        sum(each.updated for each in counts),
        sum(each.unchanged for each in counts),
        [(one.file, one.line, one.reason) for one in report.rejected[:_TOLD]],
        len(report.rejected),
        {one.path: rejected_csv(one).decode("utf-8-sig", "replace") for one in rejected_rows(sources, report)},
        [str(one) for one in report.warnings[:_TOLD]],
        effects,
        is_cut,
        report.run,
    )


def payload_of(imported: Imported) -> dict[str, Any]:
    """The whole of an `ImportRecordsPayload`, of which the selection takes what it wants."""
    return {
        "created": imported.created,
        "updated": imported.updated,
        "unchanged": imported.unchanged,
        "rejectedCount": imported.rejected_count,
        "rejected": [{"file": file, "line": line, "reason": reason} for file, line, reason in imported.rejected],
        "rejectedFiles": [{"name": name, "text": text} for name, text in imported.rejected_files.items()],
        "warnings": list(imported.warnings),
        "rows": [_shown_effect(effect) for effect in imported.effects],
        "isCut": imported.is_cut,
        "runId": imported.run,
    }


def _shown_effect(effect: Effect) -> dict[str, Any]:
    return {
        "file": effect.file,
        "line": effect.line,
        "records": [
            {
                "type": record.type,
                "id": record.id,
                "action": record.action,
                "fields": [
                    {"name": name, "old": _shown(old), "new": _shown(new)} for name, (old, new) in record.fields.items()
                ],
                "links": list(record.links),
            }
            for record in effect.records
        ],
    }


def _shown(value: Any) -> str | None:
    """A stored value as a text: a list as JSON, an instant as ISO 8601."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value, default=str).decode().strip('"')
