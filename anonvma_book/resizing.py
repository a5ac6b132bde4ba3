"""mremap and brk: mappings that grow, shrink and move. Sections 5 and 6 of the scheme.

unit    what mremap works on: the range must not leave it where it grows or moves
total   the size of the whole unit after the call, by which a growing scheme reserves
"""

from __future__ import annotations

from functools import partial

from anonvma_book import pages
from anonvma_book.events import Moved
from anonvma_book.mm import Mm, find_room
from anonvma_book.syscalls import no_room, place, refuse, unmap
from anonvma_book.vma import Vma, blank, resized


def mremap(
    mm: Mm,
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
            unmap(mm, tail, min(old + old_length, mm.world.task_pages))
        return old
    if old_length == 0:
        refuse("mremap", "old length is 0", "EINVAL")
    end = old + old_length
    unit_end = mm.unit_end(vma)
    if end > unit_end:
        start = mm.unit_start(vma)
        refuse("mremap", f"range {old}..{end} leaves its unit {start}..{unit_end}", "EFAULT")
    if not moves and end == unit_end and may_grow(mm, end, old + new_length):
        _extend(mm, vma, end, old + new_length)
        return old
    if not may_move:
        refuse("mremap", f"{end}..{old + new_length} is not free and it may not move", "ENOMEM")
    target = to if to is not None else find_room(mm, new_length)
    if target is None:
        no_room("mremap", new_length)
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
    return end <= mm.world.task_pages and mm.vmas.is_free(start, end)


def _extend(mm: Mm, like: Vma, start: int, end: int) -> None:
    """Map ``start..end``, which is free, as growth of the vma of these flags that ends there."""
    window = mm.vmas.window(start, end)
    left, _, right = mm.carve(window, start, end)
    first, last = start, None
    if left is not None and left.end == start and left.look == like.look:
        first, last, left = left.start, left, None
    mm.rewrite(window, left, _grow(mm, first, last, blank(start, end, like.look)), right)


def _grow(mm: Mm, start: int, last: Vma | None, new: Vma) -> list[Vma]:
    """``last`` and what follows it, once the region from ``start`` on has grown by ``new``."""
    if new.start == new.end:
        return [last] if last is not None else []
    if new.is_file:
        return [resized(last, last.start, new.end)] if last is not None else [new]
    total = partial(mm.unit_after, start, new.end, new)
    return mm.scheme.grow_up(mm, last, new, total)


def _relocate(
    mm: Mm, old: int, old_length: int, to: int, new_length: int, dont_unmap: bool
) -> None:
    """Move a range of one unit to ``to``, growing or shrinking it on the way."""
    unmap(mm, to, to + new_length)
    if new_length < old_length:
        unmap(mm, old + new_length, old + old_length)
        old_length = new_length
    end = old + old_length
    window = mm.vmas.window(old, end)
    left, taken, right = mm.carve(window, old, end)
    mm.rewrite(window, left, [], right)
    moved = [_shifted(mm, vma, to - old) for vma in taken]
    if dont_unmap:
        place(mm, blank(old, end, taken[0].look))
    pages.move(mm, old, end, to)
    last = moved.pop()
    grown = _grow(mm, to, last, blank(last.end, to + new_length, last.look))
    window = mm.vmas.window(to, to + new_length)
    left, _, right = mm.carve(window, to, to + new_length)
    mm.rewrite(window, left, [*moved, *grown], right)


def _shifted(mm: Mm, vma: Vma, distance: int) -> Vma:
    """The vma elsewhere, with its indexes and reservations."""
    after = mm.scheme.carry(mm, vma, distance)
    mm.journal.note(Moved, vma, after)
    return after


def brk(mm: Mm, end: int | None) -> int:
    """Let the heap end at page ``end``; the end afterwards."""
    if end is None or end == mm.brk:
        return mm.brk
    check_brk(mm, end)
    if end < mm.brk:
        unmap(mm, end, mm.brk)
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
    if end > mm.brk and not mm.vmas.is_free(mm.brk, end):
        refuse("brk", f"a page of {mm.brk}..{end} is mapped already", "ENOMEM")
