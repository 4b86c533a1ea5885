"""Names of the model as Cypher text. The only place where loading turns a name into text."""

from __future__ import annotations

import re
from functools import cache

from graph.model import Model, NodeType

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@cache
def name(text: str) -> str:
    """A name that needs no quoting. Names come from declarations; anything else is a defect, and is not sent."""
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name in Cypher")
    return text


def labels(node: NodeType) -> str:
    """All labels of a type's nodes: `Party:Company`."""
    return ":".join(name(label) for label in node.labels)


def snake(text: str) -> str:
    """`ContactPoint` as `contact_point`: the prefix of an edge's id."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", text).lower()


def unique_label(model: Model, node: NodeType, property: str) -> str:
    """The label whose constraint makes a property unique: that of the most general type that declares it."""
    for label in node.labels:
        declared = model.by_label[label].properties.get(property)
        if declared is not None and declared.is_unique:
            return label
    raise ValueError(f"{node.name}.{property} is not unique")
