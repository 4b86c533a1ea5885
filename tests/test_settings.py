"""Settings that are wrong are refused by name before anything is opened."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from graph.errors import BadInput
from web.settings import SCHEMES, Settings

ROOT = Path(__file__).parents[1]

_SPOKEN = "bolt://, bolt+s://, bolt+ssc://, neo4j://, neo4j+s://, neo4j+ssc://"
_SEE = "See docs/operating.md."

WRONG = [
    ("NEO4J_URI", "http://x:1", f"NEO4J_URI: the address must begin with one of {_SPOKEN}. {_SEE}"),
    ("NEO4J_URI", "localhost:7687", f"NEO4J_URI: the address must begin with one of {_SPOKEN}. {_SEE}"),
    (
        "GUANXI_PORT",
        "abc",
        f"GUANXI_PORT: Input should be a valid integer, unable to parse string as an integer. {_SEE}",
    ),
    ("GUANXI_PORT", "65536", f"GUANXI_PORT: Input should be less than or equal to 65535. {_SEE}"),
    ("GUANXI_STATEMENT_TIMEOUT", "-1", f"GUANXI_STATEMENT_TIMEOUT: Input should be greater than 0. {_SEE}"),
    ("GUANXI_RETRY_TIME", "inf", f"GUANXI_RETRY_TIME: Input should be a finite number. {_SEE}"),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_a_wrong_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadInput) as raised:
        Settings.from_environment()

    assert raised.value.message == message


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_that_the_driver_speaks_is_taken(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("NEO4J_URI", f"{scheme}://graph.example:7687")

    assert Settings.from_environment().neo4j_uri == f"{scheme}://graph.example:7687"


@pytest.mark.parametrize("command", [["serve"], ["check"], ["schema"]])
def test_commands_say_it_in_one_sentence_and_exit_with_1(command: list[str]) -> None:
    found = subprocess.run(
        [str(ROOT / "bin" / "guanxi"), *command],
        env={**os.environ, "GUANXI_STATEMENT_TIMEOUT": "-1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert (found.returncode, found.stdout) == (1, "")
    assert " ".join(found.stderr.split()) == f"GUANXI_STATEMENT_TIMEOUT: Input should be greater than 0. {_SEE}"
