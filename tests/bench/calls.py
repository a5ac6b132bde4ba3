"""Mixed calls as data, and who can carry them out: the model, the kernel, a tree of intervals.

slot      16 pages: a mapping of 8, and 8 free; odd slots are "rw", even ones "r"
mixed     pairs of calls, of which the second takes back what the first did: an mprotect and an
          munmap inside a mapping (splits, then merges), an mremap that grows and shrinks in
          place, a whole mapping that goes and comes
plain     those alone that split and merge nothing: a whole mapping goes and comes

Each maker gives a function for each call, with its arguments: running it costs a call of Python
and what is measured, for everyone alike.
"""

from __future__ import annotations

import ctypes
import os
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

from intervaltree import Interval, IntervalTree

from anonvma_book import Lokier, Machine
from anonvma_book.process import Process

SLOT, PAGES = 16, 8
SIZES = (10, 1_000, 30_000)

Call = tuple[str, tuple[Any, ...]]
Ready = list[tuple[Callable[..., object], tuple[Any, ...]]]


def run(calls: Ready) -> None:
    """What is measured."""
    for function, arguments in calls:
        function(*arguments)


def protection(slot: int) -> str:
    """Neighbouring slots never merge."""
    return "rw" if slot % 2 else "r"


def slots(vmas: int) -> list[Call]:
    """The calls that map every slot."""
    return [("mmap", (SLOT * (slot + 1), PAGES, protection(slot))) for slot in range(vmas)]


def plain(vmas: int, calls: int) -> list[Call]:
    """Whole mappings that go and come, in a fixed random order."""
    chance = random.Random(2004)
    return [call for _ in range(calls // 2) for call in _whole(chance.randrange(vmas))]


def mixed(vmas: int, calls: int) -> list[Call]:
    """Every kind of pair equally often, in a fixed random order."""
    chance = random.Random(2004)
    pairs = (_protect, _punch, _grow, _whole)
    return [
        call for _ in range(calls // 2) for call in chance.choice(pairs)(chance.randrange(vmas))
    ]


def _protect(slot: int) -> tuple[Call, Call]:
    page = SLOT * (slot + 1) + 3
    return ("mprotect", (page, 2, protection(slot + 1))), ("mprotect", (page, 2, protection(slot)))


def _punch(slot: int) -> tuple[Call, Call]:
    page = SLOT * (slot + 1) + 3
    return ("munmap", (page, 2)), ("mmap", (page, 2, protection(slot)))


def _grow(slot: int) -> tuple[Call, Call]:
    page = SLOT * (slot + 1)
    return ("mremap", (page, PAGES, PAGES + 4)), ("mremap", (page, PAGES + 4, PAGES))


def _whole(slot: int) -> tuple[Call, Call]:
    page = SLOT * (slot + 1)
    return ("munmap", (page, PAGES)), ("mmap", (page, PAGES, protection(slot)))


class Caller(ABC):
    """Somebody with ``vmas`` slots mapped, who can carry out calls."""

    name: ClassVar[str]

    def __init__(self, vmas: int) -> None:
        run(self.ready(slots(vmas)))

    @abstractmethod
    def ready(self, calls: Iterable[Call]) -> Ready:
        """Each call as a function with its arguments."""

    @abstractmethod
    def lines(self) -> list[tuple[int, int, str]]:
        """What is mapped: first page, end, protection."""

    def close(self) -> None:
        """Leave nothing behind."""
        return


class Model(Caller):
    """The machine of the book, with steps not recorded."""

    name = "anonvma_book"

    def __init__(self, vmas: int) -> None:
        machine = Machine(Lokier.a_million(), record=False)
        self.process: Process = machine.processes[1]
        super().__init__(vmas)

    def ready(self, calls: Iterable[Call]) -> Ready:
        return [self._ready(name, *arguments) for name, arguments in calls]

    def _ready(self, name: str, page: int, pages: int, *last: Any) -> tuple[Any, Any]:
        if name == "mmap":
            mmap = self.process.mmap
            return lambda size, prot: mmap(size, prot, addr=page, noreplace=True), (pages, *last)
        return getattr(self.process, name), (page, pages, *last)

    def lines(self) -> list[tuple[int, int, str]]:
        return [(unit.start, unit.end, unit.protection) for unit in self.process.units]


class Kernel(Caller):
    """The running kernel, called through ctypes in a window of this process."""

    name = "the kernel, through ctypes"
    base = 0x2000_0000_0000
    page = os.sysconf("SC_PAGE_SIZE")
    bits: ClassVar = {"r": 1, "rw": 3}  # PROT_READ, PROT_WRITE
    private = 0x02 | 0x20 | 0x10_0000  # MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE
    may_move = 1

    def __init__(self, vmas: int) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        size, number = ctypes.c_size_t, ctypes.c_int
        libc.mmap.argtypes = [size, size, number, number, number, size]
        libc.munmap.argtypes = [size, size]
        libc.mprotect.argtypes = [size, size, number]
        libc.mremap.argtypes = [size, size, size, number]
        libc.mmap.restype = libc.mremap.restype = size
        self.libc = libc
        self.end = self._address(SLOT * (vmas + 2))
        super().__init__(vmas)

    def _address(self, page: int) -> int:
        return self.base + page * self.page

    def ready(self, calls: Iterable[Call]) -> Ready:
        return [self._ready(name, *arguments) for name, arguments in calls]

    def _ready(self, name: str, page: int, pages: int, last: Any = None) -> tuple[Any, Any]:
        function, start, size = getattr(self.libc, name), self._address(page), pages * self.page
        if name == "mmap":
            return function, (start, size, self.bits[last], self.private, -1, 0)
        if name == "mprotect":
            return function, (start, size, self.bits[last])
        if name == "mremap":
            return function, (start, size, last * self.page, self.may_move)
        return function, (start, size)

    def lines(self) -> list[tuple[int, int, str]]:
        found = []
        for line in Path("/proc/self/maps").read_text().splitlines():
            ends, flags, *_ = line.split()
            first, end = (int(part, 16) for part in ends.split("-"))
            if self.base <= first < self.end:
                pages = (first - self.base) // self.page, (end - self.base) // self.page
                found.append((*pages, flags[:2].strip("-")))
        return found

    def close(self) -> None:
        self.libc.munmap(self.base, self.end - self.base)


class Intervals(Caller):
    """intervaltree, which keeps intervals and knows nothing else: for plain calls."""

    name = "intervaltree"

    def __init__(self, vmas: int) -> None:
        mapped = (arguments for _, arguments in slots(vmas))
        self.tree = IntervalTree(Interval(page, page + pages, prot) for page, pages, prot in mapped)

    def ready(self, calls: Iterable[Call]) -> Ready:
        functions: dict[str, Callable[..., object]] = {"mmap": self._map, "munmap": self._unmap}
        return [(functions[name], arguments) for name, arguments in calls]

    def _map(self, page: int, pages: int, prot: str) -> None:
        assert not self.tree.overlap(page, page + pages)
        self.tree.addi(page, page + pages, prot)

    def _unmap(self, page: int, pages: int) -> None:
        for found in self.tree.overlap(page, page + pages):
            self.tree.remove(found)

    def lines(self) -> list[tuple[int, int, str]]:
        return [(found.begin, found.end, found.data) for found in sorted(self.tree)]
