"""One Cypher statement and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Statement:
    """Cypher text, and the values that it reads as `$p.name`.

    All values travel in one map: Neo4j keys its plans by the text and by the type of each parameter, so separate
    parameters would plan anew for a null, a longer list or a longer text.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, Any]:
        return {"p": dict(self.values)}
