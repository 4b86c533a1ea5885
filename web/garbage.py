"""What of the heap Python's garbage collector looks at while the server runs."""

from __future__ import annotations

import gc

# A large answer is made of tens of thousands of lists and maps, none of which is garbage: looked at after every 700 of
# them, as Python does unless told, they cost a tenth of the answer.
YOUNG = 5_000


def settle() -> None:
    """Keep out of the collector's sight what is there now: schema, model and queries live as long as the server.

    They are a hundred megabytes; looking through them takes 150 ms, in which every client waits. Called again, after
    queries were loaded anew, it lets go of the ones before.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
