"""Where Linux puts a mapping that says no address, and how far it keeps from a stack.

guard gap    the pages below a vma that grows down which a search does not hand out: 256
"""

from __future__ import annotations

from anonvma_book.linux.merging import scheme_of
from anonvma_book.mm import Mm
from anonvma_book.syscalls import Layout
from anonvma_book.vma import GROWSDOWN, Vma


def hinted(mm: Mm, layout: Layout, addr: int | None, length: int) -> int | None:
    """``addr``, if the range there is free and keeps the gap; a hint of 0 is none."""
    if addr is None or addr <= 0 or addr + length > mm.world.task_pages:
        return None
    if not mm.is_free(addr, addr + length):
        return None
    above = next(mm.vmas.upward(addr), None)
    return addr if above is None or addr + length <= floor(mm, layout, above) else None


def find_room(mm: Mm, layout: Layout, length: int) -> int | None:
    """First fit in the direction of the layout; None where there is none."""
    if layout.top_down:
        return _downward(mm, layout, length)
    start = _lowest(mm, layout)
    for vma in mm.vmas:
        if floor(mm, layout, vma) - start >= length and vma.start - start >= length:
            return start
        start = max(start, vma.end)
    return start if mm.world.task_pages - start >= length else None


def _downward(mm: Mm, layout: Layout, length: int) -> int | None:
    """``unmapped_area_topdown``: once a guard gap was in the way, nothing above it is tried.

    Then Linux would search upward, from a third of the address space on.
    """
    limit = mm.world.task_pages
    above: Vma | None = None
    for vma in (*reversed(mm.vmas), None):
        low = vma.end if vma is not None else 0
        low = max(low, _lowest(mm, layout))
        high = min(limit, above.start) if above is not None else limit
        if high - low >= length:
            if above is not None and floor(mm, layout, above) < high:
                limit = high = floor(mm, layout, above)
            if high - low >= length:
                return high - length
        above = vma
    return None


def _lowest(mm: Mm, layout: Layout) -> int:
    """The lowest page handed out; page 0 of a window is a page like others."""
    return 0 if scheme_of(mm).first_index else layout.mmap_base


def floor(mm: Mm, layout: Layout, vma: Vma) -> int:
    """How far up a range below ``vma`` may reach: ``vm_start_gap``."""
    guarded = vma.kind == GROWSDOWN and scheme_of(mm).has("search-gap")
    return vma.start - layout.guard_gap if guarded else vma.start
