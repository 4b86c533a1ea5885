"""Subscriptions: those that are told the same are one group, which reads each change once for all of them.

feed → group → delivery → each member's queue → its reader
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from graph.errors import GuanxiError, Missed, TooComplex, Unavailable
from graph.feed import Feed
from graph.noted import Noted, changes_after, in_order, nanoseconds
from graph.reader import Reader
from resolvers.account import ACCOUNT, Account
from resolvers.answer import Answerer
from resolvers.delivery import MOST, Delivery, Told
from resolvers.question import Question

_NANOSECONDS = 1_000_000_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


@dataclass(frozen=True)
class Bounds:
    """How much is kept for those who read slowly, and how many there may be."""

    # Of each subscriber: how many messages, and how many bytes.
    messages: int = 1_000
    bytes: int = 8_000_000
    # Of a group: how many changes wait to be read.
    changes: int = 100_000
    subscriptions: int = 20_000
    subscriptions_of_one: int = 1_000


class Subscription:
    """One subscriber's messages, in their order. Iterating raises `Missed` once it has told what it kept."""

    def __init__(self, bounds: Bounds, caller: str = "") -> None:
        self._bounds, self.caller = bounds, caller
        self._waiting: deque[Told] = deque()
        self._size = 0
        self._last = ""
        self._ready, self._room = asyncio.Event(), asyncio.Event()
        self._error: GuanxiError | None = None
        self._is_over = False
        # Called before the first message that tells of a sensitive property; and those that were told of before.
        self.on_sensitive: Callable[[frozenset[str]], None] = lambda _: None
        self.noted: frozenset[str] = frozenset()
        # What is told while it still has to be told what was before; and what its group was about to tell by then.
        self._held: deque[Told] | None = None
        self._known: set[str] = set()

    def put(self, told: Told) -> None:
        """Keep a message, or remember that this and what follows was missed."""
        if self._is_over:
            return
        if told.id in self._known:
            self._known.remove(told.id)
            return
        if self._held is not None:
            self._held.append(told)
            if len(self._held) > self._bounds.changes:
                self.miss()
            return
        if not self.has_room:
            self.miss()
            return
        self._keep(told)

    def _keep(self, told: Told) -> None:
        self._waiting.append(told)
        self._size += len(told.body)
        self._last = told.cursor
        self._ready.set()

    @property
    def has_room(self) -> bool:
        return len(self._waiting) < self._bounds.messages and self._size < self._bounds.bytes

    async def put_in_time(self, told: Told) -> None:
        """Keep a message as soon as there is room for it, before those that are held."""
        while not self.has_room and not self._is_over:
            self._room.clear()
            await self._room.wait()
        if not self._is_over:
            self._keep(told)

    def hold(self, known: Iterable[str]) -> None:
        """From now on hold what is put, until it is released; but for changes that are told otherwise."""
        self._held, self._known = deque(), set(known)

    async def release(self) -> None:
        """Tell what was held, and hold no more."""
        while self._held:
            await self.put_in_time(self._held.popleft())
        self._held = None

    def miss(self) -> None:
        """It will not be told of what comes next."""
        self.end(Missed(self._last) if self._last else Unavailable("The server could not keep up; subscribe again."))

    def end(self, error: GuanxiError | None = None) -> None:
        """No more messages after those that are kept; the error, if there is one, is raised then."""
        if not self._is_over:
            self._is_over, self._error = True, error
        self._ready.set()
        self._room.set()

    def forget(self) -> None:
        """No more messages, not even those that are kept: its reader may not have them any more."""
        self._waiting.clear()
        self._size = 0
        self.end()

    async def __aiter__(self) -> AsyncIterator[Told]:
        while True:
            while self._waiting:
                told = self._waiting.popleft()
                self._size -= len(told.body)
                self._room.set()
                if new := told.sensitive - self.noted:
                    self.noted |= new
                    self.on_sensitive(new)
                yield told
            if self._is_over:
                if self._error:
                    raise self._error
                return
            self._ready.clear()
            await self._ready.wait()


class _Group:
    """The subscriptions that are told the same. It reads on its own, so that no group waits for another one."""

    def __init__(self, delivery: Delivery, bounds: Bounds) -> None:
        self.delivery, self._bounds = delivery, bounds
        self.members: dict[Subscription, None] = {}
        self._inbox: deque[Noted] = deque()
        self._being_read: Sequence[Noted] = ()
        self._ready = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    def notice(self, changes: Sequence[Noted]) -> None:
        """Take note of changes, to be read and told in a while."""
        self._inbox.extend(each for each in changes if self.delivery.wants(each))
        if len(self._inbox) > self._bounds.changes:
            self._inbox.clear()
            for member in self.members:
                member.miss()
        if self._inbox:
            self._ready.set()

    @property
    def coming(self) -> list[str]:
        """The ids of the changes that are noticed and not told yet."""
        return [each.id for each in (*self._being_read, *self._inbox)]

    async def _run(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._inbox:
                self._being_read = [self._inbox.popleft() for _ in range(min(MOST, len(self._inbox)))]
                try:
                    told = await persevering(self.delivery, self._being_read)
                except Exception as error:
                    logging.getLogger(__name__).exception("a subscription ends")
                    for member in self.members:
                        member.end(of_ours(error))
                    continue
                for member in self.members:
                    for each in told:
                        member.put(each)
                self._being_read = ()


async def persevering(delivery: Delivery, changes: Sequence[Noted]) -> list[Told]:
    """Deliver, if need be again and again: while the database is away, there is nothing to be told."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await delivery.deliver(changes)
        except Unavailable:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


class Subscriptions:
    """All subscriptions of a server. The feed runs while there are any."""

    def __init__(self, feed: Feed, bounds: Bounds = Bounds()) -> None:
        self.feed, self._bounds = feed, bounds
        self._groups: dict[Hashable, _Group] = {}
        self._open: dict[Subscription, asyncio.Task[None] | None] = {}
        self._open_of: Counter[str] = Counter()
        self._listener = self._notice

    def __len__(self) -> int:
        return len(self._open)

    @property
    def groups(self) -> int:
        return len(self._groups)

    async def open(
        self, answerer: Answerer, question: Question, reader: Reader, *, after: str | None = None
    ) -> Subscription:
        """Subscribe; `after` goes before the argument of that name. Raises `InvalidRequest` or a `GuanxiError`."""
        delivery = Delivery(answerer, answerer.prepare(question, reader))
        resumed = delivery.resumed(after) if after else delivery.after
        key, account = delivery.key, ACCOUNT.get()
        caller = account.caller if account else ""
        self._check_room(caller)
        await answerer.charging.subscribe(delivery.prepared)
        subscription = Subscription(self._bounds, caller)
        self._open[subscription] = None
        self._open_of[caller] += 1
        # What is read for subscribers takes turns with what callers ask, but is no part of this operation.
        told = ACCOUNT.set(Account(f"subscriptions of {caller}") if account else None)
        try:
            self.feed.listen(self._listener)
            await self.feed.started()
            if resumed:
                self._open[subscription] = asyncio.create_task(self._catch_up(subscription, delivery, resumed[0]))
            else:
                self._join(key, delivery, subscription)
        except BaseException:
            self.close(subscription)
            raise
        finally:
            ACCOUNT.reset(told)
        return subscription

    def _check_room(self, caller: str) -> None:
        if len(self._open) >= self._bounds.subscriptions:
            raise TooComplex(f"The server has {len(self._open)} subscriptions, and takes no more for now.")
        if caller and self._open_of[caller] >= self._bounds.subscriptions_of_one:
            raise TooComplex(f"You have {self._open_of[caller]} subscriptions; complete some of them first.")

    def close(self, subscription: Subscription) -> None:
        """Forget a subscription; what it keeps is not told any more."""
        if subscription in self._open:
            self._open_of[subscription.caller] -= 1
            if not self._open_of[subscription.caller]:
                del self._open_of[subscription.caller]
        task = self._open.pop(subscription, None)
        if task:
            task.cancel()
        for key, group in list(self._groups.items()):
            group.members.pop(subscription, None)
            if not group.members:
                group.task.cancel()
                del self._groups[key]
        if not self._open:
            self.feed.leave(self._listener)
        subscription.end()

    def end(self) -> None:
        """Complete all subscriptions, once they have told what they keep; clients come again."""
        for subscription in list(self._open):
            subscription.end()

    async def stop(self) -> None:
        """Forget all subscriptions, and wait until nothing is read for them any more."""
        tasks = [group.task for group in self._groups.values()]
        tasks += [task for task in self._open.values() if task]
        for subscription in list(self._open):
            self.close(subscription)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _join(self, key: Hashable, delivery: Delivery, subscription: Subscription) -> None:
        if key not in self._groups:
            self._groups[key] = _Group(delivery, self._bounds)
        self._groups[key].members[subscription] = None

    def _notice(self, changes: Sequence[Noted]) -> None:
        for group in list(self._groups.values()):
            group.notice(changes)

    async def _catch_up(self, subscription: Subscription, delivery: Delivery, at: str) -> None:
        """Tell what happened since an instant, and then what happens.

        A change that was committed late may lie before what the subscriber was told last, so it begins that much
        earlier. It reads what is settled; what is not, the feed has noticed in its order, and goes on from there.
        """
        position = start = max(0, nanoseconds(at) - int(self.feed.overlap * _NANOSECONDS)), ""
        try:
            while position < (until := (self.feed.settled, "")):
                position = await self._tell_settled(position, until, subscription, delivery)
            # Nothing is waited for between here and the end of this: neither the feed nor a group moves meanwhile.
            recent = [each for each in self.feed.told_since_settled() if each.position > start]
            self._join(delivery.key, delivery, subscription)
            subscription.hold(self._groups[delivery.key].coming)
            for first in range(0, len(recent), MOST):
                for each in await persevering(delivery, recent[first : first + MOST]):
                    await subscription.put_in_time(each)
            await subscription.release()
        except Exception as error:
            logging.getLogger(__name__).exception("a subscription could not be resumed")
            subscription.end(of_ours(error))

    async def _tell_settled(
        self, position: tuple[int, str], until: tuple[int, str], subscription: Subscription, delivery: Delivery
    ) -> tuple[int, str]:
        """Tell all changes between two instants, and answer the later one."""
        while page := [each for each in await self._page(*position) if each.position < until]:
            for each in await persevering(delivery, in_order(page)):
                await subscription.put_in_time(each)
            position = page[-1].position
        return until

    async def _page(self, since: int, after: str) -> list[Noted]:
        pause = _FIRST_PAUSE
        while True:
            try:
                return await changes_after(self.feed.database, since, after, limit=MOST)
            except Unavailable:
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)


def of_ours(error: Exception) -> GuanxiError:
    """What a subscriber may be told of an error."""
    return error if isinstance(error, GuanxiError) else GuanxiError("The server failed; its log tells why.")
