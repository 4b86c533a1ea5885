"""The measured data on disk: made once per size, kept in the user's cache folder, and found again by what they are.

CACHE/bench/x1-0123abcd/data    the data directory of the embedded Neo4j
CACHE/bench/x1-0123abcd/done    says that everything is in it
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from bench.batches import ROWS_PER_BATCH, Batch, Edges, Records
from bench.world import NOW, World
from graph.address import Address
from graph.database import Database, Patience
from graph.embedded import Memory, attach
from graph.indexes import reconcile
from graph.jars import cache_folder
from graph.model import Model
from graph.names import name

# The same at every scale, so that 10× the data does not also mean more memory. Neo4j's page cache holds both.
MEMORY = Memory(heap="1g", page_cache="1g")
# What a generated world is recognised by: all of a very small one, which tells of every change of what is written.
SAMPLE = 0.001
# An index of names, for engines that bring no search of their own; Guanxi leaves alone what does not begin as its own.
NAMES_INDEX = "bench_company_names"


def folder_of(model: Model, factor: float) -> Path:
    """Where the data of a size are kept: another generator, or another way to fold names, is another folder."""
    seen = hashlib.sha256()
    for module in ("store", "batches", "words", "world"):
        seen.update(Path(__file__).with_name(f"{module}.py").read_bytes())
    for batch in World(model, SAMPLE).batches():
        seen.update(repr(batch).encode())
    return cache_folder() / "bench" / f"x{factor:g}-{seen.hexdigest()[:12]}"


@asynccontextmanager
async def opened(model: Model, factor: float, say: Callable[[str], None]) -> AsyncIterator[tuple[Address, Path]]:
    """The embedded Neo4j with the data of a size in it, and its data directory; the data are made if need be."""
    folder = folder_of(model, factor)
    data, done = folder / "data", folder / "done"
    if not done.exists():
        # What an earlier run left half done is of no use.
        shutil.rmtree(folder, ignore_errors=True)
    with attach(data, command="bench", memory=MEMORY, say=say) as address:
        database = Database(address, Patience(statement=600.0, retry=60.0))
        try:
            await reconcile(model, database)
            if not done.exists():
                say(f"Making the data at {factor:g}×, which is done once, in {folder}.")
                await write(database, model, factor, say)
                done.write_text("Everything is written.\n", encoding="utf-8")
        finally:
            await database.close()
        yield address, data


async def write(database: Database, model: Model, factor: float, say: Callable[[str], None] = lambda _: None) -> None:
    """Write a world into an empty database that has the model's indexes."""
    nodes = edges = 0
    for batch in World(model, factor).batches():
        for rows in _chunks(batch.rows):
            await database.run(_statement(batch), rows=rows, now=NOW)
        nodes += len(batch.rows) if isinstance(batch, Records) else 0
        edges += len(batch.rows) if isinstance(batch, Edges) else 0
    say(f"{nodes:,} nodes and {edges:,} relationships are written.")
    await database.run(f"CYPHER 5 CREATE FULLTEXT INDEX {NAMES_INDEX} IF NOT EXISTS FOR (n:Company) ON EACH [n.name]")
    await database.run("CYPHER 5 CALL db.resampleOutdatedIndexes()")
    await database.run("CYPHER 5 CALL db.awaitIndexes(600)")


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while some := list(islice(rest, ROWS_PER_BATCH)):
        yield some


def _statement(batch: Batch) -> str:
    match batch:
        case Records(_, labels, _, instants):
            made = "".join(f", n.{each} = datetime(row.{each})" for each in instants)
            text = f"CREATE (n:{':'.join(map(name, labels))}) SET n = row, n.createdAt = $now, n.updatedAt = $now{made}"
        case Edges(type_, start, end, _, instants):
            made = "".join(f", r.{each} = datetime(r.{each})" for each in instants)
            # A party is found by its own label's index, and Party's covers both.
            text = f"MATCH (a:{start} {{id: row[0]}}) MATCH (b:{end} {{id: row[1]}}) CREATE (a)-[r:{type_}]->(b) SET r = row[2]{made}"
    return f"CYPHER 5 UNWIND $rows AS row {text}"
