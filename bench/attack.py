"""What eight honest clients notice while one caller attacks: their latency alone, and beside each attack in turn.

The attacker is another caller than the honest clients, as a proxy in front tells, and both pay for what they ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import orjson

from bench.engines import GUANXI, Running, running
from bench.http import post
from bench.load import UNIQUE, Job, Outcome
from bench.measure import Say, generator
from graph.address import Address

# What honest clients ask, again and again.
_HONEST = "query Honest($n: Int!) { companies(first: $n, orderBy: {name: ASC}) { nodes { id name } } }"
_NAMES = ("id", "sizeBand", "employees", "website", "createdAt", "version", "updatedAt", "status", "vat", "uscc")


def _body(query: str, **variables: Any) -> str:
    return orjson.dumps({"query": query, "variables": variables}).decode()


def _shapes() -> list[str]:
    """Documents of which each becomes a statement of its own."""
    chosen = (
        [name for place, name in enumerate(_NAMES) if number >> place & 1] for number in range(1, 2 ** len(_NAMES))
    )
    return [_body(f"{{ companies(first: 1) {{ nodes {{ {' '.join(each)} }} }} }}") for each in chosen]


ATTACKS: Mapping[str, list[str]] = {
    "aliases": [_body("{ " + " ".join(f"a{number}{UNIQUE}: users {{ totalCount }}" for number in range(400)) + " }")],
    "repeated fields": [_body("{ " + f"x{UNIQUE}: companies {{ nodes {{ name }} }} " * 400 + " }")],
    "nonsense": [_body("{ " + " ".join(f"compani{number}{UNIQUE}" for number in range(1_500)) + " }")],
    "new documents": [_body(f"query A{UNIQUE} {{ a{UNIQUE}: companies(first: 1) {{ nodes {{ id }} }} }}")],
    "new statements": _shapes(),
    "large pages": [
        _body("query Large { companies(first: 200) { nodes { id name contacts(first: 200) { nodes { id name } } } } }")
    ],
    "deep variables": [
        _body("query Deep($w: CompanyWhere) { companies(where: $w) { totalCount } }", w=orjson.loads('{"not":' * 200 + "{}" + "}" * 200))
    ],
}  # fmt: skip


async def attack(address: Address, logs: Path, clients: int, seconds: float, say: Say) -> dict[str, Any]:
    """Measure honest clients alone and beside each attack; by its name, their latency in milliseconds."""
    environment = {"GUANXI_LIMIT_ADMINISTRATOR": "true", "GUANXI_COST_PER_SECOND": "200000", "GUANXI_COST": "10000000"}
    found: dict[str, Any] = {}
    async with (
        running(GUANXI, address, logs / "attack.log", environment) as one,
        generator() as honest,
        generator() as attackers,
    ):
        ask = Job(one.port, one.engine.path, [_body(_HONEST, n=25)], clients, seconds, "10.0.0.1")
        # What has to be planned or made for the first time is no part of it.
        await honest.carry_out(replace(ask, seconds=1.0))
        found["alone"] = _told(await honest.carry_out(ask))
        for number, (name, bodies) in enumerate(ATTACKS.items()):
            job = Job(one.port, one.engine.path, bodies, clients, seconds, f"10.0.1.{number}")
            beside, attacking = await asyncio.gather(honest.carry_out(ask), attackers.carry_out(job))
            found[name] = _told(beside) | {"attacks": len(attacking.latencies), "refused": attacking.failures}
        await _still_answers(one)
    for name, figures in found.items():
        beside_it = (
            f", beside {figures['attacks']:,} attacks, {figures['refused']:,} refused" if "attacks" in figures else ""
        )
        say(
            f"Attack: {name}: {figures['requestsPerSecond']:,.0f} honest requests a second, "
            f"p50 {figures['p50Ms']:.1f} ms, p99 {figures['p99Ms']:.1f} ms, {figures['failures']} failed{beside_it}."
        )
    return found


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "requestsPerSecond": len(outcome.latencies) / outcome.seconds,
        "p50Ms": median(outcome.latencies),
        "p99Ms": quantiles(outcome.latencies, n=100)[98],
        "failures": outcome.failures,
        "firstFailure": outcome.first_failure,
    }


async def _still_answers(one: Running) -> None:
    status, body = await post(one.port, one.engine.path, _body(_HONEST, n=1))
    assert status == 200, body
