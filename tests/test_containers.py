"""What Dockerfile and docker-compose.yml name is there. No engine starts them here; docs/operating.md says so."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
from pathlib import Path
from typing import Any

import yaml
from typer.main import get_command

from web.cli import app
from web.settings import Settings

ROOT = Path(__file__).parents[1]


def _compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


def _dockerfile() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments, continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = [tuple(line.split(" ", 1)) for line in lines]
    assert all(len(each) == 2 for each in found)
    return [(name, rest) for name, rest in found]


def _variables() -> set[str]:
    return {str(field.validation_alias or f"GUANXI_{name.upper()}") for name, field in Settings.model_fields.items()}


def test_everything_that_the_dockerfile_copies_is_there() -> None:
    copied = [shlex.split(rest)[:-1] for name, rest in _dockerfile() if name == "COPY" and "--from" not in rest]

    assert [path for paths in copied for path in paths if not (ROOT / path).exists()] == []


def test_the_image_runs_as_somebody_without_rights_and_in_two_stages() -> None:
    instructions = _dockerfile()

    assert [rest.split(" ")[0] for name, rest in instructions if name == "FROM"] == ["python:3.13-slim"] * 2
    assert [rest for name, rest in instructions if name == "USER"] == ["guanxi"]


def test_commands_of_the_containers_are_commands_of_guanxi() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    (default,) = [rest for name, rest in _dockerfile() if name == "CMD"]

    assert default == '["serve"]'
    assert set(_compose()["services"]["guanxi"]["command"]) <= commands


def test_variables_of_the_containers_are_settings() -> None:
    (environment,) = [rest for name, rest in _dockerfile() if name == "ENV"]
    set_in_image = {pair.split("=")[0] for pair in shlex.split(environment)}
    set_in_compose = set(_compose()["services"]["guanxi"]["environment"])

    assert {name for name in set_in_image if name.startswith(("GUANXI", "NEO4J"))} <= _variables()
    assert set_in_compose <= _variables()


def test_ports_are_published_on_loopback_only_and_are_those_that_are_served() -> None:
    services = _compose()["services"]
    port = services["guanxi"]["environment"]["GUANXI_PORT"]

    assert services["guanxi"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in services["neo4j"]
    assert [rest for name, rest in _dockerfile() if name == "EXPOSE"] == [port]
    assert services["guanxi"]["environment"]["NEO4J_URI"] == "bolt://neo4j:7687"


def test_health_checks_ask_a_path_that_the_server_has() -> None:
    routes = (ROOT / "web" / "app.py").read_text(encoding="utf-8")
    checks = [
        *_compose()["services"]["guanxi"]["healthcheck"]["test"],
        *(rest for name, rest in _dockerfile() if name == "HEALTHCHECK"),
    ]
    paths = {path for check in checks for path in re.findall(r"http://127\.0\.0\.1:8000(/\w+)", check)}

    assert paths == {"/readyz"}
    assert 'Route("/readyz"' in routes


def test_the_password_is_a_secret_from_a_file_and_never_a_value() -> None:
    compose = _compose()

    assert compose["secrets"] == {"neo4j_password": {"file": "./secrets/neo4j_password"}}
    for service in compose["services"].values():
        assert service["secrets"] == ["neo4j_password"]
        assert "NEO4J_PASSWORD" not in service["environment"]
    assert compose["services"]["guanxi"]["environment"]["NEO4J_PASSWORD_FILE"] == "/run/secrets/neo4j_password"
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_password_that_the_instructions_make_can_be_read_by_the_user_of_the_image(tmp_path: Path) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    lines = [line.removeprefix("#     ") for line in text.splitlines() if line.startswith("#     ")]
    script = "\n".join(line for line in lines if not line.startswith("docker "))
    (user,) = [int(uid) for name, rest in _dockerfile() if name == "RUN" for uid in re.findall(r"--uid (\d+)", rest)]

    # Whatever the reader's own umask is.
    subprocess.run(["/bin/sh", "-euc", f"umask 077\n{script}"], cwd=tmp_path, check=True)

    folder, password = tmp_path / "secrets", tmp_path / "secrets" / "neo4j_password"
    assert len(password.read_text(encoding="utf-8")) == 32
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    # A container sees the file at a place of its own, with the owner and the mode that it has here.
    assert user != os.getuid()
    assert "user" not in _compose()["services"]["guanxi"]
    assert stat.S_IMODE(password.stat().st_mode) == 0o444


def test_the_neo4j_of_the_containers_is_the_release_that_is_tested() -> None:
    lock = (ROOT / "graph" / "jars.lock").read_text(encoding="utf-8")
    image = _compose()["services"]["neo4j"]["image"]

    assert image == "neo4j:5.26-community"
    assert re.search(r"org\.neo4j:neo4j:5\.26\.\d+|neo4j.*5\.26\.\d+", lock)
