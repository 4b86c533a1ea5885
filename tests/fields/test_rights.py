"""What a right to one property means for those that tell of it."""

from __future__ import annotations

import pytest

from graph.model import Model
from graph.property_rights import FieldRights
from graph.reader import FieldRight, Reader
from resolvers.api import API

HIDE, MASK, READ, WRITE = FieldRight
# given, what is asked for, and the right to that.
CASES = {
    "nothing is said": ({}, "Customer.creditLimit", WRITE),
    "another property": ({"Contact.name": MASK}, "Contact.birthDate", WRITE),
    "itself": ({"Contact.birthDate": HIDE}, "Contact.birthDate", HIDE),
    "an amount's currency": ({"Customer.creditLimit": HIDE}, "Customer.creditLimitCurrency", HIDE),
    "an amount's worth": ({"Customer.creditLimit": MASK}, "Customer.creditLimitBase", MASK),
    "what always is there is masked": ({"Contact.name": HIDE}, "Contact.name", MASK),
    "what is no text and always is there is shown": ({"Contact.createdAt": HIDE}, "Contact.createdAt", READ),
    "an id is no property to hide": ({"Contact.id": HIDE}, "Contact.id", WRITE),
    "a given name": ({"Contact.name": MASK}, "Contact.given", MASK),
    "a family name": ({"Contact.name": READ}, "Contact.family", READ),
    "a name that a given name is part of": ({"Contact.given": HIDE}, "Contact.name", MASK),
    "a customer's name that a family name is part of": ({"Contact.family": MASK}, "Customer.name", MASK),
    "the other part of a name": ({"Contact.given": HIDE}, "Contact.family", WRITE),
    "a key of names": ({"Contact.name": MASK}, "Contact.nameKey", MASK),
    "what names are sorted by": ({"Contact.name": MASK}, "Contact.sortKey", MASK),
    "what people are found by": ({"Contact.family": HIDE}, "Contact.searchText", HIDE),
    "a company's name": ({"Contact.name": MASK}, "Company.name", WRITE),
    "a customer's name tells a person's": ({"Contact.name": MASK}, "Customer.name", MASK),
    "a customer's name tells a company's": ({"Company.name": MASK}, "Customer.name", MASK),
    "what customers are sorted by": ({"Contact.name": MASK}, "Customer.sortKey", MASK),
    "an address as it was given": ({"EmailAddress.value": MASK}, "EmailAddress.raw", MASK),
    "a number as it was given": ({"PhoneNumber.value": MASK}, "PhoneNumber.raw", MASK),
    "purchases add up to the revenue": ({"Customer.revenue": HIDE}, "Purchase.revenue", HIDE),
    "one right less than what it follows": ({"EmailAddress.value": MASK, "EmailAddress.raw": HIDE}, "EmailAddress.raw", HIDE),
    "the digest of an address": ({"Address.lines": HIDE}, "Address.hash", HIDE),
}  # fmt: skip


@pytest.mark.parametrize(("given", "asked", "right"), CASES.values(), ids=CASES)
def test_a_right_follows_from(api: API, given: dict[str, FieldRight], asked: str, right: FieldRight) -> None:
    owner, name = asked.split(".")

    assert FieldRights(api.model, _reader(given)).right(_owner(api.model, owner), name) is right


def test_among_several_types_the_least_right_counts(api: API) -> None:
    rights = FieldRights(api.model, _reader({"Contact.name": MASK}))

    right, of = rights.least_right(api.model.nodes["Party"], "name")

    assert (right, of.name) == (MASK, "Contact")


def test_who_is_told_nothing_of_fields_may_write_all_of_them(api: API) -> None:
    rights = FieldRights(api.model, Reader("user_1"))

    assert not rights.are_restricted
    assert not [each for node in api.model.concrete for each in rights.restricted(node)]


def _reader(given: dict[str, FieldRight]) -> Reader:
    fields: dict[str, dict[str, FieldRight]] = {}
    for name, right in given.items():
        owner, property = name.split(".")
        fields.setdefault(owner, {})[property] = right
    return Reader("user_1", fields=fields)


def _owner(model: Model, name: str):  # type: ignore[no-untyped-def]
    return model.nodes.get(name) or model.edges[name]
