"""Where Linux puts a mapping that says no address, and how far it keeps from a stack.

guard gap    the pages below a vma that grows down which a search does not hand out: 256
"""

from __future__ import annotations

from anonvma_book.linux.merging import scheme_of
from anonvma_book.mm import Mm
from anonvma_book.vma import GROWSDOWN, Vma


def hinted(mm: Mm, addr: int | None, length: int) -> int | None:
    """``addr``, if the range there is free and keeps the gap; a hint of 0 is none."""
    if addr is None or addr <= 0 or addr + length > mm.world.task_pages:
        return None
    if not mm.vmas.is_free(addr, addr + length):
        return None
    above = mm.vmas.above(addr)
    return addr if addr + length <= floor(mm, above) else None


def find_room(mm: Mm, length: int) -> int | None:
    """First fit in the direction of the layout; None where there is none."""
    if mm.world.layout.top_down:
        return _downward(mm, length)
    for low, above in mm.vmas.gaps(length):
        start = max(low, _lowest(mm))
        if floor(mm, above) - start >= length:
            return start
    return None


def _downward(mm: Mm, length: int) -> int | None:
    """``unmapped_area_topdown``: once a guard gap was in the way, nothing above it is tried.

    Then Linux would search upward, from a third of the address space on.
    """
    limit = mm.world.task_pages
    for low, above in mm.vmas.gaps(length, down=True):
        low = max(low, _lowest(mm))
        if min(limit, above.start if above is not None else limit) - low >= length:
            limit = min(limit, floor(mm, above))
            if limit - low >= length:
                return limit - length
    return None


def _lowest(mm: Mm) -> int:
    """The lowest page handed out; page 0 of a window is a page like others."""
    return 0 if scheme_of(mm).first_index else mm.world.layout.mmap_base


def floor(mm: Mm, vma: Vma | None) -> int:
    """How far up a range below ``vma`` may reach: ``vm_start_gap``."""
    if vma is None:
        return mm.world.task_pages
    guarded = vma.kind == GROWSDOWN and scheme_of(mm).has("search-gap")
    return vma.start - mm.world.layout.guard_gap if guarded else vma.start
