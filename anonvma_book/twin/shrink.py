"""A history in which model and kernel disagree, made short: delta debugging.

Runs of calls are left out, ever shorter ones, as long as the rest still disagrees; every try is
replayed from an empty window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anonvma_book.calls import Call
from anonvma_book.twin.pair import Twin


def replay(twin: Twin, calls: Sequence[Call]) -> tuple[int, str] | None:
    """The first disagreement: how many calls were made, and what differs.

    Flags are compared at the end alone.
    """
    twin.begin()
    for number, call in enumerate(calls, 1):
        difference = twin.step(call)
        if difference:
            return number, difference
    difference = twin.compare_flags()
    return (len(calls), difference) if difference else None


def shrink(twin: Twin, calls: Sequence[Call]) -> tuple[list[Call], str] | None:
    """A shortest part of ``calls`` that still disagrees, and how; None if all agrees.

    Shortest in that no single call can be left out.
    """
    found = replay(twin, calls)
    if found is None:
        return None
    left = list(calls[: found[0]])
    last = found[1]

    def fails(tried: Sequence[Call]) -> str | None:
        result = replay(twin, tried)
        return result[1] if result is not None else None

    size = max(len(left) // 2, 1)
    while True:
        left, last, changed = _without_runs(left, last, size, fails)
        if size == 1 and not changed:
            return left, last
        size = max(size // 2, 1)


def _without_runs(
    calls: list[Call], last: str, size: int, fails: Callable[[Sequence[Call]], str | None]
) -> tuple[list[Call], str, bool]:
    """Leave out every run of ``size`` calls that is not needed."""
    changed = False
    start = 0
    while start < len(calls):
        tried = calls[:start] + calls[start + size :]
        difference = fails(tried) if tried else None
        if difference is None:
            start += size
        else:
            calls, last, changed = tried, difference, True
    return calls, last, changed
