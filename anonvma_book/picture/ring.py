"""An address space unrolled: what the dial shows round a ring, and the rug along an axis.

arc   a run of indexes with one fate; those of two vmas are two arcs, so that the seam shows

    used      a vma's indexes              reserved   beside them, for nobody else
    given     handed out, and lost         unused     never handed out, of a space that closed
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from anonvma_book.picture.language import space_role
from anonvma_book.state import Range, State, space_use


class Arc(NamedTuple):
    """The indexes ``first..end`` and what became of them."""

    kind: str
    first: int
    end: int


class Ring(NamedTuple):
    """One address space. ``bars`` are the ends of exclusive reservations.

    ``note`` says why it closed; it is empty while the space is open. ``next`` is None where no
    counter hands out indexes: such a space has no dial, and never closes.
    """

    letter: str
    role: str
    limit: int
    next: int | None
    closed: bool
    caption: str
    note: str
    arcs: tuple[Arc, ...]
    bars: tuple[int, ...]


def rings(
    state: State, closings: dict[int, tuple[int, int]], counted: bool = True
) -> Iterator[Ring]:
    """A ring for each address space, oldest first; ``counted`` where a counter fills them."""
    for space in state.spaces:
        use = space_use(state, space.id)
        closed = use.closed and counted
        cuts, bars = _cuts(state, space.id)
        arcs = [
            *_arcs("used", use.in_use, cuts),
            *_arcs("reserved", use.reserved, cuts),
            *_arcs("given", use.given_up, ()),
        ]
        note = ""
        if closed:
            left, needed = closings.get(space.id, (space.left, 0))
            note = f"never handed out: {left} left" + (f", {needed} needed" if needed else "")
            if space.left:
                arcs.append(Arc("unused", space.next, space.limit))
        yield Ring(
            space.name,
            space_role(space.id),
            space.limit,
            space.next if counted else None,
            closed,
            "closed" if closed else f"next {space.next}" if counted else "",
            note,
            tuple(arcs),
            bars,
        )


def _cuts(state: State, space: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where vmas and reservations begin and end, and where exclusive reservations end."""
    cuts: set[int] = set()
    bars: set[int] = set()
    for mm in state.mms:
        for vma in mm.vmas:
            if vma.space != space:
                continue
            below, above = vma.extent
            cuts |= {below, vma.pgoff, vma.index_end, above}
            if vma.exclusive_above:
                bars.add(above)
            if vma.exclusive_below:
                bars.add(below)
    return tuple(sorted(cuts)), tuple(sorted(bars))


def _arcs(kind: str, ranges: tuple[Range, ...], cuts: tuple[int, ...]) -> Iterator[Arc]:
    """The ranges, cut at every cut that lies inside one."""
    for first, end in ranges:
        inside = cuts[bisect_right(cuts, first) : bisect_left(cuts, end)]
        edges = [first, *inside, end]
        for left, right in pairwise(edges):
            yield Arc(kind, left, right)
