"""The clients: a process of its own that keeps several connections busy and notes how long each answer took.

It reads one job per line from standard input and answers one line for each. Its HTTP/1.1 is as small as can be, for
whatever it does with a core is taken from those that it measures: no header is looked at but the length.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import cast

import uvloop

from bench.http import complete_body, request_bytes, status_of

# What stands in a body for a text that is never sent twice.
UNIQUE = "__UNIQUE__"
# An answer that takes longer than this is not waited for.
PATIENCE = 60.0


@dataclass(frozen=True)
class Job:
    """Requests to one engine, in turn, from so many clients at once, for so many seconds."""

    port: int
    path: str
    bodies: list[str]
    clients: int
    seconds: float
    # The address of the clients, if a proxy is to have sent their requests on.
    forwarded_for: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a job. `seconds` ends with the last answer; latencies are in milliseconds."""

    seconds: float
    latencies: list[float]
    bytes: int
    failures: int
    first_failure: str


class Run:
    """One job in progress."""

    def __init__(self, job: Job) -> None:
        self.requests = _requests(job)
        self.latencies: list[float] = []
        self.bytes = self.failures = 0
        self.first_failure = ""
        self.ends_at = time.perf_counter() + job.seconds

    def answered(self, started: float, status: int, body: bytes) -> None:
        self.latencies.append((time.perf_counter() - started) * 1000)
        self.bytes += len(body)
        # A payload's list of errors is empty where all went well.
        if status != 200 or b'"errors":[{' in body:
            self.failed(f"{status}: {body[:500].decode(errors='replace')}")

    def failed(self, reason: str) -> None:
        self.failures += 1
        self.first_failure = self.first_failure or reason

    @property
    def is_over(self) -> bool:
        return time.perf_counter() >= self.ends_at


def _requests(job: Job) -> Iterator[bytes]:
    """Whole requests, ready to be sent, without end."""
    if any(UNIQUE in body for body in job.bodies):
        for number, body in zip(itertools.count(time.time_ns() // 1000), itertools.cycle(job.bodies), strict=False):
            yield request_bytes(job.port, job.path, body.replace(UNIQUE, f"u{number}"), job.forwarded_for)
    yield from itertools.cycle([request_bytes(job.port, job.path, body, job.forwarded_for) for body in job.bodies])


class Client(asyncio.Protocol):
    """One connection: a request is sent when the answer before it is complete, until the time is over."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._started = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of no class of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        assert self._transport
        self._started = time.perf_counter()
        self._transport.write(next(self._run.requests))

    def data_received(self, data: bytes) -> None:
        self._received += data
        body = complete_body(self._received)
        if body is None:
            return
        self._run.answered(self._started, status_of(self._received), body)
        self._received.clear()
        if self._run.is_over:
            self._finish()
        else:
            self._send()

    def give_up(self) -> None:
        """Wait no longer. The server sees that nobody listens any more."""
        if self._transport:
            self._transport.abort()

    def _finish(self) -> None:
        assert self._transport
        self._transport.close()
        if not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._run.failed(f"the connection was closed: {exc}")
            self.done.set_result(None)


async def carry_out(job: Job) -> Outcome:
    """Keep the clients busy until the time is over and the last answer is there."""
    loop = asyncio.get_running_loop()
    run = Run(job)
    started = time.perf_counter()
    clients = [
        protocol
        for _ in range(job.clients)
        for _, protocol in [await loop.create_connection(lambda: Client(run), "127.0.0.1", job.port)]
    ]
    _, late = await asyncio.wait([client.done for client in clients], timeout=job.seconds + PATIENCE)
    if late:
        for client in clients:
            client.give_up()
        run.failed(f"{len(late)} clients were without an answer for {PATIENCE:g} s")
    return Outcome(time.perf_counter() - started, run.latencies, run.bytes, run.failures, run.first_failure)


def main() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            outcome = runner.run(carry_out(Job(**json.loads(line))))
            sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
