"""anonmm, Hugh Dickins, March and April 2004: a page knows one mm, and its address there.

anonmm   an object for each mm; it outlives the mm while a page points to it
bundle   the anonmms of the mms that descend by fork from one exec, in order of birth
copy     a page that is mapped more than once is copied when mremap moves it

    page->mapping  the anonmm of the mm in which the page came into being
    page->index    its virtual address: the same in every mm of the bundle

Since each page has one address, vmas need no indexes of their own and merge whenever their flags
are equal. What it costs: a walk may ask every mm of the bundle for a page that one of them has.
Sources: "anobjrmap 5/6 anonmm" (18 March 2004), "rmap 10 add anonmm rmap" and "rmap 11 mremap
moves" (16 April, with the copy that Linus Torvalds proposed on 13 March); mm/rmap.c after rmap 24.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from anonvma_book.events import Copied
from anonvma_book.pages import Page
from anonvma_book.schemes.by_address import ByAddress, at_address
from anonvma_book.vma import Vma

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World

ANONMM_BYTES = 40
"""``struct anonmm`` on x86-64: count 4, lock 4, mm 8, head 8, list 16 bytes."""

POINTER_BYTES = 8
"""``mm->anonmm``."""


class Anonmm(ByAddress):
    """One object for each mm. A space is an anonmm; those of a bundle hang below its first.

    Left out: that a walk moves a page whose mm has gone to the first mm in which it finds it.
    """

    stops_when_found = True

    def start(self, world: World) -> int:
        """A new anonmm, the head of a new bundle (exec_rmap)."""
        return world.open_space(world.task_pages).id

    def may_merge(self, left: Vma, right: Vma) -> bool:
        """Whenever the flags are equal: no page knows its vma."""
        return True

    def carry(self, mm: Mm, vma: Vma, distance: int) -> Vma:
        """Nothing: the vma's pages get the new addresses as their indexes."""
        return at_address(vma, distance)

    def carry_page(self, mm: Mm, entry: Page, page: int) -> Page:
        """A page that is mapped here alone gets a new index; else it is copied.

        The page-table entry is out of the table already: the count is of the other mappings.
        """
        if not mm.world.mapcount.get(entry.frame):
            return entry._replace(index=page)
        assert mm.space is not None, "every mm has an anonmm"
        copy = Page(mm.world.number("frame"), mm.space, page)
        mm.journal.note(Copied, page, entry.frame, *copy)
        return copy

    def fork(self, mm: Mm, child: Mm) -> list[Vma]:
        """The child gets an anonmm at the end of its parent's bundle (dup_rmap)."""
        assert mm.space is not None, "every mm has an anonmm"
        space = mm.world.open_space(mm.world.task_pages, _head(mm.world, mm.space)).id
        child.set_register("space", space)
        return [vma if vma.is_file else vma._replace(space=space) for vma in mm.vmas]

    def finds(self, mm: Mm, vma: Vma, page: int, entry: Page) -> bool:
        """A page's index is its address, and its anonmm one of the mm's bundle."""
        assert mm.space is not None, "every mm has an anonmm"
        heads = {_head(mm.world, space) for space in (mm.space, entry.space)}
        return entry.index == page and len(heads) == 1

    def candidates(self, world: World, page: Page) -> Iterable[tuple[int, Vma | None, int]]:
        """The page's own mm first, then down the bundle from there, and round to its head.

        Each is a look into a page table, whether or not a vma is there. Mms that are gone or
        have no pages are passed over.
        """
        bundle = [
            space
            for space in sorted(world.spaces)
            if _head(world, space) == _head(world, page.space)
        ]
        first = bundle.index(page.space)
        of_space = {mm.space: pid for pid, mm in world.mms.items() if mm.ptes}
        for space in bundle[first:] + bundle[:first]:
            if space in of_space:
                pid = of_space[space]
                yield pid, world.mms[pid].vmas.at(page.index), page.index

    def problems(self, world: World) -> Iterator[str]:
        """Every mm has an anonmm of its own, and its vmas have no other indexes than addresses."""
        owners = [mm.space for mm in world.mms.values()]
        if len(set(owners)) < len(owners):
            yield f"two processes have one anonmm: {owners}"
        for mm in world.mms.values():
            for vma in mm.vmas:
                if not vma.is_file and (vma.space, vma.offset) != (mm.space, 0):
                    yield f"process {mm.pid}: {vma} is not in anonmm {mm.space} at its address"

    def weight(self, world: World) -> int:
        """An anonmm each, those that outlive their mm included, and a pointer in each mm."""
        return ANONMM_BYTES * len(world.spaces) + POINTER_BYTES * len(world.mms)


def _head(world: World, space: int) -> int:
    parent = world.spaces[space].parent
    return space if parent is None else parent
