"""What the business implies of a record that its source does not say. The model cannot know it.

An order without a number gets the next one; a line without a net amount gets quantity × price less discount; an
activity of the past was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from graph.model import NodeType
from graph.money import Currencies, line_net

# Numbers that Guanxi gives, when the source gives none, and how they look.
NUMBERED: Mapping[str, str] = {"Customer": "C-{:06d}", "Order": "O-{:06d}"}

# The relationship without which a record makes no sense, and the fields that draw it.
ESSENTIAL: Mapping[str, tuple[str, str]] = {
    "Customer": ("ACCOUNT_FOR", "party"),
    "LineItem": ("HAS_LINE", "order"),
}


@dataclass(frozen=True)
class PartOf:
    """A record that is known by what it belongs to and by its place in it."""

    line: str
    order: str
    type: str


LINE_OF = PartOf("LineItem", "Order", "HAS_LINE")


def defaults(node: NodeType, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What holds as long as the record says nothing else."""
    if "Activity" in node.labels and values.get("at") and values["at"] <= now:
        return {"status": "DONE"}
    return {}


def consequences(node: NodeType, values: Mapping[str, Any], currencies: Currencies) -> dict[str, Any]:
    """What follows from the given values, and is written whenever they are."""
    if node.name == "LineItem" and "net" not in values and {"quantity", "unit"} <= values.keys():
        net = line_net(Decimal(repr(values["quantity"])), values["unit"], Decimal(repr(values.get("discountPct", 0.0))))
        return {**net_of(net, values["unitCurrency"], currencies), "netDerived": True}
    if node.name == "LineItem" and "net" in values:
        return {"netDerived": None}
    return {"totalDerived": None} if node.name == "Order" and "total" in values else {}


def net_of(net: int, currency: str, currencies: Currencies) -> dict[str, Any]:
    """A line's net amount; one in a foreign currency is worth what its order's rate says, which is looked up later."""
    known = {"net": net, "netCurrency": currency}
    return {**known, "netBase": net} if currency == currencies.base else known


def line_key(order: str, line_no: int) -> str:
    """What makes a line unique."""
    return f"{order}:{line_no}"
