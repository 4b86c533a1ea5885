"""What docs/writing.md shows is what is answered."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.mutations.conftest import Write

DOCUMENT = Path(__file__).parents[2] / "docs" / "writing.md"


async def test_each_example_is_answered_as_the_document_says(write: Write) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    examples = re.findall(r"```graphql\n(.*?)```\s*```json\n(.*?)```", text, re.DOTALL)

    answers = [await write.body(question) for question, _ in examples]

    assert answers == [{"data": json.loads(answer)} for _, answer in examples]
    assert len(answers) == 4
