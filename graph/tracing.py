"""Spans of OpenTelemetry: of a request, of its plan, of its statements.

Guanxi brings the API alone. Spans are made once somebody sets up an SDK, as `opentelemetry-instrument` does.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from opentelemetry import trace

_TRACER = trace.get_tracer("guanxi")
_NOTHING: AbstractContextManager[Any] = nullcontext()


# OpenTelemetry looks into the environment each time that it is asked, so it is asked every now and then, in seconds.
_EVERY = 0.1
_is_collected, _asked = False, float("-inf")


def is_collected() -> bool:
    """Whether anybody collects spans. What is done for each request asks before it enters one."""
    global _is_collected, _asked
    if not _is_collected and (now := time.monotonic()) - _asked > _EVERY:
        _is_collected, _asked = not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider), now
    return _is_collected


def span(name: str, **attributes: str | int) -> AbstractContextManager[Any]:
    """A span that is open while the context is; nothing at all where nobody collects spans."""
    # Entering a span that goes nowhere costs a fifth of what a small request does.
    if not is_collected():
        return _NOTHING
    return _TRACER.start_as_current_span(name, attributes=attributes)
