"""The model with indexes: sections 2 to 6 of the scheme, one page at a time.

A page has an index, and a reservation hangs on a page: above on the last page of a vma, below
on the first. So splitting, merging and moving need no code here, and vmas are read off in the
end: the runs of pages with equal flags on one line. Shares no code with the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tests.model import Cell, Memory, Model

Vma = tuple[int, int, str, str, int | None, int, int, int, bool, bool, bool]
"""The fields of the engine's vmas, in order."""


@dataclass
class Rules:
    """The settings of the scheme."""

    limit: int
    proportion: Fraction
    minimum: int
    exclusive: bool
    mmap_above: bool


class IndexModel(Model):
    """``spaces`` is how far the counter of each address space has come."""

    def __init__(
        self, rules: Rules, task: int, top_down: bool, base: int, guard: int, heap: int
    ) -> None:
        super().__init__(task, top_down, base, guard, heap)
        self.rules = rules
        self.spaces = [0]

    def copy(self) -> IndexModel:
        copied = super().copy()
        assert isinstance(copied, IndexModel)
        copied.spaces = list(self.spaces)
        return copied

    def vmas(self, pid: int) -> list[Vma]:
        """The vmas of a process, as the engine must have them."""
        memory = self.processes[pid]
        runs: list[tuple[int, int]] = []
        for page in sorted(memory.cells):
            if runs and runs[-1][1] == page and straight(memory, page - 1, page):
                runs[-1] = runs[-1][0], page + 1
            else:
                runs.append((page, page + 1))
        return [self.vma(memory, start, end) for start, end in runs]

    def vma(self, memory: Memory, start: int, end: int) -> Vma:
        cell = memory.cells[start]
        space, index = memory.index.get(start, (None, 0))
        above, exclusive_above = memory.above.get(end - 1, (0, False))
        below, exclusive_below = memory.below.get(start, (0, False))
        group = cell.kind != "file" and memory.cells.get(end) == cell
        flags = exclusive_above, exclusive_below, group
        return start, end, cell.protection, cell.kind, space, index, above, below, *flags

    # Section 2

    def allocate(self, memory: Memory, size: int, reserve: int) -> int:
        """The first index of a range of the process's space, a new one if it wraps."""
        if self.spaces[memory.space] + size + reserve > self.rules.limit:
            self.spaces.append(0)
            memory.space = len(self.spaces) - 1
        first = self.spaces[memory.space]
        self.spaces[memory.space] += size + reserve
        return first

    def fresh(
        self, memory: Memory, start: int, end: int, total: int, above: bool, exclusive: bool
    ) -> None:
        """Indexes for the pages of ``start..end``, which may be more than a space has."""
        rules, size = self.rules, end - start
        rest = size % rules.limit or rules.limit
        sizes = [rules.limit] * ((size - rest) // rules.limit)
        for size in [*sizes, rest] if above else [rest, *sizes]:
            wanted = rules.proportion * total
            reserve = -(-wanted.numerator // wanted.denominator)
            reserve = min(max(reserve, rules.minimum), rules.limit - size)
            first = self.allocate(memory, size, reserve) + (0 if above else reserve)
            for page in range(size):
                memory.index[start + page] = memory.space, first + page
            if above:
                hang(memory.above, start + size - 1, reserve, exclusive)
            else:
                hang(memory.below, start, reserve, exclusive)
            start += size

    # Section 3

    def place(self, memory: Memory, start: int, end: int, cell: Cell) -> None:
        if cell.kind != "file" and not self.claim(memory, start, end):
            above = self.rules.mmap_above and cell.kind != "growsdown"
            self.fresh(memory, start, end, end - start, above, exclusive=False)
        super().place(memory, start, end, cell)

    def claim(self, memory: Memory, start: int, end: int) -> bool:
        low = max((page for page in memory.index if page < start), default=None)
        high = min((page for page in memory.index if page >= end), default=None)
        if low is not None:
            gap = start - low - 1
            left, exclusive = memory.above.get(low, (0, False))
            if left >= gap + end - start and not exclusive:
                follow(memory, low, range(start, end))
                hang(memory.above, low, gap, False)
                hang(memory.above, end - 1, left - gap - (end - start), False)
                return True
        if high is not None:
            gap = high - end
            left, exclusive = memory.below.get(high, (0, False))
            if left >= gap + end - start and not exclusive:
                follow(memory, high, range(start, end))
                hang(memory.below, high, gap, False)
                hang(memory.below, start, left - gap - (end - start), False)
                return True
        return False

    # Section 5, munmap

    def unmap(self, memory: Memory, start: int, end: int) -> None:
        low = max((page for page in memory.cells if page < start), default=-1)
        high = min((page for page in memory.cells if page >= end), default=-1)
        gone: list[list[int]] = []
        for page in sorted(page for page in memory.cells if start <= page < end):
            if gone and gone[-1][-1] == page - 1 and straight(memory, page - 1, page):
                gone[-1].append(page)
            else:
                gone.append([page])
        lost = []
        for run in gone:
            if touching(memory, low, run[0]):
                span = run[-1] - low + memory.above.get(run[-1], (0, False))[0]
                exclusive = any_exclusive(memory, low, run)
                hang(memory.above, low, span, exclusive)
            else:
                lost.append(run)
        for run in reversed(lost):
            if touching(memory, run[-1], high):
                span = high - run[0] + memory.below.get(run[0], (0, False))[0]
                exclusive = any_exclusive(memory, high, run, below=True)
                hang(memory.below, high, span, exclusive)
        super().unmap(memory, start, end)

    # Section 6

    def grow(self, memory: Memory, start: int, end: int, cell: Cell) -> None:
        if cell.kind != "file" and start < end:
            total = self.unit_with(memory, start, end, cell)
            if memory.cells.get(start - 1) == cell:
                left, exclusive = memory.above.pop(start - 1, (0, False))
                used = min(left, end - start)
                follow(memory, start - 1, range(start, start + used))
                hang(memory.above, start + used - 1, left - used, exclusive)
            else:
                used = 0
            if start + used < end:
                self.fresh(memory, start + used, end, total, True, self.rules.exclusive)
        super().grow(memory, start, end, cell)

    def grow_down(self, memory: Memory, start: int, end: int, cell: Cell) -> None:
        if cell.kind != "file" and start < end:
            total = self.unit_with(memory, start, end, cell)
            left, exclusive = memory.below.pop(end, (0, False))
            used = min(left, end - start)
            follow(memory, end, range(end - used, end))
            hang(memory.below, end - used, left - used, exclusive)
            if start < end - used:
                self.fresh(memory, start, end - used, total, False, self.rules.exclusive)
        super().grow_down(memory, start, end, cell)

    def unit_with(self, memory: Memory, start: int, end: int, cell: Cell) -> int:
        """How many pages the unit has once ``start..end`` is mapped."""
        while memory.cells.get(start - 1) == cell:
            start -= 1
        while memory.cells.get(end) == cell:
            end += 1
        return end - start

    def do_exec(self, memory: Memory) -> None:
        super().do_exec(memory)
        self.spaces.append(0)
        memory.space = len(self.spaces) - 1


def straight(memory: Memory, a: int, b: int) -> bool:
    """Whether two pages have equal flags, and are on one line (or in one piece of a file)."""
    return memory.cells[a] == memory.cells[b] and (
        memory.cells[a].kind == "file" or on_line(memory, a, b)
    )


def on_line(memory: Memory, a: int, b: int) -> bool:
    if a not in memory.index or b not in memory.index:
        return False
    (space, index), (other, higher) = memory.index[a], memory.index[b]
    return space == other and higher - index == b - a


def touching(memory: Memory, low: int, high: int) -> bool:
    """Whether no index between two pages on one line is neither's."""
    if not on_line(memory, low, high):
        return False
    between = memory.above.get(low, (0, False))[0] + memory.below.get(high, (0, False))[0]
    return high - low - 1 == between


def any_exclusive(memory: Memory, owner: int, run: list[int], below: bool = False) -> bool:
    tables = memory.below if below else memory.above, memory.above, memory.below
    pages = owner, run[-1], run[0]
    return any(table.get(page, (0, False))[1] for table, page in zip(tables, pages, strict=True))


def follow(memory: Memory, page: int, others: range) -> None:
    """Indexes for ``others`` on the line of ``page``."""
    space, index = memory.index[page]
    for other in others:
        memory.index[other] = space, index + other - page


def hang(table: dict[int, tuple[int, bool]], page: int, count: int, exclusive: bool) -> None:
    """A reservation on ``page``, or none."""
    table.pop(page, None)
    if count:
        table[page] = count, exclusive
