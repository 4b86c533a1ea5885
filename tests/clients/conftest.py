"""The clients, built against our schema as an application's build does it, and a server that trusts their documents."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from graph.address import Address
from tests.clients.node import NodeError, Work
from tests.serving import serving
from web.settings import Settings

# What each tool of a build writes, by the folder that it runs in.
MANIFESTS = {
    "apollo": "persisted-query-manifest.json",
    "relay": "persisted-queries.json",
    "codegen": "generated/persisted-documents.json",
}


@pytest.fixture(scope="package")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    try:
        made = Work(tmp_path_factory.mktemp("clients"))
        made.run("apollo", "generate-persisted-query-manifest", "--config", "manifest.config.json")
        # Relay's compiler wants to find the folder and the file that it writes.
        (made.folder / "relay" / "__generated__").mkdir()
        (made.folder / "relay" / MANIFESTS["relay"]).write_text("{}", encoding="utf-8")
        made.run("relay", "relay-compiler")
        made.run("codegen", "graphql-codegen", "--config", "codegen.json")
    except NodeError as error:
        pytest.fail(str(error), pytrace=False)
    return made


@pytest.fixture(scope="package")
def url(neo4j_address: Address, work: Work) -> Iterator[str]:
    manifests = [str(work.folder / part / name) for part, name in MANIFESTS.items()]
    with serving(neo4j_address, Settings(trusted_documents=os.pathsep.join(manifests))) as found:
        yield found
