"""Whenever the connection to the database breaks, the client is told what became of its write, and that is so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from graph.address import Address
from graph.database import Database, Patience
from graph.numbers import Numbers
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answer, Answerer
from resolvers.api import API
from resolvers.question import Question
from tests.faults.conftest import hold_nothing
from tests.faults.ledger import CREATE, Ledger, entry
from tests.faults.proxy import Fault, Proxy, breaking

ONE_STATEMENT = (Fault.BEFORE_RUN, Fault.WHILE_RUNNING, Fault.LATE, Fault.BEFORE_ANSWER)
ONE_TRANSACTION = (Fault.BEFORE_RUN, Fault.BEFORE_COMMIT, Fault.BEFORE_SUCCESS)


@dataclass
class Broken:
    """A client whose database is behind a proxy, and a way past it."""

    answerer: Answerer
    database: Database
    proxy: Proxy
    api: API

    async def __call__(self, text: str, key: str | None = None, **variables: object) -> Answer:
        return await self.answerer.answer(Question(text, None, variables, key=key), ADMINISTRATOR)


@pytest.fixture
async def broken(neo4j_address: Address, database: Database, declared: API) -> AsyncIterator[Broken]:
    await hold_nothing(database, declared)
    with breaking(neo4j_address) as proxy:
        behind = Database(proxy.address, Patience(statement=180.0, retry=20.0))
        answerer = Answerer(declared, behind, "USD", Numbers(database).next)
        # The first write is planned while nothing breaks.
        await answerer.answer(Question(CREATE, None, {"i": {"name": ""}}), ADMINISTRATOR)
        yield Broken(answerer, database, proxy, declared)
        await behind.close()


@pytest.mark.parametrize("fault", ONE_STATEMENT, ids=lambda fault: fault.name.lower())
async def test_a_write_without_a_key_is_done_once(broken: Broken, fault: Fault, times: int) -> None:
    ledger = Ledger()
    for number in range(times):
        name = f"{fault.name[:4]}{number}"
        broken.proxy.arm(fault)
        ledger.note(name, await broken(CREATE, **entry(name)))

    assert broken.proxy.struck == times
    assert len(ledger.acknowledged) == times
    await ledger.verify(broken.database, broken.api.model)
    # A statement that comes when its sender has settled that it did not is refused by the database.
    for _ in range(times if fault is Fault.LATE else 0):
        assert await asyncio.to_thread(broken.proxy.late.get, timeout=60) == "refused"


@pytest.mark.parametrize("fault", ONE_TRANSACTION, ids=lambda fault: fault.name.lower())
async def test_a_write_with_a_key_is_done_once(broken: Broken, fault: Fault, times: int) -> None:
    ledger = Ledger()
    for number in range(times):
        name = f"{fault.name[:9].replace('_', '')}{number}"
        broken.proxy.arm(fault)
        answer = await broken(CREATE, f"key-{name}", **entry(name))
        ledger.note(name, answer)
        again = await broken(CREATE, f"key-{name}", **entry(name))
        assert (again.data, again.is_replayed) == (answer.data, True)

    assert broken.proxy.struck == times
    assert len(ledger.acknowledged) == times
    await ledger.verify(broken.database, broken.api.model)


@pytest.mark.parametrize("fault", ONE_TRANSACTION, ids=lambda fault: fault.name.lower())
async def test_an_atomic_operation_is_done_once(broken: Broken, fault: Fault, times: int) -> None:
    text = """mutation($one: CreateCompanyInput!, $two: CreateCompanyInput!) @atomic {
      one: createCompany(input: $one) { company { name version } errors { code } }
      two: createCompany(input: $two) { company { name version } errors { code } }
    }"""
    ledger = Ledger()
    for number in range(times):
        names = [f"{side}{fault.name[:9].replace('_', '')}{number}" for side in "ab"]
        broken.proxy.arm(fault)
        answer = await broken(text, one=entry(names[0])["i"], two=entry(names[1])["i"])

        assert answer.errors == []
        assert answer.data == {
            side: {"company": {"name": name, "version": 1}, "errors": []}
            for side, name in zip(("one", "two"), names, strict=True)
        }
        ledger.asked |= set(names)
        ledger.acknowledged |= set(names)

    assert broken.proxy.struck == times
    await ledger.verify(broken.database, broken.api.model)


@pytest.mark.parametrize("fault", ONE_STATEMENT, ids=lambda fault: fault.name.lower())
async def test_a_change_that_expects_a_version_does_not_conflict_with_itself(broken: Broken, fault: Fault) -> None:
    name = f"own{fault.name[:4]}"
    made = await broken(CREATE, **entry(name))
    assert made.data is not None
    id = made.data["createCompany"]["company"]["id"]
    update = """mutation($id: ID!) { updateCompany(id: $id, input: {employees: 7}, expectedVersion: 1) {
      company { employees version } errors { code } } }"""
    broken.proxy.arm(fault)

    answer = await broken(update, id=id)

    assert answer.data == {"updateCompany": {"company": {"employees": 7, "version": 2}, "errors": []}}
    rows = await broken.database.run("CYPHER 5 MATCH (c:Change {operation: 'UPDATE'}) RETURN c.recordId")
    assert rows == [[id]]


@pytest.mark.parametrize("fault", ONE_STATEMENT, ids=lambda fault: fault.name.lower())
async def test_a_record_is_deleted_once(broken: Broken, fault: Fault) -> None:
    made = await broken(CREATE, **entry(f"gone{fault.name[:4]}"))
    assert made.data is not None
    id = made.data["createCompany"]["company"]["id"]
    broken.proxy.arm(fault)

    answer = await broken(
        "mutation($id: ID!) { deleteCompany(id: $id, expectedVersion: 1) { deletedId errors { code } } }", id=id
    )

    assert answer.data == {"deleteCompany": {"deletedId": id, "errors": []}}
    rows = await broken.database.run("CYPHER 5 MATCH (c:Change {operation: 'DELETE'}) RETURN c.recordId")
    assert rows == [[id]]


async def test_a_relationship_that_somebody_draws_again_is_not_removed_twice(broken: Broken) -> None:
    """The first attempt has removed it; to remove what another client drew since would be a second removal."""
    link = "mutation($f: ID!, $t: ID!) { linkContactManager(from: $f, to: $t) { errors { code } } }"
    ids = []
    for name in ("Ann", "Bob"):
        made = await broken("mutation($n: String!) { createContact(input: {name: $n}) { contact { id } } }", n=name)
        assert made.data is not None
        ids.append(made.data["createContact"]["contact"]["id"])
    ends = {"f": ids[0], "t": ids[1]}
    await broken(link, **ends)
    broken.proxy.arm(Fault.BEFORE_ANSWER)
    broken.proxy.on_strike = lambda: asyncio.run_coroutine_threadsafe(broken(link, **ends), loop).result(60)
    loop = asyncio.get_running_loop()

    answer = await broken(link.replace("link", "unlink"), **ends)

    assert broken.proxy.struck == 1
    assert answer.data == {"unlinkContactManager": {"errors": []}}
    rows = await broken.database.run("CYPHER 5 MATCH (:Contact)-[edge:REPORTS_TO]->(:Contact) RETURN count(edge)")
    assert rows == [[1]]
    operations = await broken.database.run(
        "CYPHER 5 MATCH (c:Change) WHERE c.edgeType = 'REPORTS_TO' RETURN c.operation, count(*) ORDER BY c.operation"
    )
    assert operations == [["LINK", 2], ["UNLINK", 1]]


async def test_of_several_inputs_each_is_told_what_became_of_it(broken: Broken) -> None:
    """What was refused of them is only in the answer, which was lost."""
    text = """mutation($inputs: [CreateCompanyInput!]!) { createCompanies(inputs: $inputs, onError: SKIP) {
      companies { name } errors { code path } } }"""
    uscc = "91110000600037341L"
    await broken(CREATE, i={"name": "Has it", "uscc": uscc})
    inputs = [{"name": "S1"}, {"name": "S2", "uscc": uscc}, {"name": "S3"}]
    broken.proxy.arm(Fault.BEFORE_SUCCESS)

    answer = await broken(text, inputs=inputs)

    assert broken.proxy.struck == 1
    assert answer.data == {
        "createCompanies": {
            "companies": [{"name": "S1"}, {"name": "S3"}],
            "errors": [{"code": "DUPLICATE", "path": ["inputs", "1", "uscc"]}],
        }
    }
    names = await broken.database.run("CYPHER 5 MATCH (c:Company) RETURN c.name ORDER BY c.name")
    assert names == [["Has it"], ["S1"], ["S3"]]
