"""Operations over a WebSocket, in the protocol graphql-transport-ws; docs/changes.md tells it to clients.

connection_init → connection_ack, then   subscribe → next … complete | error,   ping → pong
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from graph.errors import BadInput, Busy, GuanxiError, TooComplex
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answer, Answerer, Question, refused
from resolvers.request import InvalidRequest
from resolvers.subscriptions import Subscriptions
from web.allowance import Allowance
from web.asking import Asker, Asking
from web.connections import Connections
from web.parameters import checked_parameters
from web.records import request_id

PROTOCOL = "graphql-transport-ws"


class Closing(Exception):
    """The connection is to be closed, with a code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class WebSocketEndpoint:
    """Answers WebSockets at /graphql, as an ASGI application. `question` is what a `subscribe` asks."""

    def __init__(
        self,
        answerer: Callable[[], Answerer],
        question: Callable[[Mapping[str, Any]], Question],
        subscriptions: Subscriptions,
        asking: Asking,
        connections: Connections,
        allowance: Allowance = Allowance(),
    ) -> None:
        self.answerer, self.question, self.subscriptions, self.asking = answerer, question, subscriptions, asking
        self.connections, self.allowance = connections, allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        if PROTOCOL not in scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(PROTOCOL)
        asker = self.asking.asker(scope, ADMINISTRATOR, request_id())
        try:
            self.connections.enter(asker.caller)
        except Busy as busy:
            # RFC 6455 leaves the code to its registry, which calls it "try again later".
            await websocket.close(1013, busy.message)
            return
        try:
            await _Connection(self, websocket, asker).run()
        finally:
            self.connections.leave(asker.caller)


class _Connection:
    def __init__(self, endpoint: WebSocketEndpoint, websocket: WebSocket, asker: Asker) -> None:
        self._endpoint, self._websocket, self._allowance = endpoint, websocket, endpoint.allowance
        self._asker = asker
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._is_known = False
        self._failed = asyncio.Event()

    async def run(self) -> None:
        listening = asyncio.create_task(self._listen())
        failing = asyncio.create_task(self._failed.wait())
        try:
            await asyncio.wait((listening, failing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            tasks = [listening, failing, *self._operations.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(self._allowance.init) as limit:
                while True:
                    message = await self._receive()
                    self._take(message, str(message["type"]))
                    if message["type"] == "connection_init":
                        await self._send({"type": "connection_ack"})
                    elif message["type"] == "ping":
                        await self._send({"type": "pong"})
                    # Pings of its own do not make a connection less idle.
                    if self._operations:
                        limit.reschedule(None)
                    elif self._is_known and message["type"] in ("connection_init", "complete", "subscribe"):
                        limit.reschedule(asyncio.get_running_loop().time() + self._allowance.idle)
        except TimeoutError:
            if self._is_known and not self._operations:
                await self._close(1000, "Idle")
            else:
                await self._close(4408, "Connection initialisation timeout")
        except Closing as closing:
            await self._close(closing.code, closing.reason)
        except WebSocketDisconnect:
            pass

    async def _close(self, code: int, reason: str) -> None:
        # A reason has 123 bytes at most (RFC 6455, 5.5).
        shown = reason.encode()[:120].decode(errors="ignore")
        with suppress(RuntimeError, WebSocketDisconnect, TimeoutError, OSError):
            async with asyncio.timeout(self._allowance.send):
                await self._websocket.close(code, shown)

    async def _receive(self) -> dict[str, Any]:
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1005))
        text = event.get("text")
        if text is None:
            raise Closing(4400, "Messages are texts")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Closing(4400, "A message is no JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closing(4400, 'A message is an object with "type"')
        return message

    def _take(self, message: dict[str, Any], type_: str) -> None:
        match type_:
            case "connection_init":
                if self._is_known:
                    raise Closing(4429, "Too many initialisation requests")
                if not isinstance(message.get("payload"), dict | None):
                    raise Closing(4400, '"payload" of connection_init must be an object')
                self._is_known = True
            case "ping" | "pong":
                pass
            case "subscribe":
                self._subscribe(message)
            case "complete":
                if task := self._operations.pop(self._id(message), None):
                    task.cancel()
            case other:
                raise Closing(4400, f'A message is of the unknown type "{other[:60]}"')

    def _id(self, message: dict[str, Any]) -> str:
        found = message.get("id")
        if not isinstance(found, str) or not 0 < len(found) <= self._allowance.id_length:
            raise Closing(4400, f'"id" must be a text of 1 to {self._allowance.id_length} characters')
        return found

    def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._is_known:
            raise Closing(4401, "Unauthorized")
        id_, payload = self._id(message), message.get("payload")
        if id_ in self._operations:
            raise Closing(4409, f"Subscriber for {id_} already exists")
        if not isinstance(payload, dict):
            raise Closing(4400, '"payload" of subscribe must be an object')
        try:
            checked_parameters(payload, "The payload")
        except BadInput as error:
            raise Closing(4400, error.message) from None
        is_allowed = len(self._operations) < self._allowance.operations
        task = asyncio.create_task(self._operate(id_, payload, is_allowed))
        self._operations[id_] = task
        task.add_done_callback(lambda done: self._done(id_, done))

    def _done(self, id_: str, task: asyncio.Task[None]) -> None:
        if self._operations.get(id_) is task:
            del self._operations[id_]
        if not task.cancelled() and task.exception():
            # What cannot be sent will not be sent later either.
            self._failed.set()

    async def _operate(self, id_: str, payload: Mapping[str, Any], is_allowed: bool) -> None:
        name = orjson.dumps(id_)
        try:
            if not is_allowed:
                raise TooComplex(f"A connection has at most {self._allowance.operations} operations at a time.")
            question, answerer = self._endpoint.question(payload), self._endpoint.answerer()
            if await self._endpoint.asking.is_subscription(answerer, question, self._asker):
                await self._tell(name, question, answerer)
            else:
                answer = await self._endpoint.asking.answer(answerer, question, self._asker)
                if answer.is_request_error:
                    await self._refuse(name, answer)
                    return
                await self._next(name, orjson.dumps(answer.body()))
        except (InvalidRequest, GuanxiError) as error:
            await self._refuse(name, self._endpoint.answerer().refused(error, self._asker.reader))
            return
        except (TimeoutError, RuntimeError, WebSocketDisconnect, OSError):
            raise
        except Exception:
            logging.getLogger(__name__).exception("an operation failed")
            await self._refuse(name, refused(GuanxiError("Something went wrong on the server; see its log.")))
            return
        await self._text(b'{"type":"complete","id":%b}' % name)

    async def _tell(self, name: bytes, question: Question, answerer: Answerer) -> None:
        subscriptions = self._endpoint.subscriptions
        subscription = await self._endpoint.asking.subscribe(answerer, question, self._asker, subscriptions)
        try:
            async for told in subscription:
                await self._next(name, told.body)
        finally:
            subscriptions.close(subscription)

    async def _next(self, name: bytes, body: bytes) -> None:
        await self._text(b'{"type":"next","id":%b,"payload":%b}' % (name, body))

    async def _refuse(self, name: bytes, answer: Answer) -> None:
        await self._text(b'{"type":"error","id":%b,"payload":%b}' % (name, orjson.dumps(answer.errors)))

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self._text(orjson.dumps(message))

    async def _text(self, text: bytes) -> None:
        async with asyncio.timeout(self._allowance.send):
            await self._websocket.send_text(text.decode())
