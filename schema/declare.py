"""The words in which a part of the graph is declared: `node`, `interface`, `relationship`, `union`, `stored`, `related`.

    @node(sorted_by="name")
    class Product(Node):
        "Something that is sold."
        sku: str = stored("Article number.", unique=True)
        buyers: list[Customer] = related("<-[:BOUGHT]-", edge=Purchase)

A class is a label, its annotations are properties and its related fields are relationships. Declaring only writes down:
`schema/derive.py` makes the graph model of it and `schema/types.py` the Strawberry types, afresh for every build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from graph.model import Computed, Normalised, OnDelete

T = TypeVar("T", bound=type)

Normalise = Callable[[str, str | None], Normalised]

# Names that no declaration may take: of fields that an administrator will define while the server runs.
RESERVED = frozenset({"custom"})


@dataclass(frozen=True)
class Stored:
    """A property, and what the database should know about it."""

    description: str = ""
    required: bool = False
    unique: bool = False
    indexed: bool = False
    derived: bool = False
    hidden: bool = False
    personal: bool = False
    longest: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    normalise: Normalise | None = None
    computed: Computed | None = None


@dataclass(frozen=True)
class Related:
    """A relationship, or a path of several, to one node or to many."""

    pattern: str
    description: str = ""
    edge: type | None = None
    when: str | None = None
    on_delete: OnDelete = OnDelete.DETACH
    derived: bool = False


@dataclass(frozen=True)
class Referenced:
    """A node whose id is kept in a property."""

    property: str
    description: str = ""


Declared = Stored | Related | Referenced


@dataclass(frozen=True)
class Declaration:
    """What a decorator wrote down about a class."""

    kind: str
    has_label: bool = True
    id_prefix: str | None = None
    plural: str | None = None
    sorted_by: str | None = None
    searched_by: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    found_as: str | None = None
    personal: bool = False
    shared_by: str | None = None
    read_only: bool = False
    members: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    fields: dict[str, Declared] = field(default_factory=dict)


def stored(
    description: str = "",
    *,
    required: bool = False,
    unique: bool = False,
    indexed: bool = False,
    derived: bool = False,
    hidden: bool = False,
    personal: bool = False,
    longest: int | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    normalise: Normalise | None = None,
    computed: Computed | None = None,
) -> Any:
    """A property. An annotation without `| None` makes it non-null in GraphQL, and required.

    A derived property is written by Guanxi alone; a computed one is derived from the record's other properties; a
    hidden one is not shown in GraphQL; a personal one is forgotten with the person. A text has at most `longest`
    characters, and 10,000 unless told.
    """
    is_derived = derived or computed is not None
    return Stored(
        description,
        required,
        unique,
        indexed,
        is_derived,
        hidden,
        personal,
        longest,
        minimum,
        maximum,
        normalise,
        computed,
    )


def related(
    pattern: str,
    *,
    description: str = "",
    edge: type | None = None,
    when: str | None = None,
    on_delete: OnDelete = OnDelete.DETACH,
    derived: bool = False,
) -> Any:
    """A relationship in Cypher's own notation: `related("<-[:WORKS_AT]-", edge=Employment, when="until IS NULL")`.

    Every step but the last names the label that it leads to; the last one's is the field's own type. `[:A|B]` follows
    either type, `[:A]?` may be left out. `when` is a condition on the last relationship: `PROPERTY IS NULL` or
    `PROPERTY IS NOT NULL`.
    """
    return Related(pattern, description, edge, when, on_delete, derived)


def referenced(property: str, *, description: str = "") -> Any:
    """The node whose id the property of this name holds."""
    return Referenced(property, description)


def node(
    *,
    sorted_by: str | None = None,
    searched_by: tuple[str, ...] = (),
    found_as: str | None = None,
    personal: bool = False,
    shared_by: str | None = None,
    read_only: bool = False,
    id_prefix: str | None = None,
    plural: str | None = None,
) -> Callable[[T], T]:
    """A concrete type of record. `sorted_by` names the property whose folded form orders its records.

    `searched_by` names the properties by which it is searched. A search that finds it answers it, or what its
    relationship `found_as` leads to. All properties of a personal type are personal. Records that are `shared_by` a
    unique property are made once for each of its values, whoever makes them. Those of a `read_only` type are written by Guanxi alone.
    """
    return _write(
        Declaration(
            "node", True, id_prefix, plural, sorted_by, searched_by,
            found_as=found_as, personal=personal, shared_by=shared_by, read_only=read_only,
        )
    )  # fmt: skip


def interface(
    *,
    label: bool = True,
    sorted_by: str | None = None,
    texts: tuple[str, ...] = (),
    id_prefix: str | None = None,
    plural: str | None = None,
) -> Callable[[T], T]:
    """What several types of record share. Its nodes bear its name as a label, unless `label` is false.

    `texts` names the properties whose words are searched; what is found in the first of them counts more.
    """
    return _write(Declaration("interface", label, id_prefix, plural, sorted_by, texts=texts))


def union(*members: str, besides: tuple[str, ...] = ()) -> Callable[[T], T]:
    """The types that a relationship may lead to, where they share no interface; named by its class.

    Without members it leads to every concrete type that is declared, wherever that is, but those `besides`.
    """
    return _write(Declaration("union", False, members=members, besides=besides))


def relationship(cls: T) -> T:
    """The properties of a relationship; they appear on the edges of its connections."""
    return _write(Declaration("relationship"))(cls)


def declaration(cls: type) -> Declaration:
    """What was declared of this very class; what it inherits is not included."""
    found: Declaration = vars(cls)["__declaration__"]
    return found


def _write(what: Declaration) -> Callable[[T], T]:
    def decorate(cls: T) -> T:
        fields: dict[str, Declared] = {}
        for name in vars(cls).get("__annotations__", {}):
            if name in RESERVED:
                raise TypeError(
                    f"{cls.__name__}.{name}: the name is reserved for fields defined at run time; choose another."
                )
            value = vars(cls).get(name, Stored())
            if not isinstance(value, Declared):
                raise TypeError(
                    f"{cls.__name__}.{name} is {value!r}; declare it with stored(), related() or referenced()."
                )
            fields[name] = value
        cls.__declaration__ = replace(what, fields=fields)  # type: ignore[attr-defined]
        return cls

    return decorate


def description_of(cls: type) -> str:
    """The class's own docstring as one paragraph."""
    return " ".join((cls.__doc__ or "").split())
