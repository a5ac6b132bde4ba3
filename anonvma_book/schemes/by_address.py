"""What the rivals of Lokier's scheme have in common: a new vma's indexes are its addresses.

    index                  pgoff - start, the offset, is 0 at birth
      |        ####
      |   ####       ####  moved up: where indexes are carried, the offset is no longer 0
      +--------------- page

There is no counter and nothing is reserved. A user sees every vma by itself: no group flag.
Source: insert_vm_struct, do_mmap_pgoff, do_brk and expand_stack of Linux 2.6.7 (mm/mmap.c).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from anonvma_book.schemes.base import Placing, Scheme, Total
from anonvma_book.vma import Vma

if TYPE_CHECKING:
    from anonvma_book.mm import Mm


class ByAddress(Scheme):
    """A scheme whose indexes are the addresses at which vmas are born."""

    counts_indexes = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def place(self, mm: Mm, left: Vma | None, blank: Vma, right: Vma | None) -> Placing:
        """One vma, in the space that the mm has, if it has one."""
        return left, [blank._replace(space=mm.space, pgoff=blank.start)], right

    def may_group(self, left: Vma, right: Vma) -> bool:
        """Never: the user sees every vma, and mremap works on one."""
        return False

    def grow_up(self, mm: Mm, last: Vma | None, blank: Vma, total: Total) -> list[Vma]:
        """The vma gets longer, wherever its indexes are."""
        if last is None:
            return self.place(mm, None, blank, None)[1]
        return [last._replace(end=blank.end)] if blank.pages else [last]

    def grow_down(self, mm: Mm, first: Vma, blank: Vma, total: Total) -> list[Vma]:
        """The same downwards. Indexes may fall below 0, as ``vm_pgoff`` wrapped in 2.6."""
        return [first._replace(start=blank.start, pgoff=first.pgoff - blank.pages)]

    def give_back(
        self, mm: Mm, left: Vma | None, gone: Sequence[Vma], right: Vma | None
    ) -> tuple[Vma | None, Vma | None]:
        """Nothing: indexes are addresses, and nobody keeps account of them."""
        return left, right


def at_address(vma: Vma, distance: int) -> Vma:
    """``vma`` moved by ``distance`` pages, with the addresses there as its indexes."""
    start = vma.start + distance
    return vma._replace(start=start, end=vma.end + distance, pgoff=start, group=False)
