"""A query as rows: all pages of its one root field, one after the other, each by the same Answerer and for one Reader.

document → the same with pages of our own size → columns, and pages until there is none

What is on a page is what a client would be shown. Pages are read one by one, so that an export holds one of them in
memory, however many there are; the cursor of each is where the next one begins, so that nothing is repeated or lost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import OperationType

from graph.errors import BadInput, TooComplex
from graph.reader import Reader
from resolvers.answer import Answer, Answerer
from resolvers.export_columns import Column, Layout, layout_of, without_hidden
from resolvers.export_document import AFTER, MORE, NESTED, Paged, paged
from resolvers.may_export import exporting
from resolvers.question import Question

# From large to small, since lists within lists count towards what one request may read.
_PAGE_SIZES = (200, 100, 50, 25, 10, 5, 2, 1)


class Stopped(Exception):
    """A page that could not be read; `answer` has the errors as a client is told them."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("; ".join(str(error["message"]) for error in answer.errors))
        self.answer = answer


@dataclass(frozen=True)
class Export:
    """A query that is understood, and that can be read page by page."""

    answerer: Answerer
    reader: Reader
    question: Question
    document: Paged
    layout: Layout

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.layout.columns

    async def pages(self, limit: int | None = None) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows, page by page, of which there is at least one; up to `limit` rows. Raises `Stopped`.

        A row is an object of the response, without what was added to the query. Raises `BadInput` if a list within a
        row is longer than its page, since the rest of it would be missing without a word.
        """
        after: str | None = None
        left = limit
        while True:
            rows, after = await self._page(after)
            yield rows if left is None else rows[:left]
            left = None if left is None else left - len(rows)
            if after is None or (left is not None and left <= 0):
                return

    async def _page(self, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
        text, variables = self.document.first, dict(self.question.variables)
        if after is not None:
            text, variables[AFTER] = self.document.next, after
        answer = await self.answerer.answer(replace(self.question, text=text, variables=variables), self.reader)
        if answer.errors:
            raise Stopped(answer)
        assert answer.data is not None
        if not self.document.is_connection:
            return self._rows(answer.data), None
        more = answer.data[self.document.key].pop(MORE)
        return self._rows(answer.data), more["endCursor"] if more["hasNextPage"] else None

    def _rows(self, data: Any) -> list[dict[str, Any]]:
        if self.document.has_nested:
            without_hidden(data, MORE, _too_many)
        found = data
        for key in self.layout.path:
            if found is None:
                return []
            found = found[key]
        if found is None:
            return []
        return [each for each in found if each is not None] if isinstance(found, list) else [found]


def open_export(answerer: Answerer, question: Question, reader: Reader) -> Export:
    """Understand what is to be exported. Raises `InvalidRequest` or a `GuanxiError`, before anything is read.

    Of what the reader sees, it is what the reader may export.
    """
    prepared = answerer.prepare(question, reader)
    reader = exporting(answerer.api, prepared.document.node, prepared.operation, reader)
    if prepared.operation.operation is not OperationType.QUERY:
        raise BadInput("Only a query can be exported.")
    declared = {each.variable.name.value for each in prepared.operation.variable_definitions or ()}
    given = {name: value for name, value in question.variables.items() if name in declared}
    for size in _PAGE_SIZES:
        document = paged(answerer.api, prepared.document, prepared.operation, given, size)
        asked = Question(document.first, None, _kept(given, document))
        try:
            answerer.prepare(asked, reader).bind()
        except TooComplex:
            if size == _PAGE_SIZES[-1] or not document.is_connection:
                raise
            continue
        return Export(answerer, reader, asked, document, layout_of(answerer.api.schema, document, MORE))
    raise AssertionError("unreachable")


def _kept(given: Mapping[str, Any], document: Paged) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in document.variables}


def _too_many(path: tuple[str, ...]) -> None:
    where = ".".join(path)
    raise BadInput(
        f"{where}: a record has more than {NESTED} of them, and a row would hold only the first; say how many it shall "
        f"hold, as in {path[-1]}(first: 200), or export them as rows of their own."
    )
