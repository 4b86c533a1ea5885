"""What is wrong with an input: data for the client, not errors of the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from graph.last_administrator import LAST_ADMINISTRATOR
from graph.write_rights import AFTERWARDS, BEFORE, FORBIDDEN


class TroubleCode(Enum):
    """Stable codes of what is wrong with an input; docs/errors.md tells each to clients."""

    INVALID = "INVALID"
    REQUIRED = "REQUIRED"
    NOT_FOUND = "NOT_FOUND"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    IN_USE = "IN_USE"
    FORBIDDEN = "FORBIDDEN"
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"
    ROLLED_BACK = "ROLLED_BACK"


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: where in the field's arguments, and the record that is in the way, by its id."""

    code: TroubleCode
    message: str
    path: tuple[str, ...]
    root: int = 0
    existing: str | None = None

    def follows(self, others: Sequence[Trouble]) -> bool:
        """Whether one of the others, at this place or within, is why."""
        return any(other.root == self.root and other.path[: len(self.path)] == self.path for other in others)


# What a relationship that is to end is called as a place.
ENDING = "what ends"


@dataclass(frozen=True)
class Place:
    """Where a row of a write comes from, and what is to be told if the database refuses it."""

    path: tuple[str, ...]
    # What the place is called in sentences: the type of record, or the name of the property.
    what: str
    # The value that was given, as it is shown.
    value: str = ""
    # Why a record that is not there cannot be made of what is given, or one that is there cannot be what it was.
    lacks: str = ""


def troubles_of(problems: Sequence[Sequence[object]], places: Sequence[Place]) -> list[Trouble]:
    """What the checks of a statement found, as `[code, root, at, id]`, in words."""
    found = []
    for code, root, at, existing in problems:
        if is_forbidden(code):
            found.append(_denial(str(code), int(str(root)), None if at is None else places[int(str(at))]))
            continue
        if code == LAST_ADMINISTRATOR:
            path = () if at is None else places[int(str(at))].path
            found.append(Trouble(TroubleCode.LAST_ADMINISTRATOR, _LAST, path, int(str(root))))
            continue
        place, kind = places[int(str(at))], TroubleCode[str(code)]
        found.append(
            Trouble(kind, _sentence(kind, place), place.path, int(str(root)), str(existing) if existing else None)
        )
    return found


def is_late(code: object) -> bool:
    """Whether a problem was found when all was written, so that what was has to be undone."""
    return code == LAST_ADMINISTRATOR or is_forbidden(code, AFTERWARDS)


def is_forbidden(code: object, when: str = "") -> bool:
    """Whether a problem is that the reader may not do this; and whether it was found at a time."""
    return str(code).startswith(f"{FORBIDDEN} {when}")


def _denial(code: str, root: int, place: Place | None) -> Trouble:
    """In words what may not be done. What has no place of its own is told of its input."""
    _, when, action, type_ = code.split(" ")
    what = f"{place.what} {place.value}" if place and place.value else f"this {type_}"
    return Trouble(TroubleCode.FORBIDDEN, _DENIED[action, when].format(what), place.path if place else (), root)


_LAST = "Nobody would be left who may give others rights; make another administrator first."

_DENIED = {
    ("CREATE", BEFORE): "You may not make {}.",
    ("CREATE", AFTERWARDS): "You may not make {} as it would be.",
    ("UPDATE", BEFORE): "You may not change {}.",
    ("UPDATE", AFTERWARDS): "You may not change {} to what it would be.",
    ("DELETE", BEFORE): "You may not delete or restore {}.",
    ("MERGE", BEFORE): "You may not merge {}.",
    ("ASSIGN", BEFORE): "You may not assign {} to another user.",
    ("ASSIGN", AFTERWARDS): "You may not assign {} to another user.",
}


def _sentence(code: TroubleCode, place: Place) -> str:
    match code:
        case TroubleCode.NOT_FOUND if place.what == ENDING:
            return f"Nothing that could end leads to {place.value}."
        case TroubleCode.REQUIRED if place.what == ENDING:
            return "Say which one ends; there are several."
        case TroubleCode.NOT_FOUND:
            return f"There is no {place.what} {place.value}, or you may not see it."
        case TroubleCode.DUPLICATE if place.what[0].isupper():
            return f"Another record has what {place.what} {place.value} had, and what must be unique."
        case TroubleCode.DUPLICATE:
            return f"Another record has {place.what} {place.value}; it must be unique."
        case TroubleCode.CONFLICT:
            return f"{place.what} {place.value} was changed since you read it; look at it again."
        case TroubleCode.IN_USE if place.lacks:
            return f"{place.what} {place.value} {place.lacks}"
        case TroubleCode.IN_USE:
            return f"{place.what} {place.value} is needed by other records; remove those first."
        case TroubleCode.REQUIRED:
            if place.lacks:
                return f"{place.what} {place.value} is not there, and what is given does not make one: {place.lacks}"
            return f"{place.what} {place.value} belongs to a record that is not there any more."
        case _:
            raise TypeError(f"no check answers {code}")
