"""The positions that are no root field of a query: what a mutation answers, what the feed tells, and what is exported.

Each says what the reader is answered and what the administrator is, of what is visible, as the same plain values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson

from graph.errors import GuanxiError
from graph.model import NodeType
from graph.noted import changes_of
from graph.reader import ADMINISTRATOR, Reader
from resolvers.answer import Answerer, Question
from resolvers.api import MutationKind
from resolvers.delivery import Delivery
from resolvers.export import Stopped, open_export
from tests.asking import whole_api
from tests.matrix.asking import Difference, Look
from tests.matrix.positions import Asked, listing, model
from tests.matrix.rights_table import ACTIVITIES, Scope
from tests.matrix.selections import CHANGE, leaves, related, who, whole

FORBIDDEN = "FORBIDDEN"


def written_types() -> list[NodeType]:
    """The types with an update of one record."""
    return [
        each.node for each in whole_api().mutations.values() if each.kind is MutationKind.UPDATE and not each.is_bulk
    ]


# --- mutation results -------------------------------------------------------------------------------------------------

# Each writes nothing: one because nothing is to be changed, one because it was read in a version that nobody has seen.
_UPDATES = {"unchanged": "input: {}", "conflict": "input: {}, expectedVersion: 4711"}


async def mutation_results(look: Look, node: NodeType) -> AsyncIterator[Difference]:
    """Of every record of a type: a hidden one is not there, and whoever may not write a visible one is told nothing."""
    lists = [each for each in node.relationships.values() if each.is_list][:3]
    shown = f"{leaves(node.name)} {' '.join(related(each, model().nodes[each.target]) for each in lists)}"
    errors = "errors { __typename code message path ... on ConflictError { current { id version } } }"
    for name, arguments in _UPDATES.items():
        field = f"update{node.name}(id: $id, {arguments}) {{ {node.variable} {{ {shown} }} {errors} }}"
        asked = Asked("mutation result", node.name, field)
        for record in look.matrix.world.held.labelled(node.labels[-1]):
            question = Question(f"mutation($id: ID!) {{ f0: {field} }}", None, {"id": record.id})
            ours = (await look.matrix.first.answer(question, look.reader)).body()
            theirs = (await look.matrix.second.answer(question, ADMINISTRATOR)).body()
            is_refused = [error["extensions"]["code"] for error in ours.get("errors", ())] == [FORBIDDEN]
            if is_refused and look.sight.why(record):
                ours, theirs = ours["data"], {"f0": None}
            if ours != theirs:
                yield Difference(asked, {"id": record.id, "": name}, ours, theirs)


# --- the feed ---------------------------------------------------------------------------------------------------------


async def feed(look: Look, types: list[str]) -> AsyncIterator[Difference]:
    """All changes at once, as they would be told to who subscribed to those of a type."""
    for field in (f"changed(types: $types) {CHANGE}", *map(_matching, types)):
        for type in types if "$types" in field else [field.split("{")[1]]:
            asked = Asked("feed", type, field)
            declared = "($types: [RecordType!])" if "$types" in field else ""
            question = Question(f"subscription{declared} {{ {field} }}", None, {"types": [type]} if declared else {})
            ids = [node.id for node in look.matrix.world.held.labelled("Change")]
            ours = await _told(look.matrix.first, question, look.reader, ids)
            theirs = await _told(look.matrix.second, question, ADMINISTRATOR, ids)
            if ours != theirs:
                yield Difference(asked, {"types": type}, ours, theirs)


def _matching(type: str) -> str:
    node = model().nodes[type]
    return f"changed(where: {{{node.variable}: {{version: {{gt: 1}}}}}}) {{ id record {{ id }} }}"


async def _told(answerer: Answerer, question: Question, reader: Reader, ids: list[str]) -> Any:
    delivery = Delivery(answerer, answerer.prepare(question, reader))
    told = await delivery.deliver(await changes_of(answerer.database, ids))
    return [[each.id, each.cursor, orjson.loads(each.body)] for each in told]


# --- exports ----------------------------------------------------------------------------------------------------------


async def export(look: Look, node: NodeType) -> AsyncIterator[Difference]:
    """All records of a type with what is to one side of them. What leads to records that may not be exported is refused."""
    fields = [each for each in node.relationships.values() if not each.is_list]
    aside = " ".join(f"{each.name} {who(model().nodes[each.target])}" for each in fields)
    field = f"{listing(node)} {{ nodes {{ {whole(node)[1:-1]} {aside} }} }}"
    ours = await _exported(look.matrix.first, field, look.reader)
    theirs = await _exported(look.matrix.second, field, ADMINISTRATOR)
    led_to = [node.members, *(model().nodes[each.target].members for each in fields)]
    if not all(any(look.sight.exports(name) for name in members) for members in led_to):
        theirs = [FORBIDDEN]
    elif node.name in ACTIVITIES and look.sight.exports(node.name) is not Scope.ALL:
        # Fewer activities may be exported than are seen: those of the user and of the colleagues in the scope.
        ours, theirs = [each for each in _ids(ours) if each not in _ids(theirs)], []
    if ours != theirs:
        yield Difference(Asked("export", node.name, field), {}, ours, theirs)


def _ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows[1:]]


async def _exported(answerer: Answerer, field: str, reader: Reader) -> list[Any]:
    try:
        opened = open_export(answerer, Question(f"{{ {field} }}"), reader)
        return [[each.name for each in opened.columns], *[row async for page in opened.pages() for row in page]]
    except Stopped as error:
        return [each["extensions"]["code"] for each in error.answer.errors]
    except GuanxiError as error:
        return [error.code]
