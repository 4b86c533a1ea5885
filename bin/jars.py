"""Puts Neo4j's jars into the user's cache folder. Run by bin/setup."""

import sys

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from graph.jars import Jar, JarsError, cache_folder, fetch, missing, read_lock

# A terminal gets a bar; a log gets one line for every so many of the 213 jars.
LINE_EVERY = 50


def main() -> None:
    jars, cache = read_lock(), cache_folder()
    if not missing(jars, cache):
        return
    console = Console()
    columns = (TextColumn("Neo4j"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    total = sum(jar.size for jar in jars)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Neo4j", total=total)
        count = 0

        def arrived(jar: Jar) -> None:
            nonlocal count
            count += 1
            progress.advance(bar, jar.size)
            if not console.is_terminal and count % LINE_EVERY == 0:
                console.print(f"{count} of {len(jars)} jars")

        if not console.is_terminal:
            console.print(
                f"Fetching Neo4j ({len(jars)} jars, {total // 1_000_000} MB) into {cache / 'jars'}", soft_wrap=True
            )
        fetch(jars, cache, arrived, waiting=lambda: console.print("Another set-up is fetching Neo4j: waiting for it"))
    console.print("Neo4j is here.")


if __name__ == "__main__":
    try:
        main()
    except JarsError as error:
        sys.stderr.write(f"bin/setup: {error.message}\n")
        raise SystemExit(1) from None
