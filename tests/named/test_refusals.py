"""What is wrong with a `.cypher` file is said with file, line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.named_query import QueryFileError
from resolvers.mount import mount
from resolvers.named import read_query_file
from tests.asking import whole_api

_HEADER = """/*
extend type Query {{
  "What is asked."
  asked{arguments}: {type}
}}
*/
"""


def _file(body: str, type: str = "ContactConnection!", arguments: str = "") -> str:
    """A file whose body begins on line 7."""
    return _HEADER.format(arguments=arguments, type=type) + body


_MARKED = "MATCH (contact:Contact) WHERE true /* visible(contact) */"

# Each case: what it is about, the file, and the message behind "asked.cypher:".
CASES = [
    ("no header", "MATCH (n) RETURN n", "1: the file must begin with a comment that declares its field: /* extend type Query { … } */."),
    ("broken GraphQL", "/*\nextend type Query {\n  asked: \n}\n*/\nRETURN 1 AS value", "4: the header is no GraphQL: Syntax Error: Expected Name, found '}'."),
    ("no field", "/* type X { a: Int } */ RETURN 1 AS value", "1: the header adds 0 fields; it must add exactly one."),
    (
        "two fields",
        '/*\nextend type Query {\n  "A." a: Int\n  "B." b: Int\n}\n*/\nRETURN 1 AS value',
        "4: the header adds 2 fields; it must add exactly one.",
    ),
    (
        "no description",
        "/*\nextend type Query {\n  asked: Int\n}\n*/\nRETURN 1 AS value",
        "3: asked has no description; say in one sentence what it answers.",
    ),
    (
        "an owner that is no type",
        '/*\nextend type Compny {\n  "A." asked: Int\n}\n*/\nRETURN 1 AS value',
        "3: there is no type \"Compny\" to extend. Did you mean 'Company'?",
    ),
    (
        "a field that is there",
        '/*\nextend type Company {\n  "A." name: String\n}\n*/\nRETURN 1 AS value',
        "3: Company has a field name already; choose another name.",
    ),
    ("an unknown directive", _file(f"{_MARKED}\nRETURN contact", "ContactConnection! @unguarde"), "4: @unguarde is unknown. Did you mean 'unguarded'?"),
    (
        "unguarded without a reason",
        _file(f"{_MARKED}\nRETURN contact", "ContactConnection! @unguarded"),
        '4: @unguarded needs its reason: @unguarded(reason: "…").',
    ),
    (
        "an unknown parameter",
        _file(f"{_MARKED}\n  AND contact.name = $nmae\nRETURN contact", arguments="(name: String)"),
        "8: $nmae is no argument of asked. Did you mean 'name'?",
    ),
    (
        "an unused argument",
        _file(f"{_MARKED}\nRETURN contact", arguments="(name: String)"),
        "4: the argument name is not used in the body; use $name or remove it.",
    ),
    (
        "a wrong column",
        _file("MATCH (c:Contact) WHERE true /* visible(c) */\nRETURN c"),
        '8: returns "c"; a field of type ContactConnection must return "contact".',
    ),
    (
        "RETURN misspelled",
        _file(f"{_MARKED}\nRETRN contact"),
        "8: \"RETRN\" is no word of Cypher here. Did you mean 'RETURN'?",
    ),
    (
        "WHERE misspelled",
        _file("MATCH (contact:Contact)\nWERE true /* visible(contact) */\nRETURN contact"),
        "8: \"WERE\" is no word of Cypher here. Did you mean 'WHERE'?",
    ),
    (
        "MATCH misspelled",
        _file("MTACH (contact:Contact) WHERE true /* visible(contact) */\nRETURN contact"),
        "7: \"MTACH\" is no word of Cypher here. Did you mean 'MATCH'?",
    ),
    ("a star", _file(f"{_MARKED}\nRETURN *"), "8: returns *; name the columns: contact."),
    ("no RETURN", _file(_MARKED), "7: the body returns nothing; end it with RETURN."),
    (
        "an order that a connection does not keep",
        _file(f"{_MARKED}\nRETURN contact ORDER BY contact.name"),
        "8: a connection is ordered by its orderBy; remove ORDER BY, or return a list.",
    ),
    (
        "an argument that a connection has itself",
        _file(f"{_MARKED} AND $first > 0\nRETURN contact", arguments="(first: Int)"),
        "4: the argument first is a connection's own; choose another name.",
    ),
    (
        "a missing marker",
        _file("MATCH (contact:Contact)\nRETURN contact"),
        '7: "contact" is bound without the reader\'s rights; add "true /* visible(contact) */" to the WHERE of its clause.',
    ),
    (
        "a marker in a later clause",
        _file("MATCH (contact:Contact)\nMATCH (contact)-[:WORKS_AT]->(company:Company) WHERE true /* visible(contact, company) */\nRETURN contact"),
        '7: "contact" is bound without the reader\'s rights; add "true /* visible(contact) */" to the WHERE of its clause.',
    ),
    (
        "a missing marker in a subquery",
        _file(f"{_MARKED}\n  AND EXISTS {{ MATCH (contact)-[:WORKS_AT]->(company:Company) }}\nRETURN contact"),
        '8: "company" is bound without the reader\'s rights; add "true /* visible(company) */" to the WHERE of its clause.',
    ),
    (
        "a missing marker in a pattern of an expression",
        _file(f"{_MARKED}\n  AND size([(contact)-[:KNOWS]-(friend:Contact) | 1]) > 1\nRETURN contact"),
        '8: "friend" is bound without the reader\'s rights; add "true /* visible(friend) */" to the WHERE of its clause.',
    ),
    (
        "a marker without its true",
        _file("MATCH (contact:Contact) WHERE contact.name = 'x' /* visible(contact) */\nRETURN contact"),
        '7: a marker stands behind "WHERE true" or "AND true".',
    ),
    (
        "a way around the marker",
        _file("MATCH (contact:Contact) WHERE contact.name = 'x' OR contact.name = 'y' AND true /* visible(contact) */\nRETURN contact"),
        "7: OR in the same WHERE goes around the reader's rights; put it in brackets.",
    ),
    (
        "a way around behind the marker",
        _file("MATCH (contact:Contact) WHERE true /* visible(contact) */ OR contact.name = 'x'\nRETURN contact"),
        "7: OR in the same WHERE goes around the reader's rights; put it in brackets.",
    ),
    (
        "a negated marker",
        _file("MATCH (contact:Contact) WHERE NOT true /* visible(contact) */\nRETURN contact"),
        '7: a marker stands behind "WHERE true" or "AND true".',
    ),
    (
        "a marker for nothing",
        _file("MATCH (contact:Contact) WHERE true /* visible(contact, company) */\nRETURN contact"),
        '7: visible(company): nothing with a label is bound as "company" here.',
    ),
    (
        "an unlabelled binding",
        _file("MATCH (contact)-[:WORKS_AT]->(company:Company) WHERE true /* visible(company) */\nRETURN contact"),
        '7: "contact" is bound without a label; name its label, so that rights can be checked.',
    ),
    (
        "a node without name and label",
        _file(f"{_MARKED}\nMATCH (contact)-[:WORKS_AT]->()\nRETURN contact"),
        "8: a node is bound without a label; name its label, so that rights can be checked.",
    ),
    *(
        (
            f"a node without name and label {where}",
            _file(f"{_MARKED} WITH count(contact) AS n\n{text} AS value", "Int"),
            "8: a node is bound without a label; name its label, so that rights can be checked.",
        )
        for where, text in {
            "as all that is counted": "RETURN COUNT { () }",
            "as all that is looked for": "RETURN EXISTS { () }",
            "as all that is collected": "RETURN size(COLLECT { MATCH () RETURN 1 })",
            "beside others": "MATCH (x:Team WHERE true /* visible(x) */), () RETURN count(*)",
            "as a whole path": "MATCH p = () RETURN count(p)",
            "in brackets": "MATCH (()) RETURN count(*)",
        }.items()
    ),
    *(
        (
            f"an unlabelled node {where}",
            _file(f"{_MARKED} WITH count(contact) AS n\n{text} AS value", "Int"),
            '8: "x" is bound without a label; name its label, so that rights can be checked.',
        )
        for where, text in {
            "as all that is counted": "RETURN COUNT { (x) }",
            "with a condition": "RETURN COUNT { (x) WHERE x.name = 'a' }",
            "beside others": "MATCH (y:Team WHERE true /* visible(y) */), (x) RETURN count(x)",
            "beside others in a subquery": "RETURN COUNT { (y:Team WHERE true /* visible(y) */), (x) }",
            "as a whole path": "MATCH p = (x) RETURN count(p)",
            "in brackets": "MATCH ((x)) RETURN count(x)",
            "behind a quoted name": "MATCH `a b` = (x) RETURN count(x)",
        }.items()
    ),
    (
        "a node without a name",
        _file(f"{_MARKED}\nMATCH (contact)-[:WORKS_AT]->(:Company)\nRETURN contact"),
        '8: a Company is bound without a name; name it, and mark it with "visible(…)".',
    ),
    (
        "a name that a WITH forgot",
        _file(f"{_MARKED}\nWITH contact.name AS name\nMATCH (contact)-[:KNOWS]-(other:Contact) WHERE true /* visible(other) */\nRETURN other AS contact"),
        '9: "contact" is bound without a label; name its label, so that rights can be checked.',
    ),
    (
        "a name of another subquery",
        _file(
            f"{_MARKED}\n  AND EXISTS {{ MATCH (company:Company) WHERE true /* visible(company) */ }}\n"
            "  AND EXISTS { MATCH (company)--(contact) }\nRETURN contact"
        ),
        '9: "company" is bound without a label; name its label, so that rights can be checked.',
    ),
    (
        "an unknown label",
        _file("MATCH (contact:Contcat) WHERE true /* visible(contact) */\nRETURN contact"),
        "7: \"Contcat\" is no label of the model. Did you mean 'Contact'?",
    ),
    (
        "a label expression that rights cannot follow",
        _file("MATCH (contact:Party&Contact) WHERE true /* visible(contact) */\nRETURN contact"),
        "7: a label expression may only join labels by |, so that rights can be checked.",
    ),
    (
        "a star of hops",
        _file("MATCH (contact:Contact)-[:KNOWS*1..3]-(other:Contact) WHERE true /* visible(contact, other) */\nRETURN contact"),
        "7: the nodes on a path of variable length are not named; write the step as "
        '"((a)-[:TYPE]-(step:Label WHERE true /* visible(step) */)){1,4}".',
    ),
    (
        "a repeated relationship",
        _file("MATCH (contact:Contact)-[:KNOWS]-{1,3}(other:Contact) WHERE true /* visible(contact, other) */\nRETURN contact"),
        "7: the nodes on a path of variable length are not named; write the step as "
        '"((a)-[:TYPE]-(step:Label WHERE true /* visible(step) */)){1,4}".',
    ),
    (
        "a repetition that begins anywhere",
        _file(f"{_MARKED}\nMATCH ((x)-[:KNOWS]-(step:Contact WHERE true /* visible(step) */)){{1,3}} (contact)\nRETURN contact"),
        '8: "x" is bound without a label; name its label, so that rights can be checked.',
    ),
    ("a writing clause", _file(f"{_MARKED}\nSET contact.name = 'x'\nRETURN contact"), "8: SET writes; a named query only reads."),
    ("a deletion", _file(f"{_MARKED}\nDETACH DELETE contact\nRETURN contact"), "8: DETACH writes; a named query only reads."),
    ("a creation in a subquery", _file(f"{_MARKED}\nCALL {{ CREATE (x:Contact) }}\nRETURN contact"), "8: CREATE writes; a named query only reads."),
    ("LOAD CSV", _file("LOAD CSV FROM 'file:///etc/passwd' AS row\nRETURN row AS value", "[String!]!"), "7: LOAD CSV reads files; a named query only reads the graph."),
    ("SHOW", _file("SHOW USERS YIELD user\nRETURN user AS value", "[String!]!"), "7: SHOW asks the server, not the graph; a named query only reads the graph."),
    ("USE", _file(f"USE system\n{_MARKED}\nRETURN contact"), "7: USE asks the server, not the graph; a named query only reads the graph."),
    (
        "a procedure",
        _file("CALL db.labels() YIELD label\nRETURN label AS value", "[String!]!"),
        "7: CALL db.labels runs a procedure; only db.index.fulltext.querynodes may be called.",
    ),
    (
        "what a procedure yields, unmarked",
        _file("CALL db.index.fulltext.queryNodes('x', $text) YIELD node AS contact\nRETURN contact", arguments="(text: String!)"),
        '7: "contact" is bound without the reader\'s rights; add "true /* visible(contact) */" to the WHERE of its clause.',
    ),
    ("an unknown type", _file(f"{_MARKED}\nRETURN contact AS value", "[Contcat!]!"), "4: there is no type \"Contcat\". Did you mean 'Contact'?"),
    (
        "an unknown type of an argument",
        _file(f"{_MARKED} AND contact.language = $x\nRETURN contact", arguments="(x: Strnig)"),
        "4: there is no type \"Strnig\". Did you mean 'String'?",
    ),
    (
        "a list of connections",
        _file(f"{_MARKED}\nRETURN contact", "[ContactConnection!]!"),
        "4: a list cannot hold connections; write ContactConnection! without the list.",
    ),
    (
        "a list of lists",
        _file(f"{_MARKED}\nRETURN contact", "[[Contact!]!]!"),
        "4: a list cannot hold lists; declare a type whose field is the inner list.",
    ),
    (
        "a column that is a list of lists",
        '/*\ntype Pair {\n  x: [[Int!]!]!\n}\nextend type Query {\n  "A."\n  asked: [Pair!]!\n}\n*/\nRETURN [[1]] AS x',
        "3: a list cannot hold lists; declare a type whose field is the inner list.",
    ),
    ("a column of an object", _file("RETURN 1 AS value", "Money"), "4: a column cannot be a Money; it is a scalar, an enum or a record."),
    (
        "a type that is there",
        '/*\ntype Company { x: Int }\nextend type Query {\n  "A."\n  asked: [Company!]!\n}\n*/\nRETURN 1 AS company',
        "2: there is a type Company already; choose another name.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_wrong_file_is_refused_with_its_line_and_what_to_do(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "asked.cypher"
    path.write_text(text, encoding="utf-8")
    api = whole_api()

    try:
        mounted = mount(api, [read_query_file(path, api.model, tmp_path)])
        found = [str(error) for error in mounted.errors]
    except QueryFileError as error:
        found = [str(error)]

    assert found == [f"asked.cypher:{message}"]


GOOD = [
    f"{_MARKED} AND contact.name STARTS WITH 'A'\nRETURN contact",
    f"{_MARKED} AND contact.name ENDS WITH 'a' AND contact.given CONTAINS 'b'\nRETURN contact",
    "MATCH (contact:Contact) WHERE contact.name STARTS WITH 'A' AND true /* visible(contact) */\nRETURN contact",
    "MATCH (contact:Contact) WHERE (contact.name = 'a' OR contact.name = 'b') AND true /* visible(contact) */ RETURN contact;",
    f"{_MARKED} WITH contact, count(*) AS n WHERE n > 0 OR n < 9 RETURN contact",
    f"// a (:Comment) with CREATE in it\n{_MARKED} AND contact.name <> 'MATCH (x) SET /* */' RETURN contact",
    "OPTIONAL MATCH (contact:Contact) WHERE true /* visible(contact) */ RETURN DISTINCT contact",
    f"{_MARKED} UNWIND [(contact), contact] AS each WITH each AS contact RETURN contact",
    f"{_MARKED} AND reduce(a = 0, each IN [1] | (a) + each) > 0 AND (contact.born) > date() RETURN contact",
    f"{_MARKED} WITH contact, (contact) AS same, [each IN [1] | (each)] AS numbers RETURN contact",
    f"{_MARKED} AND (contact.limits) > 1 WITH contact, 1 AS matches, 2 AS were WHERE were IN [matches] RETURN contact",
    f"{_MARKED} RETURN contact UNION MATCH (contact:Contact) WHERE true /* visible(contact) */ RETURN contact",
]


def test_a_query_about_orders_may_call_them_order(tmp_path: Path) -> None:
    path = tmp_path / "asked.cypher"
    body = "MATCH (order:Order) WHERE order IN [order] AND true /* visible(order) */\nWITH order ORDER BY order.number LIMIT 9\nRETURN order"
    path.write_text(_file(body, "OrderConnection!"), encoding="utf-8")

    assert mount(whole_api(), [read_query_file(path, whole_api().model, tmp_path)]).errors == ()


@pytest.mark.parametrize("body", GOOD)
def test_a_guarded_body_is_taken(body: str, tmp_path: Path) -> None:
    path = tmp_path / "asked.cypher"
    path.write_text(_file(body), encoding="utf-8")
    api = whole_api()

    mounted = mount(api, [read_query_file(path, api.model, tmp_path)])

    assert mounted.errors == ()


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "asked.cypher"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(QueryFileError, match=r"asked\.cypher:1: cannot be read as UTF-8 text"):
        read_query_file(path, whole_api().model, tmp_path)


def test_two_files_that_add_one_field_leave_the_second_out(tmp_path: Path) -> None:
    api = whole_api()
    files = []
    for name in ("a.cypher", "b.cypher"):
        (tmp_path / name).write_text(_file(f"{_MARKED}\nRETURN contact"), encoding="utf-8")
        files.append(read_query_file(tmp_path / name, api.model, tmp_path))

    mounted = mount(api, files)

    assert [str(error) for error in mounted.errors] == ["b.cypher:4: Query.asked is added by a.cypher already."]
    assert mounted.api.named["Query", "asked"].file == "a.cypher"
