"""Never-repeating documents for minutes on end: whether the server's memory stays what it is.

Every document has names that were never seen; their selections differ too, so that plans, statements and the
functions that shape rows are made all the time. What is kept of them must be bounded.
"""

from __future__ import annotations

import asyncio
from itertools import cycle, islice, product
from statistics import mean
from typing import Any

import orjson

from bench.engines import Running
from bench.load import UNIQUE, Job
from bench.measure import Generator, Say

_COMPANY = ("id", "sizeBand", "employees", "website", "createdAt", "version")
_CONTACT = ("id", "given", "family", "language")
SAMPLE_SECONDS = 5.0


def documents() -> list[str]:
    """Bodies to send in turn; the marker in each is replaced before it is sent, so that none is sent twice.

    Nine of ten have one of a few selections, which the database soon has plans of, so that there are many requests.
    Each tenth has another one out of a thousand, which fills what keeps plans.
    """
    all_ = [_body(company, contact) for company in _subsets(_COMPANY) for contact in _subsets(_CONTACT)]
    usual = cycle(all_[:: len(all_) // 16])
    return [body for rare in all_ for body in (*islice(usual, 9), rare)]


def _subsets(names: tuple[str, ...]) -> list[str]:
    return [
        " ".join(name for name, is_in in zip(names, chosen, strict=True) if is_in)
        for chosen in product((False, True), repeat=len(names))
    ]


def _body(company: str, contact: str) -> str:
    text = f"""query Soak{UNIQUE} {{
      a{UNIQUE}: companies(first: 3, orderBy: {{name: ASC}}) {{
        nodes {{ b{UNIQUE}: name {company} contacts(first: 3) {{ nodes {{ c{UNIQUE}: name {contact} }} }} }}
      }}
    }}"""
    return orjson.dumps({"query": text}).decode()


async def soak(one: Running, clients: Generator, count: int, minutes: float, say: Say) -> dict[str, Any]:
    """Keep the engine busy, and watch its memory."""
    job = Job(one.port, one.engine.path, documents(), count, minutes * 60)
    work = asyncio.create_task(clients.carry_out(job))
    resident: list[float] = []
    while not work.done():
        resident.append(round(one.resident_mb(), 1))
        await asyncio.wait([work], timeout=SAMPLE_SECONDS)
    outcome = await work
    # The caches fill in the first part; what comes after them is what counts.
    quarter = max(1, len(resident) // 4)
    found = {
        "minutes": minutes,
        "requests": len(outcome.latencies),
        "failures": outcome.failures,
        "firstFailure": outcome.first_failure,
        "residentMb": resident,
        "secondQuarterMb": mean(resident[quarter : 2 * quarter] or resident),
        "lastQuarterMb": mean(resident[-quarter:]),
        "mostMb": max(resident),
    }
    say(
        f"Soak: {found['requests']:,} documents, none twice, in {minutes:g} minutes; {outcome.failures} failed. "
        f"{one.engine.title} holds {found['secondQuarterMb']:,.0f} MB in the second quarter of the time and "
        f"{found['lastQuarterMb']:,.0f} MB in the last, {found['mostMb']:,.0f} MB at most."
    )
    return found
