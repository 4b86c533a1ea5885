"""Files of named queries come and go while the server runs, and a broken one never takes it down."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.address import Address
from graph.database import Database, Patience
from tests.asking import declared_api
from tests.serving import serving
from web.queries import load_queries
from web.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "adding-a-query.md"

_COUNT = '/* extend type Query { "How many products there are." %s: Int! } */\nMATCH (product:Product) WHERE true /* visible(product) */\nRETURN count(product) AS value'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("my-queries")


@pytest.fixture(scope="module")
def url(neo4j_address: Address, folder: Path) -> Iterator[str]:
    with serving(neo4j_address, Settings(queries=str(folder)), with_reload=True) as found:
        yield found


def _ask(url: str, query: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.post(f"{url}/graphql", json={"query": query}, timeout=120).json()
    return found


def _until(is_so: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < limit, "the server did not notice the file within a minute"
        time.sleep(0.2)


def test_a_new_file_is_a_field_and_a_removed_one_is_none(url: str, folder: Path) -> None:
    assert "errors" in _ask(url, "{productCount}")

    (folder / "count.cypher").write_text(_COUNT % "productCount", encoding="utf-8")
    _until(lambda: "data" in _ask(url, "{productCount}"))
    found = _ask(url, "{productCount products {totalCount}}")["data"]
    assert found["productCount"] == found["products"]["totalCount"] > 0

    (folder / "count.cypher").unlink()
    _until(lambda: "errors" in _ask(url, "{productCount}"))


def test_a_broken_file_is_left_out_and_readyz_says_so(url: str, folder: Path) -> None:
    broken = folder / "broken.cypher"
    broken.write_text("MATCH (n) RETURN n", encoding="utf-8")
    sentence = (
        f"{broken}:1: the file must begin with a comment that declares its field: /* extend type Query {{ … }} */."
    )

    _until(lambda: httpx.get(f"{url}/readyz", timeout=60).json().get("queriesLeftOut") == [sentence])
    assert httpx.get(f"{url}/readyz", timeout=60).status_code == 200
    assert _ask(url, "{products(first: 0) {totalCount}}")["data"]["products"]["totalCount"] > 0

    broken.unlink()
    _until(lambda: httpx.get(f"{url}/readyz", timeout=60).json()["status"] == "ok")


def test_the_document_about_adding_a_query_is_true(url: str, folder: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (cypher,) = re.findall(r"```cypher\n(.*?)```", text, re.DOTALL)
    (query,) = re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)

    (folder / "former_colleagues.cypher").write_text(cypher, encoding="utf-8")
    described = '{__type(name: "Contact") {fields {name description args {name}}}}'

    def fields() -> dict[str, Any]:
        return {each["name"]: each for each in _ask(url, described)["data"]["__type"]["fields"]}

    _until(lambda: "formerColleagues" in fields())

    assert fields()["formerColleagues"] == {
        "name": "formerColleagues",
        "description": "People who worked at a company while this person did, and whom one of the two has left since.",
        "args": [{"name": name} for name in ("where", "orderBy", "first", "after", "last", "before")],
    }
    assert "errors" not in _ask(url, query)
    (folder / "former_colleagues.cypher").unlink()


async def test_what_neo4j_refuses_is_said_with_its_line(database: Database, tmp_path: Path) -> None:
    (tmp_path / "wrong.cypher").write_text(
        '/*\nextend type Query {\n  "A."\n  wrong: Int\n}\n*/\nMATCH (product:Product)\n'
        "WHERE true /* visible(product) */\nRETURN {a 1}.a AS value",
        encoding="utf-8",
    )
    (tmp_path / "unknown.cypher").write_text(
        '/* extend type Query { "A." unknown: Int } */\nRETURN\n  nobody AS value', encoding="utf-8"
    )

    queries = await load_queries(declared_api(), Settings(queries=str(tmp_path)), database)

    found = sorted(error.message for error in queries.errors)
    assert found[0].startswith(
        f"{tmp_path / 'unknown.cypher'}:3: Neo4j refuses the body: Variable `nobody` not defined"
    )
    assert (
        found[1]
        == f"{tmp_path / 'wrong.cypher'}:9: Neo4j refuses the body: syntax error: Invalid input '1': expected ':'"
    )
    assert len(found) == 2


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        # Whether the parser's thread dies of it or is given up on depends on how much room it has.
        ("(" * 5_000 + "1" + ")" * 5_000, r":1: Neo4j refuses the body: Neo4j (came to no end with it within 8 s|breaks down over it \(\S+\)); make it simpler"),
        ("1 + " * 5_000 + "1", r":1: the file has 20,061 characters; a named query has at most 20,000\."),
    ],
    ids=["brackets in brackets", "a long file"],
)  # fmt: skip
async def test_a_file_that_neo4j_cannot_cope_with_is_left_out_and_the_others_are_served(
    neo4j_address: Address, tmp_path: Path, expression: str, reason: str
) -> None:
    heavy = tmp_path / "heavy.cypher"
    heavy.write_text(f'/* extend type Query {{ "A." heavy: Int }} */\nRETURN {expression} AS value', encoding="utf-8")
    (tmp_path / "light.cypher").write_text(_COUNT % "light", encoding="utf-8")
    database = Database(neo4j_address, Patience(examination=8.0))

    queries = await load_queries(declared_api(), Settings(queries=str(tmp_path)), database)
    await database.close()

    (message,) = [error.message for error in queries.errors]
    assert re.fullmatch(re.escape(str(heavy)) + reason, message), message
    assert ("Query", "light") in queries.api.named


async def test_a_day_compared_with_an_instant_is_warned_of(database: Database, tmp_path: Path) -> None:
    (tmp_path / "late.cypher").write_text(
        '/* extend type Query { "Orders." late(since: Date!): OrderConnection! } */\n'
        "MATCH (order:Order)\nWHERE order.placedAt >= $since AND true /* visible(order) */\nRETURN order",
        encoding="utf-8",
    )

    queries = await load_queries(declared_api(), Settings(queries=str(tmp_path)), database)

    assert queries.errors == ()
    assert queries.warnings == (
        f"{tmp_path / 'late.cypher'}:3: placedAt is a DateTime and $since a Date; they never compare, "
        "write datetime(…) or date(…) around one of them.",
    )


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    queries = await load_queries(declared_api(), Settings(queries=str(tmp_path / "nowhere")), None)

    assert [error.message for error in queries.errors] == [
        f"{tmp_path / 'nowhere'}:1: is no folder; see GUANXI_QUERIES."
    ]


async def test_an_installed_package_offers_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "more_queries"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "count.cypher").write_text(_COUNT % "packagedCount", encoding="utf-8")
    information = tmp_path / "more_queries-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: more-queries\nVersion: 1\n", encoding="utf-8")
    (information / "entry_points.txt").write_text("[guanxi.queries]\nmore = more_queries\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    queries = await load_queries(declared_api(), Settings(), None)

    assert ("Query", "packagedCount") in queries.api.named


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("missing_queries", "ModuleNotFoundError: No module named 'missing_queries'"),
        ("math:pi", "TypeError: expected str, bytes or os.PathLike object, not float"),
    ],
)
async def test_a_package_whose_entry_point_does_not_load_is_named_and_the_others_are_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, reason: str
) -> None:
    information = tmp_path / "broken_queries-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-queries\nVersion: 1\n", encoding="utf-8")
    (information / "entry_points.txt").write_text(f"[guanxi.queries]\nmore = {target}\n", encoding="utf-8")
    (tmp_path / "count.cypher").write_text(_COUNT % "ownCount", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    queries = await load_queries(declared_api(), Settings(queries=str(tmp_path)), None)

    assert [error.message for error in queries.errors] == [
        f"broken-queries:1: the package's entry point more = {target} of the group guanxi.queries cannot be loaded: "
        f"{reason}; mend or uninstall the package."
    ]
    assert ("Query", "ownCount") in queries.api.named
