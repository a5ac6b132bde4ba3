"""An address space: a counter of indexes, and its wrap-around.

limit   how many indexes there are: 2**index_bits
next    the first index that the counter has not handed out yet
wrap    when an allocation would pass the limit, a new, empty address space is used instead
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.vma import space_name


class AddressSpace(NamedTuple):
    """One ``struct address_space`` for anonymous pages: what is left of its indexes.

    >>> AddressSpace(0, limit=64).fits(20)
    True
    >>> space, first = AddressSpace(0, limit=64, next=38).hand_out(8)
    >>> first, space.next, space.fits(20)
    (38, 46, False)
    """

    id: int
    limit: int
    next: int = 0

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
