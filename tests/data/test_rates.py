"""The database's rates are those of the file, however many servers start."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

from graph.database import Database
from graph.indexes import reconcile
from graph.model import Model
from graph.money import Rates
from graph.rates import store_rates

_OLD = Rates({"EUR": ((date(2024, 1, 1), Decimal("1.10")), (date(2024, 1, 1), Decimal("1.2")))})
_NEW = Rates({"EUR": ((date(2024, 2, 1), Decimal("1E-7")),), "JPY": ((date(2024, 2, 1), Decimal("0.0064")),)})


async def test_rates_are_replaced_when_the_file_has_others(empty: Database, model: Model) -> None:
    await reconcile(model, empty)

    first = await asyncio.gather(*(store_rates(empty, _OLD) for _ in range(4)))
    # Of two rates of one day the last one counts, as it does in Python.
    assert await _stored(empty) == [["EUR", date(2024, 1, 1), "1.2"]]
    again = await store_rates(empty, _OLD)
    changed = await store_rates(empty, _NEW)
    assert await _stored(empty) == [["EUR", date(2024, 2, 1), "0.0000001"], ["JPY", date(2024, 2, 1), "0.0064"]]
    gone = await store_rates(empty, Rates())

    assert (sorted(first), again, changed, gone) == ([False, False, False, True], False, True, True)
    assert await _stored(empty) == []


async def _stored(database: Database) -> list[list[object]]:
    rows = await database.run("MATCH (rate:Rate) RETURN rate.currency, rate.day, rate.rate ORDER BY rate.currency")
    return [[currency, day.to_native(), rate] for currency, day, rate in rows]
