"""The floor's server: POST /WORKLOAD with the parameters as JSON, answered with the statement's row as it is.

No GraphQL, no framework, no keys beside the values: what an engine costs beyond this is what the engine costs.
Statements are sent without a transaction around them, which saves a message; uvicorn parses the HTTP as it does
for the other Python engines.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import orjson
from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase, NotificationMinimumSeverity

FOLDER = Path(__file__).parent

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def statements() -> dict[str, str]:
    """The statements by the names of their workloads."""
    paths = sorted(FOLDER.rglob("*.cypher"))
    return {path.relative_to(FOLDER).with_suffix("").as_posix(): path.read_text(encoding="utf-8") for path in paths}


def open_driver(uri: str, user: str, password: str) -> AsyncDriver:
    return AsyncGraphDatabase.driver(
        uri, auth=(user, password), notifications_min_severity=NotificationMinimumSeverity.OFF
    )


async def ask(
    driver: AsyncDriver, database: str, text: str, values: dict[str, Any], access_mode: str = READ_ACCESS
) -> Any:
    """The one value of the one row that a statement answers; None if there is no row."""
    async with driver.session(database=database, default_access_mode=access_mode) as session:
        record = await (await session.run(text, {"p": values})).single()
        return record[0] if record else None


class Floor:
    """The ASGI application."""

    def __init__(self) -> None:
        self._texts = {f"/{name}": text for name, text in statements().items()}
        self._database = os.environ.get("NEO4J_DATABASE", "neo4j")
        self._driver: AsyncDriver | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if self._driver is None:
            # Opened here, since the driver belongs to the loop that it is opened in.
            self._driver = open_driver(os.environ["NEO4J_URI"], os.environ["NEO4J_USER"], os.environ["NEO4J_PASSWORD"])
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]:
                break
        path = scope["path"]
        access_mode = WRITE_ACCESS if path.startswith("/writes/") else READ_ACCESS
        row = await ask(self._driver, self._database, self._texts[path], orjson.loads(body), access_mode)
        answer = orjson.dumps(row)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


app = Floor()
