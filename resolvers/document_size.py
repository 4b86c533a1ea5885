"""How large a document is: what would cost more to validate, or to plan, than to refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph.errors import TooComplex
from resolvers.request import LIMITS


def check_size(document: DocumentNode) -> None:
    """Refuse a document before it is validated. Raises `TooComplex`."""
    _check_counts(document)
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    merging = _Merging(fragments)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            merging.merge([(each.selection_set, frozenset())])


def _check_counts(document: DocumentNode) -> None:
    found = Counter[str]()
    nodes: list[Node] = list(document.definitions)
    while nodes:
        node = nodes.pop()
        here = len(getattr(node, "directives", None) or ())
        if here > LIMITS.directives_at_once:
            raise TooComplex(
                f"A field, fragment or operation has {here} directives; at most {LIMITS.directives_at_once} are read."
            )
        found["directives"] += here
        found["aliases"] += getattr(node, "alias", None) is not None
        found["fragments"] += isinstance(node, FragmentDefinitionNode)
        selected = getattr(node, "selection_set", None)
        nodes += selected.selections if selected else ()
    for what, limit in (
        ("aliases", LIMITS.aliases),
        ("directives", LIMITS.directives),
        ("fragments", LIMITS.fragments),
    ):
        if found[what] > limit:
            raise TooComplex(f"The document has {found[what]} {what}; at most {limit} are read.")


# A selection set, and the fragments that it lies in.
_Within = tuple[SelectionSetNode, frozenset[str]]


class _Merging:
    """Counts what is selected once fragments are in their places, and how often the same is selected again.

    Fields of one response key are merged (GraphQL specification 6.3.2), a fragment counts once in one place, and each
    field of a key is compared with every other one (5.3.2). Work ends at the limit, however much fragments multiply; what
    a fragment within itself would add is left to validation, which says so.
    """

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._selections = self._comparisons = 0

    def merge(self, sets: list[_Within]) -> None:
        keys = Counter[str]()
        inner: dict[str, list[_Within]] = {}
        spread: set[str] = set()
        while sets:
            selected, within = sets.pop()
            self._selections += len(selected.selections)
            if self._selections > LIMITS.selections:
                raise TooComplex(
                    f"The document selects more than {LIMITS.selections} fields once its fragments are in their places; "
                    "ask for fewer."
                )
            for node in selected.selections:
                match node:
                    case FieldNode():
                        key = (node.alias or node.name).value
                        keys[key] += 1
                        if node.selection_set:
                            inner.setdefault(key, []).append((node.selection_set, within))
                    case InlineFragmentNode():
                        sets.append((node.selection_set, within))
                    case FragmentSpreadNode():
                        name = node.name.value
                        if name in self._fragments and name not in spread and name not in within:
                            spread.add(name)
                            sets.append((self._fragments[name].selection_set, within | {name}))
                    case _:
                        raise TypeError(f"no selection is a {type(node).__name__}")
        for key, count in keys.items():
            self._comparisons += count * (count - 1) // 2
            if self._comparisons > LIMITS.comparisons:
                raise TooComplex(
                    f'The document selects the same too often, such as "{key}" {count} times in one place; '
                    "select it once."
                )
        for each in inner.values():
            self.merge(each)
