"""One process's memory, and the surgery on ranges of it.

window   the vmas that overlap a range, with the nearest one on either side
carve    cut a window at both ends of the range: before, inside, after
settle   merge or group every pair of neighbours, as after every call
blank    a vma with addresses and flags that the scheme has not given indexes yet

    window      [ 2..8      ][10..13]  [30..33]        range 6..12
    carve       [2..6][6..8] [10..12][12..13] [30..33]
                before  inside ......  after ........

Nothing here knows which scheme decides. Every change goes through the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anonvma_book.events import Grouped, Merged, Split
from anonvma_book.journal import Journal
from anonvma_book.pages import Page
from anonvma_book.schemes.base import Scheme
from anonvma_book.vma import FILE, GROWSDOWN, Vma, adjacent, same_flags, split
from anonvma_book.vma_list import VmaList
from anonvma_book.world import World

Carved = tuple[list[Vma], list[Vma], list[Vma]]


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
        self.scheme = scheme
        self.pid = pid
        self.parent = parent
        self.registers = registers
        self.vmas = VmaList(vmas)
        self.ptes: dict[int, Page] = ptes if ptes is not None else {}

    @property
    def journal(self) -> Journal:
        """Where every change of this mm is written down."""
        return self.world.journal

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
        """The window cut at both ends of ``start..end``: before, inside, after."""
        before: list[Vma] = []
        inside: list[Vma] = []
        after: list[Vma] = []
        for whole in window:
            vma = whole
            if vma.start < start < vma.end:
                self.journal.note(Split(vma, start))
                left, vma = split(vma, start)
                before.append(left)
            if vma.start < end < vma.end:
                self.journal.note(Split(whole, end))
                vma, right = split(vma, end)
                (inside if vma.start >= start else before).append(vma)
                after.append(right)
            elif vma.end <= start:
                before.append(vma)
            elif vma.start >= end:
                after.append(vma)
            else:
                inside.append(vma)
        return before, inside, after

    def rewrite(self, window: Sequence[Vma], vmas: Sequence[Vma]) -> None:
        """Put ``vmas`` where ``window`` was, settled."""
        self.journal.replace(self.vmas, window, self.settle(vmas, window))

    def swap(self, old: Vma, new: Vma) -> None:
        """One vma gets another reservation; nothing that settles depends on it."""
        self.journal.replace(self.vmas, (old,), (new,))

    def settle(self, vmas: Sequence[Vma], window: Sequence[Vma]) -> list[Vma]:
        """Merge what the scheme lets merge, group the rest: neighbours with the same flags.

        ``window`` is what was there before: only news are events. The last vma's own flag
        stays, because its next neighbour is outside; no neighbour touches it unless it was
        the window's last one.
        """
        grouped = {vma.end for vma in window if vma.group}
        settled: list[Vma] = []
        for vma in vmas:
            if settled:
                last = settled[-1]
                joined = adjacent(last, vma) and same_flags(last, vma)
                if joined and self.scheme.may_merge(last, vma):
                    self.journal.note(Merged(last, vma))
                    settled[-1] = self.scheme.merge(last, vma)
                    continue
                group = joined and self.scheme.may_group(last, vma)
                if group and last.end not in grouped:
                    self.journal.note(Grouped(last, vma))
                if last.group != group:
                    settled[-1] = last._replace(group=group)
            settled.append(vma)
        if settled and settled[-1].group and not (window and window[-1].end == settled[-1].end):
            settled[-1] = settled[-1]._replace(group=False)
        return settled

    def unit(self, vma: Vma) -> tuple[int, int]:
        """First page and end of the unit that ``vma`` is in: a run joined by the group flag."""
        start, end = vma.start, vma.end
        for left in self.vmas.downward(vma.start):
            if not (left.group and left.end == start):
                break
            start = left.start
        last = vma
        for right in self.vmas.upward(vma.end):
            if not last.group:
                break
            last, end = right, right.end
        return start, end

    def unit_after(self, start: int, end: int, like: Vma) -> int:
        """How many pages the unit will have once ``start..end`` is mapped like ``like``."""
        first, last = start, end
        for left in self.vmas.downward(start):
            if left.end != first or not same_flags(left, like):
                break
            first = left.start
        for right in self.vmas.upward(end):
            if right.start != last or not same_flags(right, like):
                break
            last = right.end
        return last - first

    def is_free(self, start: int, end: int) -> bool:
        """Whether no vma has a page in ``start..end``."""
        return not self.vmas.overlapping(start, end)

    def is_whole(self, start: int, end: int) -> bool:
        """Whether every page of ``start..end`` is mapped."""
        for vma in self.vmas.overlapping(start, end):
            if vma.start > start:
                return False
            start = vma.end
        return start >= end


def first_fit_up(vmas: VmaList, length: int, base: int, task: int, guard: int) -> int | None:
    """The lowest free range of ``length`` pages at ``base`` or above; None where there is none.

    ``guard`` pages stay free below a vma that grows down.
    """
    start = base
    for vma in vmas:
        if _floor(vma, guard) - start >= length:
            return start
        start = max(start, vma.end)
    return start if task - start >= length else None


def first_fit_down(vmas: VmaList, length: int, base: int, task: int, guard: int) -> int | None:
    """The highest free range of ``length`` pages, not below ``base``."""
    end = task
    for vma in reversed(vmas):
        if end - max(vma.end, base) >= length:
            return end - length
        end = _floor(vma, guard)
    return end - length if end - base >= length else None


def _floor(vma: Vma, guard: int) -> int:
    return vma.start - guard if vma.kind == GROWSDOWN else vma.start


def is_anonymous(vma: Vma) -> bool:
    """Whether the vma has indexes of this scheme: every kind but a file mapping."""
    return vma.kind != FILE
