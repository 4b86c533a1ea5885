"""Exports over HTTP: a GraphQL request as /graphql takes it, answered by a file of all its rows.

POST /export?format=csv     {"query": "{ companies { nodes { name owner { name } } } }"}

The first page is read before the response begins, so that what is wrong with the query has a status of its own. If a
later one fails, the connection is broken off, and no client takes what it has for the whole.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import QueryParams
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope

from graph.errors import BadInput, GuanxiError, UnknownDocument
from resolvers.account import ACCOUNT, Account
from resolvers.export import Export, Stopped, open_export
from resolvers.question import Question
from resolvers.request import InvalidRequest
from web.asking import Asker, Asking
from web.exporting import Format, text_pages, write_xlsx
from web.graphql import GraphQLEndpoint
from web.incoming import Incoming
from web.persisted import text_of
from web.responses import Refusal, json_response, refusal

if TYPE_CHECKING:
    _TemporaryFile = tempfile._TemporaryFileWrapper[bytes]

# How many bytes of a finished file are sent at once.
_PIECE = 1 << 18
_METHODS = ("GET", "POST")
_STATUS = {"UNAVAILABLE": 503, "TIMEOUT": 504, "FORBIDDEN": 403, "PERSISTED_QUERY_NOT_FOUND": 404, "RATE_LIMITED": 429}


@dataclass(frozen=True)
class _Wanted:
    """What the URL says of the file."""

    format: Format
    limit: int | None
    with_mark: bool


class ExportEndpoint(GraphQLEndpoint):
    """Answers /export. Requests are read and guarded as those of GraphQL are."""

    async def response(self, scope: Scope, receive: Receive) -> ASGIApp:
        request = Incoming(scope, receive)
        try:
            if request.method not in _METHODS:
                raise Refusal(405, BadInput("Ask by GET or by POST."), {"allow": ", ".join(_METHODS)})
            self._check_origin(request)
            reader = await self._entrance.reader(request)
        except Refusal as refused:
            return refusal(refused.status, refused.error.code, refused.error.message, refused.headers)
        return await self._noted(request, self._asker(request, reader))

    async def _noted(self, request: Incoming, asker: Asker) -> ASGIApp:
        """The file, or why there is none. What came of it is written down either way."""
        # It does not ask for a page as a person does, so it waits until there is enough to pay for the next one.
        account = Account(asker.caller, kind="export", is_patient=True)
        noted = _Noted(self._asking, account, asker)
        # Pages that are read while the answer is on its way belong to it as well; all of it is one task.
        ACCOUNT.set(account)
        try:
            return await self._exported(request, asker, account, noted)
        except Refusal as refused:
            return refusal(refused.status, refused.error.code, refused.error.message, refused.headers)
        except InvalidRequest as invalid:
            errors = [{**error.formatted, "extensions": {"code": BadInput.code}} for error in invalid.errors]
            return json_response({"errors": errors}, 400)
        except Stopped as stopped:
            noted.end(stopped.answer.code or GuanxiError.code)
            return json_response({"errors": stopped.answer.errors}, _STATUS.get(stopped.answer.code or "", 500))
        except UnknownDocument as error:
            return refusal(404, error.code, error.message)
        except GuanxiError as error:
            noted.end(error.code)
            return refusal(_STATUS.get(error.code, 400), error.code, error.message)

    async def _exported(self, request: Incoming, asker: Asker, account: Account, noted: _Noted) -> ASGIApp:
        wanted = _wanted(request)
        parameters = await self._parameters(request)
        text = text_of(parameters, self._trusted(), self._persisted)
        question = Question(text, parameters.operation_name, parameters.variables)
        self._asking.admit(question, asker.reader, account)
        export = open_export(self._answerer(), question, asker.reader)
        noted.facts = {"field": export.document.key, "format": str(wanted.format)}
        return await _file(export, wanted, noted)


def _wanted(request: Incoming) -> _Wanted:
    asked = QueryParams(request.scope["query_string"])
    format_, limit, mark = (asked.get(name, "") for name in ("format", "limit", "bom"))
    if format_ and format_ not in list(Format):
        raise BadInput(f'"format" is "{format_}"; there are {", ".join(Format)}.')
    if limit and not (limit.isascii() and limit.isdigit()):
        raise BadInput(f'"limit" is "{limit}"; write a number of rows.')
    if mark not in ("", "true", "false"):
        raise BadInput(f'"bom" is "{mark}"; write true or false.')
    return _Wanted(Format(format_ or Format.CSV), int(limit) if limit else None, mark == "true")


class _Noted:
    """Notes an export at its end, whichever that is: who took how many records, of what, and as what."""

    def __init__(self, asking: Asking, account: Account, asker: Asker) -> None:
        self._asking, self._account, self._asker = asking, account, asker
        self._started = time.perf_counter()
        self.facts: dict[str, Any] = {}

    def end(self, *codes: str) -> None:
        self._asking.note(self._account, self._asker, list(codes), self._started)
        rows = self._account.rows
        self._asking.records.export(self._account, self._asker.reader, self._asker.request, rows=rows, **self.facts)


async def _file(export: Export, wanted: _Wanted, noted: _Noted) -> Response:
    name = f"{export.document.key}.{wanted.format}"
    headers = {
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-disposition": f'attachment; filename="{name}"',
    }
    if wanted.format is Format.XLSX:
        # The parts of a workbook are only known at its end.
        file = tempfile.NamedTemporaryFile(prefix="guanxi-export-", suffix=".xlsx")  # noqa: SIM115 - see _content
        try:
            await write_xlsx(export, Path(file.name), limit=wanted.limit)
            headers["content-length"] = str(file.seek(0, io.SEEK_END))
            file.seek(0)
        except BaseException:
            file.close()
            raise
        noted.end()
        return StreamingResponse(_content(file), headers=headers, media_type=wanted.format.media_type)
    pages = text_pages(export, wanted.format, limit=wanted.limit, with_mark=wanted.with_mark)
    first = await anext(pages)
    return StreamingResponse(_from(first, pages, noted), headers=headers, media_type=wanted.format.media_type)


async def _content(file: _TemporaryFile) -> AsyncIterator[bytes]:
    """The bytes of a temporary file, which is gone when they are sent, or when nobody wants them any more."""
    with file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


async def _from(first: bytes, pages: AsyncIterator[bytes], noted: _Noted) -> AsyncIterator[bytes]:
    """Whatever is raised here breaks the connection off, for the status has been sent long ago."""
    try:
        yield first
        async for piece in pages:
            yield piece
    except Stopped as stopped:
        noted.end(stopped.answer.code or GuanxiError.code)
        raise
    except BaseException:
        noted.end(GuanxiError.code)
        raise
    noted.end()
