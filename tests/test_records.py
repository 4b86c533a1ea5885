"""What is written down: a line for each operation, security events and spans; and never a value or a secret."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from graph.address import Address
from tests.attacks.asking import ask
from tests.feed.sockets import socket
from tests.serving import serving
from web.settings import Settings

ROOT = Path(__file__).parents[1]
CANARY = "canary-7c1f"


def operations(logs: list[Any]) -> list[dict[str, Any]]:
    return [each for each in logs if each["event"] == "operation"]


@pytest.mark.usefixtures("trading")
def test_an_operation_is_one_line_without_its_values(server_url: str) -> None:
    query = f'query Find($name: String!) {{ companies(first: 3, where: {{or: [{{name: {{eq: $name}}}}, {{name: {{ne: "{CANARY}"}}}}]}}) {{ nodes {{ id contacts(first: 2) {{ nodes {{ id }} }} }} }} }}'
    with capture_logs() as logs:
        response = ask(server_url, query, {"name": CANARY}, x_request_id="from-proxy-1")

    data = response.json()["data"]["companies"]["nodes"]
    rows = len(data) + sum(len(each["contacts"]["nodes"]) for each in data)
    (line,) = operations(logs)
    assert line.pop("databaseMs") > 0
    assert line.pop("ms") > 0
    assert len(line.pop("document")) == 64
    assert line == {
        "event": "operation",
        "log_level": "info",
        "request": "from-proxy-1",
        "name": "Find",
        "kind": "query",
        "user": None,
        "roles": [],
        "cost": 9,
        "rows": rows,
        "statements": 1,
        "codes": [],
    }
    assert CANARY not in json.dumps(logs)


@pytest.mark.usefixtures("trading")
def test_what_is_refused_or_wrong_is_a_line_as_well(server_url: str) -> None:
    with capture_logs() as logs:
        ask(server_url, "{ compnies { totalCount } }", x_request_id="one")
        ask(server_url, '{ company(id: "' + CANARY + '") { id } }', x_request_id='{"a": 1}')
        ask(server_url, 'mutation Make { createTeam(input: {name: ""}) { errors { code } } }')

    lines = operations(logs)
    assert [line["codes"] for line in lines] == [["BAD_USER_INPUT"], ["BAD_USER_INPUT"], []]
    assert [line["kind"] for line in lines] == [None, "query", "mutation"]
    assert lines[0]["request"] == "one"
    assert re.fullmatch(r"[0-9a-f]{12}-\d+", lines[1]["request"])
    assert CANARY not in json.dumps(logs)


@pytest.mark.usefixtures("trading")
async def test_operations_over_a_websocket_are_written_down_too(server_url: str) -> None:
    with capture_logs() as logs:
        async with socket(server_url) as client:
            await client.subscribe("query Over { users(first: 0) { totalCount } }")
            assert (await client.receive())["type"] == "next"
            assert (await client.receive())["type"] == "complete"
            await client.subscribe("subscription Told { changed { id } }", id="2")
            async with asyncio.timeout(60):
                while len(operations(logs)) < 2:  # noqa: ASYNC110 - a log tells nobody.
                    await asyncio.sleep(0.05)

    assert [(line["name"], line["kind"], line["codes"]) for line in operations(logs)] == [
        ("Over", "query", []),
        ("Told", "subscription", []),
    ]


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize(
    ("query", "properties"),
    [
        ("{ contacts(first: 1) { nodes { name birthDate incomeBand } } }", "birthDate, incomeBand"),
        ("{ customers(first: 1) { nodes { creditLimit { amount } } } }", "creditLimit"),
        ("{ contacts(first: 0, where: {birthDate: {isNull: false}}) { totalCount } }", "birthDate"),
        ("{ contacts(first: 1, orderBy: {incomeBand: ASC}) { nodes { id } } }", "incomeBand"),
        ("{ customers(first: 0) { aggregate { creditLimit { max { amount } } } } }", "creditLimit"),
        ("{ customers(first: 1) { nodes { number name } } }", None),
    ],
)
def test_reads_of_what_is_sensitive_are_security_events(server_url: str, query: str, properties: str | None) -> None:
    with capture_logs() as logs:
        response = ask(server_url, query)

    assert "errors" not in response.json(), response.text
    found = [each["properties"] for each in logs if each["event"] == "sensitive_read"]
    assert found == ([properties] if properties else [])


CHANGED = """mutation($c: String!, $born: Date!) { upsertContact(key: {externalRef: {system: "log", type: "c", id: $c}},
  input: {name: "Log", birthDate: $born}) { contact { id } errors { message } } }"""


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize(("selection", "properties"), [("values { property new }", ["birthDate"]), ("properties", [])])
def test_a_history_that_tells_sensitive_values_is_a_security_event(
    server_url: str, selection: str, properties: list[str]
) -> None:
    """In the history of a record and in the list of all changes; not where only names are told."""
    changed = ask(server_url, CHANGED, {"c": "1", "born": "1990-01-02"}).json()["data"]["upsertContact"]
    assert changed["errors"] == []
    id_ = changed["contact"]["id"]
    own = f"query($id: ID!) {{ contact(id: $id) {{ history(first: 50) {{ nodes {{ {selection} }} }} }} }}"
    every = f"query($id: ID!) {{ changes(last: 50, types: [Contact]) {{ nodes {{ {selection} }} }} contact(id: $id) {{ id }} }}"
    for query in (own, every):
        with capture_logs() as logs:
            body = ask(server_url, query, {"id": id_}).json()

        assert "errors" not in body, body
        assert [each["properties"] for each in logs if each["event"] == "sensitive_read"] == properties


@pytest.mark.usefixtures("trading")
async def test_a_subscription_that_tells_sensitive_values_is_a_security_event_once(server_url: str) -> None:
    """When it tells the first one, and not with each that follows."""
    with capture_logs() as logs:
        async with socket(server_url) as client:
            await client.subscribe("subscription Told { changed(types: [Contact]) { values { property new } } }")
            async with asyncio.timeout(60):
                while not operations(logs):  # noqa: ASYNC110 - a log tells nobody.
                    await asyncio.sleep(0.05)
            before = [each for each in logs if each["event"] == "sensitive_read"]
            for born in ("1991-01-02", "1992-01-02"):
                await asyncio.to_thread(ask, server_url, CHANGED, {"c": "2", "born": born})
            told = await client.told(2)

    assert before == []
    assert {"birthDate"} <= {value["property"] for one in told for value in one["values"]}
    found = [(each["properties"], each["operation"]) for each in logs if each["event"] == "sensitive_read"]
    assert found == [("birthDate", "Told")]


@pytest.mark.usefixtures("trading")
def test_exports_are_security_events(server_url: str) -> None:
    with capture_logs() as logs:
        response = httpx.post(
            f"{server_url}/export?format=jsonl", json={"query": "{ users { nodes { id name } } }"}, timeout=60
        )

    (event,) = (each for each in logs if each["event"] == "export")
    assert (event["field"], event["format"], event["caller"]) == ("users", "jsonl", "address 127.0.0.1")
    assert event["rows"] == len(response.text.splitlines())


def test_refusals_are_security_events(neo4j_address: Address) -> None:
    settings = Settings(webhooks=False, introspection=False, limit_administrator=True, cost=200, cost_per_second=1)
    with serving(neo4j_address, settings) as url, capture_logs() as logs:
        schema = ask(url, "{ __schema { queryType { name } } }", x_request_id="one")
        meant = ask(url, "{ compnies { totalCount } }")
        ask(url, "{ users(first: 180) { nodes { id } } }")

    assert schema.status_code == 403
    assert meant.json()["errors"][0]["message"] == "Cannot query field 'compnies' on type 'Query'."
    assert [(each["event"], each["codes"], each["log_level"]) for each in logs if each["event"] == "refused"] == [
        ("refused", "FORBIDDEN", "warning"),
        ("refused", "RATE_LIMITED", "warning"),
    ]


# --- the log itself, and secrets --------------------------------------------------------------------------------------


def run(script: str) -> str:
    """What a script of its own writes to standard error, where the log goes."""
    # What the machine says of traces in general would decide what is collected here.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    return found.stderr


def test_the_log_is_json_and_masks_whatever_looks_like_a_secret() -> None:
    text = run(f"""
        import logging, structlog
        from pydantic import SecretStr
        from web.logs import set_up_logs
        set_up_logs()
        log = structlog.get_logger("security")
        log.info("signed_in", password="{CANARY}", refresh_token="{CANARY}", apiKey="{CANARY}", hidden=SecretStr("{CANARY}"),
                 variables={{"a": "{CANARY}"}}, user="user_1", address="bolt://neo4j:{CANARY}@db:7687", header="Bearer {CANARY}")
        logging.getLogger("driver").error("cannot reach %s", "neo4j://me:{CANARY}@db")
        try:
            secret = "{CANARY}"
            raise ValueError("no")
        except ValueError:
            logging.getLogger("driver").exception("failed")
            log.exception("failed")
        structlog.get_logger().info("关系")
    """)

    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == 5
    assert CANARY not in text.replace(f'secret = \\"{CANARY}\\"', "")
    first = lines[0]
    assert (first["logger"], first["user"], first["password"], first["hidden"]) == ("security", "user_1", "***", "***")
    assert first["address"] == "bolt://***@db:7687"
    assert "ValueError: no" in lines[2]["exception"]
    assert lines[4]["event"] == "关系"


def test_no_secret_is_in_the_settings_or_an_address_that_is_printed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(CANARY)
    settings = Settings(
        metrics_token=CANARY,
        NEO4J_PASSWORD=CANARY,
        tls_key_password_file=tmp_path / "token",
    )
    address = Address("bolt://x", "neo4j", CANARY)

    assert (settings.password(), settings.shown_token(), settings.key_password()) == (CANARY, CANARY, CANARY)
    for shown in (repr(settings), str(settings), str(settings.model_dump()), repr(address), str(address)):
        assert CANARY not in shown


# --- traces -----------------------------------------------------------------------------------------------------------


def test_spans_are_made_of_request_plan_and_statement_once_somebody_collects_them(neo4j_address: Address) -> None:
    text = run(f"""
        import asyncio, sys
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        from graph.address import Address
        from graph.database import Database
        from graph import tracing
        from graph.reader import ADMINISTRATOR
        from resolvers.answer import Answerer
        from resolvers.question import Question
        from resolvers.statements import Statements
        from resolvers.turns import Turns
        from tests.asking import declared_api
        from web.asking import Asker, Asking
        from web.records import Records
        from web.trusted import TrustedDocuments
        exporter, provider = InMemorySpanExporter(), TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(exporter))

        async def main():
            database = Database(Address({neo4j_address.uri!r}, {neo4j_address.user!r}, {neo4j_address.password!r}))
            answerer = Answerer(declared_api(), Statements(database, Turns()))
            asking = Asking(lambda: TrustedDocuments({{}}), Records(with_operations=False))
            asker = Asker(ADMINISTRATOR, "nobody", "1")
            question = Question("query Spans {{ teams(first: 0) {{ totalCount }} }}")
            await asking.answer(answerer, question, asker)
            trace.set_tracer_provider(provider)
            await asyncio.sleep(2 * tracing._EVERY)
            await asking.answer(answerer, Question(question.text + " "), asker)
            await asking.answer(answerer, question, asker)
            await database.close()

        asyncio.run(main())
        spans = exporter.get_finished_spans()
        names = {{span.context.span_id: span.name for span in spans}}
        for span in spans:
            print(span.name, names.get(span.parent.span_id) if span.parent else None, file=sys.stderr)
    """)

    assert text.split("\n") == [
        "plan request",
        "statement request",
        "request None",
        "statement request",
        "request None",
        "",
    ]
