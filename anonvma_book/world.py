"""Everything that a call can change: the tables of a machine, changed through its journal.

mms       pid -> Mm
spaces    id -> AddressSpace
mapcount  frame -> how many page-table entries map it (the kernel's ``page_mapcount``)
names     what a script called a page number
processes what a script called a process: name -> pid
counters  the next pid, address-space id and frame number
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonvma_book.address_space import AddressSpace
from anonvma_book.events import Freed
from anonvma_book.journal import Journal, Replace
from anonvma_book.state import MmState, Pte, State

if TYPE_CHECKING:
    from anonvma_book.mm import Mm


class World:
    """The tables. ``task_pages`` is the size of every process's address range, in pages."""

    def __init__(self, task_pages: int) -> None:
        self.task_pages = task_pages
        self.journal = Journal()
        self.mms: dict[int, Mm] = {}
        self.spaces: dict[int, AddressSpace] = {}
        self.mapcount: dict[int, int] = {}
        self.names: dict[str, int] = {}
        self.processes: dict[str, int] = {}
        self.counters = {"pid": 1, "space": 0, "frame": 1}

    def number(self, counter: str) -> int:
        """The next number of a counter, which moves on."""
        value = self.counters[counter]
        self.journal.put(self.counters, counter, value + 1)
        return value

    def open_space(self, limit: int) -> AddressSpace:
        """A new, empty address space."""
        space = AddressSpace(self.number("space"), limit)
        self.journal.put(self.spaces, space.id, space)
        return space

    def free_spaces(self) -> None:
        """Free what no vma and no mm refers to any more, of what the call may have left."""
        if len(self.spaces) == 1 and self.mms:
            return
        left: set[int | None] = set()
        for change in self.journal.changes:
            if isinstance(change, Replace):
                left.update(vma.space for vma in change.removed)
            elif change.table is self.mms and change.before is not None:
                left.add(change.before.space)
            elif change.key == "space":
                left.add(change.before)
        for space in sorted(space for space in left if space is not None):
            if space in self.spaces and not any(
                mm.space == space or mm.vmas.uses[space] for mm in self.mms.values()
            ):
                self.journal.put(self.spaces, space, None)
                self.journal.note(Freed(space))

    def state(self) -> State:
        """All that can be observed, as one immutable value."""
        return State(
            tuple(_mm_state(self.mms[pid]) for pid in sorted(self.mms)),
            tuple(self.spaces[space] for space in sorted(self.spaces)),
            self.task_pages,
        )


def _mm_state(mm: Mm) -> MmState:
    ptes = (
        Pte(page, entry.frame, entry.space, entry.index) for page, entry in sorted(mm.ptes.items())
    )
    return MmState(
        mm.pid, mm.parent, tuple(mm.vmas), tuple(ptes), mm.space, mm.brk_start, mm.brk
    )
