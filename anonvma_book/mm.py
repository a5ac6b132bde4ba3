"""One process's memory, and the surgery on ranges of it.

window   the vmas that overlap a range, with the nearest one on either side
carve    cut a window at both ends of the range: left, inside, right
rewrite  put other vmas in the place of a window, with every pair of neighbours settled: merged
         or grouped, as after every call
blank    a vma with addresses and flags that the scheme has not given indexes yet

    window      [ 2..8      ]  [10..13       ]         range 6..12
    carve       [2..6][6..8]   [10..12][12..13]
                left    inside ......   right

Nothing here knows which scheme decides. Every change goes through the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anonvma_book.events import Grouped, Merged, Split
from anonvma_book.pages import Page
from anonvma_book.schemes.base import Scheme
from anonvma_book.vma import GROWSDOWN, Vma, grouped, parts, same_flags
from anonvma_book.vma_list import VmaList
from anonvma_book.world import World

Carved = tuple[Vma | None, list[Vma], Vma | None]


class Mm:
    """The ``mm_struct`` of process ``pid``: vmas, page table, current address space, heap."""

    def __init__(
        self,
        world: World,
        scheme: Scheme,
        pid: int,
        parent: int | None,
        registers: dict[str, int],
        vmas: Iterable[Vma] = (),
        ptes: dict[int, Page] | None = None,
    ) -> None:
        self.world = world
        self.journal = world.journal
        self.scheme = scheme
        self.pid = pid
        self.parent = parent
        self.registers = registers
        self.vmas = VmaList(vmas)
        self.ptes: dict[int, Page] = ptes if ptes is not None else {}

    @property
    def space(self) -> int | None:
        """The address space that this process allocates from; None where only vmas have one."""
        return self.registers.get("space")

    @property
    def brk_start(self) -> int:
        """The page at which the heap begins."""
        return self.registers["brk_start"]

    @property
    def brk(self) -> int:
        """The page at which the heap ends: the program break."""
        return self.registers["brk"]

    def set_register(self, name: str, value: int | None) -> None:
        """Change ``space`` or ``brk``."""
        self.journal.put(self.registers, name, value)

    def carve(self, window: Sequence[Vma], start: int, end: int) -> Carved:
        """The window of ``start..end`` cut at its ends: left of it, inside, right of it."""
        left = right = None
        inside: list[Vma] = []
        for vma in window:
            if vma.end <= start:
                left = vma
            elif vma.start >= end:
                right = vma
            elif vma.start >= start and vma.end <= end:
                inside.append(vma)
            else:
                first, middle, last = parts(vma, start, end)
                if first is not None:
                    self.journal.note(Split, vma, start)
                    left = first
                if last is not None:
                    self.journal.note(Split, vma, end)
                    right = last
                inside.append(middle)
        return left, inside, right

    def swap(self, old: Vma, new: Vma) -> None:
        """One vma gets another reservation; nothing that settles depends on it."""
        self.journal.replace(self.vmas, [old], [new])

    def rewrite(
        self, window: list[Vma], left: Vma | None, inside: Sequence[Vma], right: Vma | None
    ) -> None:
        """Put the three where ``window`` was, settled: neighbours with the same flags become one
        vma where the scheme lets them merge, and a group where it lets them group.

        Only news are events. The last vma's own flag stays, because its next neighbour is
        outside; no neighbour touches it unless it was the window's last one.
        """
        scheme = self.scheme
        settled: list[Vma] = []
        last = left
        for vma in [*inside, right]:
            if last is None or vma is None:
                last = vma or last
                continue
            group = False
            if last.end == vma.start and same_flags(last, vma):
                if scheme.may_merge(last, vma):
                    self.journal.note(Merged, last, vma)
                    last = scheme.merge(last, vma)
                    continue
                group = scheme.may_group(last, vma)
                if group and not _ends_a_grouped(window, last.end):
                    self.journal.note(Grouped, last, vma)
            settled.append(last if last.group == group else grouped(last, group))
            last = vma
        if last is not None:
            outside = last.group and not (window and window[-1].end == last.end)
            settled.append(grouped(last, False) if outside else last)
        self.journal.replace(self.vmas, window, settled)

    def unit_start(self, vma: Vma) -> int:
        """First page of the unit that ``vma`` is in: a run joined by the group flag."""
        while (left := self.vmas.below(vma.start)) is not None and left.group:
            vma = left
        return vma.start

    def unit_end(self, vma: Vma) -> int:
        """One past its last page."""
        while vma.group and (right := self.vmas.above(vma.end)) is not None:
            vma = right
        return vma.end

    def unit_after(self, start: int, end: int, like: Vma) -> int:
        """How many pages the unit will have once ``start..end`` is mapped like ``like``."""
        first, last = start, end
        near = self.vmas.below(start)
        while near is not None and near.end == first and same_flags(near, like):
            first = near.start
            near = self.vmas.below(first)
        near = self.vmas.above(end)
        while near is not None and near.start == last and same_flags(near, like):
            last = near.end
            near = self.vmas.above(last)
        return last - first


def _ends_a_grouped(window: Sequence[Vma], end: int) -> bool:
    return any(vma.group and vma.end == end for vma in window)


def find_room(mm: Mm, length: int) -> int | None:
    """First fit in the direction of the layout; None where there is no room."""
    return first_fit_down(mm, length) if mm.world.layout.top_down else first_fit_up(mm, length)


def first_fit_up(mm: Mm, length: int) -> int | None:
    """The lowest free range of ``length`` pages, at the base or above."""
    for low, above in mm.vmas.gaps(length):
        start = max(low, mm.world.layout.mmap_base)
        if _ceiling(mm, above) - start >= length:
            return start
    return None


def first_fit_down(mm: Mm, length: int) -> int | None:
    """The highest free range of ``length`` pages, not below the base."""
    for low, above in mm.vmas.gaps(length, down=True):
        end = _ceiling(mm, above)
        if end - max(low, mm.world.layout.mmap_base) >= length:
            return end - length
    return None


def _ceiling(mm: Mm, above: Vma | None) -> int:
    """How far up a range below ``above`` may reach."""
    if above is None:
        return mm.world.task_pages
    return above.start - mm.world.layout.guard_gap if above.kind == GROWSDOWN else above.start
