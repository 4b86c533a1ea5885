"""Cypher and Lucene through every text that the schema takes: a text is a text, and nothing else changes.

The database holds the trading example, in which one record of each type has hostile texts in all its properties. What a
comparison finds is compared with what Python finds in the same values.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLArgument, GraphQLList, GraphQLNonNull, get_named_type
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.database import Database
from graph.model import Kind, NodeType
from resolvers.api import RootKind
from tests.asking import Ask, whole_api

HOSTILE = [
    "' OR 1=1 //",
    '" OR "" = "',
    "`) DETACH DELETE n //",
    "}) MATCH (n) DETACH DELETE n RETURN n //",
    "'}) RETURN 1 AS answer UNION MATCH (n) RETURN n //",
    "\\u0027 OR true //",
    "$p.text",
    "$p",
    "\n// comment\r\n/* */",
    "CALL { MATCH (n) DELETE n }",
    "LOAD CSV FROM 'http://127.0.0.1:1/' AS x",
    "\\",
    "\\'",
    "'",
    "%27",
    "关系\u202e'\u2028",
    "${7*7}{{7*7}}",
    "*",
    "*:*",
    "name:* OR _exists_:name",
    '"',
    "(((",
    "[* TO *]",
    "a~99 AND /.*/",
    "\ud83d\ude00'".encode("utf-16", "surrogatepass").decode("utf-16"),
    " ",
    "",
]
_PIECES = [
    *HOSTILE,
    "a",
    "n",
    "MATCH (n)",
    "RETURN",
    "DELETE",
    "//",
    "/*",
    "*/",
    "`",
    "{",
    "}",
    "=~",
    "AND",
    "OR",
    "NOT",
]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
)
_SECRETS = ("MATCH (", "Neo.", "neo4j", "Traceback", "Lucene", "lucene", "ParseException")

Compare = Callable[[str, str], bool]
_OPERATORS: dict[str, Compare] = {
    "eq": lambda value, text: value == text,
    "contains": lambda value, text: text in value,
    "startsWith": lambda value, text: value.startswith(text),
    "endsWith": lambda value, text: value.endswith(text),
}


@dataclass(frozen=True)
class Place:
    """A text property of a type, and the root field that lists the type."""

    node: NodeType
    property: str
    field: str


def _places() -> Iterator[Place]:
    api = whole_api()
    for field, root in api.roots.items():
        if root.kind is not RootKind.MANY or root.target.is_union or root.target.is_abstract:
            continue
        where = api.schema.type_map[f"{root.target.name}Where"]
        for name, found in root.target.properties.items():
            shown = where.fields.get(name)  # type: ignore[attr-defined]
            if shown and found.kind is Kind.TEXT and not found.is_list and str(shown.type) == "StringComparison":
                yield Place(root.target, name, field)


PLACES = list(_places())


@pytest.fixture(scope="module")
async def canaries(database: Database, trading: None) -> AsyncIterator[None]:
    """Texts are put in past all rules, as whoever writes to the database by other means could."""
    for number, node in enumerate(whole_api().model.concrete):
        for place, found in enumerate(node.properties.values()):
            if found.kind is Kind.TEXT and not found.is_list and not found.is_derived and found.name != "id":
                text = HOSTILE[(number + place) % (len(HOSTILE) - 2)]
                await database.run(
                    f"MATCH (n:{node.labels[-1]}) WITH n ORDER BY n.id LIMIT 1 SET n[$name] = $hostile",
                    name=found.name,
                    hostile=text,
                )
    yield
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")


async def _fingerprint(database: Database) -> str:
    """Everything that the database holds, but for what planning and asking may not leave either."""
    nodes = await database.run("MATCH (n) RETURN labels(n), properties(n) ORDER BY elementId(n)")
    edges = await database.run("MATCH ()-[r]->() RETURN type(r), properties(r) ORDER BY elementId(r)")
    return hashlib.sha256(repr((nodes, edges)).encode()).hexdigest()


@pytest.fixture(scope="module")
async def values(database: Database, canaries: None) -> dict[Place, list[str]]:
    """The texts that are stored, by where they are."""
    return {
        place: [
            row[0]
            for row in await database.run(
                f"MATCH (n:{place.node.labels[-1]}) WHERE n.`{place.property}` IS NOT NULL RETURN n.`{place.property}`"
            )
        ]
        for place in PLACES
    }


async def test_a_text_is_compared_letter_by_letter_wherever_it_is_compared(
    ask: Ask, database: Database, values: dict[Place, list[str]]
) -> None:
    before = await _fingerprint(database)
    documents = [
        "query ($t: String!) {"
        + " ".join(
            f"a{number}_{operator}: {place.field}(first: 0, where: {{{place.property}: {{{operator}: $t}}}}) {{ totalCount }}"
            for number, place in part
            for operator in _OPERATORS
        )
        + "}"
        for part in (list(enumerate(PLACES))[start : start + 8] for start in range(0, len(PLACES), 8))
    ]
    loop = asyncio.get_running_loop()

    async def compare(text: str) -> None:
        found: dict[str, Any] = {}
        for document in documents:
            found |= await ask.data(document, {"t": text})
        expected = {
            f"a{number}_{operator}": {"totalCount": sum(matches(value, text) for value in values[place])}
            for number, place in enumerate(PLACES)
            for operator, matches in _OPERATORS.items()
        }
        assert found == expected

    @given(TEXTS)
    @settings(max_examples=40)
    def every_text(text: str) -> None:
        asyncio.run_coroutine_threadsafe(compare(text), loop).result(120)

    await asyncio.to_thread(every_text)
    for text in HOSTILE:
        await compare(text)

    assert len(PLACES) > 30
    assert await _fingerprint(database) == before


# A word that is in no text.
_NOBODY = "qxzvqjw"


async def test_whatever_is_searched_for_is_words_and_no_query(ask: Ask, database: Database, canaries: None) -> None:
    query = "query ($t: String!) { search(text: $t, first: 5) { totalCount } }"
    before, loop = await _fingerprint(database), asyncio.get_running_loop()

    async def search(text: str) -> None:
        body = await ask(query, {"t": text})
        if "errors" in body:
            assert {error["extensions"]["code"] for error in body["errors"]} <= {"BAD_USER_INPUT"}, body
            assert not any(word in str(body) for word in _SECRETS)
        else:
            assert body["data"]["search"]["totalCount"] >= 0
        signs = "".join(sign for sign in text if not sign.isalnum())[:50]
        with_nobody = await ask(query, {"t": f"{signs}{_NOBODY}{signs}"})
        assert with_nobody == {"data": {"search": {"totalCount": 0}}}, signs

    @given(TEXTS)
    @settings(max_examples=60)
    def every_text(text: str) -> None:
        asyncio.run_coroutine_threadsafe(search(text), loop).result(120)

    await asyncio.to_thread(every_text)
    for text in [*HOSTILE, *'+-&|!(){}[]^"~*?:\\/', "AND", "OR NOT", "a" * 200]:
        await search(text)

    assert await _fingerprint(database) == before


def _is_text(argument: GraphQLArgument) -> bool:
    return get_named_type(argument.type).name in ("String", "ID")


ARGUMENTS = [
    (name, argument)
    for name, field in whole_api().schema.query_type.fields.items()  # type: ignore[union-attr]
    for argument, definition in field.args.items()
    if _is_text(definition)
]


def _document(name: str, argument: str) -> str:
    """A document that asks one root field, with a text in one argument and something harmless in the required others."""
    field = whole_api().schema.query_type.fields[name]  # type: ignore[union-attr]
    given = {argument: "$t" if not _is_list(field.args[argument]) else "[$t]"}
    for other, definition in field.args.items():
        if other != argument and isinstance(definition.type, GraphQLNonNull):
            harmless = {"String": '"x"', "ID": '"user_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"', "Int": "1"}
            shown = harmless.get(get_named_type(definition.type).name, _first_value(definition))
            given[other] = f"[{shown}]" if _is_list(definition) else shown
    arguments = ", ".join(f"{key}: {value}" for key, value in given.items())
    kind = get_named_type(field.args[argument].type).name
    return f"query ($t: {kind}!) {{ {name}({arguments}) {{ __typename }} }}"


def _is_list(argument: GraphQLArgument) -> bool:
    type_ = argument.type.of_type if isinstance(argument.type, GraphQLNonNull) else argument.type
    return isinstance(type_, GraphQLList)


def _first_value(argument: GraphQLArgument) -> str:
    named = get_named_type(argument.type)
    return next(iter(named.values)) if hasattr(named, "values") else "{}"


async def test_every_text_argument_of_every_field_takes_a_text_and_nothing_else(
    ask: Ask, database: Database, canaries: None
) -> None:
    before, loop = await _fingerprint(database), asyncio.get_running_loop()

    async def one(name: str, argument: str, text: str) -> None:
        body = await ask(_document(name, argument), {"t": text})
        codes = {error["extensions"]["code"] for error in body.get("errors", ())}
        assert codes <= {"BAD_USER_INPUT"}, (name, argument, body)
        assert not any(word in str(body.get("errors")) for word in _SECRETS if word not in text), (name, argument, body)

    @given(st.sampled_from(ARGUMENTS), TEXTS)
    @settings(max_examples=150)
    def every_text(where: tuple[str, str], text: str) -> None:
        asyncio.run_coroutine_threadsafe(one(*where, text), loop).result(120)

    await asyncio.to_thread(every_text)
    for where in ARGUMENTS:
        await one(*where, HOSTILE[3])

    assert len(ARGUMENTS) > 100
    assert await _fingerprint(database) == before


async def test_what_is_written_is_what_was_given(ask: Ask, database: Database, canaries: None) -> None:
    create = "mutation ($t: String!) { createTeam(input: {name: $t}) { team { id name } errors { code message } } }"
    everything = "MATCH (n) WHERE NOT n:Team AND NOT n:Change AND NOT n:Attempt RETURN count(n), sum(size(keys(n)))"
    before, loop = await database.run(everything), asyncio.get_running_loop()
    made: dict[str, str] = {}

    async def write(text: str) -> None:
        told = (await ask.data(create, {"t": text}))["createTeam"]
        if told["errors"]:
            assert {each["code"] for each in told["errors"]} <= {"REQUIRED", "INVALID", "DUPLICATE"}
            return
        assert told["team"]["name"] == text.strip() or told["team"]["name"] == text
        made[told["team"]["id"]] = told["team"]["name"]

    @given(TEXTS)
    @settings(max_examples=30)
    def every_text(text: str) -> None:
        asyncio.run_coroutine_threadsafe(write(text), loop).result(120)

    await asyncio.to_thread(every_text)
    for text in HOSTILE:
        await write(text)
    stored = dict(await database.run("MATCH (t:Team) WHERE t.id IN $ids RETURN t.id, t.name", ids=list(made)))

    assert len(made) > 20
    assert stored == made
    assert await database.run(everything) == before
