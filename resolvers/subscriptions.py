"""Subscriptions: those that are told the same are one group, which reads each change once for all of them.

feed → group → delivery → each member's queue → its reader
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Hashable, Sequence

from graph.errors import GuanxiError, TooComplex, Unavailable
from graph.feed import Feed
from graph.noted import Noted, changes_after, in_order, nanoseconds
from graph.reader import Reader
from resolvers.account import ACCOUNT, Account
from resolvers.answer import Answerer
from resolvers.delivery import MOST, Delivery, Told
from resolvers.question import Question
from resolvers.subscription import Bounds, Subscription

_NANOSECONDS = 1_000_000_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


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
