"""`bin/bench`: one run, one Neo4j, the same data, the engines in rotation."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console

from bench.attack import attack
from bench.check import check
from bench.engines import FLOOR, GUANXI, PLAIN, Engine, EngineFailed, neo4j_graphql, running
from bench.measure import Timing, generator
from bench.node import NoNode, install
from bench.report import Report, show, show_aims
from bench.rights import measure_rights, show_rights
from bench.soak import soak
from bench.store import opened
from bench.workloads import WORKLOADS, Values, Workload, variants
from bench.writes import copied, measure_writes
from graph.address import Address
from graph.data_directory import DataDirectory
from graph.database import Database
from graph.errors import GuanxiError
from schema.build import build
from web.queries import load_queries
from web.settings import Settings

ENGINES = ("floor", "guanxi", "neo4j_graphql", "plain")
NAMES = tuple(each.name for each in WORKLOADS)

console = Console(stderr=True, highlight=False)


def say(sentence: str) -> None:
    console.print(sentence, markup=False, soft_wrap=True)


def shout(sentence: str) -> None:
    console.print(f"!!! {sentence}", markup=False, soft_wrap=True, style="bold red")


def bench(
    scale: Annotated[float, typer.Option(help="How much data: 1 is about 100,000 nodes, 10 is ten times that.")] = 1.0,
    engines: Annotated[str, typer.Option(help=f"Which engines, with commas: {', '.join(ENGINES)}.")] = "",
    workloads: Annotated[str, typer.Option(help=f"Which questions, with commas: {', '.join(NAMES)}.")] = "",
    seconds: Annotated[float, typer.Option(help="How long each engine is asked each question.")] = 6.0,
    clients: Annotated[int, typer.Option(help="How many clients ask at once.")] = 8,
    soak_minutes: Annotated[
        float, typer.Option("--soak", help="Then ask Guanxi never-repeating documents for so many minutes.")
    ] = 0.0,
    with_writes: Annotated[bool, typer.Option("--writes", help="Then measure writing, on a copy of the data.")] = False,
    with_rights: Annotated[
        bool, typer.Option("--rights", help="Then measure what a restricted role costs beside the administrator.")
    ] = False,
    with_attacks: Annotated[
        bool, typer.Option("--attack", help="Then measure what honest clients notice while somebody attacks.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write the figures.")] = None,
    beside: Annotated[
        Path | None, typer.Option(help="The JSON of a run at another scale, to compare the costs with.")
    ] = None,
) -> None:
    """Measure Guanxi beside the floor and its peers."""
    asked = [each for each in WORKLOADS if each.name in _chosen(workloads, NAMES, "--workloads")]
    found, absent = _engines(_chosen(engines, ENGINES, "--engines"))
    report = Report(scale, clients, seconds, found, asked, {}, "", absent=absent)
    other = json.loads(beside.read_text(encoding="utf-8")) if beside else None
    asyncio.run(_run(report, soak_minutes, with_attacks=with_attacks))
    if with_writes:
        asyncio.run(_write(report))
    if with_rights:
        asyncio.run(_rights(report))
    show(report, Console(width=None if sys.stdout.isatty() else 190))
    if report.rights:
        show_rights(report.rights, Console(width=None if sys.stdout.isatty() else 190))
    show_aims(report, other, Console(soft_wrap=True))
    if json_file:
        json_file.write_text(json.dumps(report.json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _chosen(text: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    wanted = tuple(each.strip() for each in text.split(",") if each.strip()) or known
    for each in wanted:
        if each not in known:
            raise typer.BadParameter(f"there is no {each}; there are {', '.join(known)}.", param_hint=option)
    return tuple(each for each in known if each in wanted)


def _engines(names: tuple[str, ...]) -> tuple[list[Engine], dict[str, str]]:
    """The engines of these names, and why some of them cannot be had."""
    known = {each.name: each for each in (FLOOR, GUANXI, PLAIN)}
    absent: dict[str, str] = {}
    if "neo4j_graphql" in names:
        try:
            known["neo4j_graphql"] = neo4j_graphql(*install(say))
        except NoNode as error:
            absent["@neo4j/graphql"] = str(error)
            shout(f"@neo4j/graphql is left out, for it needs Node and its packages: {error}")
    return [known[name] for name in names if name in known], absent


async def _run(report: Report, soak_minutes: float, *, with_attacks: bool) -> None:
    model = build().model
    async with opened(model, report.scale, say) as (address, data):
        database = Database(address)
        try:
            values = {each.name: await variants(each, database) for each in report.workloads}
            report.counts = await _counts(database)
            report.neo4j = await database.edition()
        finally:
            await database.close()
        for engine in report.engines:
            for workload in report.workloads:
                if engine.question(workload.name) is None:
                    shout(f"{workload.title}: not offered by this engine: {engine.title}.")
        started = DataDirectory(data).running()
        assert started
        with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as logs:
            await _measure(report, values, address, psutil.Process(started.neo4j), Path(logs))
            if soak_minutes:
                async with running(GUANXI, address, Path(logs) / "soak.log") as one, generator() as clients:
                    report.soak = await soak(one, clients, report.clients, soak_minutes, say)
            if with_attacks:
                report.attacks = await attack(address, Path(logs), report.clients, report.seconds, say)


async def _write(report: Report) -> None:
    async with copied(build().model, report.scale, say) as (address, data), generator() as clients:
        started = DataDirectory(data).running()
        assert started
        with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as logs:
            neo4j = psutil.Process(started.neo4j)
            report.writes = await measure_writes(
                report.engines, address, neo4j, Path(logs), clients, report.clients, report.seconds, say
            )


async def _rights(report: Report) -> None:
    declared = build()
    api = (await load_queries(declared, Settings(), None)).api
    async with opened(declared.model, report.scale, say) as (address, data):
        started = DataDirectory(data).running()
        assert started
        neo4j = psutil.Process(started.neo4j)
        report.rights = await measure_rights(api, address, neo4j, report.clients, report.seconds, say)


async def _measure(report: Report, values: Values, address: Address, neo4j: psutil.Process, logs: Path) -> None:
    say("Comparing the engines' answers, and counting what they ask of the database.")
    asked, report.failed = await check(report.engines, report.workloads, values, address, logs)
    for reason in report.failed.values():
        shout(reason)
    timed: list[Workload] = [each for each in report.workloads if any(key[0] == each.name for key in asked)]
    say("All other answers are alike. Measuring." if report.failed else "All answers are alike. Measuring.")
    timing = Timing(
        report.engines, timed, values, asked, report.failed, address, neo4j, logs, report.clients, report.seconds, say
    )
    report.figures = await timing.measure()
    report.started_ms, report.first_ms = timing.started_ms, timing.first_ms


async def _counts(database: Database) -> dict[str, Any]:
    rows = await database.run("CYPHER 5 MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) ORDER BY label")
    nodes = await database.run("CYPHER 5 MATCH (n) RETURN count(n)")
    edges = await database.run("CYPHER 5 MATCH ()-[r]->() RETURN count(r)")
    return {"nodes": nodes[0][0], "relationships": edges[0][0], **dict(rows)}


def main() -> None:
    """Run; a refusal is one sentence on stderr and exit code 1."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(bench)
    try:
        app()
    except (GuanxiError, EngineFailed) as error:
        shout(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
