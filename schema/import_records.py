"""The types of `importRecords`: the files of a request, and what came of them."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from schema.types import Argument, Field, Types


def add_import_records(types: Types) -> tuple[Field, ...]:
    """Define the types; the answer are the fields of Mutation."""
    types.add("input", "ImportFileInput", [
        Field("name", "str", "Its name, as the mapping has it."),
        Field("text", "str | None", "Its content, if that is text."),
        Field("data", "str | None", "Its content in base64, such as that of a workbook."),
    ], "A file to import, by its text or by its data.")  # fmt: skip
    types.add("input", "ImportRecordsInput", [
        Field("files", "list[ImportFileInput]"),
        Field("mapping", "str", "What the files' columns are, in TOML; see docs/importing.md."),
        Field("mode", "ImportMode | None", "Goes before what the mapping says."),
        Field("preview", "bool | None", "Tell what would become of each row, and write nothing."),
    ], "Files, and what their rows are.")  # fmt: skip
    types.add("type", "RejectedRow", [Field("file", "str"), Field("line", "int"), Field("reason", "str")], (
        "A row that was refused."
    ))  # fmt: skip
    types.add("type", "RejectedFile", [
        Field("name", "str"), Field("text", "str", "CSV, with the column rejected_because."),
    ], "The refused rows of a file, which go in by the same mapping once they are corrected.")  # fmt: skip
    make: Any = strawberry.enum
    types.namespace["PreviewedAction"] = make(PreviewedAction, description="What a row would do to a record.")
    types.add("type", "PreviewedField", [
        Field("name", "str"), Field("old", "str | None"), Field("new", "str | None"),
    ], "What a row would do to a property, with values as texts.")  # fmt: skip
    types.add("type", "PreviewedRecord", [
        Field("type", "str"), Field("id", "ID"), Field("action", "PreviewedAction"),
        Field("fields", "list[PreviewedField]"), Field("links", "list[str]"),
    ], "What a row would do to one record.")  # fmt: skip
    types.add("type", "PreviewedRow", [
        Field("file", "str"), Field("line", "int"), Field("records", "list[PreviewedRecord]"),
    ], "What a row would do.")  # fmt: skip
    types.add("type", "ImportRecordsPayload", [
        Field("created", "int"), Field("updated", "int"), Field("unchanged", "int"), Field("rejectedCount", "int"),
        Field("rejected", "list[RejectedRow]", "The first 1,000 of them."),
        Field("rejectedFiles", "list[RejectedFile]"),
        Field("warnings", "list[str]", "What is doubtful and went in; the first 1,000."),
        Field("rows", "list[PreviewedRow]", "Of a preview, the first 1,000 rows that would go in."),
        Field("isCut", "bool", "Whether a preview has more rows than it tells of."),
        Field("runId", "ID | None", "The import's run, which can be reverted."),
    ], "What came of an import, or what would.")  # fmt: skip
    types.add("type", "KeptRecord", [
        Field("type", "str"), Field("id", "ID"), Field("reason", "str"),
    ], "What a reverted import leaves as it is, since somebody has changed it meanwhile.")  # fmt: skip
    types.add("type", "RevertImportPayload", [
        Field("removed", "int", "Records that are gone."), Field("restored", "int", "Changes that are taken back."),
        Field("keptCount", "int"), Field("kept", "list[KeptRecord]", "The first 1,000 of them."),
    ], "What was taken back of an import.")  # fmt: skip
    return (Field(
        "revertImport", "RevertImportPayload | None",
        "Take back what an import wrote, updates included, but for what was changed since.",
        (Argument("runId", "ID"),),
    ), Field(
        "importRecords", "ImportRecordsPayload | None", "Import the rows of CSV or XLSX files.",
        (Argument("input", "ImportRecordsInput"),),
    ))  # fmt: skip


class PreviewedAction(Enum):
    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
