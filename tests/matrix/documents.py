"""The matrix as documents: many positions as the root fields of one, and one document for many records.

Neo4j takes far longer to plan a statement than to run it, so what differs in values alone is one text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.matrix.held import Held
from tests.matrix.positions import Asked, model
from tests.matrix.visible import type_of

# How many root fields share a document: Neo4j plans two statements of ten blocks faster than one of twenty.
TOGETHER = 5
TEXTS = ("ada", "王", "13")

# What stands alone, as each takes long to plan; and what is around a record is planned by its type, which the text has not.
_LONG = ("neighbours", "node", "changes", "deleted")

_TYPES: Mapping[str, str] = {
    "id": "ID!", "other": "ID!", "userId": "ID!", "skus": "[String!]!", "types": "[RecordType!]",
    "text": "String!", "searched": "[SearchType!]",
}  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A text, what each of its root fields asks, in whatever positions, and the values with which it is asked."""

    text: str
    asked: Mapping[str, tuple[Asked, ...]]
    runs: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Values:
    """The values of the variables, of which some are those of one type or of one record."""

    held: Held
    user: str

    def of(self, names: frozenset[str], type: str) -> Iterator[dict[str, Any]]:
        """The values with which a document that has these variables is asked about a type."""
        fixed = {"userId": self.user, "skus": self._skus(), "types": [type], "searched": [type]}
        for id in self._ids(type) if "id" in names else [""]:
            for other in self._others(id) if "other" in names else [""]:
                for text in TEXTS if "text" in names else [""]:
                    every = {**fixed, "id": id, "other": other, "text": text}
                    yield {name: every[name] for name in sorted(names)}

    def _ids(self, type: str) -> list[str]:
        """Every record of a type, those that are deleted as well."""
        members = model().nodes[type].members
        return sorted(node.id for node in self.held.nodes if type_of(node) in members)

    def _others(self, id: str) -> list[str]:
        """Where a path leads: to a customer, a company or an order, another one for each record."""
        number = sum(map(ord, id))
        found = self.held.labelled(("Customer", "Company", "Order")[number % 3])
        return [found[number % len(found)].id]

    def _skus(self) -> list[str]:
        return [str(node.properties["sku"]) for node in self.held.labelled("Product")][:4]


def documents(every: Iterable[Asked], values: Values) -> list[Document]:
    """All that is asked, in as few documents as it takes, by the types that they are about and what varies in them."""
    texts: dict[str, list[Asked]] = defaultdict(list)
    for asked in every:
        texts[asked.field].append(asked)
    groups: dict[tuple[frozenset[str], frozenset[str], str], list[str]] = defaultdict(list)
    for text, alike in texts.items():
        names = frozenset(re.findall(r"\$(\w+)", text))
        about = frozenset(each.type for each in alike) if names else frozenset[str]()
        groups[names, about, text.partition("(")[0] if text.startswith(_LONG) else ""].append(text)
    return [
        _document(names, types, {f"f{number}": text for number, text in enumerate(part)}, texts, values)
        for (names, types, _), fields in groups.items()
        for part in (fields[start : start + TOGETHER] for start in range(0, len(fields), TOGETHER))
    ]


def _document(
    names: frozenset[str],
    types: frozenset[str],
    fields: Mapping[str, str],
    texts: Mapping[str, list[Asked]],
    values: Values,
) -> Document:
    declared = ", ".join(f"${name}: {_TYPES[name]}" for name in sorted(names))
    root = " ".join(f"{alias}: {text}" for alias, text in fields.items())
    return Document(
        f"query{f'({declared})' if declared else ''} {{ {root} }}",
        {alias: tuple(texts[text]) for alias, text in fields.items()},
        tuple(run for type in sorted(types) for run in values.of(names, type)) if names else ({},),
    )
