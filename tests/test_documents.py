"""What the documents say is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.errors import GuanxiError
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.question import Question
from resolvers.request import LIMITS
from resolvers.trouble import TroubleCode
from tests.asking import Ask, whole_api
from web.examples import EXAMPLES, QUERIES, Example, query_of
from web.settings import Settings

ROOT = Path(__file__).parents[1]
_HEX = "01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


class _NoDatabase:
    async def plan(self, statement: object, **_: object) -> dict[str, object]:
        raise AssertionError("asked the database for a plan")

    async def read(self, statement: object, **_: object) -> None:
        raise AssertionError(statement)

    async def write(self, statement: object, **_: object) -> None:
        raise AssertionError(statement)

    async def transact(self, work: object, bookmarks: object = None) -> Any:
        raise AssertionError("asked the database to write")


def _block(path: Path, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_readme_shows_the_one_statement_of_its_query(path: Path) -> None:
    answerer = Answerer(whole_api(), _NoDatabase())

    statement = answerer.prepare(Question(_block(path, "graphql")), ADMINISTRATOR).bind()

    assert statement
    assert _block(path, "cypher") == statement.text + "\n"


@pytest.mark.usefixtures("trading")
async def test_the_readme_query_has_an_answer_in_the_example(ask: Ask) -> None:
    data = await ask.data(_block(READMES[0], "graphql"))

    assert len(data["contacts"]["nodes"]) == 3


@pytest.mark.usefixtures("trading")
async def test_the_examples_of_exploring_have_answers_in_the_example(ask: Ask) -> None:
    text = (ROOT / "docs" / "exploring.md").read_text(encoding="utf-8")
    search, path, neighbours = re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)

    found = (await ask.data(search))["search"]
    customer = (await ask.data("{ customers(first: 1) { nodes { id party { id } } } }"))["customers"]["nodes"][0]
    way = (await ask.data(path, {"from": customer["id"], "to": customer["party"]["id"]}))["path"]

    assert [edge["node"]["name"] for edge in found["edges"]] == ["Harbor Lane Hotels, Inc."]
    assert (way["length"], way["relationships"][0]["type"]) == (1, "ACCOUNT_FOR")
    around = (await ask.data(neighbours, {"id": customer["party"]["id"]}))["neighbours"]
    assert {"type": "ACCOUNT_FOR", "direction": "IN", "count": 1, "isPartial": False} in around["counts"]
    assert len(around["edges"]) == sum(each["count"] for each in around["counts"])


def test_both_readmes_have_the_same_parts() -> None:
    headings = [re.findall(r"^(#+) ", path.read_text(encoding="utf-8"), re.MULTILINE) for path in READMES]
    links = [set(re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))) for path in READMES]

    assert headings[0] == headings[1]
    assert links[0] - {"README.zh-CN.md"} == links[1] - {"README.md"}


@pytest.mark.parametrize("path", [*READMES, *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    targets = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))]

    missing = [each for each in targets if each and "://" not in each and not (path.parent / each).exists()]

    assert missing == []


def test_every_setting_is_documented_with_its_name() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([A-Z0-9_]+)` \|", text, re.MULTILINE)

    settings = [
        str(field.validation_alias or f"GUANXI_{name.upper()}") for name, field in Settings.model_fields.items()
    ]

    assert sorted(documented) == sorted(settings)


def test_every_decision_is_short_and_numbered() -> None:
    paths = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert [path.name[:4] for path in paths] == [f"{number:04d}" for number in range(1, len(paths) + 1)]
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert 3 <= len(lines) <= 25, path.name


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.file)
def test_every_worked_example_is_a_question_that_can_be_asked(example: Example) -> None:
    variables = {
        "product": "x",
        "since": "2025-01-01T00:00:00Z",
        "userId": f"user_{_HEX}",
        "contactId": f"contact_{_HEX}",
        "text": "x",
    }
    answerer = Answerer(whole_api(), _NoDatabase())
    document = answerer.documents.read(query_of(example))
    (operation,) = document.operations.values()
    asked = {definition.variable.name.value for definition in operation.variable_definitions or ()}

    prepared = answerer.prepare(Question(document.text, None, {name: variables[name] for name in asked}), ADMINISTRATOR)

    assert operation.name
    assert prepared.bind()


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_first_worked_example_is_the_query_of_the_readme(path: Path) -> None:
    assert query_of(EXAMPLES[0]) == _block(path, "graphql")


def test_the_limit_of_depth_that_is_told_is_the_one_that_holds() -> None:
    told = {
        "README.md": r"up to (\d+) levels deep",
        "CHANGELOG.md": r"up to (\d+) levels deep",
        "README.zh-CN.md": r"最多 (\d+) 层",
    }
    found = {
        name: set(re.findall(pattern, (ROOT / name).read_text(encoding="utf-8"))) for name, pattern in told.items()
    }

    assert LIMITS.depth == LIMITS.filter_depth
    assert found == {name: {str(LIMITS.depth)} for name in told}


def test_every_file_of_examples_is_shown() -> None:
    assert sorted(path.stem for path in QUERIES.glob("*.graphql")) == sorted(example.file for example in EXAMPLES)


def test_every_error_code_is_documented_and_no_other() -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    web = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "web").glob("*.py"))

    codes = {each.code for each in _with_subclasses(GuanxiError)} | set(re.findall(r'refusal\(\d+, "(\w+)"', web))

    of_requests, of_inputs = text.split("## What is wrong with an input")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", of_requests, re.MULTILINE)) == codes
    assert re.findall(r"^\| `([A-Z_]+)` \|", of_inputs, re.MULTILINE) == [each.name for each in TroubleCode]


def _with_subclasses(error: type[GuanxiError]) -> Iterator[type[GuanxiError]]:
    yield error
    for each in error.__subclasses__():
        yield from _with_subclasses(each)
