"""The words in which a part of the graph is declared: `node`, `interface`, `relationship`, `union`, `log`, `stored`, …

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

from graph.model import Computed, Mask, Normalised, OnDelete

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
    secret: bool = False
    follows: tuple[str, ...] = ()
    mask: Mask = Mask.TEXT
    sensitive: bool = False


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
    """A node whose id is kept in a property; `along` is the pattern that leads to it, if one does."""

    property: str
    description: str = ""
    along: str = ""


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
    seen_through: tuple[str, str] | None = None
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
    secret: bool = False,
    follows: tuple[str, ...] = (),
    mask: Mask = Mask.TEXT,
    sensitive: bool = False,
) -> Any:
    """A property. An annotation without `| None` makes it non-null in GraphQL, and required.

    A derived property is written by Guanxi alone; a computed one is derived from the record's other properties; a
    hidden one is not shown in GraphQL; a secret one is hidden, but may be given; a personal one is forgotten with the
    person; of a sensitive one it is noted who reads it. A text has at most `longest` characters, and 10,000 unless told.
    What `follows` others, "value" or "Contact.name", is hidden and masked with them; `mask` is what is shown of it then.
    """
    is_derived = derived or computed is not None
    return Stored(
        description,
        required,
        unique,
        indexed,
        is_derived,
        hidden or secret,
        personal,
        longest,
        minimum,
        maximum,
        normalise,
        computed,
        secret,
        follows,
        mask,
        sensitive=sensitive,
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


def referenced(property: str, *, description: str = "", along: str = "") -> Any:
    """The node whose id the property of this name holds.

    Where a pattern leads to that node and to others, it is cheaper to go along it than to look the id up in every type.
    """
    return Referenced(property, description, along)


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


def log(*, seen_through: tuple[str, str] | None = None) -> Callable[[T], T]:
    """What Guanxi writes down by itself, entry by entry: read in the order of time, under rights, and never by itself.

    `seen_through` is the pattern to what an entry is about and the type of that. Who may see all that an entry is about
    may see the entry. Without it, an entry is a record that was, and is seen by who could see that.
    """
    return _write(Declaration("log", seen_through=seen_through))


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
