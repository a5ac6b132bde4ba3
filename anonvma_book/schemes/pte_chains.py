"""pte_chains, Linux 2.6.0: every page lists the page-table entries that map it.

pte_chain   a cache line of pointers to page-table entries, and a link to the next one
direct      a page that is mapped once has the pointer itself in ``struct page``

    page --> [next | pte pte pte pte pte pte pte] --> [next | pte ...]

``page->mapping`` and ``page->index`` are not used, so vmas merge whenever their flags are equal.
The price is paid per page: a fork adds an entry for each page that is present, mremap takes one
out and puts one in for each page that it moves.
Source: mm/rmap.c of Linux 2.6.0 (page_add_rmap, page_remove_rmap, page_referenced).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from anonvma_book.pages import Page
from anonvma_book.schemes.by_address import ByAddress, at_address
from anonvma_book.vma import Vma

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World

CHAIN_BYTES = 64
"""``struct pte_chain`` fills a cache line: 64 bytes on x86-64."""

CHAIN_ENTRIES = 7
"""``NRPTE``: what is left of the cache line beside the link, 8 bytes a pointer."""


class PteChains(ByAddress):
    """Every page knows its page-table entries. A space stands for a fork group, and does nothing.

    >>> PteChains().may_merge(Vma(2, 4, "rw", space=0, pgoff=2), Vma(4, 6, "rw", space=0, pgoff=4))
    True
    """

    def start(self, world: World) -> int:
        """A name for the fork group that begins at this exec."""
        return world.open_space(world.task_pages).id

    def may_merge(self, left: Vma, right: Vma) -> bool:
        """Whenever the flags are equal: no page knows its vma."""
        return True

    def carry(self, mm: Mm, vma: Vma, distance: int) -> Vma:
        """Nothing: at the new place the vma is as if it had been born there."""
        return at_address(vma, distance)

    def finds(self, mm: Mm, vma: Vma, page: int, entry: Page) -> bool:
        """Always: a page is found without index and vma."""
        return True

    def candidates(self, world: World, page: Page) -> Iterable[tuple[int, Vma | None, int]]:
        """Exactly the mappings, which the page lists itself."""
        return self._chain(world, page.frame)

    def _chain(self, world: World, frame: int) -> Iterator[tuple[int, Vma | None, int]]:
        """What the chain of ``frame`` holds. Here, where no chain is kept, it is looked up."""
        left = world.mapcount.get(frame, 0)
        for pid, mm in sorted(world.mms.items()):
            for place, entry in mm.ptes.items() if left else ():
                if entry.frame == frame:
                    left -= 1
                    yield pid, mm.vmas.at(place), place

    def problems(self, world: World) -> Iterator[str]:
        """An mm's vmas are where their indexes say."""
        for mm in world.mms.values():
            for vma in mm.vmas:
                if vma.space is not None and vma.offset:
                    yield f"process {mm.pid}: {vma} has other indexes than addresses"

    def weight(self, world: World) -> int:
        """One pte_chain for every 7 mappings of each page that is mapped more than once.

        The pointer in ``struct page`` is not counted: later schemes have a count of mappings
        in its place. A chain that shrinks to one entry is taken as given back at once, which
        2.6.0 does when it next looks at the page.
        """
        chained = (count for count in world.mapcount.values() if count > 1)
        return CHAIN_BYTES * sum(-(-count // CHAIN_ENTRIES) for count in chained)
