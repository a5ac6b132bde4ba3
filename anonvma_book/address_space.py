"""An address space: a counter of indexes, and its wrap-around.

limit   how many indexes there are: 2**index_bits
next    the first index that the counter has not handed out yet
wrap    when an allocation would pass the limit, a new, empty address space is used instead

The schemes that are not Lokier's have other objects in this place: an anon_vma, an anonmm, a
context. What ``page->mapping`` points to is a space here, whatever a scheme calls it; only
Lokier's has a counter.
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.vma import space_name


class AddressSpace(NamedTuple):
    """One ``struct address_space`` for anonymous pages: what is left of its indexes.

    ``parent`` is the space that this one hangs below, for schemes with a tree of them: it is
    not freed before this one.

    >>> AddressSpace(0, limit=64).fits(20)
    True
    >>> space, first = AddressSpace(0, limit=64, next=38).hand_out(8)
    >>> first, space.next, space.fits(20)
    (38, 46, False)
    """

    id: int
    limit: int
    next: int = 0
    parent: int | None = None

    def __repr__(self) -> str:
        parent = f", parent={self.parent}" if self.parent is not None else ""
        return f"AddressSpace(id={self.id}, limit={self.limit}, next={self.next}{parent})"

    @property
    def name(self) -> str:
        """Its letter, as pictures and sentences write it."""
        return space_name(self.id)

    @property
    def left(self) -> int:
        """How many indexes the counter can still hand out."""
        return self.limit - self.next

    def fits(self, indexes: int) -> bool:
        """Whether the counter can hand out that many without wrapping."""
        return indexes <= self.left

    def hand_out(self, indexes: int) -> tuple[AddressSpace, int]:
        """The space after handing out a range, and the first index of the range.

        Nothing is handed out twice; the range must fit.
        """
        return self._replace(next=self.next + indexes), self.next
