"""The fields of a mutation operation: what each is about, its arguments' values, and the plan of its payload, which is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, VariableNode, Visitor, visit

from graph.errors import GuanxiError
from graph.reader import Reader
from resolvers.api import API, Mutation
from resolvers.arguments import argument_values
from resolvers.document import Document
from resolvers.glances import Glances
from resolvers.payloads import PlannedPayload, plan_payload
from resolvers.planner import Planner
from resolvers.plans import outline
from resolvers.selection import Selection
from resolvers.shape import ObjectShape, entry_of
from resolvers.shape_function import RowShape


@dataclass(frozen=True)
class _KeptPayload:
    """The plan of a field's payload, what was seen when it was made, and the function that shapes the response's key."""

    planned: PlannedPayload
    shape: RowShape
    seen: tuple[tuple[Callable[[Mapping[str, Any]], Any], Any], ...]

    def serves(self, variables: Mapping[str, Any]) -> bool:
        try:
            return all(look(variables) == found for look, found in self.seen)
        except GuanxiError:
            return False


@dataclass(frozen=True)
class MutationField:
    """A field of a mutation operation: its place there, its arguments' values, and what its payload shows."""

    key: str
    position: int
    nodes: list[FieldNode]
    mutation: Mutation
    arguments: Mapping[str, Any]
    kept: _KeptPayload
    variables: Mapping[str, Any]

    @property
    def is_preview(self) -> bool:
        """Whether nothing is to be written."""
        return bool(self.arguments.get("preview"))


class Kept:
    """The last so many of something, by key."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        if key in self._found:
            self._found.move_to_end(key)
        return self._found.get(key)

    def keep(self, key: Hashable, value: Any) -> None:
        self._found[key] = value
        while len(self._found) > self._count:
            self._found.popitem(last=False)


class MutationFields:
    """Plans the fields of the mutations of one API."""

    def __init__(self, api: API) -> None:
        self._api = api
        self._payloads, self._below = Kept(1_000), Kept(1_000)

    def planned(
        self,
        document: Document,
        key: str,
        position: int,
        nodes: list[FieldNode],
        variables: Mapping[str, Any],
        reader: Reader,
    ) -> MutationField:
        type_ = self._api.schema.mutation_type
        assert type_ is not None
        definition = type_.fields[nodes[0].name.value]
        arguments = argument_values(definition, nodes[0], variables)
        mutation = self._api.mutations[nodes[0].name.value]
        kept = self._payload(document, key, mutation, nodes, variables, reader)
        return MutationField(key, position, nodes, mutation, arguments, kept, variables)

    def _payload(
        self,
        document: Document,
        key: str,
        mutation: Mutation,
        nodes: list[FieldNode],
        variables: Mapping[str, Any],
        reader: Reader,
    ) -> _KeptPayload:
        below = self._below.get((document, id(nodes[0])))
        if below is None:
            below = _variables_below([*nodes, *document.fragments.values()])
            self._below.keep((document, id(nodes[0])), below)
        used = {name: value for name, value in variables.items() if name in below}
        place = (document, tuple(id(node) for node in nodes), outline(used), reader.shape)
        kept: _KeptPayload | None = self._payloads.get(place)
        if kept is None or not kept.serves(variables):
            glances = Glances(variables)
            planner = Planner(self._api, Selection(self._api.schema, document.fragments, glances), glances)
            planned = plan_payload(planner, mutation, nodes)
            type_ = self._api.schema.mutation_type
            assert type_ is not None
            shape = RowShape(ObjectShape([entry_of(key, 0, planned.shape, type_, nodes)]))
            kept = _KeptPayload(planned, shape, tuple(glances.seen))
            self._payloads.keep(place, kept)
        return kept


def _variables_below(nodes: Sequence[FieldNode | FragmentDefinitionNode]) -> set[str]:
    """The variables that a payload's selection uses; those of the field's own arguments do not make its shape."""
    found: set[str] = set()

    class Names(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            found.add(node.name.value)

    for node in nodes:
        if node.selection_set:
            visit(node.selection_set, Names())
    return found
