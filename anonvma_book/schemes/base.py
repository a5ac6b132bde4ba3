"""The questions that only a scheme can answer.

Finding a hole, splitting, protections, pages and errors are the same for every scheme and live
in ``mm.py``. A scheme is asked the rest, one method a question. Neighbours are given back as they
are afterwards; what changes elsewhere is changed through the mm, so that the journal knows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from anonvma_book.pages import Page
from anonvma_book.vma import Vma, merge, moved

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World


Placing = tuple[Vma | None, list[Vma], Vma | None]
"""New vmas between their neighbours, all as they are afterwards."""

Total = Callable[[], int]
"""The size of the whole unit after the call, in pages: counted when a scheme asks for it."""


class Scheme(ABC):
    """How a page of anonymous memory finds its vmas."""

    dialect: ClassVar[str] = "plain"
    """Whose calls the machine makes: "plain" are those of the scheme's section 5; "linux" those
    of today's Linux, in :mod:`anonvma_book.linux`."""

    hides_seams: ClassVar[bool] = False
    """Whether vmas that may not merge are one unit to the user, and to mremap."""

    counts_indexes: ClassVar[bool] = True
    """Whether a counter hands out the indexes; otherwise they are addresses."""

    stops_when_found: ClassVar[bool] = False
    """Whether a reverse walk ends once it has found as many mappings as the page has."""

    def for_layout(self, top_down: bool) -> Scheme:
        """The scheme as a machine with this layout uses it; most do not care."""
        return self

    @abstractmethod
    def start(self, world: World) -> int | None:
        """The space that a process starts with at exec, made anew; None if only vmas have one."""

    @abstractmethod
    def place(self, mm: Mm, left: Vma | None, blank: Vma, right: Vma | None) -> Placing:
        """Which indexes a new mapping gets: the vmas that fill ``blank``, in order.

        ``blank`` has the addresses and flags; it is not in the mm yet, and its pages are free.
        ``left`` and ``right`` are the nearest vmas that are no files, and given back as they are
        afterwards.
        """

    @abstractmethod
    def may_merge(self, left: Vma, right: Vma) -> bool:
        """Whether two adjacent vmas with the same flags may become one."""

    def merge(self, left: Vma, right: Vma) -> Vma:
        """The one vma that two become."""
        return merge(left, right)

    @abstractmethod
    def may_group(self, left: Vma, right: Vma) -> bool:
        """Whether two that may not merge are shown to the user as one unit."""

    @abstractmethod
    def grow_up(self, mm: Mm, last: Vma | None, blank: Vma, total: Total) -> list[Vma]:
        """What growing by ``blank`` at the upper end of ``last`` needs.

        Gives ``last`` as it is afterwards (if there was one), and what follows it.
        ``total()`` is the size of the whole unit after the call, in pages.
        """

    @abstractmethod
    def grow_down(self, mm: Mm, first: Vma, blank: Vma, total: Total) -> list[Vma]:
        """The same at the lower end of ``first``: what precedes it, then ``first`` afterwards."""

    @abstractmethod
    def give_back(
        self, mm: Mm, left: Vma | None, gone: Sequence[Vma], right: Vma | None
    ) -> tuple[Vma | None, Vma | None]:
        """What becomes of the indexes of unmapped vmas: the neighbours afterwards."""

    def carry(self, mm: Mm, vma: Vma, distance: int) -> Vma:
        """What a vma takes along when it moves by ``distance`` pages."""
        return moved(vma, distance)

    def carry_page(self, mm: Mm, entry: Page, page: int) -> Page:
        """What becomes of a page whose page-table entry moves to ``page``."""
        return entry

    def fork(self, mm: Mm, child: Mm) -> list[Vma]:
        """The child's vmas; what the parent's need is changed through ``mm``."""
        return list(mm.vmas)

    def first_write(self, mm: Mm, vma: Vma) -> Vma:
        """The vma as a write that makes or copies a page leaves it."""
        return vma

    @abstractmethod
    def candidates(self, world: World, page: Page) -> Iterable[tuple[int, Vma | None, int]]:
        """What a reverse walk must look at for ``page``: (pid, vma, virtual page), in order.

        ``vma`` is None where the scheme looks into a page table without asking for a vma.
        A walk that stops once it has found every mapping is a generator that is closed early.
        """

    def finds(self, mm: Mm, vma: Vma, page: int, entry: Page) -> bool:
        """Whether ``entry``, mapped at ``page`` of ``vma``, has the identity to be found there."""
        return (entry.space, entry.index) == (vma.space, vma.index_of(page))

    def problems(self, world: World) -> Iterator[str]:
        """What is wrong with the scheme's own bookkeeping, beside the rules of every scheme."""
        yield from ()

    @abstractmethod
    def weight(self, world: World) -> int:
        """What the bookkeeping of all processes weighs, in bytes, beyond the vmas themselves."""
