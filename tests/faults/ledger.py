"""A log of what was asked for and what was acknowledged, and whether the graph agrees with it.

Each entry is a company with a contact and two e-mail addresses, made by one mutation: so that a write done by half shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graph.database import Database
from graph.invariants import check
from graph.model import Model
from graph.money import Currencies
from resolvers.answer import Answer
from schema.scalars import exponent

CREATE = """mutation($i: CreateCompanyInput!) {
  createCompany(input: $i) { company { id name version } errors { code message path } }
}"""


def entry(name: str) -> dict[str, Any]:
    """The variables of `CREATE` for an entry of this name, which is ASCII without spaces."""
    contact = {"name": f"Bo {name}", "emails": {"create": [{"node": {"value": f"bo@{name.lower()}.example"}}]}}
    emails = {"create": [{"node": {"value": f"info@{name.lower()}.example"}, "edge": {"label": "work"}}]}
    return {
        "i": {"name": name, "emails": emails, "contacts": {"create": [{"node": contact, "edge": {"title": "CEO"}}]}}
    }


# Everything of one entry, counted: records, relationships, changes.
_ENTRIES = """CYPHER 5
MATCH (company:Company)
OPTIONAL MATCH (company)<-[job:WORKS_AT]-(contact:Contact)
OPTIONAL MATCH (company)-[has:HAS_EMAIL]->(own:EmailAddress)
OPTIONAL MATCH (contact)-[has2:HAS_EMAIL]->(other:EmailAddress)
WITH company, count(DISTINCT job) AS jobs, count(DISTINCT has) AS owns, count(DISTINCT has2) AS others,
     count(DISTINCT own) + count(DISTINCT other) AS addresses
RETURN company.name, jobs, owns, others, addresses,
       COUNT { (:Change {operation: 'CREATE', recordId: company.id})-[:OF_RECORD]->(company) },
       COUNT { (:Change {operation: 'LINK'})-[:OF_RECORD]->(company) }"""
_WHOLE = [1, 1, 1, 2, 1, 2]

# What no write may leave: changes of nothing, records that no change tells of, keys without an answer.
_HALVES = """CYPHER 5
CALL () {
  MATCH (change:Change) WHERE NOT (change)-[:OF_RECORD]->() RETURN 'change of nothing: ' + change.id AS half
  UNION ALL
  MATCH (record:Company|Contact|EmailAddress) WHERE NOT EXISTS { (:Change {operation: 'CREATE'})-[:OF_RECORD]->(record) }
  RETURN 'untold: ' + record.id AS half
  UNION ALL
  MATCH (record:Company|Contact|EmailAddress) WITH record.id AS id, count(*) AS times WHERE times > 1
  RETURN 'twice: ' + id AS half
  UNION ALL
  MATCH (key:IdempotencyKey) WHERE key.answer IS NULL RETURN 'unanswered key: ' + key.key AS half
}
RETURN half"""


@dataclass
class Ledger:
    """`asked` are the names of all entries, `acknowledged` of those that were done, `denied` of those that were not."""

    asked: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)

    @property
    def unknown(self) -> set[str]:
        """What no client has a definite answer for."""
        return self.asked - self.acknowledged - self.denied

    def note(self, name: str, answer: Answer) -> None:
        """Take down what a client was told."""
        self.asked.add(name)
        if answer.code in ("UNAVAILABLE", "TIMEOUT"):
            self.denied.add(name)
        elif answer.code is not None:
            assert answer.code == "OUTCOME_UNKNOWN", answer
        else:
            assert answer.data is not None
            payload = answer.data["createCompany"]
            assert payload["errors"] == [], payload
            assert (payload["company"]["name"], payload["company"]["version"]) == (name, 1)
            self.acknowledged.add(name)

    async def verify(self, database: Database, model: Model) -> None:
        """Every acknowledged entry is there exactly once and whole, and so is every other that is there at all."""
        entries = await database.run(_ENTRIES)
        names = [name for name, *_ in entries]
        assert sorted(names) == sorted(set(names)), "done twice"
        assert self.acknowledged <= set(names), f"lost: {self.acknowledged - set(names)}"
        assert set(names) <= self.asked
        assert not self.denied & set(names), f"done all the same: {self.denied & set(names)}"
        assert {tuple(counts) for _, *counts in entries} <= {tuple(_WHOLE)}, "done by half"
        assert await database.run(_HALVES) == []
        faults = [str(fault) async for fault in check(database, model, Currencies("USD", exponent))]
        assert faults == []
