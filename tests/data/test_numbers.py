"""Numbers are handed out once, whoever asks."""

from __future__ import annotations

import asyncio
from itertools import chain

from graph.address import Address
from graph.database import Database
from graph.indexes import reconcile
from graph.model import Model
from graph.numbers import Numbers


async def test_several_servers_hand_out_different_numbers_that_no_record_has(
    empty: Database, model: Model, neo4j_address: Address
) -> None:
    await reconcile(model, empty)
    await empty.run(
        "UNWIND ['C-000003', 'C-000021', 'C-000064'] AS number CREATE (:Customer {id: number, number: number})"
    )
    databases = [Database(neo4j_address) for _ in range(3)]
    servers = [Numbers(database, block=10) for database in databases]

    found = await asyncio.gather(*(servers[turn % 3].next("Customer", 1 + turn % 4) for turn in range(60)))

    numbers = list(chain.from_iterable(found))
    assert [len(some) for some in found] == [1 + turn % 4 for turn in range(60)]
    assert all(some == sorted(some) for some in found)
    assert len(set(numbers)) == len(numbers) == 150
    assert not {"C-000003", "C-000021", "C-000064"} & set(numbers)
    # Gaps are no larger than what is left of the servers' blocks.
    assert max(numbers) <= "C-000183"
    for database in databases:
        await database.close()


async def test_one_block_serves_many_records(empty: Database, model: Model) -> None:
    await reconcile(model, empty)
    numbers = Numbers(empty, block=20)

    found = [await numbers.next("Order") for _ in range(20)]

    assert found == [[f"O-{number:06d}"] for number in range(1, 21)]
    assert await empty.run("MATCH (sequence:Sequence {name: 'Order'}) RETURN sequence.last") == [[20]]
    assert await numbers.next("Order", 1_000) == [f"O-{number:06d}" for number in range(21, 1_021)]
    assert await numbers.next("Order", 0) == []
