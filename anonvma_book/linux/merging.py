"""How Linux merges and splits: only where a call changes something, never elsewhere.

    add       a new vma in a free range          left |+++++| right      vma_merge_new_range
    modify    a part of a vma gets other flags   left |==xxx| right      vma_modify
    unmap     a range becomes free

Two neighbours that could be one vma may well stay two: nothing looks at them.
"""

from __future__ import annotations

from collections.abc import Iterable

from anonvma_book import pages
from anonvma_book.events import Merged, Split, Unmapped
from anonvma_book.mm import Mm
from anonvma_book.schemes.anon_vma_chain import AnonVmaChain, is_fork_child
from anonvma_book.vma import FILE, Vma, adjacent, same_flags


def scheme_of(mm: Mm) -> AnonVmaChain:
    """The scheme, which has to be the one that these calls are made for."""
    assert isinstance(mm.scheme, AnonVmaChain), "the Linux calls ask for anon_vma chains"
    return mm.scheme


def neighbours(mm: Mm, start: int, end: int) -> tuple[Vma | None, Vma | None]:
    """The nearest vmas that start below ``start``, and at ``end`` or above."""
    return mm.vmas.below(start), mm.vmas.above(end)


def cut(vma: Vma, start: int, end: int) -> Vma:
    """The vma of the line of ``vma`` that is ``start..end``: a part of it, or what it grows to."""
    pgoff = vma.pgoff if vma.kind == FILE else vma.index_of(start)
    return vma._replace(start=start, end=end, pgoff=pgoff)


def put(mm: Mm, old: Iterable[Vma | None], new: Iterable[Vma]) -> None:
    """Let ``new`` take the place of ``old``, which are neighbours or None."""
    mm.journal.replace(mm.vmas, [vma for vma in old if vma is not None], list(new))


def add(mm: Mm, new: Vma, *, copied: bool = False, left_only: bool = False) -> Vma:
    """Put ``new`` into its range, which is free, and merge it with its neighbours.

    ``copied`` says that mremap makes it of an existing vma, ``left_only`` that it is the heap's
    growth, which looks no further. The vma that holds the range afterwards.
    """
    left, right = neighbours(mm, new.start, new.start)
    inherited = copied and is_fork_child(new) and scheme_of(mm).has("moved-inherited")
    if left is None or not _joins(mm, left, new, left, new.space, inherited):
        left = None
    if (
        right is None
        or left_only
        or not _joins(mm, new, right, right, new.space, inherited)
        or (left is not None and not scheme_of(mm).bridges(left, right))
    ):
        right = None
    whole = _united(mm, left, new, right)
    put(mm, (left, right), (whole,))
    return whole


def modify(mm: Mm, vma: Vma, start: int, end: int, protection: str, flags: frozenset[str]) -> Vma:
    """Give the part ``start..end`` of ``vma`` that protection and those flags.

    The part merges with a neighbour of the vma that it touches, or else becomes a vma of its
    own. The vma that holds it afterwards.
    """
    part = cut(vma, start, end)._replace(protection=protection, flags=flags)
    left, right = neighbours(mm, vma.start, vma.end)
    inherited = is_fork_child(vma)
    if left is None or start > vma.start or not _joins(mm, left, part, left, vma.space, inherited):
        left = None
    if (
        right is None
        or end < vma.end
        or not _joins(mm, part, right, right, vma.space, inherited)
        or (left is not None and not scheme_of(mm).bridges(left, right))
    ):
        right = None
    whole = _united(mm, left, part, right)
    pieces = [whole]
    if vma.start < start:
        pieces.insert(0, cut(vma, vma.start, start))
    if end < vma.end:
        pieces.append(cut(vma, end, vma.end))
    for piece in pieces[1:]:
        mm.journal.note(Split, vma, piece.start)
    put(mm, (left, vma, right), pieces)
    return whole


def _joins(mm: Mm, a: Vma, b: Vma, target: Vma, space: int | None, inherited: bool) -> bool:
    """Whether neighbours become one; ``target`` is the one of them that is there already.

    ``can_vma_merge_before`` and ``can_vma_merge_after``: flags, indexes, anon_vmas.
    """
    return (
        adjacent(a, b)
        and same_flags(a, b)
        and a.offset == b.offset
        and scheme_of(mm).compatible(target, space, inherited)
    )


def _united(mm: Mm, left: Vma | None, middle: Vma, right: Vma | None) -> Vma:
    """One vma; without an anon_vma of its own, the one that stays takes another's."""
    whole = middle
    if right is not None:
        mm.journal.note(Merged, middle, right)
        lender = right if right.space is not None else middle
        whole = whole._replace(end=right.end, space=lender.space, chain=lender.chain)
    if left is not None:
        mm.journal.note(Merged, left, whole)
        lender = left if left.space is not None else whole
        whole = left._replace(end=whole.end, space=lender.space, chain=lender.chain)
    return whole


def unmap(mm: Mm, start: int, end: int) -> None:
    """Let ``start..end`` be free; what sticks out at either side stays."""
    window = mm.vmas.overlapping(start, end)
    if not window:
        return
    left, inside, right = mm.carve(window, start, end)
    for vma in inside:
        mm.journal.note(Unmapped, vma)
    put(mm, window, [vma for vma in (left, right) if vma is not None])
    pages.drop(mm, start, end)
