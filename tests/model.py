"""A second opinion: memory as a dictionary from page to flags, one page at a time.

It knows nothing of vmas, reservations or groups, and shares no code with the engine. It tells
what a user can see of every call: results, refusals, units, and which frames of memory are
shared. What it says follows from the text of the scheme alone. ``indexes.py`` adds the indexes.

cell    what is mapped at a page: protection, kind, and for a file the piece it belongs to
piece   a file mapping is cut where a call cuts it, and never joined again
frame   a frame of memory, numbered from 1 in the order in which they come into being
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

PROTECTIONS = {"none", "r", "w", "rw", "x", "rx", "wx", "rwx"}


class Cell(NamedTuple):
    protection: str
    kind: str
    piece: int = 0


class Refused(Exception):  # noqa: N818 - a refusal is an answer of the model, not a fault of it
    """The call fails; ``code`` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def need(condition: bool, code: str) -> None:
    if not condition:
        raise Refused(code)


@dataclass
class Memory:
    """One process: its cells and its frames by page, and its heap."""

    heap: int
    brk: int
    cells: dict[int, Cell] = field(default_factory=dict)
    frames: dict[int, int] = field(default_factory=dict)
    pieces: int = 0
    space: int = 0
    index: dict[int, tuple[int, int]] = field(default_factory=dict)
    above: dict[int, tuple[int, bool]] = field(default_factory=dict)
    below: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def tables(self) -> tuple[dict[int, Any], ...]:
        """Everything that is kept page by page."""
        return self.cells, self.frames, self.index, self.above, self.below

    def copy(self) -> Memory:
        cells, frames, *rest = map(dict, self.tables())
        return Memory(self.heap, self.brk, cells, frames, self.pieces, self.space, *rest)

    def units(self) -> list[tuple[int, int, str, str]]:
        """The maximal runs of adjacent pages with equal cells."""
        runs: list[tuple[int, int, Cell]] = []
        for page, cell in sorted(self.cells.items()):
            if runs and runs[-1][1] == page and runs[-1][2] == cell:
                runs[-1] = runs[-1][0], page + 1, cell
            else:
                runs.append((page, page + 1, cell))
        return [(start, end, cell.protection, cell.kind) for start, end, cell in runs]

    def unit_end(self, page: int) -> int:
        end = page
        while self.cells.get(end) == self.cells[page]:
            end += 1
        return end

    def free(self, start: int, end: int) -> bool:
        return not any(page in self.cells for page in range(start, end))

    def unmap(self, start: int, end: int) -> None:
        if start < end:
            self.cut([page for page in sorted(self.cells) if page >= end])
        for page in range(start, end):
            for table in self.tables():
                table.pop(page, None)

    def take(self, start: int, end: int) -> list[dict[int, Any]]:
        """Take the pages of ``start..end`` away, with all they have, counted from 0."""
        pages = range(start, end)
        return [{p - start: table.pop(p) for p in pages if p in table} for table in self.tables()]

    def put(self, start: int, taken: list[dict[int, Any]]) -> None:
        """Put pages that were taken at ``start``."""
        for table, part in zip(self.tables(), taken, strict=True):
            table.update({start + page: value for page, value in part.items()})
        self.cut([start + page for page in taken[0]])

    def piece(self) -> int:
        self.pieces += 1
        return self.pieces

    def cut(self, pages: list[int]) -> None:
        """Let the file mappings among ``pages`` be pieces of their own."""
        fresh: dict[int, int] = {}
        for page in pages:
            cell = self.cells[page]
            if cell.kind == "file":
                if cell.piece not in fresh:
                    fresh[cell.piece] = self.piece()
                self.cells[page] = cell._replace(piece=fresh[cell.piece])


class Model:
    """All processes. Every call gives what the real one must give, or raises ``Refused``."""

    def __init__(self, task: int, top_down: bool, base: int, guard: int, heap: int) -> None:
        self.task, self.top_down, self.base, self.guard = task, top_down, base, guard
        self.heap = heap
        self.processes = {1: Memory(heap, heap)}
        self.next_pid = 2
        self.next_frame = 1

    def copy(self) -> Model:
        copied = copy.copy(self)
        copied.processes = {pid: memory.copy() for pid, memory in self.processes.items()}
        return copied

    def call(self, name: str, pid: int, **arguments: object) -> int | None:
        """The result of a call. A refused one changes nothing: it works on a copy."""
        need(pid in self.processes, "ESRCH")
        attempt = self.copy()
        method = getattr(attempt, f"do_{name}")
        result: int | None = method(attempt.processes[pid], **arguments)
        if name == "exit":
            del attempt.processes[pid]
        self.__dict__.update(attempt.__dict__)
        return result

    def walk(self, pid: int, page: int) -> list[tuple[int, int]]:
        """Every (pid, page) that maps what ``page`` of ``pid`` maps."""
        frame = self.processes[pid].frames.get(page)
        return sorted(
            (other, place)
            for other, memory in self.processes.items()
            for place, mapped in memory.frames.items()
            if frame is not None and mapped == frame
        )

    # Finding room

    def clear(self, memory: Memory, start: int, end: int) -> bool:
        """Whether the range is free, inside the task, and clear of a stack's guard gap."""
        if not (0 <= start and end <= self.task and memory.free(start, end)):
            return False
        above = min((page for page in memory.cells if page >= end), default=None)
        if above is None or memory.cells[above].kind != "growsdown":
            return True
        return above - end >= self.guard

    def room(self, memory: Memory, length: int) -> int:
        starts = range(self.base, self.task - length + 1)
        for start in reversed(starts) if self.top_down else starts:
            if self.clear(memory, start, start + length):
                return start
        raise Refused("ENOMEM")

    # What ``indexes.py`` adds to

    def place(self, memory: Memory, start: int, end: int, cell: Cell) -> None:
        """A new mapping, where nothing is."""
        memory.cells.update(dict.fromkeys(range(start, end), cell))

    def grow(self, memory: Memory, start: int, end: int, cell: Cell) -> None:
        """A unit that ends at ``start`` gets longer."""
        memory.cells.update(dict.fromkeys(range(start, end), cell))

    def grow_down(self, memory: Memory, start: int, end: int, cell: Cell) -> None:
        """A unit that begins at ``end`` gets longer."""
        memory.cells.update(dict.fromkeys(range(start, end), cell))

    def unmap(self, memory: Memory, start: int, end: int) -> None:
        """Whatever is there goes."""
        memory.unmap(start, end)

    # The calls

    def do_mmap(
        self,
        memory: Memory,
        length: int,
        prot: str = "rw",
        addr: int | None = None,
        fixed: bool = False,
        noreplace: bool = False,
        growsdown: bool = False,
        file: bool = False,
    ) -> int:
        need(length > 0 and prot in PROTECTIONS and not (growsdown and file), "EINVAL")
        if fixed or noreplace:
            need(addr is not None, "EINVAL")
            assert addr is not None
            need(0 <= addr and addr + length <= self.task, "ENOMEM")
            need(not noreplace or memory.free(addr, addr + length), "EEXIST")
            start = addr
            self.unmap(memory, start, start + length)
        elif addr is not None and addr > 0 and self.clear(memory, addr, addr + length):
            start = addr
        else:
            start = self.room(memory, length)
        kind = "file" if file else "growsdown" if growsdown else "anonymous"
        cell = Cell(prot, kind, memory.piece() if file else 0)
        self.place(memory, start, start + length, cell)
        return start

    def do_munmap(self, memory: Memory, start: int, length: int) -> None:
        need(length > 0 and start >= 0 and start + length <= self.task, "EINVAL")
        self.unmap(memory, start, start + length)

    def do_mprotect(self, memory: Memory, start: int, length: int, prot: str) -> None:
        need(prot in PROTECTIONS and length >= 0, "EINVAL")
        need(start >= 0 and start + length <= self.task, "ENOMEM")
        pages = range(start, start + length)
        need(all(page in memory.cells for page in pages), "ENOMEM")
        changing = [page for page in pages if memory.cells[page].protection != prot]
        memory.cut(changing)
        for page in changing:
            memory.cells[page] = memory.cells[page]._replace(protection=prot)

    def do_mremap(
        self,
        memory: Memory,
        old: int,
        old_length: int,
        new_length: int,
        may_move: bool = True,
        to: int | None = None,
        dont_unmap: bool = False,
    ) -> int:
        moves = to is not None or dont_unmap
        need(old >= 0 and old_length >= 0, "EINVAL")
        need(0 < new_length <= self.task, "EINVAL")
        need(may_move or not moves, "EINVAL")
        need(not dont_unmap or new_length == old_length, "EINVAL")
        if to is not None:
            need(to >= 0 and to + new_length <= self.task, "EINVAL")
            need(to + new_length <= old or old + old_length <= to, "EINVAL")
        need(old in memory.cells, "EFAULT")
        if not moves and new_length <= old_length:
            self.unmap(memory, old + new_length, min(old + old_length, self.task))
            return old
        need(old_length > 0, "EINVAL")
        end, unit_end = old + old_length, memory.unit_end(old)
        need(end <= unit_end, "EFAULT")
        cell = memory.cells[old]
        if not moves and end == unit_end:
            new_end = old + new_length
            if new_end <= self.task and memory.free(end, new_end):
                self.grow(memory, end, new_end, cell)
                return old
        need(may_move, "ENOMEM")
        start = self.room(memory, new_length) if to is None else to
        self.unmap(memory, start, start + new_length)
        self.unmap(memory, old + new_length, end)
        kept = min(old_length, new_length)
        taken = memory.take(old, old + kept)
        if dont_unmap:
            fresh = cell._replace(piece=memory.piece()) if cell.kind == "file" else cell
            self.place(memory, old, end, fresh)
        memory.put(start, taken)
        self.grow(memory, start + kept, start + new_length, memory.cells[start])
        return start

    def do_brk(self, memory: Memory, end: int | None = None) -> int:
        if end is None or end == memory.brk:
            return memory.brk
        need(memory.heap <= end <= self.task, "ENOMEM")
        need(memory.free(memory.brk, end), "ENOMEM")
        self.unmap(memory, end, memory.brk)
        self.grow(memory, memory.brk, end, Cell("rw", "anonymous"))
        memory.brk = end
        return end

    def do_fault(self, memory: Memory, page: int, write: bool = True) -> None:
        cell = memory.cells.get(page)
        stack = page
        if cell is None and page >= 0:
            stack = min((mapped for mapped in memory.cells if mapped > page), default=page)
            cell = memory.cells.get(stack)
            need(cell is not None and cell.kind == "growsdown", "SIGSEGV")
            below = max((mapped for mapped in memory.cells if mapped < page), default=None)
            need(below is None or page - below - 1 >= self.guard, "SIGSEGV")
        if cell is None:
            raise Refused("SIGSEGV")
        need("w" in cell.protection if write else cell.protection != "none", "SIGSEGV")
        self.grow_down(memory, page, stack, cell)
        if cell.kind == "file":
            return
        frame = memory.frames.get(page)
        shared = sum(frame in other.frames.values() for other in self.processes.values()) > 1
        if frame is None or (write and shared):
            memory.frames[page] = self.next_frame
            self.next_frame += 1

    def do_fork(self, memory: Memory) -> int:
        pid = self.next_pid
        self.next_pid += 1
        self.processes[pid] = memory.copy()
        return pid

    def do_exec(self, memory: Memory) -> None:
        memory.unmap(0, self.task)
        memory.heap = memory.brk = self.heap

    def do_exit(self, memory: Memory) -> None:
        memory.unmap(0, self.task)
