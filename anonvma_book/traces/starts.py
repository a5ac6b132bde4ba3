"""What a program finds mapped when it begins: no call of the trace says so.

The kernel maps the program, its loader, the stack and pages of its own at exec. A snapshot that
was taken at that moment lists them. One that was taken later also lists what the program itself
has mapped since: that is left out here, because the replay is about to map it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anonvma_book.state import Range, subtract, unite
from anonvma_book.traces.call_text import ENDED, SysCall
from anonvma_book.traces.snapshots import PAGE_SHIFT, Area, Snapshot


def pages_up(size: int) -> int:
    """How many pages hold ``size`` bytes.

    >>> pages_up(1), pages_up(4096), pages_up(4097)
    (1, 1, 2)
    """
    return -(-size >> PAGE_SHIFT)


def start_areas(
    calls: Sequence[SysCall], position: int, snapshots: Sequence[Snapshot]
) -> tuple[Area, ...]:
    """What is mapped after the execve at ``position`` of ``calls``; nothing if not recorded."""
    wanted = calls[position].line, calls[position].tid, "exec"
    for place, snapshot in enumerate(snapshots):
        if (snapshot.line, snapshot.pid, snapshot.reason) != wanted:
            continue
        if snapshot.exact:
            return snapshot.areas
        if any(
            later.reason == "exec" and later.areas == snapshot.areas
            for later in snapshots[place + 1 :]
        ):
            return ()  # taken so late that the next program had begun
        return tuple(_without(snapshot.areas, _mapped_later(calls, position)))
    return ()


def heap_start(calls: Sequence[SysCall], position: int) -> int:
    """The page at which the heap begins: what the first brk from ``position`` on gave."""
    for call in _same_program(calls, position):
        if call.name == "brk" and call.result is not None:
            return pages_up(call.result)
    return 0


def _same_program(calls: Sequence[SysCall], position: int) -> Iterator[SysCall]:
    """The calls of the thread at ``position`` from there on, up to its next execve or its end."""
    tid = calls[position].tid
    for place in range(position, len(calls)):
        call = calls[place]
        if call.tid != tid:
            continue
        if place > position and call.name in ("execve", ENDED):
            return
        yield call


def _mapped_later(calls: Sequence[SysCall], position: int) -> tuple[Range, ...]:
    ranges: list[Range] = []
    heap = None
    for call in _same_program(calls, position):
        if call.result is None or not call.succeeded:
            continue
        if call.name == "mmap":
            first = call.result >> PAGE_SHIFT
            ranges.append((first, first + pages_up(call.length)))
        elif call.name == "brk":
            heap = pages_up(call.result) if heap is None else heap
            ranges.append((heap, max(heap, pages_up(call.result))))
    return unite(ranges)


def _without(areas: Sequence[Area], taken: tuple[Range, ...]) -> Iterator[Area]:
    for area in areas:
        for start, end in subtract(((area.start, area.end),), taken):
            yield area._replace(start=start, end=end)
