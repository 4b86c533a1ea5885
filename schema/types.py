"""Strawberry types by name, made afresh for every build. The one module that knows how Strawberry keeps a type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, dataclass
from keyword import iskeyword
from typing import Any, Literal

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema_directives import OneOf
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion

from schema.scalars import JSON, Currency, Date, DateTime, DecimalText, Duration

Flavour = Literal["type", "interface", "input", "one_of"]


@dataclass(frozen=True)
class Argument:
    name: str
    type: str
    description: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a type or of an input; `type` is written as Python writes it: `list[Contact]`, `str | None`."""

    name: str
    type: str
    description: str = ""
    arguments: tuple[Argument, ...] = ()


class Types:
    """The types of one build. A field names its type as a text, which is resolved when the schema is put together."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {
            "list": list, "str": str, "int": int, "float": float, "bool": bool, "ID": strawberry.ID,
            "DateTime": DateTime, "Date": Date, "Decimal": DecimalText, "Currency": Currency, "Duration": Duration,
            "JSON": JSON,
        }  # fmt: skip

    def __contains__(self, name: str) -> bool:
        return name in self.namespace

    def __getitem__(self, name: str) -> Any:
        return self.namespace[name]

    def add(
        self,
        flavour: Flavour,
        name: str,
        fields: Iterable[Field],
        description: str = "",
        interfaces: Iterable[str] = (),
    ) -> None:
        """Define a type. It is a bare class with a definition, as nothing is ever constructed from it.

        Strawberry would make each a dataclass, which takes more than twice as long for several hundred types.
        """
        cls = self.namespace[name] = type(name, (), {"__module__": __name__})
        is_input = flavour in ("input", "one_of")
        cls.__strawberry_definition__ = StrawberryObjectDefinition(  # type: ignore[attr-defined]
            name=name,
            is_input=is_input,
            is_interface=flavour == "interface",
            origin=cls,
            description=description or None,
            interfaces=[self.namespace[each].__strawberry_definition__ for each in interfaces],
            extend=False,
            directives=[OneOf()] if flavour == "one_of" else [],
            is_type_of=None,
            resolve_type=_typename if flavour == "interface" else None,
            fields=[self._field(field, cls, is_input) for field in fields],
        )

    def add_union(self, name: str, members: Iterable[str], description: str = "") -> None:
        annotations = tuple(StrawberryAnnotation(member, namespace=self.namespace) for member in members)
        self.namespace[name] = StrawberryUnion(name, annotations, description or None)

    def _field(self, field: Field, cls: type, is_input: bool) -> StrawberryField:
        made = StrawberryField(
            python_name=f"{field.name}_" if iskeyword(field.name) else field.name,
            graphql_name=field.name,
            origin=cls,
            type_annotation=StrawberryAnnotation(field.type, namespace=self.namespace),
            description=field.description or None,
            # An optional input without this default would be printed with "= null", which means something else.
            default=strawberry.UNSET if is_input else MISSING,
        )
        if field.arguments:
            made.arguments = [
                StrawberryArgument(
                    argument.name,
                    argument.name,
                    StrawberryAnnotation(argument.type, namespace=self.namespace),
                    description=argument.description or None,
                )
                for argument in field.arguments
            ]
        return made


def _typename(value: Any, *_: Any) -> str:
    name: str = value["__typename"]
    return name
