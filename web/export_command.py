"""`guanxi export`: a query's rows into a file, which is there whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

from graph.database import Database
from graph.errors import BadInput
from graph.indexes import reconcile
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.document import Documents
from resolvers.export import Export, open_export
from resolvers.question import Question
from schema.build import build
from web.exporting import Format, text_pages, write_xlsx
from web.queries import load_queries
from web.settings import Settings
from web.trusted import load_trusted_documents, manifest_paths


async def export_file(
    settings: Settings,
    database: Database,
    question: Question,
    format_: Format,
    output: Path | None,
    *,
    limit: int | None,
    with_mark: bool,
) -> None:
    """Write the rows to a file, or to standard output.

    Until it is complete the file has another name. Raises `InvalidRequest`, `Stopped` or a `GuanxiError`.
    """
    api = build()
    await reconcile(api.model, database)
    queries = await load_queries(api, settings, database)
    answerer = Answerer(queries.api, database, settings.base_currency)
    export = open_export(answerer, question, ADMINISTRATOR)
    if output is None:
        if format_ is Format.XLSX:
            raise BadInput("A workbook is written to a file; name one with --output.")
        async for piece in text_pages(export, format_, limit=limit, with_mark=with_mark):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    unfinished = output.with_name(f"{output.name}.part")
    try:
        await _to_file(export, format_, unfinished, limit, with_mark)
        unfinished.replace(output)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)


async def _to_file(export: Export, format_: Format, path: Path, limit: int | None, with_mark: bool) -> None:
    if format_ is Format.XLSX:
        await write_xlsx(export, path, limit=limit)
        return
    with path.open("wb") as file:
        async for piece in text_pages(export, format_, limit=limit, with_mark=with_mark):
            file.write(piece)


def saved_text(settings: Settings, name: str) -> str:
    """The text of a trusted document, by its id. Raises `BadInput` if there is none."""
    trusted = load_trusted_documents(manifest_paths(settings.trusted_documents), Documents(build().schema))
    if name not in trusted.texts:
        raise BadInput(f"{name} is neither a file nor the id of a trusted document; see GUANXI_TRUSTED_DOCUMENTS.")
    return trusted.texts[name]
