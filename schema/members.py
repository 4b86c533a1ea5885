"""The members of a declared class, with their annotations resolved. The model and the Strawberry types are made of it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from strawberry.utils.str_converters import to_camel_case

from schema.declare import Declaration, Declared, declaration


@dataclass(frozen=True)
class Member:
    """One field of a declared class: `type` is what its annotation names, without the list and the `| None` around it."""

    name: str
    declared: Declared
    type: Any
    is_list: bool
    is_nullable: bool


def lineage(cls: type) -> tuple[type, ...]:
    """The declared classes that a class inherits from and itself, the most general first."""
    return tuple(base for base in reversed(cls.__mro__) if "__declaration__" in vars(base))


def members_of(cls: type, namespace: Mapping[str, Any]) -> tuple[Member, ...]:
    """The class's members, inherited ones first; a class may declare an inherited one again.

    `namespace` holds every declared class by name, so that a class may name one that it cannot import.
    """
    try:
        hints = get_type_hints(cls, localns=dict(namespace))
    except NameError as error:
        raise TypeError(f"{cls.__name__} names {error.name}, which is not declared.") from None
    declared: dict[str, Declared] = {}
    for base in lineage(cls):
        declared.update(declaration(base).fields)
    return tuple(_member(python_name, what, hints[python_name]) for python_name, what in declared.items())


def inherited(cls: type, option: str) -> Any:
    """An option of the declaration, from the class itself or from the nearest that it inherits from."""
    found = (getattr(declaration(base), option) for base in reversed(lineage(cls)))
    return next((value for value in found if value), getattr(Declaration("node"), option))


def _member(python_name: str, declared: Declared, annotation: Any) -> Member:
    is_nullable = get_origin(annotation) in (Union, types.UnionType)
    if is_nullable:
        (annotation,) = (argument for argument in get_args(annotation) if argument is not type(None))
    is_list = get_origin(annotation) is list
    if is_list:
        (annotation,) = get_args(annotation)
    return Member(to_camel_case(python_name), declared, annotation, is_list, is_nullable)
