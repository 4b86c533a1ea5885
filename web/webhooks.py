"""Webhooks: the changes of the feed, delivered by HTTP to whoever asked for them.

    lease → changes after the cursor → one delivery at a time, again and again until it succeeds → cursor

To one webhook the changes go one after another, so that they come in order and a receiver that is down is not flooded
when it comes back. Several webhooks are delivered to side by side.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import orjson

from graph.database import Database
from graph.errors import GuanxiError, Unauthenticated
from graph.feed import Feed
from graph.noted import Noted, changes_after, changes_of, in_turn, now
from graph.reader import ADMINISTRATOR, Reader
from graph.webhooks import (
    Hook,
    bury,
    claim,
    keep_progress,
    note_failure,
    note_replay,
    note_success,
    release,
    remove,
    replays,
)
from resolvers.answer import Answerer
from resolvers.delivery import Delivery
from resolvers.question import Question
from resolvers.readers import Readers
from web.webhook_progress import Progress
from web.webhook_sender import Outcome, Sender

# What a receiver is told. It holds no values: who needs them asks for them, and is shown what it may see.
PAYLOAD = """subscription {
  changed {
    id createdAt operation recordId recordType recordVersion properties cursor
    edgeType edgeId fromId toId otherId otherType
  }
}"""

_NANOSECONDS = 1_000_000_000
_AT_ONCE = 100
# How often it is written down how far a webhook has come, in seconds: so much is delivered again after a crash.
_KEEP = 1.0


@dataclass(frozen=True)
class Schedule:
    """When a delivery is tried again. Each pause is about twice the one before; times are in seconds."""

    attempts: int = 8
    first: float = 1.0
    longest: float = 300.0
    # How often leases are asked for and renewed, and for how long they hold.
    look: float = 5.0
    lease: float = 30.0
    hooks: int = 1_000

    def pause(self, attempt: int) -> float:
        """How long to wait after an attempt that failed; not the same for all who failed at the same time."""
        longest: float = min(self.first * 2.0 ** (attempt - 1), self.longest)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - nobody gains by guessing it


@dataclass
class _Work:
    """A webhook that we deliver to, as it was when its lease was renewed last."""

    hook: Hook
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Deliverer:
    """Delivers to the webhooks whose leases it has. `answerer` is asked anew for each delivery."""

    def __init__(
        self,
        database: Database,
        answerer: Callable[[], Answerer],
        feed: Feed,
        sender: Sender,
        schedule: Schedule = Schedule(),
        readers: Readers | None = None,
    ) -> None:
        self._database, self._answerer, self._feed, self._sender = database, answerer, feed, sender
        self._schedule, self._readers = schedule, readers
        self._owner = f"deliverer_{uuid4().hex}"
        self._works: dict[str, _Work] = {}
        self._look_now = asyncio.Event()
        # The feed knows its listeners by what they are, so that it must be the same one each time.
        self._listener = self._notice

    async def run(self) -> None:
        """Deliver until it is cancelled; then give the leases back."""
        try:
            while True:
                try:
                    await self._look()
                except GuanxiError as error:
                    logging.getLogger(__name__).warning("webhooks have to wait: %s", error.message)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._look_now.wait(), self._schedule.look)
                self._look_now.clear()
        finally:
            self._feed.leave(self._listener)
            await self._stop([*self._works])
            with suppress(GuanxiError):
                await release(self._database, self._owner)

    def look(self) -> None:
        """Look at once for webhooks that are new or have changed."""
        self._look_now.set()

    async def _look(self) -> None:
        schedule = self._schedule
        hooks = await claim(self._database, self._owner, limit=schedule.hooks, seconds=schedule.lease)
        ours = {hook.id for hook in hooks}
        # What is no longer ours is somebody else's, or is not delivered to any more.
        await self._stop([id_ for id_ in self._works if id_ not in ours])
        for hook in hooks:
            work = self._works.setdefault(hook.id, _Work(hook))
            work.hook = hook
            if hook.has_replays:
                work.awake.set()
            if work.task is None or work.task.done():
                work.task = asyncio.create_task(self._serve(work))
        if self._works:
            self._feed.listen(self._listener)
        else:
            self._feed.leave(self._listener)

    def _notice(self, changes: Sequence[Noted]) -> None:
        for work in self._works.values():
            work.awake.set()
        if any(change.type == "Webhook" for change in changes):
            self.look()

    async def _stop(self, ids: Sequence[str]) -> None:
        tasks = [work.task for id_ in ids if (work := self._works.pop(id_, None)) and work.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- one webhook --------------------------------------------------------------------------------------------------

    async def _serve(self, work: _Work) -> None:
        progress = Progress.of(work.hook)
        pause = self._schedule.first
        while True:
            work.awake.clear()
            try:
                await self._replay(work)
                while await self._deliver_page(work, progress):
                    pass
                pause = self._schedule.first
                with suppress(TimeoutError):
                    # Late changes do not wake it if nobody else listens.
                    await asyncio.wait_for(work.awake.wait(), self._schedule.look)
            except GuanxiError as error:
                logging.getLogger(__name__).warning("a webhook has to wait: %s", error.message)
                await asyncio.sleep(pause)
                pause = min(2 * pause, self._schedule.look)
            except _Over:
                return
            except Exception:
                logging.getLogger(__name__).exception("delivering to a webhook failed")
                await asyncio.sleep(self._schedule.look)

    async def _deliver_page(self, work: _Work, progress: Progress) -> bool:
        """Deliver the next changes; whether there may be more."""
        overlap = int(self._feed.overlap * _NANOSECONDS)
        read_at = await now(self._database)
        progress.begin(read_at)
        page = await self._page(progress)
        for change in page:
            if self._wants(work.hook, change):
                await self._deliver(work, change)
            progress.done[change.id] = change.nanoseconds
            if time.monotonic() > progress.kept_at + _KEEP:
                await self._keep(work, progress)
        # What is committed from now on began within the overlap.
        furthest = max(each.nanoseconds for each in page) if page else read_at
        progress.forget(min(furthest, read_at - overlap))
        if page:
            await self._keep(work, progress)
        return bool(page)

    async def _page(self, progress: Progress) -> list[Noted]:
        """The next changes, such as may be told: none that comes before one of them is unknown."""
        found = await changes_after(self._database, progress.cursor, known=progress.done, limit=_AT_ONCE)
        if not found:
            return []
        again = await changes_after(self._database, progress.cursor, known=progress.done, limit=_AT_ONCE)
        # A page is full, so that what is found meanwhile drives others out at its end, which are told of next time.
        there = {each.id for each in again}
        return in_turn([each for each in found if each.id in there], again)

    async def _keep(self, work: _Work, progress: Progress) -> None:
        if not await keep_progress(self._database, self._owner, work.hook.id, progress.cursor, list(progress.done)):
            raise _Over
        progress.kept_at = time.monotonic()

    def _wants(self, hook: Hook, change: Noted) -> bool:
        if hook.operations and change.operation not in hook.operations:
            return False
        nodes = self._answerer().api.model.nodes
        types = {member for name in hook.types if name in nodes for member in nodes[name].members}
        return not hook.types or change.type in types or change.other_type in types

    async def _deliver(self, work: _Work, change: Noted) -> None:
        """Deliver one change, as often as it takes; what cannot be delivered goes to the dead letters."""
        body = await self._body(work.hook, change)
        if body is None:
            return
        for attempt in range(1, self._schedule.attempts + 1):
            # A webhook that was changed meanwhile is delivered to as it is now.
            hook = work.hook
            outcome = await self._sender.send(hook.url, hook.secret, change.id, body)
            if outcome.error is None:
                await note_success(self._database, hook.id)
                return
            if outcome.is_gone:
                await self._remove(work)
            await note_failure(self._database, hook.id, outcome.error)
            if attempt < self._schedule.attempts:
                await asyncio.sleep(max(self._schedule.pause(attempt), outcome.retry_after))
        await bury(self._database, work.hook.id, change.id, attempt, outcome.status, outcome.error or "")

    async def _remove(self, work: _Work) -> None:
        """The receiver is gone for good, and says so."""
        await remove(self._database, work.hook.id)
        self._works.pop(work.hook.id, None)
        raise _Over

    async def _body(self, hook: Hook, change: Noted) -> bytes | None:
        """What is told of a change; nothing, if whoever made the webhook may not see it, or it is there no more."""
        answerer = self._answerer()
        try:
            reader = await self._reader_of(hook.creator)
        except Unauthenticated:
            # Whoever has left the firm is told nothing any more, by no way.
            return None
        # It is planned once for all who have the same rights.
        told = await Delivery(answerer, answerer.prepare(Question(PAYLOAD), reader)).deliver([change])
        if not told:
            return None
        data = orjson.loads(told[0].body)["data"]["changed"]
        type_ = f"{data['recordType']}.{data['operation']}".lower()
        return orjson.dumps({"type": type_, "timestamp": data["createdAt"], "data": data})

    async def _reader_of(self, creator: str | None) -> Reader:
        """As whom a webhook is delivered to: with the rights that whoever made it has now."""
        if creator is None:
            return ADMINISTRATOR
        if self._readers is None:
            self._readers = Readers(self._answerer().api.model, self._database)
        return await self._readers.find(creator)

    async def _replay(self, work: _Work) -> None:
        """Try once more what somebody asked to be tried once more."""
        if not work.hook.has_replays:
            return
        for letter, id_ in await replays(self._database, work.hook.id):
            changes = await changes_of(self._database, [id_])
            body = await self._body(work.hook, changes[0]) if changes else None
            outcome = Outcome() if body is None else await self._sender.send(work.hook.url, work.hook.secret, id_, body)
            await note_replay(self._database, letter, outcome.status, outcome.error)
            if outcome.is_gone:
                await self._remove(work)


class _Over(Exception):
    """The webhook is not ours any more."""
