"""The calls, on one mm: what they check, and what they do. Section 5 of the scheme.

Each function checks everything that can be refused before it changes anything, in the order in
which Linux checks. All addresses and lengths are in pages.
"""

from __future__ import annotations

from functools import partial
from typing import NoReturn

from anonvma_book import pages
from anonvma_book.errors import MappingError
from anonvma_book.events import Exited, Forked, Protected, Unmapped
from anonvma_book.mm import Mm, find_room
from anonvma_book.vma import (
    ANONYMOUS,
    FILE,
    GROWSDOWN,
    NO_FLAGS,
    PROTECTIONS,
    Vma,
    blank,
    cover,
    look_of,
    protected,
)
from anonvma_book.vma_list import VmaList


def refuse(call: str, reason: str, code: str, *, partial: bool = False) -> NoReturn:
    """Raise the error of a call that the kernel would refuse; ``partial`` if it did a part."""
    raise MappingError(call, reason, code, partial=partial)


def no_room(call: str, length: int) -> NoReturn:
    """Refuse a call that finds no free range of ``length`` pages."""
    refuse(call, f"no room for {length} {'page' if length == 1 else 'pages'}", "ENOMEM")


def mmap(
    mm: Mm,
    length: int,
    prot: str,
    addr: int | None,
    fixed: bool,
    noreplace: bool,
    growsdown: bool,
    file: bool,
    noreserve: bool = False,
    stack: bool = False,
) -> int:
    """Map ``length`` pages; the first page. Nothing here depends on the last two."""
    kind = check_mmap(length, prot, growsdown, file)
    if fixed or noreplace:
        start = fixed_place(mm, addr, length)
        if not noreplace:
            unmap(mm, start, start + length)
    else:
        found = _hint(mm, addr, length)
        if found is None:
            found = find_room(mm, length)
        if found is None:
            no_room("mmap", length)
        start = found
    place(mm, blank(start, start + length, look_of(prot, kind, NO_FLAGS)))
    return start


def check_mmap(length: int, prot: str, growsdown: bool, file: bool) -> str:
    """Refuse what no mmap may ask for; the kind of the new vma."""
    if prot not in PROTECTIONS:
        refuse("mmap", f"protection {prot!r} is none of {', '.join(PROTECTIONS)}", "EINVAL")
    if length <= 0:
        refuse("mmap", f"length is {length}", "EINVAL")
    if growsdown and file:
        refuse("mmap", "a file mapping does not grow down", "EINVAL")
    return FILE if file else GROWSDOWN if growsdown else ANONYMOUS


def fixed_place(mm: Mm, addr: int | None, length: int) -> int:
    """The address of a fixed mapping, if it lies in the task."""
    task = mm.world.task_pages
    if addr is None:
        refuse("mmap", "a fixed mapping needs addr", "EINVAL")
    if addr < 0 or addr + length > task:
        refuse("mmap", f"{addr}..{addr + length} is outside the task 0..{task}", "ENOMEM")
    return addr


def not_free(start: int, end: int) -> NoReturn:
    """Refuse a mapping that may not replace what is there."""
    refuse("mmap", f"a page of {start}..{end} is mapped already", "EEXIST")


def _hint(mm: Mm, addr: int | None, length: int) -> int | None:
    """``addr``, if the range there is free, inside the task and clear of a guard gap.

    A hint of 0 is none, as NULL is to the kernel.
    """
    if addr is None or addr <= 0 or addr + length > mm.world.task_pages:
        return None
    if not mm.vmas.is_free(addr, addr + length):
        return None
    above = mm.vmas.above(addr)
    guarded = above is not None and above.kind == GROWSDOWN
    if guarded and above is not None and addr + length > above.start - mm.world.layout.guard_gap:
        return None
    return addr


def place(mm: Mm, new: Vma) -> None:
    """Put a new vma where nothing is mapped, with the indexes that the scheme gives it."""
    window = mm.vmas.window(new.start, new.end)
    left, there, right = mm.carve(window, new.start, new.end)
    if there:
        not_free(new.start, new.end)
    if new.is_file:
        mm.rewrite(window, left, [new], right)
        return
    below, above = mm.vmas.past_files(left, right)
    new_below, vmas, new_above = mm.scheme.place(mm, below, new, above)
    if below is left:
        left = new_below
    elif below is not None and new_below is not None:
        mm.swap(below, new_below)
    if above is right:
        right = new_above
    elif above is not None and new_above is not None:
        mm.swap(above, new_above)
    mm.rewrite(window, left, vmas, right)


def munmap(mm: Mm, start: int, length: int) -> None:
    """Unmap ``length`` pages from ``start``; holes inside are fine."""
    check_munmap(mm, start, length)
    unmap(mm, start, start + length)


def check_munmap(mm: Mm, start: int, length: int) -> None:
    """Refuse a range that cannot be unmapped."""
    if length <= 0:
        refuse("munmap", f"length is {length}", "EINVAL")
    inside("munmap", mm, start, start + length, "EINVAL")


def unmap(mm: Mm, start: int, end: int) -> None:
    """Take ``start..end`` out; what becomes of the indexes is the scheme's business."""
    window = mm.vmas.window(start, end)
    left, gone, right = mm.carve(window, start, end)
    if not gone:
        return
    for vma in gone:
        mm.journal.note(Unmapped, vma)
    left, right = mm.scheme.give_back(mm, left, gone, right)
    mm.rewrite(window, left, [], right)
    if mm.ptes:
        pages.drop(mm, start, end)


def mprotect(mm: Mm, start: int, length: int, prot: str) -> None:
    """Change the protection of ``length`` pages from ``start``. Indexes do not change."""
    if prot not in PROTECTIONS:
        refuse("mprotect", f"protection {prot!r} is none of {', '.join(PROTECTIONS)}", "EINVAL")
    if length < 0:
        refuse("mprotect", f"length is {length}", "EINVAL")
    end = start + length
    inside("mprotect", mm, start, end, "ENOMEM")
    if not length:
        return
    window = mm.vmas.window(start, end)
    if not cover(window, start, end):
        refuse("mprotect", f"{start}..{end} has a hole", "ENOMEM")
    first = last = None
    for vma in window:
        if vma.end > start and vma.start < end and vma.look.protection != prot:
            first, last = first or vma, vma
    if first is None or last is None:
        return
    if start < first.start or last.end < end:
        start, end = max(start, first.start), min(end, last.end)
        window = mm.vmas.window(start, end)
    left, middle, right = mm.carve(window, start, end)
    for place, vma in enumerate(middle):
        if vma.look.protection != prot:
            mm.journal.note(Protected, vma, prot)
            middle[place] = protected(vma, prot)
    mm.rewrite(window, left, middle, right)


def madvise(mm: Mm, start: int, length: int, advice: str) -> None:
    """Drop the pages of a range ("dontneed"); other advice changes nothing."""
    if length < 0:
        refuse("madvise", f"length is {length}", "EINVAL")
    end = start + length
    inside("madvise", mm, start, end, "ENOMEM")
    if not mm.vmas.is_whole(start, end):
        refuse("madvise", f"{start}..{end} has a hole", "ENOMEM")
    if advice == "dontneed":
        pages.drop(mm, start, end)


def fault(mm: Mm, page: int, write: bool) -> None:
    """Touch a page, as a read or a write of the program would."""
    vma = mm.vmas.at(page) or _stack_above(mm, page)
    if vma is None:
        refuse("fault", f"page {page} is not mapped", "SIGSEGV")
    if ("w" not in vma.protection) if write else vma.protection == "none":
        how = "written" if write else "read"
        refuse("fault", f"page {page} is {vma.protection} and may not be {how}", "SIGSEGV")
    if page < vma.start:
        _grow_down(mm, vma, page)
        vma = mm.vmas.at(page)
    if vma is not None:
        pages.touch(mm, vma, page, write)


def _stack_above(mm: Mm, page: int) -> Vma | None:
    """The vma above ``page``, if it grows down and may grow that far."""
    above = mm.vmas.above(page)
    if page < 0 or above is None or above.kind != GROWSDOWN:
        return None
    below = mm.vmas.below(page)
    if below is not None and page - below.end < mm.world.layout.guard_gap:
        return None
    return above


def _grow_down(mm: Mm, first: Vma, page: int) -> None:
    below = blank(page, first.start, first.look)
    total = partial(mm.unit_after, page, first.end, first)
    window = mm.vmas.window(page, first.start)
    left, _, _ = mm.carve(window, page, first.start)
    grown = mm.scheme.grow_down(mm, first, below, total)
    mm.rewrite(window, left, grown, None)


def fork(mm: Mm) -> int:
    """A child with the same vmas and pages, which are copied when they are written; its pid."""
    child = mm.world.number("pid")
    mm.journal.note(Forked, child)
    copy = Mm(mm.world, mm.scheme, child, mm.pid, dict(mm.registers), (), dict(mm.ptes))
    copy.vmas = VmaList(mm.scheme.fork(mm, copy))
    pages.share(copy)
    mm.journal.put(mm.world.mms, child, copy)
    return child


def exit_(mm: Mm) -> None:
    """Everything of the process goes."""
    mm.journal.note(Exited, len(mm.vmas))
    _clear(mm)
    mm.journal.put(mm.world.mms, mm.pid, None)


def exec_(mm: Mm) -> None:
    """A new program: no vmas, no pages, an address space of its own, an empty heap."""
    mm.journal.note(Exited, len(mm.vmas))
    _clear(mm)
    mm.set_register("space", mm.scheme.start(mm.world))
    mm.set_register("brk_start", mm.world.layout.heap)
    mm.set_register("brk", mm.world.layout.heap)


def _clear(mm: Mm) -> None:
    pages.drop(mm, 0, mm.world.task_pages)
    mm.journal.replace(mm.vmas, tuple(mm.vmas), ())


def inside(call: str, mm: Mm, start: int, end: int, code: str) -> None:
    """Refuse a range that is not in the task."""
    if start < 0 or end > mm.world.task_pages:
        refuse(call, f"{start}..{end} is outside the task 0..{mm.world.task_pages}", code)
