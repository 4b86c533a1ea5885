"""A first `bin/serve` that is killed while it fills the database is made good by the next one."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.database import Database
from graph.demo.mark import read_mark
from graph.demo.world import frame_of, stages
from graph.derived import recount
from graph.embedded import attach
from graph.money import Currencies
from resolvers.api import API
from schema.scalars import exponent

ROOT = Path(__file__).parents[2]


@contextmanager
def _first_serve(data: Path) -> Iterator[subprocess.Popen[str]]:
    command = [str(ROOT / "bin" / "serve"), "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as server:
        try:
            yield server
        finally:
            server.kill()


def _hear(server: subprocess.Popen[str], start: str) -> None:
    """Wait until it says a line that begins so."""
    assert server.stderr
    said = []
    for line in server.stderr:
        said.append(line)
        if line.startswith(start):
            return
    raise AssertionError(f"it ended before it said {start!r}: {said}")


async def test_a_first_serve_that_is_killed_goes_on_where_it_was(tmp_path: Path, api: API) -> None:
    data = tmp_path / "data"
    with _first_serve(data) as server:
        _hear(server, "users: ")

    with _first_serve(data) as server:
        _hear(server, "An invented world was begun on ")
        _hear(server, "Guanxi is on http://")
        with attach(data, command="pytest") as address:
            database = Database(address)
            try:
                mark = await read_mark(database)
                held = dict(await database.run("MATCH (n:ExternalRef) RETURN n.type, count(*)"))
                wrong = await recount(database, api.model, Currencies("USD", exponent))
            finally:
                await database.close()

    assert mark
    assert mark.is_finished
    frame = frame_of(api.model, size="small", seed=1, today=mark.today)
    rows = (row for stage in stages(frame) for row in stage.rows)
    keys = {each.key for row in rows for each in row.records if not each.is_shared and not isinstance(each.key, str)}
    assert held == {**Counter(key.type for key in keys), "world": 1}
    assert wrong == []
