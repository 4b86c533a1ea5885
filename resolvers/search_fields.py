"""The field that answers what a text finds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLField

from graph.errors import BadInput, Forbidden
from graph.model import EdgeType, Kind, Model, NodeType, Property
from graph.plan import Block, Search
from graph.property_rights import FieldRights
from graph.search_terms import query
from resolvers.arguments import Leaf, Tree, checked_text
from resolvers.connection_fields import plan_connection
from resolvers.origins import CursorKey
from resolvers.request import LIMITS, Request
from resolvers.shape import Complete

if TYPE_CHECKING:
    from resolvers.planner import Planner

# A hit is an edge without a relationship; its id is that of the search, so that a cursor of another one is noticed.
HIT = EdgeType(
    "SearchHit",
    {
        "id": Property("id", Kind.TEXT, is_required=True, is_hidden=True),
        "score": Property("score", Kind.INTEGER, is_required=True),
    },
    "How well a text matches.",
)
_BEST_FIRST: list[Tree] = [{"edge": {"score": Leaf(lambda _: "DESC")}}]


@dataclass(frozen=True)
class Asked:
    """What is searched for, of one request: the text, and the types that were named, or all."""

    text: Leaf
    types: Leaf | None
    target: NodeType
    model: Model

    def text_of(self, request: Request) -> str:
        text: str = checked_text(self.text(request), "search.text")
        if len(text) > LIMITS.search:
            raise BadInput(
                f"search.text has {len(text)} characters; search for the {LIMITS.search} that tell most at most."
            )
        return text

    def types_of(self, request: Request) -> list[str]:
        """The concrete types that are wanted."""
        named = self._named(request)
        if named is None:
            return list(self.target.members)
        if len(named) == 1:
            return sorted(self.model.nodes[named[0]].members)
        return sorted({member for name in named for member in self.model.nodes[name].members})

    def searched_of(self, request: Request) -> list[str]:
        """Those of them whose records are searched: whose names and numbers the reader may read."""
        rights = FieldRights(self.model, request.reader)
        if not rights.are_restricted:
            return self.types_of(request)
        wanted = [each for each in self.types_of(request) if rights.may_search(self.model.nodes[each])]
        for name in self._named(request) or ():
            if not any(member in wanted for member in self.model.nodes[name].members):
                raise Forbidden(f"search.types: you may not read what {name} records are searched by.")
        return wanted

    def _named(self, request: Request) -> list[str] | None:
        named = self.types(request) if self.types else None
        return None if named is None else [str(getattr(each, "value", each)) for each in named]

    def id_of(self, request: Request) -> str:
        """The same for two requests that ask the same."""
        parts = (self.text_of(request), *self.types_of(request))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Derived:
    """A value that follows from what is searched for."""

    hint: str
    derive: Callable[[Request], object]

    def __call__(self, request: Request) -> object:
        return self.derive(request)


@dataclass(frozen=True, eq=False)
class SameSearch:
    """The part of a cursor that says which search it belongs to."""

    key: CursorKey
    asked: Asked

    @property
    def hint(self) -> str:
        return f"{self.key.where}_asked"

    def __call__(self, request: Request) -> object:
        found = self.key(request)
        if found != self.asked.id_of(request):
            raise BadInput(
                f"`{self.key.where}` is a cursor of another search; page on with the same text and types, or begin "
                f"without `{self.key.where}`."
            )
        return found


def plan_search(
    planner: Planner, target: NodeType, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Block, Complete]:
    """Plan a search, which is a connection over what is found, in the order of its score."""
    text, types = arguments["text"], arguments.get("types")
    assert isinstance(text, Leaf)
    asked = Asked(text, types if isinstance(types, Leaf) else None, target, planner.api.model)
    source = _source(asked, planner.api.model)
    ordered = {**arguments, "orderBy": _BEST_FIRST}
    block, complete = plan_connection(planner, source, target, HIT, definition, nodes, ordered, 1)
    if block.page and block.page.after:
        *keys, last = block.page.after
        assert isinstance(last, CursorKey)
        block = replace(block, page=replace(block.page, after=(*keys, SameSearch(last, asked))))
    return block, complete


def _source(asked: Asked, model: Model) -> Search:
    through = tuple((node, node.relationships[node.found_as]) for node in model.concrete if node.found_as)

    def query_of(request: Request) -> str:
        wanted = asked.types_of(request)
        rights = FieldRights(model, request.reader)
        standing = (
            node.name
            for node, relationship in through
            if _stands_for(wanted, model, relationship.target) and rights.may_search(node)
        )
        return query(asked.text_of(request), [*asked.searched_of(request), *standing])

    return Search(Derived("search", query_of), through, Derived("types", asked.types_of), Derived("asked", asked.id_of))


def _stands_for(wanted: list[str], model: Model, target: str) -> bool:
    """Whether a type's records are searched, as one of those that they stand for is wanted."""
    return not set(wanted).isdisjoint(model.nodes[target].members)
