"""The calls, on one mm: what they check, and what they do. Sections 5 and 6 of the scheme.

Each function checks everything that can be refused before it changes anything, in the order in
which Linux checks. All addresses and lengths are in pages.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from anonvma_book import pages
from anonvma_book.errors import MappingError
from anonvma_book.events import Exited, Forked, Moved, Protected, Unmapped
from anonvma_book.mm import Mm, first_fit_down, first_fit_up, is_anonymous
from anonvma_book.vma import ANONYMOUS, FILE, GROWSDOWN, PROTECTIONS, Vma
from anonvma_book.vma_list import VmaList


class Layout(NamedTuple):
    """Where mappings go: the direction, the lowest page of a search, the gap below stacks."""

    top_down: bool
    mmap_base: int
    guard_gap: int


def refuse(call: str, reason: str, code: str, *, partial: bool = False) -> NoReturn:
    """Raise the error of a call that the kernel would refuse; ``partial`` if it did a part."""
    raise MappingError(call, reason, code, partial=partial)


def find_room(mm: Mm, layout: Layout, length: int) -> int | None:
    """First fit in the direction of the layout."""
    search = first_fit_down if layout.top_down else first_fit_up
    return search(mm.vmas, length, layout.mmap_base, mm.world.task_pages, layout.guard_gap)


def mmap(
    mm: Mm,
    layout: Layout,
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
        start = fixed_place(mm, addr, length, noreplace)
        _unmap(mm, start, start + length)
    else:
        found = _hint(mm, layout, addr, length)
        if found is None:
            found = find_room(mm, layout, length)
        if found is None:
            refuse("mmap", f"no room for {_pages(length)}", "ENOMEM")
        start = found
    _place(mm, Vma(start, start + length, prot, kind))
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


def fixed_place(mm: Mm, addr: int | None, length: int, noreplace: bool) -> int:
    """The address of a fixed mapping, if it may go there."""
    task = mm.world.task_pages
    if addr is None:
        refuse("mmap", "a fixed mapping needs addr", "EINVAL")
    if addr < 0 or addr + length > task:
        refuse("mmap", f"{addr}..{addr + length} is outside the task 0..{task}", "ENOMEM")
    if noreplace and not mm.is_free(addr, addr + length):
        refuse("mmap", f"a page of {addr}..{addr + length} is mapped already", "EEXIST")
    return addr


def _hint(mm: Mm, layout: Layout, addr: int | None, length: int) -> int | None:
    """``addr``, if the range there is free, inside the task and clear of a guard gap.

    A hint of 0 is none, as NULL is to the kernel.
    """
    if addr is None or addr <= 0 or addr + length > mm.world.task_pages:
        return None
    if not mm.is_free(addr, addr + length):
        return None
    above = next(mm.vmas.upward(addr), None)
    guarded = above is not None and above.kind == GROWSDOWN
    if guarded and above is not None and addr + length > above.start - layout.guard_gap:
        return None
    return addr


def _place(mm: Mm, blank: Vma) -> None:
    vmas = mm.scheme.place(mm, blank) if is_anonymous(blank) else [blank]
    window = mm.vmas.window(blank.start, blank.end)
    before, _, after = mm.carve(window, blank.start, blank.end)
    mm.rewrite(window, [*before, *vmas, *after])


def munmap(mm: Mm, start: int, length: int) -> None:
    """Unmap ``length`` pages from ``start``; holes inside are fine."""
    check_munmap(mm, start, length)
    _unmap(mm, start, start + length)


def check_munmap(mm: Mm, start: int, length: int) -> None:
    """Refuse a range that cannot be unmapped."""
    if length <= 0:
        refuse("munmap", f"length is {length}", "EINVAL")
    inside("munmap", mm, start, start + length, "EINVAL")


def _unmap(mm: Mm, start: int, end: int) -> None:
    window = mm.vmas.window(start, end)
    before, gone, after = mm.carve(window, start, end)
    if not gone:
        return
    for vma in gone:
        mm.journal.note(Unmapped(vma))
    left = before.pop() if before else None
    right = after.pop(0) if after else None
    left, right = mm.scheme.give_back(mm, left, gone, right)
    middle = [vma for vma in (left, right) if vma is not None]
    mm.rewrite(window, [*before, *middle, *after])
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
    if not mm.is_whole(start, end):
        refuse("mprotect", f"{start}..{end} has a hole", "ENOMEM")
    changing = [vma for vma in mm.vmas.overlapping(start, end) if vma.protection != prot]
    if not changing:
        return
    start = max(start, changing[0].start)
    end = min(end, changing[-1].end)
    window = mm.vmas.window(start, end)
    before, middle, after = mm.carve(window, start, end)
    for vma in middle:
        if vma.protection != prot:
            mm.journal.note(Protected(vma, prot))
    mm.rewrite(window, [*before, *(vma._replace(protection=prot) for vma in middle), *after])


def madvise(mm: Mm, start: int, length: int, advice: str) -> None:
    """Drop the pages of a range ("dontneed"); other advice changes nothing."""
    if length < 0:
        refuse("madvise", f"length is {length}", "EINVAL")
    end = start + length
    inside("madvise", mm, start, end, "ENOMEM")
    if not mm.is_whole(start, end):
        refuse("madvise", f"{start}..{end} has a hole", "ENOMEM")
    if advice == "dontneed":
        pages.drop(mm, start, end)


def mremap(
    mm: Mm,
    layout: Layout,
    old: int,
    old_length: int,
    new_length: int,
    may_move: bool,
    to: int | None,
    dont_unmap: bool,
) -> int:
    """Resize or move one unit, or a part of one; the first page afterwards."""
    check_mremap(mm, old, old_length, new_length, may_move, to, dont_unmap)
    vma = mm.vmas.at(old)
    if vma is None:
        refuse("mremap", f"page {old} is not mapped", "EFAULT")
    moves = to is not None or dont_unmap
    if not moves and new_length <= old_length:
        if new_length < old_length:
            tail = old + new_length
            _unmap(mm, tail, min(old + old_length, mm.world.task_pages))
        return old
    if old_length == 0:
        refuse("mremap", "old length is 0", "EINVAL")
    end = old + old_length
    unit = mm.unit(vma)
    if end > unit[1]:
        refuse("mremap", f"range {old}..{end} leaves its unit {unit[0]}..{unit[1]}", "EFAULT")
    if not moves and end == unit[1] and may_grow(mm, end, old + new_length):
        _extend(mm, vma, end, old + new_length)
        return old
    if not may_move:
        refuse("mremap", f"{end}..{old + new_length} is not free and it may not move", "ENOMEM")
    target = to if to is not None else find_room(mm, layout, new_length)
    if target is None:
        refuse("mremap", f"no room for {_pages(new_length)}", "ENOMEM")
    _relocate(mm, old, old_length, target, new_length, dont_unmap)
    return target


def check_mremap(
    mm: Mm,
    old: int,
    old_length: int,
    new_length: int,
    may_move: bool,
    to: int | None,
    dont_unmap: bool,
) -> None:
    """Refuse what can be refused without a look at what is mapped."""
    task = mm.world.task_pages
    if old < 0 or old_length < 0:
        refuse("mremap", f"range {old}..{old + old_length} is not a range of pages", "EINVAL")
    if new_length <= 0 or new_length > task:
        refuse("mremap", f"new length is {new_length}", "EINVAL")
    if (to is not None or dont_unmap) and not may_move:
        refuse("mremap", "to and dont_unmap need may_move", "EINVAL")
    if dont_unmap and new_length != old_length:
        refuse("mremap", f"dont_unmap keeps the length {old_length}, not {new_length}", "EINVAL")
    if to is None:
        return
    if to < 0 or to + new_length > task:
        refuse("mremap", f"{to}..{to + new_length} is outside the task 0..{task}", "EINVAL")
    if to < old + old_length and old < to + new_length:
        refuse(
            "mremap",
            f"{to}..{to + new_length} overlaps the old range {old}..{old + old_length}",
            "EINVAL",
        )


def may_grow(mm: Mm, start: int, end: int) -> bool:
    """Whether ``start..end`` is inside the task and free."""
    return end <= mm.world.task_pages and mm.is_free(start, end)


def _extend(mm: Mm, like: Vma, start: int, end: int) -> None:
    """Map ``start..end``, which is free, as growth of the vma of these flags that ends there."""
    blank = Vma(start, end, like.protection, like.kind)
    window = mm.vmas.window(start, end)
    before, _, after = mm.carve(window, start, end)
    last = before.pop() if before and before[-1].end == start else None
    if last is not None and (last.protection, last.kind) != (like.protection, like.kind):
        before.append(last)
        last = None
    first = last.start if last is not None else start
    mm.rewrite(window, [*before, *_grow(mm, first, last, blank), *after])


def _grow(mm: Mm, start: int, last: Vma | None, blank: Vma) -> list[Vma]:
    """``last`` and what follows it, once the region from ``start`` on has grown by ``blank``."""
    if not blank.pages:
        return [last] if last is not None else []
    if blank.kind == FILE:
        return [last._replace(end=blank.end)] if last is not None else [blank]
    total = mm.unit_after(start, blank.end, blank)
    return mm.scheme.grow_up(mm, last, blank, total)


def _relocate(
    mm: Mm, old: int, old_length: int, to: int, new_length: int, dont_unmap: bool
) -> None:
    """Move a range of one unit to ``to``, growing or shrinking it on the way."""
    _unmap(mm, to, to + new_length)
    if new_length < old_length:
        _unmap(mm, old + new_length, old + old_length)
        old_length = new_length
    end = old + old_length
    window = mm.vmas.window(old, end)
    before, taken, after = mm.carve(window, old, end)
    mm.rewrite(window, [*before, *after])
    moved = [_shifted(mm, vma, to - old) for vma in taken]
    if dont_unmap:
        _place(mm, Vma(old, end, taken[0].protection, taken[0].kind))
    pages.move(mm, old, end, to)
    last = moved.pop()
    blank = Vma(last.end, to + new_length, last.protection, last.kind)
    grown = _grow(mm, to, last, blank)
    window = mm.vmas.window(to, to + new_length)
    before, _, after = mm.carve(window, to, to + new_length)
    mm.rewrite(window, [*before, *moved, *grown, *after])


def _shifted(mm: Mm, vma: Vma, distance: int) -> Vma:
    """The vma elsewhere, with its indexes and reservations."""
    after = mm.scheme.carry(mm, vma, distance)
    mm.journal.note(Moved(vma, after))
    return after


def brk(mm: Mm, end: int | None) -> int:
    """Let the heap end at page ``end``; the end afterwards."""
    if end is None or end == mm.brk:
        return mm.brk
    check_brk(mm, end)
    if end < mm.brk:
        _unmap(mm, end, mm.brk)
    else:
        _extend(mm, Vma(0, 0, "rw"), mm.brk, end)
    mm.set_register("brk", end)
    return end


def check_brk(mm: Mm, end: int) -> None:
    """Refuse an end that the heap cannot have."""
    if end < mm.brk_start:
        refuse("brk", f"{end} lies below the heap's start {mm.brk_start}", "ENOMEM")
    if end > mm.world.task_pages:
        refuse("brk", f"{end} is past the end of the task {mm.world.task_pages}", "ENOMEM")
    if end > mm.brk and not mm.is_free(mm.brk, end):
        refuse("brk", f"a page of {mm.brk}..{end} is mapped already", "ENOMEM")


def fault(mm: Mm, layout: Layout, page: int, write: bool) -> None:
    """Touch a page, as a read or a write of the program would."""
    vma = mm.vmas.at(page) or _stack_above(mm, layout, page)
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


def _stack_above(mm: Mm, layout: Layout, page: int) -> Vma | None:
    """The vma above ``page``, if it grows down and may grow that far."""
    above = next(mm.vmas.upward(page), None)
    if page < 0 or above is None or above.kind != GROWSDOWN:
        return None
    below = next(mm.vmas.downward(page), None)
    if below is not None and page - below.end < layout.guard_gap:
        return None
    return above


def _grow_down(mm: Mm, first: Vma, page: int) -> None:
    blank = Vma(page, first.start, first.protection, first.kind)
    total = mm.unit_after(page, first.end, first)
    window = mm.vmas.window(page, first.start)
    before, _, after = mm.carve(window, page, first.start)
    grown = mm.scheme.grow_down(mm, after[0], blank, total)
    mm.rewrite(window, [*before, *grown, *after[1:]])


def fork(mm: Mm, child: int) -> Mm:
    """A child with the same vmas and pages; pages are copied when they are written."""
    mm.journal.note(Forked(child))
    copy = Mm(mm.world, mm.scheme, child, mm.pid, dict(mm.registers), (), dict(mm.ptes))
    copy.vmas = VmaList(mm.scheme.fork(mm, copy))
    pages.share(copy)
    mm.journal.put(mm.world.mms, child, copy)
    return copy


def exit_(mm: Mm) -> None:
    """Everything of the process goes."""
    mm.journal.note(Exited(len(mm.vmas)))
    _clear(mm)
    mm.journal.put(mm.world.mms, mm.pid, None)


def exec_(mm: Mm, heap: int) -> None:
    """A new program: no vmas, no pages, an address space of its own, an empty heap."""
    mm.journal.note(Exited(len(mm.vmas)))
    _clear(mm)
    mm.set_register("space", mm.scheme.start(mm.world))
    mm.set_register("brk_start", heap)
    mm.set_register("brk", heap)


def _clear(mm: Mm) -> None:
    pages.drop(mm, 0, mm.world.task_pages)
    mm.journal.replace(mm.vmas, tuple(mm.vmas), ())


def inside(call: str, mm: Mm, start: int, end: int, code: str) -> None:
    """Refuse a range that is not in the task."""
    if start < 0 or end > mm.world.task_pages:
        refuse(call, f"{start}..{end} is outside the task 0..{mm.world.task_pages}", code)


def _pages(count: int) -> str:
    return f"{count} page" if count == 1 else f"{count} pages"
