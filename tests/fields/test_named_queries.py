"""A named query may look at what its body names, so it is for those who may read that."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import Forbidden
from graph.property_reads import PropertyReads, property_reads
from graph.reader import ADMINISTRATOR, FieldRight, Reader
from graph.tokens import tokens_of
from resolvers.answer import Answerer
from resolvers.mount import mount
from resolvers.named import read_query_file
from resolvers.question import Question
from tests.asking import declared_api
from tests.fields.readers import analyst

READS: dict[str, tuple[str, set[str], bool]] = {
    "a property": ("MATCH (c:Contact) WHERE c.name = $name RETURN c", {"name"}, False),
    "a property in backticks": ("RETURN c.`birthDate`", {"birthDate"}, False),
    "a property behind a space": ("RETURN c . name", {"name"}, False),
    "a property of a pattern": ("MATCH (c:Contact {name: $x, given: $y}) RETURN c", {"name", "given"}, False),
    "a projection": ("RETURN c {.name, .id}", {"name", "id"}, False),
    "a projection of everything": ("RETURN c {.*}", set(), True),
    "a property by a value": ("RETURN c[$key]", set(), True),
    "a property by a text": ("RETURN c['na' + 'me']", set(), True),
    "a property of what a function answers": ("RETURN head(list)['name']", set(), True),
    "all properties": ("RETURN properties(c)", set(), True),
    "their names": ("RETURN keys(c)", set(), True),
    "the search": ("CALL db.index.fulltext.queryNodes('guanxi_search', $q) YIELD node AS c RETURN c", {"searchText"}, False),
    "a place in a list": ("RETURN list[0], list[-1], list[1..3], list[..$n]", set(), False),
    "a list": ("WHERE x IN ['name'] RETURN [each IN list | each.id]", {"id"}, False),
    "a pattern": ("MATCH (a)-[r:KNOWS]->(b)<-[:KNOWS]-(c) RETURN a", set(), False),
    "a label": ("MATCH (name:Contact) RETURN name", set(), False),
    "a text": ("RETURN 'c.name' // c.given", set(), False),
}  # fmt: skip


@pytest.mark.parametrize(("text", "names", "is_any"), READS.values(), ids=READS)
def test_a_body_reads(text: str, names: set[str], is_any: bool) -> None:
    found = property_reads(tokens_of(text))

    assert found.is_any is is_any
    assert names <= found.names
    assert not {"name", "given", "birthDate", "searchText"} & (found.names - names)


def test_nothing_reads_nothing() -> None:
    assert property_reads([]) == PropertyReads()


QUERIES = {
    "a value": 'extend type Query { "Birthdays." birthdays: [Date!]! } */ MATCH (contact:Contact) WHERE true /* visible(contact) */ RETURN contact.birthDate AS value LIMIT 5',
    "a filter": 'extend type Query { "By name." called(name: String!): ContactConnection! } */ MATCH (contact:Contact) WHERE contact.name = $name AND true /* visible(contact) */ RETURN contact',
    "an argument of a pattern": 'extend type Query { "By name." called(name: String!): ContactConnection! } */ MATCH (contact:Contact {name: $name}) WHERE true /* visible(contact) */ RETURN contact',
    "of where it starts": 'extend type Contact { "Age." older: Int } */ RETURN this.birthDate.year AS value',
    "by any name": 'extend type Query { "Any." any(key: String!): [String!]! } */ MATCH (contact:Contact) WHERE true /* visible(contact) */ RETURN toString(contact[$key]) AS value LIMIT 5',
    "a relationship's": 'extend type Query { "Sums." sums: [Int!]! } */ MATCH (customer:Customer)-[bought:BOUGHT]->(product:Product) WHERE true /* visible(customer, product) */ RETURN bought.revenue AS value LIMIT 5',
    "of an interface": 'extend type Query { "By name." called(name: String!): PartyConnection! } */ MATCH (party:Party) WHERE party.name = $name AND true /* visible(party) */ RETURN party',
    "what is searched": "extend type Query { \"Found.\" found(text: String!): ContactConnection! } */ CALL db.index.fulltext.queryNodes('guanxi_search', $text) YIELD node AS contact WHERE true /* visible(contact:Contact) */ RETURN contact",
    "without rights": 'extend type Query { "Names." names: [String!]! @unguarded(reason: "a test") } */ MATCH (n) RETURN n.name AS value LIMIT 5',
}  # fmt: skip
ASKED = {"a value": "{ birthdays }", "by any name": '{ any(key: "x") }', "a relationship's": "{ sums }",
         "of where it starts": "{ contacts { nodes { older } } }", "what is searched": '{ found(text: "x") { totalCount } }',
         "without rights": "{ names }"}  # fmt: skip


@pytest.mark.parametrize(("case", "text"), QUERIES.items(), ids=QUERIES)
def test_who_may_not_read_what_it_looks_at_may_not_ask_it(tmp_path: Path, case: str, text: str) -> None:
    answerer = _answerer(tmp_path, text)
    question = Question(ASKED.get(case, '{ called(name: "x") { totalCount } }'))

    answerer.prepare(question, ADMINISTRATOR)
    with pytest.raises(Forbidden, match=r"this query looks at \w+\.\w+, which you may not read"):
        answerer.prepare(question, analyst())


def test_who_may_read_what_it_looks_at_may_ask_it(tmp_path: Path) -> None:
    answerer = _answerer(tmp_path, QUERIES["a filter"])

    answerer.prepare(Question('{ called(name: "x") { nodes { birthDate } } }'), Reader("user_1", fields={
        "Contact": {"birthDate": FieldRight.HIDE, "name": FieldRight.READ}, "Company": {"name": FieldRight.MASK},
    }))  # fmt: skip


def _answerer(folder: Path, text: str) -> Answerer:
    path = folder / "query.cypher"
    path.write_text(f"/* {text}", encoding="utf-8")
    mounted = mount(declared_api(), [read_query_file(path, declared_api().model)])
    assert not mounted.errors
    return Answerer(mounted.api, None)  # type: ignore[arg-type]
