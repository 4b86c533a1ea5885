"""Every kind of mutation, on records of every type: of three that are alike, the reader may write one and sees another.

What it may write is written; what it sees and may not write is FORBIDDEN; what it does not see is not there. Nothing is
left in the graph of what was refused.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from graph.conditions import NOTHING, Compare, Operator
from graph.demo.registry import unified_social_credit_code
from graph.model import Kind, NodeType, Property
from graph.reader import Action, Reader, ReaderValue
from resolvers.api import API
from schema.mutation_inputs import written_relationships
from tests.asking import declared_api
from tests.mutations.conftest import Write
from tests.rights_of_writes.conftest import unchanged
from tests.rights_of_writes.rights import by_ids, with_actions

MODEL = declared_api().model
WRITABLE = [node for node in MODEL.concrete if not node.is_read_only]
# Activities of every kind are written alike.
TYPES = [node for node in WRITABLE if "Activity" not in node.labels or node.name in ("Call", "Task")]
_SERIAL = count(1)
_PLAIN = {Kind.FLOAT: 1.0, Kind.INTEGER: 1, Kind.DATETIME: "2026-01-02T03:04:05Z", Kind.BOOLEAN: True}


def given(node: NodeType) -> dict[str, Any]:
    """An input that makes a record of a type, unlike any other."""
    number = next(_SERIAL)
    special: Mapping[str, dict[str, Any]] = {
        "Customer": {"company": {"create": {"name": f"Firm {number}"}}},
        "LineItem": {"quantity": 1.0, "order": {"create": {"status": "DRAFT"}}},
        "Address": {"lines": f"Street {number}"},
        "EmailAddress": {"value": f"n{number}@example.com"},
        "PhoneNumber": {"value": f"+4989218{number:05d}"},
        "Webhook": {"url": f"https://example.com/{number}", "secret": f"whsec_{base64.b64encode(bytes(32)).decode()}"},
    }
    required = {name: _value(each, number) for name, each in node.writable.items() if each.is_required}
    return special.get(node.name) or {name: value for name, value in required.items() if name != "lineNo"}


def _value(declared: Property, number: int) -> Any:
    if declared.kind is Kind.ENUM:
        return declared.values[0]
    return _PLAIN.get(declared.kind, f"{declared.name} {number}")


def changed(node: NodeType) -> dict[str, Any]:
    """An input that changes a record."""
    texts = [
        each
        for each in node.writable.values()
        if each.kind is Kind.TEXT and not each.is_list and each.normalise is None and not each.is_secret
    ]
    if not texts:
        return {"active": False}
    chosen = min(texts, key=lambda each: each.is_unique)
    return {chosen.name: f"changed {next(_SERIAL)}"}


@dataclass(frozen=True)
class Alike:
    """Records of one type: one to write, one that is only seen, one that is hidden."""

    mine: str
    seen: str
    hidden: str
    reader: Reader


async def alike(write: Write, node: NodeType) -> Alike:
    mine, seen, hidden = [await write.made(node.name, **given(node)) for _ in range(3)]
    return Alike(mine, seen, hidden, by_ids(write.answerer.api.model, hidden=[hidden], frozen=[seen]))


def shown(node: NodeType) -> str:
    return f"{{ {node.variable} {{ id }} errors {{ code }} }}"


def refused(key: str) -> dict[str, Any]:
    return {"code": "FORBIDDEN", "path": [key]}


def errors(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"code": error["extensions"]["code"], "path": error["path"]} for error in body.get("errors", ())]


@pytest.mark.parametrize("node", TYPES, ids=lambda node: node.name)
async def test_a_record_is_changed_deleted_and_restored_by_whom_may(write: Write, node: NodeType) -> None:
    found = await alike(write, node)
    fields = (
        f"mutation($a: ID!, $b: ID!, $i: Update{node.name}Input!) {{ "
        f"a: update{node.name}(id: $a, input: $i) {shown(node)} b: update{node.name}(id: $b, input: $i) {shown(node)} "
        f"c: delete{node.name}(id: $a) {{ deletedId errors {{ code }} }} "
        f"d: delete{node.name}(id: $b) {{ deletedId errors {{ code }} }} }}"
    )
    update = (
        f"mutation($id: ID!, $i: Update{node.name}Input!) {{ update{node.name}(id: $id, input: $i) {shown(node)} }}"
    )
    delete = f"mutation($id: ID!) {{ delete{node.name}(id: $id) {{ deletedId errors {{ code }} }} }}"
    restore = f"mutation($id: ID!) {{ restore{node.name}(id: $id) {shown(node)} }}"

    async with unchanged(write):
        body = await write.body(fields, {"a": found.seen, "b": found.hidden, "i": changed(node)}, found.reader)
    written = await write(update, {"id": found.mine, "i": changed(node)}, found.reader)
    gone = await write(delete, {"id": found.mine}, found.reader)
    for each in (found.seen, found.hidden):
        assert (await write(delete, {"id": each}))["errors"] == []
    async with unchanged(write):
        still_gone = await write.body(restore, {"id": found.seen}, found.reader)
        still_hidden = await write(restore, {"id": found.hidden}, found.reader)
    back = await write(restore, {"id": found.mine}, found.reader)

    missing = {node.variable: None, "errors": [{"code": "NOT_FOUND"}]}
    assert body["data"] == {
        "a": None,
        "b": missing,
        "c": None,
        "d": {"deletedId": None, "errors": [{"code": "NOT_FOUND"}]},
    }
    assert errors(body) == [refused("a"), refused("c")]
    assert written == back == {node.variable: {"id": found.mine}, "errors": []}
    assert gone == {"deletedId": found.mine, "errors": []}
    assert errors(still_gone) == [refused(f"restore{node.name}")]
    assert still_hidden == missing


@pytest.mark.parametrize("node", TYPES, ids=lambda node: node.name)
async def test_a_record_is_made_by_whom_may(write: Write, node: NodeType) -> None:
    """Who may make none at all is told before anything is asked; who may make others, once it is seen what it would be."""
    model = write.answerer.api.model
    anybody = by_ids(model, hidden=[], frozen=[])
    nobody = with_actions(anybody, {Action.CREATE: {node.name: NOTHING}})
    never = Compare(node.properties["version"], Operator.LT, ReaderValue("zero"))
    others = with_actions(anybody, {Action.CREATE: {node.name: never}})
    others = Reader(
        others.user_id, others.predicates, others.default, {**others.values, "zero": 0}, actions=others.actions
    )
    unseen = Reader("user_0", {node.name: never}, values={"zero": 0})
    create = f"mutation($i: Create{node.name}Input!) {{ create{node.name}(input: $i) {shown(node)} }}"
    key = f"create{node.name}"

    async with unchanged(write):
        bodies = [await write.body(create, {"i": given(node)}, reader) for reader in (nobody, others, unseen)]
    made = await write(create, {"i": given(node)}, anybody)

    assert [errors(body) for body in bodies] == [[refused(key)]] * 3
    assert [body["data"] for body in bodies] == [{key: None}] * 3
    assert bodies[0]["errors"][0]["message"] == f"You may not make {node.name} records."
    assert bodies[1]["errors"][0]["message"] == f"You may not make this {node.name} as it would be."
    assert made["errors"] == []


def _keyed() -> list[tuple[NodeType, str]]:
    found = []
    for node in TYPES:
        unique = [
            each for each in node.writable.values() if each.is_unique and each.kind is Kind.TEXT and not each.is_hidden
        ]
        if unique and node.shared_by is None:
            found.append((node, unique[0].name))
    return found


@pytest.mark.parametrize(("node", "key"), _keyed(), ids=lambda each: getattr(each, "name", each))
async def test_a_record_is_upserted_by_whom_may(write: Write, node: NodeType, key: str) -> None:
    found = await alike(write, node)
    values: dict[str, str] = {}
    for name, id in (("mine", found.mine), ("seen", found.seen), ("hidden", found.hidden)):
        values[name] = f"key {next(_SERIAL)}" if node.properties[key].normalise is None else USCCS[len(values)]
        await write.rows(f"MATCH (n:{node.labels[-1]} {{id: $p.id}}) SET n.{key} = $p.value", id=id, value=values[name])
    shown_errors = "errors { code ... on DuplicateError { existing { id } } }"
    upsert = (
        f"mutation($k: {node.name}UpsertKey!, $i: Update{node.name}Input!) {{ "
        f"upsert{node.name}(key: $k, input: $i) {{ {node.variable} {{ id }} {shown_errors} }} }}"
    )

    def variables(name: str) -> dict[str, Any]:
        text = {each: value for each, value in changed(node).items() if each != key}
        return {"k": {key: values[name]}, "i": text}

    async with unchanged(write):
        seen = await write.body(upsert, variables("seen"), found.reader)
        hidden = await write(upsert, variables("hidden"), found.reader)
    mine = await write(upsert, variables("mine"), found.reader)

    assert errors(seen) == [refused(f"upsert{node.name}")]
    assert hidden == {node.variable: None, "errors": [{"code": "DUPLICATE", "existing": None}]}
    assert mine == {node.variable: {"id": found.mine}, "errors": []}


USCCS = tuple(unified_social_credit_code(number, "330106") for number in range(3))


async def test_who_may_change_and_not_make_upserts_what_is_there(write: Write) -> None:
    model = write.answerer.api.model
    await write.made("Team", name="There")
    reader = with_actions(by_ids(model, hidden=[], frozen=[]), {Action.CREATE: {"Team": NOTHING}})
    neither = with_actions(reader, {Action.UPDATE: {"Team": NOTHING}})
    upsert = "mutation($k: String!) { upsertTeam(key: {name: $k}, input: {}) { team { name } errors { code } } }"

    there = await write(upsert, {"k": "There"}, reader)
    async with unchanged(write):
        absent = await write.body(upsert, {"k": "Absent"}, reader)
        refusal = await write.body(upsert, {"k": "There"}, neither)

    assert there == {"team": {"name": "There"}, "errors": []}
    assert [error["message"] for error in absent["errors"]] == ['You may not make Team "Absent".']
    assert [error["message"] for error in refusal["errors"]] == ["You may neither make nor change Team records."]


def _fields() -> list[tuple[NodeType, str]]:
    """Of each type a relationship with properties and one without."""
    found = []
    for node in TYPES:
        every = written_relationships(MODEL, node)
        for has_edge in (True, False):
            found += [(node, each.name) for each in every if bool(each.edge) is has_edge][:1]
    return found


@pytest.mark.parametrize(("node", "field"), _fields(), ids=lambda each: getattr(each, "name", each))
async def test_a_relationship_is_drawn_and_removed_by_whom_may(
    write: Write, whole: API, node: NodeType, field: str
) -> None:
    found, relationship = await alike(write, node), node.relationships[field]
    targets = [whole.model.nodes[each] for each in whole.model.nodes[relationship.target].members]
    target = await alike(write, next(each for each in targets if not each.is_read_only))
    reader = by_ids(whole.model, hidden=[found.hidden, target.hidden], frozen=[found.seen])
    suffix = f"{node.name}{field[0].upper()}{field[1:]}"
    link = f"mutation($a: ID!, $b: ID!) {{ link{suffix}(from: $a, to: $b) {{ edgeId errors {{ code path }} }} }}"
    is_parting = node.name in ("Customer", "LineItem") and field in ("company", "contact", "order")
    missing = [{"code": "NOT_FOUND", "path": ["from"]}]

    async with unchanged(write):
        frozen = await write.body(link, {"a": found.seen, "b": target.mine}, reader)
        hidden = await write(link, {"a": found.hidden, "b": target.mine}, reader)
        unseen = await write(link, {"a": found.mine, "b": target.hidden}, reader)
    # What is only seen may be led to.
    drawn = await write(link, {"a": found.mine, "b": target.seen}, reader)

    assert errors(frozen) == [refused(f"link{suffix}")]
    assert hidden["errors"] == missing
    assert [error["code"] for error in unseen["errors"]] == ["NOT_FOUND"]
    assert drawn["errors"] == []
    if is_parting:
        return
    drawn_frozen, drawn_hidden = [
        await write(link, {"a": each, "b": target.mine}) for each in (found.seen, found.hidden)
    ]
    assert drawn_frozen["errors"] == drawn_hidden["errors"] == []
    by_id = bool(relationship.edge)
    unlink = (
        f"mutation($e: ID!) {{ unlink{suffix}(edgeId: $e) {{ errors {{ code path }} }} }}"
        if by_id
        else f"mutation($a: ID!, $b: ID!) {{ unlink{suffix}(from: $a, to: $b) {{ errors {{ code path }} }} }}"
    )

    def ends(a: str, b: str, drawn: Any) -> dict[str, Any]:
        return {"e": drawn["edgeId"]} if by_id else {"a": a, "b": b}

    async with unchanged(write):
        kept = await write.body(unlink, ends(found.seen, target.mine, drawn_frozen), reader)
        kept_hidden = await write(unlink, ends(found.hidden, target.mine, drawn_hidden), reader)
    removed = await write(unlink, ends(found.mine, target.seen, drawn), reader)

    assert errors(kept) == [refused(f"unlink{suffix}")], kept
    assert [error["code"] for error in kept_hidden["errors"]] == ["NOT_FOUND"]
    assert removed["errors"] == []
