"""Everything that a call can change: the tables of a machine, changed through its journal.

mms       pid -> Mm
spaces    id -> AddressSpace
below     id of a space -> how many spaces hang below it
mapcount  frame -> how many page-table entries map it (the kernel's ``page_mapcount``)
names     what a script called a page number
processes what a script called a process: name -> pid
counters  the next pid, address-space id and frame number
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from anonvma_book.address_space import AddressSpace
from anonvma_book.events import Freed
from anonvma_book.journal import Journal, Replace
from anonvma_book.pages import Page
from anonvma_book.state import MmState, Pte, State

if TYPE_CHECKING:
    from anonvma_book.mm import Mm


class Layout(NamedTuple):
    """Where mappings go: the direction, the lowest page of a search, the gap below stacks.

    ``heap`` is the page at which the heap of a new program begins.
    """

    top_down: bool
    mmap_base: int
    guard_gap: int
    heap: int


class World:
    """The tables. ``task_pages`` is the size of every process's address range, in pages."""

    def __init__(self, task_pages: int, layout: Layout) -> None:
        self.task_pages = task_pages
        self.layout = layout
        self.journal = Journal()
        self.mms: dict[int, Mm] = {}
        self.spaces: dict[int, AddressSpace] = {}
        self.below: dict[int, int] = {}
        self.mapcount: dict[int, int] = {}
        self.names: dict[str, int] = {}
        self.processes: dict[str, int] = {}
        self.counters = {"pid": 1, "space": 0, "frame": 1}

    def number(self, counter: str) -> int:
        """The next number of a counter, which moves on."""
        value = self.counters[counter]
        self.journal.put(self.counters, counter, value + 1)
        return value

    def open_space(self, limit: int, parent: int | None = None) -> AddressSpace:
        """A new, empty address space, below ``parent`` where the scheme has a tree of them."""
        space = AddressSpace(self.number("space"), limit, parent=parent)
        self.journal.put(self.spaces, space.id, space)
        self._hang(parent, 1)
        return space

    def _hang(self, parent: int | None, change: int) -> None:
        if parent is not None:
            count = self.below.get(parent, 0) + change
            self.journal.put(self.below, parent, count or None)

    def free_spaces(self) -> None:
        """Free what nothing refers to any more, of what the call may have left."""
        left: set[int | None] = set()
        for change in self.journal.changes:
            if isinstance(change, Replace):
                left.update(space for vma in change.removed for space in vma.chain or (vma.space,))
            elif change.key == "space":
                left.add(change.before)
            elif isinstance(change.before, Page) or change.table is self.mms:
                left.add(getattr(change.before, "space", None))
        for space in sorted(space for space in left if space is not None):
            self._free(space)

    def _free(self, space: int) -> None:
        """Free ``space`` and what it hung below, as far as nothing refers to them."""
        while space in self.spaces and not self._is_used(space):
            parent = self.spaces[space].parent
            self.journal.put(self.spaces, space, None)
            self.journal.note(Freed, space)
            self._hang(parent, -1)
            if parent is None:
                return
            space = parent

    def _is_used(self, space: int) -> bool:
        """Whether a vma, an mm, a space below or a page refers to ``space``.

        Only where spaces hang below others do pages outlive the vmas that they were born in.
        """
        mms = self.mms.values()
        if space in self.below or any(mm.space == space or mm.vmas.uses[space] for mm in mms):
            return True
        if self.spaces[space].parent is None:
            return False
        return any(entry.space == space for mm in mms for entry in mm.ptes.values())

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
    return MmState(mm.pid, mm.parent, tuple(mm.vmas), tuple(ptes), mm.space, mm.brk_start, mm.brk)
