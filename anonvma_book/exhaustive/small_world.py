"""A small world: a machine with a handful of pages, and every call that can be made in it.

page 0   is never mapped, as in Linux; a world of 4 pages has ranges in 1..4
longest  the most pages that a call maps or grows to
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from anonvma_book.calls import Call
from anonvma_book.machine import Machine
from anonvma_book.schemes import Lokier, Scheme
from anonvma_book.state import Range

PROTECTIONS = ("rw", "r")


class SmallWorld(NamedTuple):
    """The sizes of a search. ``scheme`` decides how many indexes there are.

    ``processes`` is how many may live at a time: 1 or 2. With ``remaps`` mremap is among the
    calls; it has more arguments than all others together.
    """

    scheme: Scheme
    pages: int = 4
    longest: int = 3
    processes: int = 2
    layout: str = "bottom-up"
    guard_gap: int = 0
    remaps: bool = True

    def machine(self) -> Machine:
        """The machine before its first call."""
        return Machine(
            self.scheme, task_pages=self.pages, layout=self.layout, guard_gap=self.guard_gap
        )

    def ranges(self) -> Iterator[Range]:
        """First page and length of every range that a call can name."""
        for start in range(1, self.pages):
            for length in range(1, min(self.longest, self.pages - start) + 1):
                yield start, length

    def calls(self, machine: Machine) -> Iterator[Call]:
        """Every call that a living process can make; the machine refuses what is wrong."""
        processes = machine.world.processes
        living = [name for name, pid in processes.items() if pid in machine.world.mms]
        for name in living:
            yield from self._mapping(name)
            yield from self._changing(name)
            if self.remaps:
                yield from self._moving(name)
            if len(living) < self.processes:
                yield Call("fork", process=name)
            yield Call("exec", process=name)
            if len(living) > 1:
                yield Call("exit", process=name)

    def _mapping(self, name: str) -> Iterator[Call]:
        for prot in PROTECTIONS:
            for length in range(1, self.longest + 1):
                yield Call.make("mmap", name, length=length, prot=prot)
            for start, length in self.ranges():
                yield Call.make("mmap", name, length=length, prot=prot, addr=start, fixed=True)
        for start, length in self.ranges():
            yield Call.make("mmap", name, length=length, addr=start, growsdown=True)
            yield Call.make("mmap", name, length=length, addr=start, file=True)
        for end in range(self.pages + 1):
            yield Call.make("brk", name, end=end)

    def _changing(self, name: str) -> Iterator[Call]:
        for start, length in self.ranges():
            yield Call.make("munmap", name, start=start, length=length)
            for prot in (*PROTECTIONS, "none"):
                yield Call.make("mprotect", name, start=start, length=length, prot=prot)
        for page in range(1, self.pages):
            yield Call.make("fault", name, page=page)
            yield Call.make("fault", name, page=page, write=False)

    def _moving(self, name: str) -> Iterator[Call]:
        for old, length in self.ranges():
            for new in range(1, self.longest + 1):
                sizes = {"old": old, "old_length": length, "new_length": new}
                yield Call.make("mremap", name, **sizes)
                yield Call.make("mremap", name, **sizes, may_move=False)
                for to in range(1, self.pages - new + 1):
                    yield Call.make("mremap", name, **sizes, to=to)
                    if new == length:
                        yield Call.make("mremap", name, **sizes, to=to, dont_unmap=True)


def lokier_worlds(like: SmallWorld, index_bits: int = 3) -> Iterator[SmallWorld]:
    """A world of the sizes of ``like`` for every way to set the scheme: 96 of them."""
    for layout in ("bottom-up", "top-down"):
        for side in ("above", "below"):
            for mremap_reserves in ("exclusive", "shared"):
                for proportion in (0, 0.5, 1, 2):
                    for minimum in (0, 1, 2):
                        scheme = Lokier(index_bits, proportion, minimum, mremap_reserves, side)
                        yield like._replace(scheme=scheme, layout=layout)
