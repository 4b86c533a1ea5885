"""Random histories of several clients at once, on the real Neo4j, beside a model of what must come of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from graph.address import Address
from graph.database import Database
from graph.indexes import reconcile
from graph.invariants import check
from graph.money import Currencies
from graph.numbers import Numbers
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.question import Question
from schema.scalars import exponent
from tests.asking import declared_api
from tests.transactions.replaying import replayed, stored

T = TypeVar("T")
_NUMBERS = count(1)

CREATE_COMPANY = "mutation($i: CreateCompanyInput!) { p: createCompany(input: $i) { company { id contacts { edges { id node { id } } } } errors { code } } }"
CREATE_CONTACT = "mutation($i: CreateContactInput!) { p: createContact(input: $i) { contact { id } errors { code } } }"
UPDATE = "mutation($id: ID!, $i: UpdateCompanyInput!, $v: Int) { p: updateCompany(id: $id, input: $i, expectedVersion: $v) { company { version } errors { code } } }"
DELETE = "mutation($id: ID!) { p: delete%s(id: $id) { deletedId errors { code } } }"
RESTORE = "mutation($id: ID!) { p: restore%s(id: $id) { errors { code } } }"
HIRE = "mutation($f: ID!, $t: ID!, $e: EmploymentInput) { p: linkCompanyContacts(from: $f, to: $t, edge: $e) { edgeId errors { code } } }"
FIRE = "mutation($id: ID!) { p: unlinkCompanyContacts(edgeId: $id) { errors { code } } }"
RETITLE = (
    "mutation($id: ID!, $e: EmploymentInput!) { p: updateCompanyContacts(edgeId: $id, edge: $e) { errors { code } } }"
)
MANAGE = "mutation($f: ID!, $t: ID!) { p: linkContactManager(from: $f, to: $t) { errors { code } } }"
UNMANAGE = "mutation($f: ID!, $t: ID!) { p: unlinkContactManager(from: $f, to: $t) { errors { code } } }"

_GRAPH = """CYPHER 5
MATCH (record:Company|Contact|Deleted)
RETURN record.id, record:Deleted, record.name, record.employees, record.website, record.version,
       [(record)-[job:WORKS_AT]->(company) | [job.id, company.id, job.title, job.version]],
       [(record)-[:REPORTS_TO]->(manager) | manager.id]"""


@dataclass
class Record:
    """What a record must be."""

    type: str
    name: str
    employees: int | None = None
    website: str | None = None
    version: int = 1
    is_deleted: bool = False
    jobs: dict[str, tuple[str, str | None, int]] = field(default_factory=dict)
    manager: str | None = None


class History(RuleBasedStateMachine):
    """Every step is done by one or several clients at once, and then the whole graph is compared."""

    address: Address

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.api = declared_api()
        self.records: dict[str, Record] = {}
        self.changes = 0

    @initialize()
    def begin(self) -> None:
        async def opened() -> tuple[Database, Answerer]:
            database = Database(self.address)
            await reconcile(self.api.model, database)
            await database.run("CYPHER 5 MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
            return database, Answerer(self.api, database, "USD", Numbers(database).next)

        self.database, self.answerer = self.runner.run(opened())

    def teardown(self) -> None:
        async def compared() -> None:
            there, told = await stored(self.database, self.api.model), await replayed(self.database)
            faults = [str(each) async for each in check(self.database, self.api.model, Currencies("USD", exponent))]
            await self.database.close()
            assert told.comparable() == there.comparable()
            assert faults == []

        if hasattr(self, "database"):
            self.runner.run(compared())
        self.runner.close()

    # --- how it is asked --------------------------------------------------------------------------------------------

    def ask(self, *asked: tuple[str, dict[str, Any], str | None]) -> list[dict[str, Any]]:
        """The payloads of mutations that are asked at the same time."""

        async def one(text: str, variables: dict[str, Any], key: str | None) -> dict[str, Any]:
            answer = await self.answerer.answer(Question(text, None, variables, key=key), ADMINISTRATOR)
            assert answer.errors == [], answer.errors
            assert answer.data is not None
            found: dict[str, Any] = answer.data["p"]
            return found

        async def together() -> list[dict[str, Any]]:
            return await asyncio.gather(*(one(*each) for each in asked))

        return self.runner.run(together())

    def ids(self, type: str, *, deleted: bool | None = None) -> list[str]:
        return [
            id for id, record in self.records.items()
            if record.type == type and (deleted is None or record.is_deleted == deleted)
        ]  # fmt: skip

    def pick(self, data: strategies.DataObject, type: str, label: str) -> str:
        return data.draw(strategies.sampled_from(self.ids(type)), label)

    # --- what clients do --------------------------------------------------------------------------------------------

    @rule(clients=strategies.integers(1, 3), with_contact=strategies.booleans())
    def create_companies(self, clients: int, with_contact: bool) -> None:
        names = [f"公司 {next(_NUMBERS)}" for _ in range(clients)]
        contacts = (
            {"contacts": {"create": [{"node": {"name": "Bo"}, "edge": {"title": "CEO"}}]}} if with_contact else {}
        )

        payloads = self.ask(*((CREATE_COMPANY, {"i": {"name": name, **contacts}}, None) for name in names))

        for name, payload in zip(names, payloads, strict=True):
            assert payload["errors"] == []
            id = payload["company"]["id"]
            self.records[id] = Record("Company", name)
            self.changes += 1
            for edge in payload["company"]["contacts"]["edges"]:
                self.records[edge["node"]["id"]] = Record("Contact", "Bo", jobs={edge["id"]: (id, "CEO", 1)})
                self.changes += 2

    @rule(clients=strategies.integers(2, 3))
    def create_a_contact_with_one_key(self, clients: int) -> None:
        key, name = f"history-{next(_NUMBERS)}", f"人 {next(_NUMBERS)}"

        payloads = self.ask(*[(CREATE_CONTACT, {"i": {"name": name}}, key)] * clients)

        assert all(payload == payloads[0] for payload in payloads)
        self.records[payloads[0]["contact"]["id"]] = Record("Contact", name)
        self.changes += 1

    @precondition(lambda self: self.ids("Company"))
    @rule(
        data=strategies.data(), employees=strategies.none() | strategies.integers(0, 3), is_stale=strategies.booleans()
    )
    def update(self, data: strategies.DataObject, employees: int | None, is_stale: bool) -> None:
        id = self.pick(data, "Company", "company")
        record = self.records[id]

        (payload,) = self.ask((UPDATE, {"id": id, "i": {"employees": employees}, "v": record.version - is_stale}, None))

        if record.is_deleted or is_stale:
            assert payload["errors"] == [{"code": "NOT_FOUND" if record.is_deleted else "CONFLICT"}]
            return
        assert payload["errors"] == []
        if record.employees != employees:
            record.employees = employees
            record.version += 1
            self.changes += 1

    @precondition(lambda self: self.ids("Company", deleted=False))
    @rule(data=strategies.data())
    def update_with_one_version(self, data: strategies.DataObject) -> None:
        """Of several clients that read the same version one writes."""
        id = data.draw(strategies.sampled_from(self.ids("Company", deleted=False)), "company")
        record = self.records[id]
        values = [next(_NUMBERS) for _ in range(3)]

        payloads = self.ask(*((UPDATE, {"id": id, "i": {"employees": n}, "v": record.version}, None) for n in values))

        done = [n for n, payload in zip(values, payloads, strict=True) if payload["errors"] == []]
        assert [p["errors"] for p in payloads if p["errors"]] == [[{"code": "CONFLICT"}]] * 2
        (record.employees,) = done
        record.version += 1
        self.changes += 1

    @precondition(lambda self: self.ids("Company", deleted=False))
    @rule(data=strategies.data())
    def update_several_fields(self, data: strategies.DataObject) -> None:
        """Without a version the last one wins, field by field."""
        id = data.draw(strategies.sampled_from(self.ids("Company", deleted=False)), "company")
        number = next(_NUMBERS)
        fields: list[dict[str, Any]] = [{"employees": number}, {"website": f"https://{number}.example"}]

        self.ask(*((UPDATE, {"id": id, "i": each}, None) for each in fields))

        record = self.records[id]
        record.employees, record.website = number, f"https://{number}.example"
        record.version += 2
        self.changes += 2

    @precondition(lambda self: self.ids("Company") and self.ids("Contact"))
    @rule(data=strategies.data(), clients=strategies.integers(1, 2), title=strategies.none() | strategies.just("CTO"))
    def hire(self, data: strategies.DataObject, clients: int, title: str | None) -> None:
        company, contact = self.pick(data, "Company", "company"), self.pick(data, "Contact", "contact")
        is_refused = self.records[company].is_deleted or self.records[contact].is_deleted

        payloads = self.ask(*[(HIRE, {"f": company, "t": contact, "e": {"title": title}}, None)] * clients)

        for payload in payloads:
            if is_refused:
                assert {each["code"] for each in payload["errors"]} == {"NOT_FOUND"}
                continue
            assert payload["errors"] == []
            self.records[contact].jobs[payload["edgeId"]] = (company, title, 1)
            self.records[company].version += 1
            self.changes += 1

    def jobs(self) -> list[tuple[str, str]]:
        return [(contact, edge) for contact, record in self.records.items() for edge in record.jobs]

    @precondition(lambda self: self.jobs())
    @rule(data=strategies.data(), clients=strategies.integers(1, 2))
    def fire(self, data: strategies.DataObject, clients: int) -> None:
        contact, edge = data.draw(strategies.sampled_from(self.jobs()), "job")
        company, *_ = self.records[contact].jobs[edge]
        is_refused = self.records[company].is_deleted or self.records[contact].is_deleted

        payloads = self.ask(*[(FIRE, {"id": edge}, None)] * clients)

        done = [payload for payload in payloads if not payload["errors"]]
        assert len(done) == (0 if is_refused else 1)
        assert all(p["errors"] == [{"code": "NOT_FOUND"}] for p in payloads if p["errors"])
        if done:
            del self.records[contact].jobs[edge]
            self.records[company].version += 1
            self.changes += 1

    @precondition(lambda self: self.jobs())
    @rule(data=strategies.data(), title=strategies.none() | strategies.just("CFO"))
    def retitle(self, data: strategies.DataObject, title: str | None) -> None:
        contact, edge = data.draw(strategies.sampled_from(self.jobs()), "job")
        company, before, version = self.records[contact].jobs[edge]
        is_refused = self.records[company].is_deleted or self.records[contact].is_deleted

        (payload,) = self.ask((RETITLE, {"id": edge, "e": {"title": title}}, None))

        assert payload["errors"] == ([{"code": "NOT_FOUND"}] if is_refused else [])
        if not is_refused and title != before:
            self.records[contact].jobs[edge] = (company, title, version + 1)
            self.records[company].version += 1
            self.changes += 1

    @precondition(lambda self: len(self.ids("Contact", deleted=False)) > 1)
    @rule(data=strategies.data(), clients=strategies.integers(1, 2), ends=strategies.booleans())
    def manage(self, data: strategies.DataObject, clients: int, ends: bool) -> None:
        """A contact has one manager: the new one replaces the old one; so of two clients the last."""
        report, manager = data.draw(
            strategies.lists(
                strategies.sampled_from(self.ids("Contact", deleted=False)), min_size=2, max_size=2, unique=True
            )
        )
        record = self.records[report]

        payloads = self.ask(*[(UNMANAGE if ends else MANAGE, {"f": report, "t": manager}, None)] * clients)

        assert all(payload["errors"] == [] for payload in payloads)
        if ends and record.manager == manager:
            record.manager = None
            record.version += 1
            self.changes += 1
        elif not ends and record.manager != manager:
            self.changes += 1 if record.manager is None else 2
            record.manager = manager
            record.version += 1

    @precondition(lambda self: self.records)
    @rule(data=strategies.data(), clients=strategies.integers(1, 2))
    def delete(self, data: strategies.DataObject, clients: int) -> None:
        id = data.draw(strategies.sampled_from(list(self.records)), "record")
        record = self.records[id]

        payloads = self.ask(*[(DELETE % record.type, {"id": id}, None)] * clients)

        done = [payload for payload in payloads if not payload["errors"]]
        assert len(done) == (0 if record.is_deleted else 1)
        if done:
            record.is_deleted = True
            record.version += 1
            self.changes += 1

    @precondition(lambda self: any(record.is_deleted for record in self.records.values()))
    @rule(data=strategies.data(), clients=strategies.integers(1, 2))
    def restore(self, data: strategies.DataObject, clients: int) -> None:
        id = data.draw(strategies.sampled_from([id for id, each in self.records.items() if each.is_deleted]), "record")
        record = self.records[id]

        payloads = self.ask(*[(RESTORE % record.type, {"id": id}, None)] * clients)

        assert sum(payload["errors"] == [] for payload in payloads) == 1
        record.is_deleted = False
        record.version += 1
        self.changes += 1

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def the_graph_is_the_model(self) -> None:
        if not hasattr(self, "database"):
            return
        rows = self.runner.run(self.database.run(_GRAPH))
        (told,) = self.runner.run(self.database.run("CYPHER 5 MATCH (c:Change) RETURN count(c), count(DISTINCT c.id)"))

        found = {
            id: (is_deleted, name, employees, website, version, {each[0]: tuple(each[1:]) for each in jobs}, managers)
            for id, is_deleted, name, employees, website, version, jobs, managers in rows
        }
        expected = {
            id: (r.is_deleted, r.name, r.employees, r.website, r.version, r.jobs, [r.manager] if r.manager else [])
            for id, r in self.records.items()
        }
        assert found == expected
        assert told == [self.changes, self.changes]


def test_every_history_leaves_what_it_must(neo4j_address: Address, request: pytest.FixtureRequest) -> None:
    History.address = neo4j_address
    many = 10 if request.config.getoption("--soak") else 1
    run_state_machine_as_test(
        History, settings=settings(settings.default, max_examples=3 * many, stateful_step_count=25)
    )
