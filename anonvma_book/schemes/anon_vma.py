"""anon_vma, Andrea Arcangeli, Linux 2.6.7: a page knows a list of vmas.

anon_vma    a lock and a list of the vmas that may hold a page: related by fork or by splitting
faulted     a vma that was written, and has its anon_vma; pages point to the anon_vma
carried     a faulted vma that moves keeps its indexes, so its pages need not be touched

    page --> anon_vma --> vma, vma of the child, piece that was split off, ...

Two faulted vmas with different anon_vmas never merge, even if they are adjacent and equal, and
neither do vmas whose indexes do not continue: the boundary stays for good.
Sources: "rmap 39 add anon_vma rmap" and "rmap 40 better anon_vma sharing" (Hugh Dickins, 18 May
2004), as in mm/rmap.c and mm/mmap.c of Linux 2.6.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from anonvma_book.events import FirstWrite
from anonvma_book.pages import Page
from anonvma_book.schemes.base import Total
from anonvma_book.schemes.by_address import ByAddress, at_address
from anonvma_book.vma import Vma, adjacent, merge

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World

ANON_VMA_BYTES = 24
"""``struct anon_vma`` on x86-64: a spinlock 4 (padded to 8) and a list head 16 bytes."""

LINK_BYTES = 24
"""What each vma has for it: ``anon_vma_node`` 16 and ``anon_vma`` 8 bytes."""


class AnonVma(ByAddress):
    """Lists of vmas. A space is an anon_vma; a vma has none before its first write.

    Linux 2.6.7 tries to merge at mmap, brk, mprotect and the moves of mremap; here neighbours
    that may merge always do.
    """

    def start(self, world: World) -> None:
        """Nothing: an mm has no object of its own."""

    def may_merge(self, left: Vma, right: Vma) -> bool:
        """If indexes continue, and not both have an anon_vma or it is the same one."""
        related = left.space is None or right.space is None or left.space == right.space
        return related and left.offset == right.offset

    def merge(self, left: Vma, right: Vma) -> Vma:
        """The one that was never written gets the anon_vma of the other."""
        return merge(left, right)._replace(space=right.space if left.space is None else left.space)

    def grow_down(self, mm: Mm, first: Vma, blank: Vma, total: Total) -> list[Vma]:
        """A stack gets its anon_vma before it grows (expand_stack)."""
        return super().grow_down(mm, self._prepare(mm, first), blank, total)

    def carry(self, mm: Mm, vma: Vma, distance: int) -> Vma:
        """Its anon_vma and indexes; a vma that was never written starts afresh (copy_vma)."""
        if vma.space is None:
            return at_address(vma, distance)
        return super().carry(mm, vma, distance)

    def first_write(self, mm: Mm, vma: Vma) -> Vma:
        """The first write gives the vma an anon_vma (anon_vma_prepare)."""
        prepared = self._prepare(mm, vma)
        mm.swap(vma, prepared)
        return prepared

    def _prepare(self, mm: Mm, vma: Vma) -> Vma:
        """With an anon_vma: a neighbour's, if mprotect could merge the two, else a new one."""
        if vma.space is not None:
            return vma
        shared = self._mergeable(mm, vma)
        space = mm.world.open_space(mm.world.task_pages).id if shared is None else shared
        prepared = vma._replace(space=space)
        mm.journal.note(FirstWrite, prepared, shared is None)
        return prepared

    def _mergeable(self, mm: Mm, vma: Vma) -> int | None:
        """The anon_vma of the next vma or of the previous one (find_mergeable_anon_vma).

        It must touch, continue the indexes, and differ in protection at most.
        """
        following = mm.vmas.above(vma.end)
        previous = mm.vmas.below(vma.start)
        for near, left, right in ((following, vma, following), (previous, previous, vma)):
            if (
                near is not None
                and left is not None
                and right is not None
                and near.space is not None
                and adjacent(left, right)
                and left.offset == right.offset
                and (near.kind, near.flags) == (vma.kind, vma.flags)
            ):
                return near.space
        return None

    def candidates(self, world: World, page: Page) -> Iterable[tuple[int, Vma | None, int]]:
        """Every vma on the list of the page's anon_vma, whether or not it holds the index.

        Linux stops when it has found as many mappings as the page has; in what order it meets
        the vmas depends on the history of the list, so here the whole list counts.
        """
        for pid, mm in sorted(world.mms.items()):
            for vma in mm.vmas.in_space(page.space):
                yield pid, vma, page.index - vma.offset

    def problems(self, world: World) -> Iterator[str]:
        """A vma that was never written has its addresses as indexes; no anon_vma is empty."""
        for mm in world.mms.values():
            for vma in mm.vmas:
                if not vma.is_file and vma.space is None and vma.offset:
                    yield f"process {mm.pid}: {vma} was never written and has other indexes"
        for space in world.spaces:
            if not any(mm.vmas.uses[space] for mm in world.mms.values()):
                yield f"anon_vma {space} has no vmas"

    def weight(self, world: World) -> int:
        """An anon_vma each, and in every vma of any kind a list node and a pointer."""
        vmas = sum(len(mm.vmas) for mm in world.mms.values())
        return ANON_VMA_BYTES * len(world.spaces) + LINK_BYTES * vmas
