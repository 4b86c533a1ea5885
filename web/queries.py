"""Named queries of this installation: which folders they are in, which of them fit, and what is wrong with the others."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from graph.database import CypherRefused, Database
from graph.model import Kind, Model
from graph.named_query import QueryFileError
from resolvers.api import API
from resolvers.mount import mount
from resolvers.named import QueryFile, read_query_file
from web.settings import Settings

BUILT_IN = Path(__file__).parent.parent / "graph" / "queries"
_ROOT = BUILT_IN.parent.parent
# How many files Neo4j examines at the same time: on a cold database each takes it a second or so.
_AT_ONCE = 4
_FORBIDDEN = ("LoadCSV", "Show", "Create", "Merge", "Set", "Delete", "Detach", "Remove", "Foreach")


@dataclass(frozen=True)
class Queries:
    """An API with the named queries that fit, why others do not, and what deserves a second look."""

    api: API
    files: tuple[QueryFile, ...]
    errors: tuple[QueryFileError, ...]
    warnings: tuple[str, ...]


def folders(settings: Settings) -> tuple[list[Path], list[QueryFileError]]:
    """Where named queries are looked for: the built-in ones, installed packages', the installation's own.

    Also why packages that offer some cannot be asked for them.
    """
    given = [Path(each) for each in settings.queries.split(os.pathsep) if each]
    installed, errors = _installed()
    return [BUILT_IN, *installed, *given], errors


def _installed() -> tuple[list[Path], list[QueryFileError]]:
    """The folders that installed packages offer under the entry point group `guanxi.queries`.

    An entry point names a package, whose folder is meant, or something that is a path.
    """
    found, errors = list[Path](), list[QueryFileError]()
    for entry in entry_points(group="guanxi.queries"):
        try:
            offered = entry.load()
            paths = getattr(offered, "__path__", None)
            found += [Path(each) for each in paths] if paths else [Path(offered)]
        except Exception as error:  # noqa: BLE001 - see below.
            # Loading runs the package's own code, which may fail in any way; that is no reason to serve nothing.
            message = (
                f"the package's entry point {entry.name} = {entry.value} of the group guanxi.queries cannot be loaded: "
                f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no reason given'}; mend or "
                "uninstall the package."
            )
            errors.append(QueryFileError(entry.dist.name if entry.dist else entry.name, 1, message))
    return found, errors


def query_paths(settings: Settings) -> list[Path]:
    places, _ = folders(settings)
    return [path for folder in places for path in sorted(folder.glob("*.cypher"))]


async def load_queries(api: API, settings: Settings, database: Database | None) -> Queries:
    """Read, examine and mount every file. Without a database, what only Neo4j can tell is not asked."""
    files = list[QueryFile]()
    places, errors = folders(settings)
    for folder in places:
        if not folder.is_dir():
            errors.append(QueryFileError(str(folder), 1, "is no folder; see GUANXI_QUERIES."))
    turns = asyncio.Semaphore(_AT_ONCE)

    async def read(path: Path) -> QueryFile:
        file = read_query_file(path, api.model, _ROOT)
        if database:
            async with turns:
                await _examine(file, database)
        return file

    for found in await asyncio.gather(*map(read, query_paths(settings)), return_exceptions=True):
        match found:
            case QueryFileError():
                errors.append(found)
            case BaseException():
                raise found
            case _:
                files.append(found)
    mounted = mount(api, files)
    warnings = [warning for file in files for warning in _mixed_times(file, api.model)]
    return Queries(mounted.api, tuple(files), (*errors, *mounted.errors), tuple(warnings))


async def _examine(file: QueryFile, database: Database) -> None:
    """What Neo4j says of a body. Raises `QueryFileError`."""
    name = file.query.file
    try:
        found = await database.examine(file.examined)
    except CypherRefused as error:
        raise QueryFileError(name, error.line, f"Neo4j refuses the body: {error}") from None
    forbidden = [each for each in found.operators if each.startswith(_FORBIDDEN)]
    if not found.is_read or forbidden:
        raise QueryFileError(name, 1, "the body does more than read; a named query only reads.")


def _mixed_times(file: QueryFile, model: Model) -> Iterable[str]:
    """A day compared with an instant is neither equal nor smaller nor greater: Neo4j says null, and nobody notices."""
    kinds = {found.name: found.kind for node in model.nodes.values() for found in node.properties.values()}
    kinds |= {found.name: found.kind for edge in model.edges.values() for found in edge.properties.values()}
    for property_name, argument, line in file.compared:
        kind, given = kinds.get(property_name), file.argument_types.get(argument)
        if (kind is Kind.DATETIME and given == "Date") or (kind is Kind.DATE and given == "DateTime"):
            assert kind
            yield (
                f"{file.query.file}:{line}: {property_name} is a {kind.value} and ${argument} a {given}; "
                "they never compare, write datetime(…) or date(…) around one of them."
            )


def report(queries: Queries) -> list[str]:
    """One line for each file that is left out and each warning."""
    return [*(error.message for error in queries.errors), *queries.warnings]
