"""What docs/aggregates.md shows is what is answered."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.asking import Ask

DOCUMENT = Path(__file__).parents[2] / "docs" / "aggregates.md"
EXAMPLE = re.compile(r"```graphql\n(.*?)```\n\n```json\n(.*?)\n```", re.DOTALL)


@pytest.mark.usefixtures("trading")
async def test_every_example_has_the_answer_that_stands_below_it(ask: Ask) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    examples = EXAMPLE.findall(text)

    answers = [await ask.data(query) for query, _ in examples]

    if "UPDATE_GOLDEN" in os.environ and "CI" not in os.environ:
        written = iter(answers)
        DOCUMENT.write_text(EXAMPLE.sub(lambda found: _with(found, next(written)), text), encoding="utf-8")
    assert len(examples) == text.count("```graphql") == 4
    assert [json.loads(shown) for _, shown in examples] == answers


def _with(found: re.Match[str], answer: object) -> str:
    return f"```graphql\n{found[1]}```\n\n```json\n{json.dumps(answer, ensure_ascii=False)}\n```"
