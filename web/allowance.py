"""What WebSockets may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """What one connection may take, in seconds and numbers."""

    # Until it says connection_init, and while it has no operation.
    init: float = 10.0
    idle: float = 300.0
    # Until it takes what is sent.
    send: float = 30.0
    operations: int = 100
    id_length: int = 256
    # How many connections are open at once, in all and of one caller; event streams count as well.
    connections: int = 5_000
    connections_of_one: int = 200
