"""mmap, munmap and brk as Linux does them, and what is accounted.

account     the flag VM_ACCOUNT: the pages count against what the system may promise
noreserve   the flag VM_NORESERVE: MAP_NORESERVE was asked for, and the pages do not count
"""

from __future__ import annotations

from anonvma_book.linux.merging import add, scheme_of, unmap
from anonvma_book.linux.room import find_room, hinted
from anonvma_book.mm import Mm
from anonvma_book.resizing import check_brk
from anonvma_book.syscalls import (
    check_mmap,
    check_munmap,
    fixed_place,
    not_free,
    refuse,
)
from anonvma_book.vma import Vma

ACCOUNT, NORESERVE, NOHUGEPAGE = "account", "noreserve", "nohugepage"


def mmap(
    mm: Mm,
    length: int,
    prot: str,
    addr: int | None,
    fixed: bool,
    noreplace: bool,
    growsdown: bool,
    file: bool,
    noreserve: bool,
    stack: bool,
) -> int:
    """Map ``length`` pages; the first page."""
    kind = check_mmap(length, prot, growsdown, file)
    start = _place(mm, length, addr, fixed, noreplace)
    blank = Vma(start, start + length, prot, kind)
    if not file:
        blank = blank._replace(flags=_flags(mm, prot, noreserve, stack))
    unmap(mm, start, start + length)
    add(mm, scheme_of(mm).at_its_address(blank))
    return start


def _place(
    mm: Mm, length: int, addr: int | None, fixed: bool, noreplace: bool
) -> int:
    """Where a new mapping goes."""
    if not (fixed or noreplace):
        start = hinted(mm, addr, length)
        start = find_room(mm, length) if start is None else start
        if start is None:
            refuse("mmap", f"no room for {length} pages", "ENOMEM")
        return start
    start = fixed_place(mm, addr, length)
    if noreplace and not mm.vmas.is_free(start, start + length):
        not_free(start, start + length)
    return start


def _flags(mm: Mm, prot: str, noreserve: bool, stack: bool) -> frozenset[str]:
    flags = set()
    if noreserve:
        flags.add(NORESERVE)
    if stack:  # since 6.7
        flags.add(NOHUGEPAGE)
    if "w" in prot and not (noreserve and scheme_of(mm).has("noreserve")):
        flags.add(ACCOUNT)
    return frozenset(flags)


def munmap(mm: Mm, start: int, length: int) -> None:
    """Unmap ``length`` pages from ``start``; holes inside are fine."""
    check_munmap(mm, start, length)
    unmap(mm, start, start + length)


def brk(mm: Mm, end: int | None) -> int:
    """Let the heap end at page ``end``; the end afterwards. It merges with what is below only."""
    if end is None or end == mm.brk:
        return mm.brk
    check_brk(mm, end)
    if end < mm.brk:
        unmap(mm, end, mm.brk)
    else:
        blank = Vma(mm.brk, end, "rw", pgoff=mm.brk, flags=frozenset((ACCOUNT,)))
        add(mm, blank, left_only=True)
    mm.set_register("brk", end)
    return end
