"""What the tests share: one real Neo4j, one API, the trading example in the database, and a real server before it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from graph.address import Address
from graph.database import Database, Patience
from resolvers.answer import Answerer
from resolvers.api import API
from tests.asking import Ask, whole_api
from tests.awkward import hold_awkward
from tests.dump import Dump
from tests.fixtures_embedded import neo4j_address as neo4j_address
from tests.serving import serving
from tests.trading import hold_trading

ROOT = Path(__file__).parent

# An example takes as long as Neo4j needs to plan a statement that it has not seen before, so there are few of them, and
# one that fails is not made smaller unless HYPOTHESIS_SHRINK is set. In CI they are the same ones every time.
settings.register_profile(
    "real database",
    max_examples=30,
    deadline=None,
    database=None,
    print_blob=True,
    derandomize="CI" in os.environ,
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if "HYPOTHESIS_SHRINK" in os.environ else [])],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("real database")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--operations",
        default="152",
        help="How many generated operations are compared with graphql-core through the database, and 33 times as many "
        "on rows that are made up.",
    )
    parser.addoption("--soak", action="store_true", help="Make each fault happen fifty times instead of three.")


# Folders whose tests share what takes long to make: packages of npm, a browser.
SHARING = {"browser", "clients"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what comes last, and which tests stay in one process where there are several.

    Playwright keeps an event loop of its own once it has started, beside which no other one runs: so it comes last.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)
    for item in items:
        together = item.path.parent if item.path.parent.name in SHARING else item.path
        item.add_marker(pytest.mark.xdist_group(str(together.relative_to(ROOT))))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def api() -> API:
    """The API of everything that is declared."""
    return whole_api()


@pytest.fixture(scope="session")
async def database(neo4j_address: Address, anyio_backend: str) -> AsyncIterator[Database]:
    """The real database, with the constraints and indexes of the model. What it holds is up to the test."""
    # A statement that Neo4j sees for the first time takes seconds to plan, and far longer on a busy machine.
    opened = Database(neo4j_address, Patience(statement=180.0))
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def ask(api: API, database: Database) -> Ask:
    """Asks what the database holds, without HTTP between."""
    return Ask(Answerer(api, database))


@pytest.fixture(scope="module")
async def trading(database: Database, api: API) -> None:
    """The database holds the trading example and nothing else."""
    await hold_trading(database, api.model)


@pytest.fixture(scope="module")
async def awkward(database: Database, api: API) -> Dump:
    """The database holds the awkward graph, which this is, and nothing else. Its model is that of `api`."""
    return await hold_awkward(database)


@pytest.fixture(scope="session")
def server_url(neo4j_address: Address) -> Iterator[str]:
    """Where the real application listens, before the same database, which at first holds the trading example."""
    with serving(neo4j_address) as url:
        yield url
