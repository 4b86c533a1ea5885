"""Where the values of a plan come from. A plan holds no value of a request, so that one plan serves many."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Origin(Protocol):
    """Where a value comes from. Two origins that are equal give one value, which then travels once."""

    @property
    def hint(self) -> str:
        """What the value might be called in a statement."""

    def __call__(self, request: Any) -> Any:
        """The value, as the database takes it. Raises `BadInput` if the request's value will not do."""
