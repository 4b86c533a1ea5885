"""The scripts of bin/, run as a person runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Nobody answers there, so whatever reaches for the network fails at once.
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_FIND_LINKS": "",
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
}


def run(
    *command: str | Path, environment: dict[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    whole = {**os.environ, **(environment or {})}
    return subprocess.run(command, check=False, cwd=cwd, env=whole, capture_output=True, text=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout, as far as set-up is concerned."""
    root = tmp_path / "check out"
    for name in ("bin", "graph"):
        shutil.copytree(ROOT / name, root / name)
    (root / "tests").mkdir()
    for name in ("requirements.lock", "tests/requirements.lock"):
        shutil.copy(ROOT / name, root / name)
    return root


def test_a_second_setup_is_quick_silent_and_needs_no_network() -> None:
    began = time.monotonic()

    done = run("bin/setup", environment=OFFLINE)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 10


def test_a_fresh_setup_without_a_network_says_what_is_missing(checkout: Path) -> None:
    done = run(checkout / "bin" / "setup", environment=OFFLINE)

    assert done.returncode == 1
    assert done.stderr == (
        "bin/setup: the Python packages of requirements.lock are missing and pip could not download them; check the "
        f"network and run it again (pip's words are in {checkout / '.setup.log'}).\n"
    )
    assert not (checkout / ".venv" / "installed.lock").exists()


def test_the_environment_of_another_checkout_is_not_emptied_through_a_link(checkout: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").touch()
    (checkout / ".venv").symlink_to(other)

    done = run(checkout / "bin" / "setup", environment=OFFLINE)

    assert done.returncode == 1
    assert done.stderr == (
        f"bin/setup: {checkout / '.venv'} is a link to {other}, which is made for other locks; remove the link.\n"
    )
    assert (other / "kept").exists()


def test_missing_jars_without_a_network_are_named(tmp_path: Path) -> None:
    done = run("bin/setup", environment={**OFFLINE, "XDG_CACHE_HOME": str(tmp_path)})

    jars = tmp_path / "guanxi" / "jars"
    assert done.returncode == 1
    assert done.stderr.startswith("bin/setup: Neo4j's jar ")
    assert done.stderr.endswith(
        f" is not in {jars} and could not be fetched (ProxyError): check the network and run bin/setup again.\n"
    )
    assert done.stderr.count("\n") == 1


def test_a_machine_without_a_suitable_python_is_refused_in_one_sentence(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "dirname", "cat", "cmp"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)

    done = run(checkout / "bin" / "setup", environment={"PATH": str(tools)})

    assert done.returncode == 1
    assert done.stderr == (
        "bin/setup: found no Python 3.11 to 3.14 that has its venv module; install one (Debian: python3 and "
        "python3-venv) and run it again.\n"
    )


def test_guanxi_runs_in_the_callers_folder_also_through_a_link(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".venv").symlink_to(ROOT / ".venv")
    (checkout / "web").mkdir()
    (checkout / "web" / "__main__.py").write_text("import os, sys; print(os.getcwd(), sys.argv[1:])", encoding="utf-8")
    link = tmp_path / "guanxi"
    link.symlink_to(checkout / "bin" / "guanxi")

    done = run(link, "query", "a file.graphql", cwd=tmp_path)

    assert (done.stdout, done.stderr) == (f"{tmp_path} ['query', 'a file.graphql']\n", "")


def test_guanxi_before_setup_says_to_run_it(checkout: Path) -> None:
    done = run(checkout / "bin" / "guanxi", "serve")

    assert done.returncode == 1
    assert done.stderr == f"guanxi: {checkout} is not set up yet; run {checkout}/bin/setup first.\n"


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_locks_pin_every_package_by_hash_and_name_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    packages = [block for block in text.replace(" \\\n", " ").splitlines() if block[:1].isalnum()]

    assert len(packages) > 20
    assert [package for package in packages if "==" not in package or "--hash=sha256:" not in package] == []
    assert "://" not in text
