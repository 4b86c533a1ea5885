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

from graph.errors import BadInput, Busy, GuanxiError, TooComplex, Unauthenticated
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answer, Answerer, refused
from resolvers.question import Question
from resolvers.request import InvalidRequest
from resolvers.subscriptions import Subscriptions
from web.allowance import Allowance
from web.asking import Asker, Asking
from web.callers import caller_of
from web.connections import Connections
from web.entrance import Entrance
from web.identity import BUILT_IN, NOTHING_SHOWN, answer_for
from web.parameters import checked_parameters
from web.records import request_id
from web.responses import Refusal
from web.security_events import record
from web.watch import Ending, Watched

PROTOCOL = "graphql-transport-ws"

# Under which names a client may show its token when it opens a connection; browsers cannot send a header with it.
_SHOWN = ("authorization", "Authorization")


class Closing(Exception):
    """The connection is to be closed, with a code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


def _closing(error: GuanxiError) -> Closing:
    """Who shows nothing need not come again; who shows what is over may come again with something newer."""
    if isinstance(error, Unauthenticated) and error.message == NOTHING_SHOWN:
        return Closing(4401, "Unauthorized")
    return Closing(1013 if error.retryable else 4403, error.message)


class WebSocketEndpoint:
    """Answers WebSockets at /graphql, as an ASGI application. `question` is what a `subscribe` asks."""

    def __init__(
        self,
        answerer: Callable[[], Answerer],
        question: Callable[[Mapping[str, Any]], Question],
        subscriptions: Subscriptions,
        entrance: Entrance,
        asking: Asking,
        connections: Connections,
        allowance: Allowance = Allowance(),
    ) -> None:
        self.answerer, self.question, self.subscriptions = answerer, question, subscriptions
        self.entrance, self.asking = entrance, asking
        self.connections, self.allowance = connections, allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        if PROTOCOL not in scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(PROTOCOL)
        # Who asks is told by its first message; until then a connection is its address's.
        caller = caller_of(scope, ADMINISTRATOR)
        try:
            self.connections.enter(caller)
        except Busy as busy:
            # RFC 6455 leaves the code to its registry, which calls it "try again later".
            await websocket.close(1013, busy.message)
            return
        try:
            await _Connection(self, websocket).run()
        finally:
            self.connections.leave(caller)


class _Connection:
    def __init__(self, endpoint: WebSocketEndpoint, websocket: WebSocket) -> None:
        self._endpoint, self._websocket, self._allowance = endpoint, websocket, endpoint.allowance
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._is_known = False
        self._identity = BUILT_IN
        self._watched: Watched | None = None
        self._identified = asyncio.Event()
        self._failed = asyncio.Event()

    async def run(self) -> None:
        listening = asyncio.create_task(self._listen())
        failing = asyncio.create_task(self._failed.wait())
        ending = asyncio.create_task(self._end())
        try:
            await asyncio.wait((listening, failing, ending), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._watched:
                self._endpoint.entrance.watch.leave(self._watched)
            tasks = [listening, failing, ending, *self._operations.values()]
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
                        await self._identify(message.get("payload") or {})
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

    async def _identify(self, payload: Mapping[str, Any]) -> None:
        """Find out who asks, by the message that opens the connection, or by what the upgrade showed."""
        entrance, scope = self._endpoint.entrance, self._websocket.scope
        given = next((payload[name] for name in _SHOWN if name in payload), None)
        try:
            if given is None:
                headers = dict(self._websocket.headers)
                self._identity, reader = await entrance.asker(scope, headers, changes=True)
            else:
                if not isinstance(given, str):
                    raise Unauthenticated('"authorization" in the payload of connection_init must be a text.')
                self._identity = await entrance.gate.by_authorization(given)
                reader = await entrance.gate.reader(self._identity)
        except Refusal as refused:
            raise _closing(refused.error) from refused
        except GuanxiError as error:
            record("connection_refused", refused=True, reason=error.message)
            raise _closing(error) from error
        # The operations are tasks that this one makes, which answer for whom it answers.
        answer_for(self._identity)
        self._watched = entrance.watch.begin(self._identity, reader)
        self._identified.set()

    async def _end(self) -> None:
        """Close the connection once whoever opened it may not go on, or not with these rights."""
        await self._identified.wait()
        assert self._watched
        await self._watched.ended.wait()
        assert self._watched.ending
        for task in self._operations.values():
            task.cancel()
        # Clients come again by themselves after either code, the first time with a new token.
        code = 4403 if self._watched.ending is Ending.OVER else 4205
        await self._close(code, self._watched.ending.value)

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
            # The rights of now, and not those of when the connection was opened.
            reader = await self._endpoint.entrance.gate.reader(self._identity)
            asker = self._endpoint.asking.asker(self._websocket.scope, reader, request_id())
            if await self._endpoint.asking.is_subscription(answerer, question, asker):
                await self._tell(name, question, answerer, asker)
            else:
                answer = await self._endpoint.asking.answer(answerer, question, asker)
                if answer.is_request_error:
                    await self._refuse(name, answer)
                    return
                await self._next(name, orjson.dumps(answer.body()))
        except (InvalidRequest, GuanxiError) as error:
            await self._refuse(name, refused(error))
            return
        except (TimeoutError, RuntimeError, WebSocketDisconnect, OSError):
            raise
        except Exception:
            logging.getLogger(__name__).exception("an operation failed")
            await self._refuse(name, refused(GuanxiError("Something went wrong on the server; see its log.")))
            return
        await self._text(b'{"type":"complete","id":%b}' % name)

    async def _tell(self, name: bytes, question: Question, answerer: Answerer, asker: Asker) -> None:
        subscriptions = self._endpoint.subscriptions
        subscription = await self._endpoint.asking.subscribe(answerer, question, asker, subscriptions)
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
