"""Mistakes in a mapping are told before anything is written, with the place in the file and a near miss."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.cells import Cells, Habits
from graph.delimited import Delimited
from graph.errors import BadInput
from graph.expression import compile_expression
from graph.key_path import KeyPath
from graph.mapping import read_mapping
from graph.model import Kind, Model, Property
from graph.personal_name import given_and_family
from graph.rows import Complaint
from graph.tables import Content, Line, Reading, lines_of

RIGHT = """
system = "shop"
[[files]]
path = "people.csv"
[files.records.person]
type = "Contact"
key = { person = "id" }
set.name = "name"
"""

PLACE = 'files["people.csv"].records.person'

MISTAKES = [
    ("system = 1\nfiles = []", "system: 1 is not a text."),
    ("files = []", "system is missing."),
    (RIGHT + "set.nmae = 'x'", f"{PLACE}.set.nmae: No property 'nmae' of Contact. Did you mean 'name'?"),
    (RIGHT + "set.employers = 'x'", f"{PLACE}.set.employers: Contact.employers is a relationship; write it under link."),
    (RIGHT + "set.sortKey = 'x'", f"{PLACE}.set.sortKey: Contact.sortKey is written by Guanxi alone."),
    (RIGHT + "set.given = { colunm = 'x' }", f"{PLACE}.set.given: No option 'colunm' of a value. Did you mean 'column'?"),
    (RIGHT + "set.given = { }", f"{PLACE}.set.given: A value has one of column, columns, value, count and latitude."),
    (RIGHT + "set.given = { column = 'x', values = 'y' }", f"{PLACE}.set.given.values: No table 'y' in tables."),
    (RIGHT + "set.birthDate = { column = 'x', zone = 'Mars' }",
     f"{PLACE}.set.birthDate.zone: 'Mars' is no time zone; write one as Europe/Berlin or UTC."),
    (RIGHT + "link.employer = { to = 'person' }",
     f"{PLACE}.link.employer: No relationship 'employer' of Contact. Did you mean 'employers'?"),
    (RIGHT + "link.customers = { to = 'person' }",
     f"{PLACE}.link.customers.to: customers leads to Customer, and this is a Contact."),
    (RIGHT + "link.manager = { to = 'persn' }", f"{PLACE}.link.manager.to: No record 'persn' in this file. Did you mean 'person'?"),
    (RIGHT + "link.manager.to = { perso = 'boss' }",
     f"{PLACE}.link.manager.to: No record up to this file has a key named 'perso'. Did you mean 'person'?"),
    (RIGHT + "link.employers = { to = { 'x:y' = 'c' }, edge.titel = 't' }",
     f"{PLACE}.link.employers.edge.titel: No property 'titel' of Employment. Did you mean 'title'?"),
    (RIGHT + "link.manager = { set.name = 'boss' }",
     f"{PLACE}.link.manager.set: manager leads to records that have keys; write to = {{ name = column }}."),
    (RIGHT.replace("Contact", "Contract"), f"{PLACE}.type: No type 'Contract' of record. Did you mean 'Contact'?"),
    (RIGHT.replace('{ person = "id" }', '"id"'),
     f'{PLACE}.key: A key is written as {{ customer = "customerID" }}: a name, and a column or a list of them.'),
    (RIGHT + "[files.records.firm]\ntype = 'Company'\nkey = { person = 'id' }",
     ('files["people.csv"].records.firm.key: A person is a Contact elsewhere in this mapping, and a Company here; '
     "give the keys two names.")),
    (RIGHT + "[files.records.sale]\ntype = 'Order'\nkey = { sale = 'id' }\nset.total = 'sum'",
     ('files["people.csv"].records.sale.set.total: An amount of money needs a currency: currency = "EUR", or '
     "{ column = … }.")),
    ("system =", "this is no TOML: Invalid value (at end of document)."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), MISTAKES, ids=[sentence[-40:] for _, sentence in MISTAKES])
def test_a_mistake_is_told_with_its_place(text: str, sentence: str, model: Model, tmp_path: Path) -> None:
    """The file, the keys, what was found, what to write."""
    (tmp_path / "shop.toml").write_text(text)

    with pytest.raises(BadInput) as caught:
        read_mapping(tmp_path / "shop.toml", model)

    assert caught.value.message == f"shop.toml: {sentence}"


def test_a_line_is_the_physical_one(tmp_path: Path) -> None:
    """With a byte order mark, quoted newlines, empty lines and texts that mean nothing."""
    (tmp_path / "x.csv").write_bytes('\ufeffa,b\r\n1,"x\r\ny"\r\n\r\n2\r\nNULL, z \n'.encode())

    table = Delimited(Content.of("x.csv", (tmp_path / "x.csv").read_bytes()), Reading())
    lines = list(lines_of("x.csv", table, frozenset({"NULL"})))

    assert lines == [
        Line(2, {"a": "1", "b": "x\r\ny"}),
        Complaint("x.csv", 5, "the row has 1 fields, and there are 2 columns"),
        Line(6, {"b": "z"}),
    ]


VALUES = [
    ("c", Kind.TEXT, {}, {"c": "x"}, "x"),
    ({"columns": ["a", "b"], "separator": "\n"}, Kind.TEXT, {}, {"a": "x", "b": "y"}, "x\ny"),
    ({"column": "c", "times": 100}, Kind.FLOAT, {}, {"c": "0.15"}, "15.00"),
    ("c", Kind.FLOAT, {"decimal": ",", "thousands": "."}, {"c": "1.234,50"}, "1234.50"),
    ({"column": "c", "format": "%d.%m.%Y"}, Kind.DATE, {}, {"c": "31.12.2024"}, "2024-12-31"),
    ("c", Kind.DATETIME, {"zone": "Asia/Shanghai"}, {"c": "2024-05-01 08:00"}, "2024-05-01 00:00:00+00:00"),
    ("c", Kind.DATETIME, {}, {"c": "2024-05-01T08:00:00+02:00"}, "2024-05-01 06:00:00+00:00"),
    ({"column": "c", "present": "A", "absent": "B"}, Kind.ENUM, {}, {}, "B"),
    ({"column": "c", "values": {"1": True}}, Kind.BOOLEAN, {}, {"c": "1"}, "True"),
    ({"column": "c", "values": {}, "unlisted": "drop"}, Kind.TEXT, {}, {"c": "1"}, "None"),
    ({"column": "c", "part": "family"}, Kind.TEXT, {}, {"c": "欧阳雪"}, "欧阳"),
    ("c", Kind.MONEY, {"currency": "eur"}, {"c": "9.95"}, "Amount(amount=Decimal('9.95'), currency='EUR')"),
]


@pytest.mark.parametrize(("spec", "kind", "habits", "cells", "expected"), VALUES)
def test_a_value_is_what_its_expression_says(
    spec: object, kind: Kind, habits: dict[str, str], cells: dict[str, str], expected: str
) -> None:
    """Columns, constants, tables, numbers, instants and amounts."""
    expression = compile_expression(spec, Property("p", kind), Habits(**habits), KeyPath("x.toml", "p"))  # type: ignore[arg-type]

    assert str(expression.evaluate(Cells(cells))) == expected


def test_an_instant_without_offset_and_zone_is_refused() -> None:
    """Nobody could tell which instant it means."""
    expression = compile_expression("c", Property("at", Kind.DATETIME), Habits(), KeyPath("x.toml", "at"))

    with pytest.raises(BadInput, match='at: "2024-05-01" has no offset, and the mapping names no zone'):
        expression.evaluate(Cells({"c": "2024-05-01"}))


def test_names_are_cut_as_most_people_write_them() -> None:
    """The last word is the family name; of a Chinese name the first character, or two."""
    cases = ["Maria Anders", "José Pedro Freyre", "Cher", "王小明", "欧阳雪", "司马"]

    assert [given_and_family(name) for name in cases] == [
        ("Maria", "Anders"), ("José Pedro", "Freyre"), (None, "Cher"), ("小明", "王"), ("雪", "欧阳"), ("马", "司"),
    ]  # fmt: skip
