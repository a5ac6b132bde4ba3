"""Remapped ranges in a tree: Rajesh Venkatasubramanian, March 2004; the "COW context" of 2026.

context   an object for each mm; a fork's child hangs below its parent's, and keeps it alive
range     where in an mm the indexes of a moved vma are mapped now: (old start, old end, new start)

    page->mapping  the context of the mm in which the page came into being
    page->index    its virtual address then: it never changes

    indexes 10..14 of a context:   at 10..14, if the mm has not moved them
                                   at 40..44, if its tree holds (10, 14, 40)

A walk looks at the index's own address and at every range that holds it, first in the page's
context, then in all contexts below. After a move, a new mapping at the old place has the same
indexes again, so two places of one mm may have to be looked at.
Sources: Rajesh Venkatasubramanian, "Re: anon_vma RFC2", linux-kernel, 12 March 2004, 16:16;
"Keeping COWs in context", LWN 1072378, 14 May 2026, on the prototype of Lorenzo Stoakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from anonvma_book.pages import Page
from anonvma_book.schemes.by_address import ByAddress
from anonvma_book.vma import Vma

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World

CONTEXT_BYTES = 72
"""A context on x86-64, derived, since no structure was published: a count and a lock 8, the mm
and the parent 16, a list of children and a node in the parent's 32, the tree's root 8; and a
pointer in the mm 8 bytes."""

RANGE_BYTES = 48
"""A range on x86-64, derived: a node of a red-black tree 24 and three numbers 24 bytes."""


class RangeTree(ByAddress):
    """A context for each mm, and a tree of moved ranges. A space is a context.

    The tree of an mm is its vmas that are not where their indexes say; it is kept as such.
    """

    def start(self, world: World) -> int:
        """A new context with no parent: pages of the old program are not shared."""
        return world.open_space(world.task_pages).id

    def may_merge(self, left: Vma, right: Vma) -> bool:
        """If indexes continue; all vmas of an mm have its context."""
        return left.offset == right.offset

    def fork(self, mm: Mm, child: Mm) -> list[Vma]:
        """The child gets a context below its parent's, and the same moved ranges in its tree."""
        space = mm.world.open_space(mm.world.task_pages, mm.space).id
        child.set_register("space", space)
        return [vma if vma.is_file else vma._replace(space=space) for vma in mm.vmas]

    def finds(self, mm: Mm, vma: Vma, page: int, entry: Page) -> bool:
        """The vma over a page computes its index; its context is the mm's or one above."""
        above = mm.space
        while above is not None and above != entry.space:
            above = mm.world.spaces[above].parent
        return above == entry.space and vma.index_of(page) == entry.index

    def candidates(self, world: World, page: Page) -> Iterable[tuple[int, Vma | None, int]]:
        """In the page's context and then in those below it: where the index is mapped there."""
        children: dict[int | None, list[int]] = {}
        for space in world.spaces.values():
            children.setdefault(space.parent, []).append(space.id)
        of_space = {mm.space: (pid, mm) for pid, mm in world.mms.items()}
        waiting = [page.space]
        while waiting:
            context = waiting.pop()
            waiting += sorted(children.get(context, ()), reverse=True)
            if context in of_space:
                pid, mm = of_space[context]
                for vma in mm.vmas.all_holding(context, page.index):
                    yield pid, vma, page.index - vma.offset

    def problems(self, world: World) -> Iterator[str]:
        """Every mm has a context of its own, and every vma of it that context."""
        owners = [mm.space for mm in world.mms.values()]
        if len(set(owners)) < len(owners):
            yield f"two processes have one context: {owners}"
        for mm in world.mms.values():
            for vma in mm.vmas:
                if not vma.is_file and vma.space != mm.space:
                    yield f"process {mm.pid}: {vma} is not in context {mm.space}"

    def weight(self, world: World) -> int:
        """A context each, those that outlive their mm included, and its moved ranges."""
        ranges = sum(len(moved_ranges(mm)) for mm in world.mms.values())
        return CONTEXT_BYTES * len(world.spaces) + RANGE_BYTES * ranges


def moved_ranges(mm: Mm) -> list[tuple[int, int, int]]:
    """The tree of an mm, in order of address: (old start, old end, new start) of each range."""
    ranges: list[tuple[int, int, int]] = []
    for vma in mm.vmas:
        if vma.is_file or not vma.offset:
            continue
        first, upto, to = ranges[-1] if ranges else (vma.pgoff, vma.pgoff, vma.start)
        if upto == vma.pgoff and first - to == vma.offset:
            ranges[-1:] = [(first, vma.index_end, to)]
        else:
            ranges.append((vma.pgoff, vma.index_end, vma.start))
    return ranges
