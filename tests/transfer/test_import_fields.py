"""What a mapping looks at and writes is refused before a row is read, property by property."""

from __future__ import annotations

import pytest

from graph.database import Database
from graph.errors import Forbidden
from graph.import_rights import check_mapping
from graph.mapping import mapping_of
from graph.money import Currencies
from graph.property_rights import FieldRights
from graph.reader import ADMINISTRATOR, FieldRight, Reader
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from schema.scalars import exponent
from tests.data.whole_graph import whole_graph, wipe
from web.errands import errands

HIDE, MASK, READ, WRITE = FieldRight

# A firm with what it is known by, its address, somebody who works there, and whose it is.
FIRM = """
system = "shop"
currency = "EUR"
[[files]]
path = "firms.csv"
[files.records.firm]
type = "Company"
key = { firm = "no" }
match = ["vat"]
set.name = "name"
set.vat = "vat"
link.owner.to = { "User.login" = "owner" }
link.addresses.set = { lines = "street", country = "land" }
[files.records.person]
type = "Contact"
key = { person = "no" }
set.name = "person"
link.employers.to = "firm"
link.employers.edge.title = "title"
"""
HEADER = "no,name,vat,owner,street,land,person,title\n"
ROW = "1,A,ATU1,anna,Road 1,AT,Berta,Head\n"

# What is not the reader's to write or to read, and what is told of it.
REFUSED = [
    ({"Company": {"name": READ}}, "firms.csv: firm.name: you may not write Company.name."),
    ({"Company": {"name": MASK}}, "firms.csv: firm.name: you may not write Company.name."),
    ({"Company": {"vat": READ}}, "firms.csv: firm.vat: you may not write Company.vat."),
    ({"Contact": {"name": HIDE}}, "firms.csv: person.name: you may not write Contact.name."),
    ({"Address": {"lines": READ}}, "firms.csv: firm.lines: you may not write Address.lines."),
    ({"Address": {"country": MASK}}, "firms.csv: firm.country: you may not write Address.country."),
    ({"Employment": {"title": READ}}, "firms.csv: person.title: you may not write Employment.title."),
    ({"User": {"login": MASK}}, "firms.csv: firm: you may not read User.login, so nothing is found by it."),
    ({"ExternalRef": {"key": MASK}}, "firms.csv: firm: you may not read ExternalRef.key, so nothing is found by it."),
]
ALLOWED = [
    {},
    {"Company": {"website": HIDE}},
    {"User": {"login": READ, "title": HIDE}},
    {"Employment": {"department": READ}},
    {"Company": {"name": WRITE}},
]
Fields = dict[str, dict[str, FieldRight]]


def reader(fields: Fields) -> Reader:
    return Reader("user_1", fields=fields)


@pytest.mark.parametrize(("fields", "told"), REFUSED, ids=[told.split(": ", 1)[1] for _, told in REFUSED])
def test_a_property_that_is_not_the_readers_is_named(api: API, fields: Fields, told: str) -> None:
    mapping = mapping_of("mapping", FIRM, api.model)

    with pytest.raises(Forbidden) as refused:
        check_mapping(mapping, FieldRights(api.model, reader(fields)))

    assert refused.value.message == told


@pytest.mark.parametrize("fields", ALLOWED)
def test_a_mapping_that_leaves_it_alone_is_taken(api: API, fields: Fields) -> None:
    check_mapping(mapping_of("mapping", FIRM, api.model), FieldRights(api.model, reader(fields)))


@pytest.mark.parametrize("preview", [False, True])
async def test_an_import_is_refused_with_the_same_words_and_leaves_nothing(
    api: API, database: Database, preview: bool
) -> None:
    await wipe(database)
    await database.run("CREATE (:User {id: 'user_1', login: 'anna', name: 'Anna', version: 1})")
    answerer = Answerer(api, database, errands=errands(database, api.model, Currencies("USD", exponent), 90.0))
    text = "mutation($i: ImportRecordsInput!) { importRecords(input: $i) { created rejectedCount } }"
    given = {"mapping": FIRM, "files": [{"name": "firms.csv", "text": HEADER + ROW}], "preview": preview}
    before = await whole_graph(database)

    answers = [await answerer.answer(Question(text, None, {"i": given}), reader(fields)) for fields, _ in REFUSED]
    after = await whole_graph(database)
    done = await answerer.answer(Question(text, None, {"i": given}), ADMINISTRATOR)

    assert [(each.code, each.errors[0]["message"]) for each in answers] == [("FORBIDDEN", told) for _, told in REFUSED]
    assert after == before
    assert (done.errors, done.data) == ([], {"importRecords": {"created": 3, "rejectedCount": 0}})
