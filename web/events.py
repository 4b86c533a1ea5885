"""Subscriptions as server-sent events: GraphQL over SSE in its distinct connections mode, one stream per operation.

event: next          data: a response          id: the cursor to go on after
event: complete      data is empty
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import orjson
from starlette.types import Receive, Scope, Send

from graph.errors import GuanxiError
from resolvers.answer import refused
from resolvers.subscription import Subscription
from resolvers.subscriptions import Subscriptions
from web.asking import Asker
from web.connections import Connections
from web.identity import asking
from web.watch import Watch

EVENTS = "text/event-stream"

# Proxies close what is silent for long, so that a comment is sent now and then.
KEEP_ALIVE = 15.0
# Who takes nothing for so long does not read.
SEND_WITHIN = 30.0

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # Some proxies collect an answer before they pass it on, unless they are told not to.
    (b"x-accel-buffering", b"no"),
]


class EventStream:
    """An ASGI response that tells a subscription until it ends or the client leaves, whose connection is counted."""

    def __init__(
        self,
        subscription: Subscription,
        subscriptions: Subscriptions,
        watch: Watch,
        connections: Connections,
        asker: Asker,
    ) -> None:
        self._subscription, self._subscriptions = subscription, subscriptions
        self._watch = watch
        self._watched = watch.begin(asking(), asker.reader)
        self._connections, self._caller = connections, asker.caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._run(receive, send)
        finally:
            self._connections.leave(self._caller)

    async def _run(self, receive: Receive, send: Send) -> None:
        telling = asyncio.create_task(self._tell(send))
        leaving = asyncio.create_task(_gone(receive))
        ending = asyncio.create_task(self._end())
        try:
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._watch.leave(self._watched)
            self._subscriptions.close(self._subscription)
            for task in (telling, leaving, ending):
                task.cancel()
                with suppress(asyncio.CancelledError, TimeoutError, OSError):
                    await task

    async def _end(self) -> None:
        """Complete the stream once its reader may not go on. What was not told by then is not told any more."""
        await self._watched.ended.wait()
        self._subscription.forget()

    async def _tell(self, send: Send) -> None:
        async with asyncio.timeout(SEND_WITHIN):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        async for event in with_pauses(events(self._subscription)):
            async with asyncio.timeout(SEND_WITHIN):
                await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def events(subscription: Subscription) -> AsyncIterator[bytes]:
    """What a subscription tells, as events; at the end it is complete."""
    try:
        async for told in subscription:
            yield b"event: next\nid: %b\ndata: %b\n\n" % (told.cursor.encode(), told.body)
    except GuanxiError as error:
        yield b"event: next\ndata: %b\n\n" % orjson.dumps(refused(error).body())
    yield b"event: complete\ndata:\n\n"


async def with_pauses(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same, with a comment at once and after every pause."""
    yield b":\n\n"
    following = asyncio.ensure_future(anext(source))
    try:
        while True:
            done, _ = await asyncio.wait((following,), timeout=KEEP_ALIVE)
            if not done:
                yield b":\n\n"
                continue
            try:
                event = following.result()
            except StopAsyncIteration:
                return
            yield event
            following = asyncio.ensure_future(anext(source))
    finally:
        following.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
