"""The world in the database: the same for the same arguments, complete, and with derived facts that are right."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from graph.database import Database
from graph.demo.frame import SIZES, Size
from graph.demo.mark import Mark, read_mark
from graph.derived import recount
from graph.errors import BadInput
from graph.money import Currencies
from resolvers.api import API
from schema.scalars import exponent
from tests.data.whole_graph import whole_graph, wipe
from tests.tiny_world import TINY, TODAY, build


async def test_building_it_again_changes_nothing(world: None, database: Database, api: API) -> None:
    before = await whole_graph(database)

    report = await build(database, api.model)

    assert await whole_graph(database) == before
    counts = [*report.records.values(), *report.links.values()]
    assert (sum(one.created for one in counts), sum(one.updated for one in counts)) == (0, 0)


async def test_an_empty_database_becomes_the_same_world(world: None, database: Database, api: API) -> None:
    before = await whole_graph(database)

    await wipe(database)
    await build(database, api.model)

    assert await whole_graph(database) == before


@pytest.mark.parametrize("last", ["orders", "derived facts"])
async def test_a_world_that_was_interrupted_is_finished_as_of_the_day_it_was_begun(
    world: None, database: Database, api: API, last: str
) -> None:
    before = await whole_graph(database, without=("version",))

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == last and done:
            raise ConnectionAbortedError

    await wipe(database)
    with pytest.raises(ConnectionAbortedError):
        await build(database, api.model, progress=interrupt)
    begun = await read_mark(database)
    await build(database, api.model, today=TODAY + timedelta(days=1))

    assert begun == Mark(str(TINY), 7, TODAY, "USD", is_finished=False)
    assert await read_mark(database) == Mark(str(TINY), 7, TODAY, "USD", is_finished=True)
    assert await whole_graph(database, without=("version",)) == before


async def test_derived_facts_are_right(world: None, database: Database, api: API) -> None:
    assert await recount(database, api.model, Currencies("USD", exponent)) == []


async def test_no_contact_point_is_invalid(world: None, database: Database) -> None:
    rows = await database.run(
        "MATCH (point:EmailAddress|PhoneNumber) RETURN DISTINCT labels(point)[0], point.status ORDER BY labels(point)[0]"
    )

    assert rows == [["EmailAddress", "VALID"], ["PhoneNumber", "VALID"]]


async def test_nobody_shares_a_mailbox(world: None, database: Database) -> None:
    rows = await database.run(
        "MATCH (email:EmailAddress)<-[:HAS_EMAIL]-(party:Party) WITH email, count(party) AS parties"
        " WHERE parties > 1 RETURN email.value"
    )

    assert rows == []


async def test_the_number_of_companies_is_exact(world: None, database: Database) -> None:
    rows = await database.run("MATCH (company:Company) RETURN count(company)")

    assert rows == [[TINY.companies]]


async def test_another_world_is_refused_where_one_is(world: None, database: Database, api: API) -> None:
    with pytest.raises(BadInput, match="The database holds another demo world"):
        await build(database, api.model, seed=8)


async def test_sizes_that_do_not_exist_or_do_not_suffice_are_refused(database: Database, api: API) -> None:
    message = '"huge" is no size of a demo world; there are small, medium, large.'
    with pytest.raises(BadInput, match=re.escape(message)):
        await build(database, api.model, size="huge")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="A demo world has at least"):
        await build(database, api.model, size=Size(companies=3, private=0, users=12, orders=1, activities=1))


def test_each_size_is_ten_times_the_one_before_it() -> None:
    assert [SIZES[name].companies for name in ("small", "medium", "large")] == [300, 3_000, 33_000]
