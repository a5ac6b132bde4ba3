"""The questions that only a scheme can answer.

Finding a hole, splitting, protections, pages and errors are the same for every scheme and live
in ``mm.py``. A scheme is asked the rest, one method a question. The methods that change a
neighbour do so through the mm, so that the journal knows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anonvma_book.vma import Vma

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World


class Scheme(ABC):
    """How a page of anonymous memory finds its vmas."""

    def for_layout(self, top_down: bool) -> Scheme:
        """The scheme as a machine with this layout uses it; most do not care."""
        return self

    @abstractmethod
    def start(self, world: World) -> int:
        """The address space that a process starts with at exec, made anew."""

    @abstractmethod
    def place(self, mm: Mm, blank: Vma) -> list[Vma]:
        """Which indexes a new mapping gets: the vmas that fill ``blank``, in order.

        ``blank`` has the addresses and flags; it is not in the mm yet, and its pages are free.
        """

    @abstractmethod
    def may_merge(self, left: Vma, right: Vma) -> bool:
        """Whether two adjacent vmas with the same flags may become one."""

    @abstractmethod
    def may_group(self, left: Vma, right: Vma) -> bool:
        """Whether two that may not merge are shown to the user as one unit."""

    @abstractmethod
    def grow_up(self, mm: Mm, last: Vma | None, blank: Vma, total: int) -> list[Vma]:
        """What growing by ``blank`` at the upper end of ``last`` needs.

        Gives ``last`` as it is afterwards (if there was one), and what follows it.
        ``total`` is the size of the whole unit after the call, in pages.
        """

    @abstractmethod
    def grow_down(self, mm: Mm, first: Vma, blank: Vma, total: int) -> list[Vma]:
        """The same at the lower end of ``first``: what precedes it, then ``first`` afterwards."""

    @abstractmethod
    def give_back(
        self, mm: Mm, left: Vma | None, gone: Sequence[Vma], right: Vma | None
    ) -> tuple[Vma | None, Vma | None]:
        """What becomes of the indexes of unmapped vmas: the neighbours afterwards."""

    @abstractmethod
    def candidates(self, world: World, space: int, index: int) -> list[tuple[int, Vma]]:
        """The (pid, vma) pairs that a reverse walk must look at for a page."""
