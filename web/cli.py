"""The command line. Exit codes: 0 done, 1 refused with the reason on stderr, 2 wrong usage."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from graph.database import Database
from graph.description import describe
from graph.errors import GuanxiError
from graph.indexes import reconcile
from graph.operators import operators, table
from graph.reader import ADMINISTRATOR
from graph.rows import Mode
from resolvers.answer import Answerer
from resolvers.document import Documents
from resolvers.export import Stopped
from resolvers.request import InvalidRequest
from schema.build import build
from web.demo import FIRST_SEED, DemoSize, fill
from web.export_command import export_file, saved_text
from web.exporting import Format
from web.importing import import_files, preview_files, revert_import
from web.logs import set_up_logs
from web.opening import say, with_database
from web.options import (
    DataOption,
    LoginArgument,
    OperationOption,
    PortOption,
    VariablesOption,
    question_of,
    settings_of,
)
from web.queries import Queries, load_queries, report
from web.serving import serve_forever
from web.settings import Settings
from web.sign_in_commands import invitation_for, token_for
from web.trusted import load_trusted_documents, manifest_paths
from web.upkeep import check_records, purge_records, rebuild_records

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Guanxi, a graph-native CRM server.",
)


def main() -> None:
    """Run a command; a refusal is one sentence on stderr and exit code 1."""
    try:
        app()
    except GuanxiError as error:
        say(error.message)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def serve(
    data: DataOption = None,
    port: PortOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Put the demo world into an empty database.")] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="Read named queries again whenever their files change.")
    ] = False,
) -> None:
    """Serve GraphQL over HTTP."""
    serve_forever(settings_of(data, port), with_demo=demo, with_reload=reload)


@app.command(name="import")
def import_(
    mapping: Annotated[Path, typer.Argument(help="What the files' columns are: a TOML file.")],
    folder: Annotated[Path, typer.Argument(help="Where the CSV and XLSX files are.")],
    mode: Annotated[Mode | None, typer.Option("--mode", help="Goes before what the mapping says.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would change, and write nothing.")] = False,
    rejected: Annotated[
        Path | None, typer.Option("--rejected", help="A folder for files of the refused rows, with the reasons.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Load CSV and XLSX files into the database."""
    settings = settings_of(data)

    async def work(opened: Database) -> bool:
        if preview:
            return await preview_files(settings, opened, mapping, folder, mode=mode)
        return await import_files(settings, opened, mapping, folder, mode=mode, rejected=rejected)

    if not with_database(settings, "import", work):
        raise typer.Exit(1)


@app.command()
def revert(
    run: Annotated[str, typer.Argument(help="The id of an import's run.")],
    data: DataOption = None,
) -> None:
    """Take an import back, but for what somebody changed since."""
    settings = settings_of(data)
    if not with_database(settings, "revert", lambda opened: revert_import(settings, opened, run)):
        raise typer.Exit(1)


@app.command()
def demo(
    size: Annotated[DemoSize, typer.Option("--size", help="How large a world.")] = DemoSize.SMALL,
    seed: Annotated[int, typer.Option("--seed", help="Another seed is another world.")] = FIRST_SEED,
    data: DataOption = None,
) -> None:
    """Fill the database with an invented world."""
    settings = settings_of(data)

    async def work(opened: Database) -> None:
        await fill(settings, build().model, opened, size, seed)

    with_database(settings, "demo", work)


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A GraphQL document.")],
    variables: VariablesOption = "{}",
    operation: OperationOption = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Run it, and show Neo4j's operators with the hits of each.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Print the plan and the one statement of a query. Asks no database, but with --profile."""
    settings = settings_of(data)
    queries = asyncio.run(load_queries(build(), settings, None))
    answerer = Answerer(queries.api, _Nothing(), settings.base_currency)
    try:
        prepared = answerer.prepare(question_of(file, variables, operation), ADMINISTRATOR)
        statement = prepared.bind()
    except InvalidRequest as invalid:
        for error in invalid.errors:
            say(f"{file}: {error}")
        raise typer.Exit(1) from None
    print(describe(prepared.plan.operation))
    if statement is None:
        return
    print(f"\n{statement.text}")
    if profile:
        found = with_database(settings, "explain", lambda opened: opened.plan(statement, profile=True))
        print(f"\n{table(list(operators(found)))}")


@app.command()
def query(
    file: Annotated[Path, typer.Argument(help="A GraphQL document.")],
    variables: VariablesOption = "{}",
    operation: OperationOption = None,
    data: DataOption = None,
) -> None:
    """Run a query without a server, and print its response."""
    settings, question = settings_of(data), question_of(file, variables, operation)

    async def work(opened: Database) -> dict[str, Any]:
        api = build()
        await reconcile(api.model, opened)
        queries = await load_queries(api, settings, opened)
        answer = await Answerer(queries.api, opened, settings.base_currency).answer(question, ADMINISTRATOR)
        return answer.body()

    body = with_database(settings, "query", work)
    print(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())
    if "errors" in body:
        raise typer.Exit(1)


@app.command()
def export(
    document: Annotated[str, typer.Argument(help="A file with a GraphQL document, or the id of a trusted document.")],
    output: Annotated[Path | None, typer.Option("--output", help="The file to write; standard output without.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
    variables: VariablesOption = "{}",
    operation: OperationOption = None,
    limit: Annotated[int | None, typer.Option("--limit", min=0, help="At most so many rows.")] = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin a CSV file with a byte order mark, for Excel.")] = False,
    data: DataOption = None,
) -> None:
    """Write all rows of a query to a file: CSV, XLSX or JSON lines."""
    settings = settings_of(data)
    if Path(document).is_file():
        question = question_of(Path(document), variables, operation)
    else:
        question = replace(question_of(None, variables, operation), text=saved_text(settings, document))

    async def work(opened: Database) -> None:
        await export_file(settings, opened, question, format_, output, limit=limit, with_mark=bom)

    try:
        with_database(settings, "export", work)
    except InvalidRequest as invalid:
        for error in invalid.errors:
            say(f"{document}: {error}")
        raise typer.Exit(1) from None
    except Stopped as stopped:
        say(str(stopped))
        raise typer.Exit(1) from None
    if output is not None:
        say(f"{output}: {output.stat().st_size:,} bytes")


@app.command()
def check(data: DataOption = None) -> None:
    """Check every named query (header, parameters, columns, rights, that it only reads), every trusted document and,
    record by record, whether what follows from the data is right."""
    settings = settings_of(data)

    async def work(opened: Database) -> tuple[Queries, bool]:
        api = build()
        return await load_queries(api, settings, opened), await check_records(settings, api.model, opened)

    queries, is_right = with_database(settings, "check", work)
    for line in report(queries):
        print(line)
    print(f"{len(queries.files)} named queries, {len(queries.errors)} left out, {len(queries.warnings)} warnings")
    paths = manifest_paths(settings.trusted_documents)
    trusted = load_trusted_documents(paths, Documents(queries.api.schema))
    for line in trusted.errors:
        print(line)
    if paths:
        print(f"{len(trusted.texts)} trusted documents, {len(trusted.errors)} faults")
    if queries.errors or trusted.errors or not is_right:
        raise typer.Exit(1)


@app.command()
def rebuild(data: DataOption = None) -> None:
    """Mend what `check` finds in the records, in batches. Stopped and run again, it goes on."""
    settings = settings_of(data)

    async def work(opened: Database) -> bool:
        return await rebuild_records(settings, build().model, opened)

    if not with_database(settings, "rebuild", work):
        raise typer.Exit(1)


@app.command()
def purge(data: DataOption = None) -> None:
    """Remove for good what was deleted longer ago than GUANXI_RETENTION days. Stopped and run again, it goes on."""
    settings = settings_of(data)
    with_database(settings, "purge", lambda opened: purge_records(settings, opened))


@app.command()
def token(login: LoginArgument, data: DataOption = None) -> None:
    """Print a token that is good for GUANXI_TOKEN_MINUTES, on a server where one has to sign in."""
    # What is printed is the token and nothing else: the log is for standard error.
    set_up_logs()
    settings = settings_of(data)
    print(with_database(settings, "token", lambda opened: token_for(settings, opened, login)))


@app.command()
def invite(login: LoginArgument, data: DataOption = None) -> None:
    """Print an address at which a user may choose a password. It works once, within a day; earlier ones are void."""
    set_up_logs()
    settings = settings_of(data)
    print(with_database(settings, "invite", lambda opened: invitation_for(settings, opened, login)))


@app.command()
def schema() -> None:
    """Print the schema that is served, named queries included, in GraphQL's schema definition language."""
    print(asyncio.run(load_queries(build(), Settings.from_environment(), None)).api.sdl)


class _Nothing:
    """Stands where a database would be, for commands that ask none."""

    async def read(self, statement: object, **_: object) -> Any:
        raise AssertionError("a command that asks no database asked one")

    async def write(self, statement: object, **_: object) -> Any:
        raise AssertionError("a command that asks no database asked one")

    async def transact(self, work: object, bookmarks: object = None) -> Any:
        raise AssertionError("a command that asks no database asked one")

    async def plan(self, statement: object, **_: object) -> Any:
        raise AssertionError("a command that asks no database asked one")
