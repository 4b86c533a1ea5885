"""What a planner looks at of the values of variables: from then on it is part of the plan's shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class Glances:
    """Looks at coerced variables, and remembers what was seen; each answer must be comparable."""

    variables: Mapping[str, Any]
    seen: list[tuple[Callable[[Mapping[str, Any]], Any], Any]] = field(default_factory=list)

    def at(self, look: Callable[[Mapping[str, Any]], T]) -> T:
        """What `look` finds in the variables."""
        found = look(self.variables)
        self.seen.append((look, found))
        return found
