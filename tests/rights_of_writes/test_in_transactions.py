"""Rights within @atomic, with onError: SKIP, in previews, and under idempotency keys whose reader has other rights by now."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from graph.conditions import EVERYTHING, NOTHING
from graph.reader import Action, Reader
from resolvers.answer import Answerer
from resolvers.question import Question
from tests.mutations.conftest import Write, numbers
from tests.mutations.test_statements import Recorder, chosen, document
from tests.rights_of_writes.conftest import unchanged
from tests.rights_of_writes.rights import by_ids, owner, with_actions

_KEYS = count(1)
ERRORS = "errors { code path message }"


async def test_what_one_field_may_not_do_undoes_an_atomic_operation(write: Write) -> None:
    mine, seen = await write.made("Company", name="Mine"), await write.made("Company", name="Seen")
    reader = by_ids(write.answerer.api.model, hidden=[], frozen=[seen])
    text = f"""mutation($a: ID!, $b: ID!) @atomic {{
      a: updateCompany(id: $a, input: {{status: "x"}}) {{ company {{ id }} {ERRORS} }}
      b: updateCompany(id: $b, input: {{status: "x"}}) {{ company {{ id }} {ERRORS} }} }}"""

    async with unchanged(write):
        body = await write.body(text, {"a": mine, "b": seen}, reader)

    assert [(error["extensions"]["code"], error["path"]) for error in body["errors"]] == [("FORBIDDEN", ["b"])]
    assert body["data"]["b"] is None
    assert [error["code"] for error in body["data"]["a"]["errors"]] == ["ROLLED_BACK"]


async def test_of_several_each_is_refused_by_itself_if_asked_to(write: Write) -> None:
    """Before it is written, since it may not be changed; or after, since it would be what it may not become."""
    model = write.answerer.api.model
    me, other = (
        await write.made("User", login="skip", name="Me"),
        await write.made("User", login="skipped", name="Other"),
    )
    reader = owner(model, me)
    frozen = with_actions(by_ids(model, hidden=[], frozen=[]), {})
    mine = [await write.made("Company", name=f"Mine {n}", owner={"connect": {"id": me}}) for n in range(3)]
    create = f"mutation($i: [CreateCompanyInput!]!, $e: OnError) {{ createCompanies(inputs: $i, onError: $e) {{ companies {{ name }} {ERRORS} }} }}"
    update = f"mutation($i: [UpdateCompanyItem!]!, $e: OnError) {{ updateCompanies(inputs: $i, onError: $e) {{ companies {{ name status }} {ERRORS} }} }}"
    delete = f"mutation($i: [ID!]!, $e: OnError) {{ deleteCompanies(ids: $i, onError: $e) {{ deletedIds {ERRORS} }} }}"
    inputs: list[dict[str, Any]] = [
        {"name": "S1"}, {"name": "S2", "owner": {"connect": {"id": other}}}, {"name": "S3"}, {"name": " "},
    ]  # fmt: skip
    items = [
        {"id": mine[0], "input": {"status": "x"}},
        {"id": mine[1], "input": {"status": "x", "owner": {"connect": {"id": other}}}},
        {"id": mine[2], "input": {"status": "x"}},
    ]
    last = replace(frozen, values={"hidden": [], "frozen": [mine[1]]})

    async with unchanged(write):
        whole = await write.body(create, {"i": inputs[:3]}, reader)
        whole_update = await write.body(update, {"i": items}, reader)
        whole_delete = await write.body(delete, {"i": mine}, last)
    made = await write(create, {"i": inputs, "e": "SKIP"}, reader)
    changed = await write(update, {"i": items, "e": "SKIP"}, reader)
    gone = await write(delete, {"i": mine, "e": "SKIP"}, last)

    for body in (whole, whole_update, whole_delete):
        assert [error["extensions"]["code"] for error in body["errors"]] == ["FORBIDDEN"]
    message = "You may not assign this Company to another user."
    assert made["companies"] == [{"name": "S1"}, {"name": "S3"}]
    assert {"code": "FORBIDDEN", "path": ["inputs", "1"], "message": message} in made["errors"]
    assert sorted(error["code"] for error in made["errors"]) == ["FORBIDDEN", "REQUIRED"]
    assert [each["status"] for each in changed["companies"]] == ["x", "x"]
    assert [(error["code"], error["path"][:2]) for error in changed["errors"]] == [("FORBIDDEN", ["inputs", "1"])]
    assert gone["deletedIds"] == [mine[0], mine[2]]
    assert [(error["code"], error["path"]) for error in gone["errors"]] == [("FORBIDDEN", ["ids", "1"])]
    assert await write.rows("MATCH (c:Company {id: $p.id}) RETURN c.status, c.ownerId", id=mine[1]) == [[None, me]]
    assert await write.rows("MATCH (c:Company) WHERE c.name IN ['S1', 'S2', 'S3'] RETURN count(c)") == [[2]]


async def test_a_refusal_of_rights_is_final_for_nobody(write: Write) -> None:
    """Nothing was done, so the same request with the same key is done once its reader may."""
    model = write.answerer.api.model
    key = f"rights-{next(_KEYS)}"
    before = with_actions(by_ids(model, hidden=[], frozen=[]), {Action.CREATE: {"Company": NOTHING}})
    after = by_ids(model, hidden=[], frozen=[])

    async with unchanged(write):
        refused = await _ask(write, key, before)
    done = await _ask(write, key, after)
    again = await _ask(write, key, after)

    assert refused.code == "FORBIDDEN"
    assert (done.errors, done.is_replayed, again.errors, again.is_replayed) == ([], False, [], True)
    assert again.data == done.data


async def test_who_may_do_less_by_now_is_not_shown_what_was_answered(write: Write) -> None:
    model = write.answerer.api.model
    before = by_ids(model, hidden=[], frozen=[])
    shrunk = [
        with_actions(before, {Action.UPDATE: {"Company": NOTHING}}),
        replace(before, predicates={**before.predicates, "Contact": NOTHING}),
        replace(before, values={"hidden": ["company_x"], "frozen": []}),
    ]
    for reader in shrunk:
        key = f"rights-{next(_KEYS)}"
        done = await _ask(write, key, before)
        async with unchanged(write):
            again = await _ask(write, key, reader)

        assert done.errors == []
        assert (again.data, again.code) == ({"createCompany": None}, "ALREADY_DONE")


async def _ask(write: Write, key: str, reader: Reader) -> Any:
    text = f'mutation {{ createCompany(input: {{name: "Keyed"}}) {{ company {{ id }} {ERRORS} }} }}'
    return await write.answerer.answer(Question(text, None, {}, key=key), reader)


async def test_a_conflict_shows_the_record_as_far_as_it_is_seen_and_a_forbidden_one_not_at_all(write: Write) -> None:
    seen, mine = await write.made("Company", name="Seen"), await write.made("Company", name="Mine")
    parent = await write.made("Company", name="Hidden parent")
    await write(
        f"mutation($a: ID!, $b: ID!) {{ linkCompanyParent(from: $a, to: $b) {{ {ERRORS} }} }}", {"a": mine, "b": parent}
    )
    reader = by_ids(write.answerer.api.model, hidden=[parent], frozen=[seen])
    text = """mutation($id: ID!) { updateCompany(id: $id, input: {}, expectedVersion: 99) {
      errors { code ... on ConflictError { current { ... on Company { name parent { name } } } } } } }"""

    conflict = await write(text, {"id": mine}, reader)
    forbidden = await write.body(text, {"id": seen}, reader)

    assert conflict["errors"] == [{"code": "CONFLICT", "current": {"name": "Mine", "parent": None}}]
    assert [error["extensions"]["code"] for error in forbidden["errors"]] == ["FORBIDDEN"]


async def test_administrators_pay_nothing(write: Write) -> None:
    """A reader who may do everything is asked nothing, so that its statements are those of the administrator."""
    api, texts = write.answerer.api, []
    for reader in (Reader(None, is_administrator=True), Reader("user_1", default=EVERYTHING)):
        recorder = Recorder()
        answerer = Answerer(api, recorder, "USD", numbers)
        for name in chosen(api):
            text, variables = document(api, name, api.mutations[name], is_whole=False)
            await answerer.answer(Question(text, None, variables), reader)
        texts.append([statement.text for statement in recorder.statements])

    assert texts[0] == texts[1]
    assert all("FORBIDDEN" not in text for text in texts[0])
