"""What is made up, looked at without a database: the small world, as rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from stdnum.cn import uscc
from stdnum.gb import vat

from graph.demo.accounts import careers
from graph.demo.activities import activities_of
from graph.demo.catalogue import COLD_BREW, FESTIVAL_BOX, GRINDER, MACHINE, season
from graph.demo.companies import company
from graph.demo.frame import Frame
from graph.demo.happening import Happening
from graph.demo.orders import orders_of
from graph.demo.people import people
from graph.demo.registry import british_vat_number, mobile, switchboard, unified_social_credit_code
from graph.demo.sales import Sale
from graph.demo.world import frame_of, stages
from graph.rows import Natural
from graph.seeded_roles import SEEDED
from resolvers.api import API
from schema.normalise import email_address, phone_number
from tests.tiny_world import TODAY
from web.demo import FIRST_SEED

COMPANIES = 260


@lru_cache
def orders(frame: Frame) -> tuple[Sale, ...]:
    return tuple(order for career in careers(frame, COMPANIES) for order in orders_of(frame, career))


@lru_cache
def activities(frame: Frame) -> tuple[Happening, ...]:
    return tuple(each for career in careers(frame, COMPANIES) for each in activities_of(frame, career))


def share_of_the_largest_fifth(counts: Iterable[int]) -> float:
    ordered = sorted(counts, reverse=True)
    return sum(ordered[: len(ordered) // 5]) / sum(ordered)


def test_the_same_arguments_make_the_same_rows(api: API) -> None:
    first, second = (frame_of(api.model, size="small", seed=3, today=TODAY) for _ in range(2))

    for one, other in zip(stages(first), stages(second), strict=True):
        assert list(one.rows) == list(other.rows)


def test_another_seed_makes_another_world(api: API, small: Frame) -> None:
    other = frame_of(api.model, size="small", seed=8, today=TODAY)

    assert {company(small, number).name for number in range(50)}.isdisjoint(
        company(other, number).name for number in range(50)
    )


def test_nothing_refers_to_what_comes_later(small: Frame) -> None:
    known = {str(Natural("Role", "code", role.code)) for role in SEEDED}
    for stage in stages(small):
        for row in stage.rows:
            known |= {str(record.key) for record in row.records}
            for record in row.records:
                late = [link.to for link in record.links if not isinstance(link.to, str) and str(link.to) not in known]
                assert late == [], row


def test_half_of_the_companies_are_chinese_and_all_have_their_own_name(small: Frame) -> None:
    companies = [company(small, number) for number in range(COMPANIES)]

    assert Counter(one.language for one in companies) == {"en": COMPANIES // 2, "zh": COMPANIES // 2}
    assert len({one.name for one in companies}) == COMPANIES
    assert len({one.domain for one in companies}) == COMPANIES


def test_companies_form_groups_of_groups(small: Frame) -> None:
    parents = {one.key: one.parent[0] for one in (company(small, number) for number in range(COMPANIES)) if one.parent}

    assert 0.1 < len(parents) / COMPANIES < 0.2
    assert any(parent in parents for parent in parents.values())


def test_registry_numbers_validate_and_are_unique() -> None:
    codes = [unified_social_credit_code(number, "330106") for number in range(40_000)]
    numbers = [british_vat_number(number) for number in range(40_000)]

    assert len(set(codes)) == len(set(numbers)) == 40_000
    assert [uscc.validate(code) for code in codes[:500]] == codes[:500]
    assert ["GB" + vat.validate(number) for number in numbers[:500]] == numbers[:500]


@pytest.mark.parametrize(("country", "area"), [("CN", "571"), ("CN", "10"), ("US", "503"), ("GB", "20")])
def test_telephone_numbers_validate(small: Frame, country: str, area: str) -> None:
    dice = small.dice("test", country)

    for _ in range(200):
        assert phone_number(mobile(country, dice, area)).warning is None
        assert phone_number(switchboard(country, dice, area)).warning is None


def test_mail_goes_to_nobody(small: Frame) -> None:
    for person in people(small, COMPANIES):
        assert email_address(person.email).warning is None
        assert person.email.endswith(".example")


def test_every_seventh_person_has_changed_jobs_and_kept_a_friend(small: Frame) -> None:
    employed = [one for one in people(small, COMPANIES) if one.jobs]
    changed = [one for one in employed if len(one.jobs) > 1]

    assert 0.10 < len(changed) / len(employed) < 0.20
    for person in changed:
        former, current = person.jobs
        assert former.until is not None
        assert former.until < current.since
        assert any(tie.kind == "knows" for tie in person.ties)


def test_few_customers_order_most_and_few_products_are_most_of_it(small: Frame) -> None:
    lines = [(order, item) for order in orders(small) for item in order.items]

    assert share_of_the_largest_fifth(Counter(order.account for order, _ in lines).values()) > 0.5
    assert share_of_the_largest_fifth(Counter(item.sku for _, item in lines).values()) > 0.4


@pytest.mark.parametrize(("sku", "when"), [(FESTIVAL_BOX, "spring festival"), (COLD_BREW, "summer")])
def test_some_products_have_their_season(small: Frame, sku: str, when: str) -> None:
    placed = [order for order in orders(small) if order.placed_at and sku in {item.sku for item in order.items}]

    in_season = sum(season(order.placed_at.date()) == when for order in placed if order.placed_at)
    assert in_season / len(placed) > 0.6


def test_nobody_takes_the_grinder_without_the_machine(small: Frame) -> None:
    baskets = [{item.sku for item in order.items} for order in orders(small)]

    with_machine = [basket for basket in baskets if MACHINE in basket]
    assert all(MACHINE in basket for basket in baskets if GRINDER in basket)
    assert sum(GRINDER in basket for basket in with_machine) / len(with_machine) > 0.6


def test_orders_come_in_four_currencies_and_some_to_nothing(small: Frame) -> None:
    statuses = Counter(order.status for order in orders(small))
    oldest = min(order.placed_at for order in orders(small) if order.placed_at)

    assert {order.currency for order in orders(small)} == {"USD", "EUR", "GBP", "CNY"}
    assert all((order.rate is None) == (order.currency == "USD") for order in orders(small))
    assert statuses.keys() == {"DRAFT", "PLACED", "PAID", "FULFILLED", "CANCELLED"}
    assert 0.02 < statuses["CANCELLED"] / statuses.total() < 0.12
    assert small.now - timedelta(days=1_100) < oldest < small.now - timedelta(days=900)


def test_stages_fit_what_customers_did(small: Frame) -> None:
    last = {order.account: order.placed_at for order in orders(small) if order.placed_at}
    touched = {each.account: each.at for each in activities(small) if each.status is None}
    for career in careers(small, COMPANIES):
        account = career.account
        match account.stage:
            case "PROSPECT":
                assert account.key not in last
            case "DORMANT":
                assert last[account.key] < small.ago(190)
                assert touched.get(account.key, small.ago(200)) < small.ago(190)
            case "CHURNED":
                assert account.departure is not None
                assert account.departure.reason
                assert last[account.key] < account.departure.at + timedelta(days=1)
        assert (account.departure is not None) == (account.stage == "CHURNED")


def test_activities_are_of_all_kinds_and_in_the_language_of_the_customer(small: Frame) -> None:
    kinds = Counter(each.kind for each in activities(small))
    tasks = [each for each in activities(small) if each.status == "OPEN"]
    overdue = [task for task in tasks if task.due_at and task.due_at < small.now]

    assert kinds.keys() == {
        "Call", "Email", "Meeting", "Sms", "Chat", "Visit", "Demo", "Trial", "Training", "Event", "Note", "Task",
    }  # fmt: skip
    assert 0.2 < len(overdue) / len(tasks) < 0.5
    assert 0.01 < sum(each.is_private for each in activities(small)) / len(activities(small)) < 0.08
    chinese = {career.account.key for career in careers(small, COMPANIES) if career.language == "zh"}
    for each in activities(small):
        assert any("\u4e00" <= character <= "\u9fff" for character in each.subject) == (each.account in chinese)


def test_nothing_is_done_in_the_future(small: Frame) -> None:
    assert all(each.at < small.now for each in activities(small) if each.status in (None, "DONE", "OPEN", "CANCELLED"))
    assert all(each.at > small.now for each in activities(small) if each.status == "PLANNED")
    assert all(order.placed_at < small.now for order in orders(small) if order.placed_at)


def test_the_document_says_how_large_the_small_world_is(api: API) -> None:
    text = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `small` \|(.*)\|$", text, re.MULTILINE)
    told = [int(cell.strip().removeprefix("about ").replace(",", "")) for cell in row.split("|")]
    first = frame_of(api.model, size="small", seed=FIRST_SEED, today=TODAY)
    made = Counter(
        type_
        for type_, _ in {
            (record.type, record.key)
            for stage in stages(first)
            for each in stage.rows
            for record in each.records
            if not record.is_shared
        }
    )
    activities = sum(made[name] for name in ("Call", "Email", "Meeting", "Sms", "Chat", "Visit", "Demo", "Trial", "Training", "Event", "Note", "Task"))  # fmt: skip

    found = [made["Company"], made["Contact"], made["Order"], activities]

    # What happens by the day of the week or the month makes one more or fewer.
    assert [each for each, said in zip(found, told, strict=True) if abs(each - said) > 0.01 * said] == [], (found, told)
