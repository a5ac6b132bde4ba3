"""mremap as Linux does it, in the order in which it checks.

    1  EINVAL   lengths, flags and the new place
    2  EFAULT   nothing is mapped there
    3           growing or moving alone: EINVAL for length 0, EFAULT past the vma's end
    4  ENOMEM   no room, or it may not move

Before 6.17, ``to`` was unmapped between 1 and 2, and 3 came last; a failure then left that behind.
"""

from __future__ import annotations

from anonvma_book import pages
from anonvma_book.events import Moved
from anonvma_book.linux.mapping import ACCOUNT
from anonvma_book.linux.merging import add, cut, put, scheme_of, unmap
from anonvma_book.linux.room import find_room
from anonvma_book.mm import Mm
from anonvma_book.resizing import check_mremap, may_grow
from anonvma_book.syscalls import refuse
from anonvma_book.vma import FILE, Vma

MANY_SINCE = 6, 17


def mremap(
    mm: Mm,
    old: int,
    old_length: int,
    new_length: int,
    may_move: bool,
    to: int | None,
    dont_unmap: bool,
) -> int:
    """Resize or move a vma, a part of one, or several; the first page afterwards."""
    check_mremap(mm, old, old_length, new_length, may_move, to, dont_unmap)
    scheme = scheme_of(mm)
    many = scheme.version >= MANY_SINCE and scheme.has("many-at-once")
    if to is not None and old_length == new_length and many:
        return _move_all(mm, old, old + old_length, to, dont_unmap)
    return _remap(mm, old, old_length, new_length, may_move, to, dont_unmap)


def _move_all(mm: Mm, old: int, end: int, to: int, dont_unmap: bool) -> int:
    """Move what is mapped in ``old..end``, vma by vma, and keep the holes: ``remap_move``."""
    if mm.vmas.at(old) is None:
        refuse("mremap", f"page {old} is not mapped", "EFAULT")
    target, last = to, old
    for vma in mm.vmas.overlapping(old, end):
        start, upto = max(vma.start, old), min(vma.end, end)
        if scheme_of(mm).has("inner-gaps"):
            target += start - last
        last = upto
        _remap(mm, start, upto - start, upto - start, True, target, dont_unmap)
        target += upto - start
    return to


def _remap(
    mm: Mm,
    old: int,
    old_length: int,
    new_length: int,
    may_move: bool,
    to: int | None,
    dont_unmap: bool,
) -> int:
    moves = to is not None or dont_unmap
    early = scheme_of(mm).version >= MANY_SINCE
    vma = _found(mm, old)
    if early and (moves or new_length > old_length):
        _check_range(mm, vma, old, min(old_length, new_length))  # a tail that goes may be others'
    if not moves and new_length <= old_length:
        return _shrink(mm, vma, old, old_length, new_length)
    if to is not None:
        unmap(mm, to, to + new_length)
        vma = _found(mm, old)
    if new_length < old_length:
        unmap(mm, old + new_length, min(old + old_length, mm.world.task_pages))
        vma = _found(mm, old)
        old_length = new_length
    if not early:
        _check_range(mm, vma, old, old_length, partial=True)
    grown = old + new_length
    if not moves and old + old_length == vma.end and may_grow(mm, vma.end, grown):
        _extend(mm, vma, grown)
        return old
    if not may_move:
        reason = f"{old + old_length}..{grown} is not free, or not behind the vma; it may not move"
        refuse("mremap", reason, "ENOMEM")
    target = to if to is not None else find_room(mm, new_length)
    if target is None:
        refuse("mremap", f"no room for {new_length} pages", "ENOMEM", partial=True)
    _move(mm, vma, old, old_length, target, new_length, dont_unmap)
    return target


def _found(mm: Mm, old: int) -> Vma:
    vma = mm.vmas.at(old)
    if vma is None:
        refuse("mremap", f"page {old} is not mapped", "EFAULT", partial=True)
    return vma


def _check_range(mm: Mm, vma: Vma, old: int, old_length: int, *, partial: bool = False) -> None:
    """``check_prep_vma``: one vma must hold the whole range."""
    end, limit = old + old_length, vma.end
    if not old_length:
        refuse("mremap", "old length is 0", "EINVAL", partial=partial)
    if not scheme_of(mm).has("one-vma"):
        limit = end if mm.vmas.is_whole(old, end) else limit
    if end > limit:
        reason = f"range {old}..{end} leaves its vma {vma.start}..{vma.end}"
        refuse("mremap", reason, "EFAULT", partial=partial)


def _shrink(mm: Mm, vma: Vma, old: int, old_length: int, new_length: int) -> int:
    """In place: whatever is in the tail goes, of this vma or of others."""
    if not scheme_of(mm).has("shrink-anything"):
        _check_range(mm, vma, old, old_length)
    if new_length < old_length:
        unmap(mm, old + new_length, min(old + old_length, mm.world.task_pages))
    return old


def _extend(mm: Mm, vma: Vma, end: int) -> None:
    """Growth in place, as a new vma that merges with this one: ``vma_merge_extend``.

    It may reach a next vma and join it; nobody asks then whether this one was inherited.
    """
    if vma.kind == FILE:
        put(mm, (vma,), (vma._replace(end=end),))
        return
    scheme = scheme_of(mm)
    growth = cut(vma, vma.end, end)
    copied = not scheme.has("extend-inherited")
    add(mm, growth, copied=copied, left_only=not scheme.has("extend-joins"))


def _move(
    mm: Mm, vma: Vma, old: int, old_length: int, to: int, new_length: int, dont_unmap: bool
) -> None:
    """``move_vma``: a copy of the range of ``vma``, the page table moved, the source unmapped."""
    end = old + old_length
    source = cut(vma, old, end)
    carried = scheme_of(mm).carry(mm, source, to - old)
    copy = carried._replace(end=to + new_length)
    mm.journal.note(Moved, source, copy)
    landed = add(mm, copy, copied=True)
    pages.move(mm, old, end, to)
    if not dont_unmap:
        unmap(mm, old, end)
        return
    left = mm.vmas.at(old)
    assert left is not None, "the source is still there"
    after = left
    if not scheme_of(mm).has("dontunmap-account"):
        after = after._replace(flags=after.flags - {ACCOUNT})
    whole = (left.start, left.end) == (old, end) and left != landed
    if whole and scheme_of(mm).has("dontunmap-unlinks"):
        after = after._replace(space=None, chain=())
    put(mm, (left,), (after,))
