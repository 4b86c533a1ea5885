"""Every operation of a client, however it came: who pays for it, whether its document may be asked, what is noted of it.

operation → account → trusted or not → Answerer → record
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.types import Scope

from graph.errors import Forbidden, GuanxiError
from graph.reader import DocumentMode, Reader
from graph.tracing import is_collected, span
from resolvers.account import ACCOUNT, Account
from resolvers.answer import Answer, Answerer, refused
from resolvers.question import Question
from resolvers.request import InvalidRequest
from resolvers.subscription import Subscription
from resolvers.subscriptions import Subscriptions
from resolvers.tallies import Tally
from web.callers import caller_of
from web.records import Records, codes_of
from web.trusted import TrustedDocuments

_STRICTNESS = list(DocumentMode)
_OK = "OK"


@dataclass(slots=True)
class Asker:
    """Who asks, who pays, and what the request is called in the log."""

    reader: Reader
    caller: str
    request: str


class Asking:
    """Asks on behalf of clients. `documents` is the server's own rule; a role's may be stricter."""

    def __init__(
        self,
        trusted: Callable[[], TrustedDocuments],
        records: Records,
        documents: DocumentMode = DocumentMode.OFF,
    ) -> None:
        self._trusted, self.records, self._documents = trusted, records, documents
        # How many operations ended in which code, how long they took, and how many records were read for them.
        self.codes: Counter[str] = Counter()
        self.seconds, self.rows = Tally(), 0

    def asker(self, scope: Scope, reader: Reader, request: str) -> Asker:
        """Whoever sent a request."""
        return Asker(reader, caller_of(scope, reader), request)

    async def answer(self, answerer: Answerer, question: Question, asker: Asker) -> Answer:
        """Answer a question. Raises only what is a defect."""
        account = Account(asker.caller)
        before, started = ACCOUNT.set(account), time.perf_counter()
        try:
            self.admit(question, asker.reader, account)
            if is_collected():
                with span("request"):
                    answer = await answerer.answer(question, asker.reader)
            else:
                answer = await answerer.answer(question, asker.reader)
        except Forbidden as error:
            answer = refused(error)
        except BaseException:
            self.note(account, asker, ["INTERNAL"], started)
            raise
        finally:
            ACCOUNT.reset(before)
        self.note(account, asker, codes_of(answer), started)
        return answer

    async def is_subscription(self, answerer: Answerer, question: Question, asker: Asker) -> bool:
        """Whether a question asks for something that goes on. Raises `InvalidRequest` or a `GuanxiError`."""
        before = ACCOUNT.set(Account(asker.caller))
        try:
            return await answerer.is_subscription(question, asker.reader)
        finally:
            ACCOUNT.reset(before)

    async def subscribe(
        self,
        answerer: Answerer,
        question: Question,
        asker: Asker,
        subscriptions: Subscriptions,
        after: str | None = None,
    ) -> Subscription:
        """Open a subscription. Raises `InvalidRequest` or a `GuanxiError`."""
        account = Account(asker.caller, kind="subscription")
        before, started = ACCOUNT.set(account), time.perf_counter()
        codes: list[str] = []
        try:
            with span("request"):
                self.admit(question, asker.reader, account)
                subscription = await subscriptions.open(answerer, question, asker.reader, after=after)
        except (InvalidRequest, GuanxiError) as error:
            codes = codes_of(refused(error))
            raise
        finally:
            ACCOUNT.reset(before)
            self.note(account, asker, codes, started)
        subscription.noted = account.sensitive
        subscription.on_sensitive = partial(self.records.sensitive_read, account, asker.reader, asker.request)
        return subscription

    def admit(self, question: Question, reader: Reader, account: Account) -> None:
        """Note whether a document is trusted. Raises `Forbidden` where only such are answered, and it is not."""
        if self._documents is DocumentMode.OFF and reader.limits.documents is DocumentMode.OFF:
            return
        mode = max(self._documents, reader.limits.documents, key=_STRICTNESS.index)
        account.is_trusted = question.text in self._trusted().known
        account.prefers_trusted = True
        if mode is DocumentMode.ENFORCE and not account.is_trusted:
            raise Forbidden(
                "Only documents are answered that this server was told of before; have this one added to "
                "GUANXI_TRUSTED_DOCUMENTS."
            )

    def note(self, account: Account, asker: Asker, codes: list[str], started: float) -> None:
        """Write an operation down that ended just now, and count it."""
        seconds = time.perf_counter() - started
        self.codes[codes[0] if codes else _OK] += 1
        self.seconds.add(seconds)
        self.rows += account.rows
        self.records.operation(account, asker.reader, codes, seconds, asker.request)
