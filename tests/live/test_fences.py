"""The window: the kernel's own search ends in it, and nothing else does."""

from __future__ import annotations

import random

import pytest

from anonvma_book import MappingError
from anonvma_book.live import LiveKernel, LiveProcess
from anonvma_book.live.channel import PAGE
from anonvma_book.live.child import BASE
from anonvma_book.vma import GROWSDOWN
from tests.live.borders import place, ranges

CALLS = 30_000
GUARD = 256


def outside(process: LiveProcess) -> list[bytes]:
    """Every line of the process's maps that is not about the window."""
    end = BASE + process.kernel.window_pages * PAGE
    lines = process.kernel.channel("maps", process.pid).all_lines()
    return [line for line in lines if not BASE <= int(line.split(b"-")[0], 16) < end]


def highest_room(process: LiveProcess, length: int) -> int | None:
    """Where a search from the top has to end: the highest hole of ``length`` pages."""
    top = process.kernel.window_pages
    for vma in reversed(process.vmas):
        if top - vma.end >= length:
            return top - length
        top = vma.start - (GUARD if vma.kind == GROWSDOWN else 0)
    return top - length if top >= length else None


def test_the_search_for_room_is_the_kernels_own_and_ends_in_the_window(init: LiveProcess) -> None:
    rng = random.Random(1)
    found = full = 0
    for number in range(1_200):
        length = rng.choice((1, 1, 2, 3, 5, 8, 40, 300))
        expected = highest_room(init, length)
        page = init.attempt("mmap", length, rng.choice(("r", "rw", "none"))).result
        assert page == expected
        found += page is not None
        full += page is None
        start = rng.randrange(4096)
        init.munmap(start, min(rng.choice((1, 5, 30)), 4096 - start))
        if number == 800:
            init.munmap(0, 4096)
            init.mmap(1, "rw", addr=2048, fixed=True, growsdown=True)
    assert found > 500
    assert full > 50


def test_the_whole_window_and_nothing_else_can_be_had(init: LiveProcess) -> None:
    assert init.mmap(4096) == 0
    assert init.attempt("mmap", 1).result is None
    init.munmap(2000, 1)
    assert init.attempt("mmap", 2).result is None
    assert init.attempt("mremap", 2100, 1, 2).result is None
    assert init.mremap(2100, 1, 1, dont_unmap=True) == 2000


def test_nothing_of_the_processes_own_lands_in_the_window(init: LiveProcess) -> None:
    """Tens of thousands of calls of every kind, and not a line of maps is new."""
    place(init, 100, 12, written=True)
    child = init.fork()
    before = {process: (outside(process), process.borders) for process in (init, child)}
    for number in range(CALLS // 18):
        for process in (init, child):
            page = process.mmap(2)
            process.fault(page)
            process.fault(page, write=False)
            process.mprotect(page, 2, "r")
            process.mremap(page, 2, 2, to=500)
            process.madvise(500, 1, "dontneed")
            process.munmap(500, 2)
            process.attempt("munmap", 0, 0)
            process.attempt("fault", 3)
            if number % 100 == 0:
                process.fork().exit()
    for process, (lines, borders) in before.items():
        assert outside(process) == lines
        assert process.borders == borders


def test_every_call_leaves_the_fences_where_they_are(init: LiveProcess) -> None:
    before = outside(init)
    place(init, 0, 4096)
    init.attempt("munmap", 4000, 97)
    init.attempt("munmap", -1, 2)
    init.attempt("mprotect", 4000, 97, "rw")
    init.attempt("madvise", 4000, 97, "dontdump")
    init.attempt("mmap", 2, addr=4095, fixed=True)
    init.attempt("mremap", 4000, 96, 97)
    init.attempt("mremap", 4000, 96, 96, to=4001)
    init.mremap(4000, 2**70, 1)
    assert ranges(init) == [(0, 4001)]
    assert outside(init) == before


def test_growing_down_to_the_lower_fence(init: LiveProcess) -> None:
    """The fence is inaccessible, so that it needs no gap: page 0 can be reached."""
    before = outside(init)
    init.mmap(2, "rw", addr=200, fixed=True, growsdown=True)
    init.fault(100)
    init.fault(0)
    assert ranges(init) == [(0, 202)]
    assert init.attempt("fault", -1).result is None
    assert outside(init) == before


def test_growing_down_by_thousands_of_pages() -> None:
    with LiveKernel(window_pages=20_000) as live:
        init = live.processes[1]
        init.mmap(1, "rw", addr=19_000, fixed=True, growsdown=True)
        init.fault(5)
        assert ranges(init) == [(5, 19_001)]


def test_windows_of_all_sizes() -> None:
    for pages in (2, 3, 48, 511, 512, 513, 2**16, 2**22):
        with LiveKernel(window_pages=pages) as live:
            init = live.processes[1]
            assert init.mmap(1) == pages - 1
            assert init.mmap(pages, addr=0, fixed=True) == 0
            assert init.attempt("mmap", 1).result is None


def test_a_range_that_leaves_the_window_moves_no_fence(init: LiveProcess) -> None:
    init.mmap(4, addr=4090, fixed=True)
    for dont_unmap in (False, True):
        with pytest.raises(MappingError, match="EFAULT"):
            init.mremap(4092, 8, 8, to=10, dont_unmap=dont_unmap)
    with pytest.raises(MappingError, match="EFAULT"):
        init.mremap(4092, 10, 8)
    assert init.mremap(4090, 20, 2) == 4090
    assert [(unit.start, unit.end) for unit in init.vmas] == [(4090, 4092)]
