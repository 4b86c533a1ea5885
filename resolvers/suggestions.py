"""Errors for those who may not look at the schema: without the names that they might have meant."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resolvers.answer import Answer

# graphql-core's sentences, and ours.
_SUGGESTION = re.compile(r"\s*Did you mean [^?]*\?")


def without_suggestions(answer: Answer) -> Answer:
    """The same answer, whose errors suggest nothing."""
    errors = [{**error, "message": _SUGGESTION.sub("", str(error["message"]))} for error in answer.errors]
    return replace(answer, errors=errors)
