"""What a step tells: every event, with what it says."""

from __future__ import annotations

import pytest

from anonvma_book import Machine, Process, Vma
from anonvma_book.events import (
    Claimed,
    Copied,
    Event,
    Exited,
    Extended,
    Faulted,
    Forked,
    Freed,
    GaveUp,
    Grouped,
    Merged,
    Moved,
    Placed,
    Protected,
    Returned,
    Split,
    Unmapped,
    Wrapped,
)
from anonvma_book.schemes import AnonVma
from tests.maps import classroom


def a(start: int, end: int, pgoff: int, above: int = 0, below: int = 0, **more: object) -> Vma:
    """A vma in space A."""
    vma = Vma(start, end, "rw", space=0, pgoff=pgoff, reserved_above=above, reserved_below=below)
    return vma._replace(**more)


def told(process: Process) -> list[Event]:
    machine = process.machine
    machine.check()
    return list(machine.steps[-1].events)


@pytest.fixture
def init() -> Process:
    """2..8, and 6 more indexes."""
    process = classroom()
    process.mmap(6, "rw", addr=2)
    return process


def test_placed(init: Process) -> None:
    assert told(init) == [Placed(a(2, 8, 0, 6), 6)]


def test_claimed_from_below(init: Process) -> None:
    init.mmap(2, "r", addr=10)
    claimed = a(10, 12, 8, 2, protection="r")
    assert told(init) == [Claimed(claimed, a(2, 8, 0, 6), 2)]
    assert init.vmas == (a(2, 8, 0, 2), claimed)


def test_claimed_from_above() -> None:
    init = classroom(side="below")
    init.mmap(6, "rw", addr=20)
    init.mmap(2, "r", addr=17)
    claimed = a(17, 19, 3, 0, 3, protection="r")
    assert told(init) == [Claimed(claimed, a(20, 26, 6, 0, 6), 1)]
    assert init.vmas == (claimed, a(20, 26, 6, 0, 1))


def test_merged(init: Process) -> None:
    init.mmap(2, "rw", addr=8)
    left, right = a(2, 8, 0, 0), a(8, 10, 6, 4)
    assert told(init) == [Claimed(right, a(2, 8, 0, 6), 0), Merged(left, right)]


def test_extended_and_then_placed_and_grouped(init: Process) -> None:
    init.mremap(2, 6, 9)
    assert told(init) == [Extended(a(2, 11, 0, 3), 3, 6)]
    init.mremap(2, 9, 13)
    whole, new = a(2, 14, 0), a(14, 15, 12, 13, exclusive_above=True)
    assert told(init) == [Extended(whole, 3, 3), Placed(new, 13), Grouped(whole, new)]


def test_extended_downward() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=20, growsdown=True)
    init.fault(19)
    grown = a(19, 22, 1, 0, 1, kind="growsdown")
    assert told(init) == [Extended(grown, 1, 2), Faulted(19, 1, 0, 1)]
    init.fault(17)
    low = a(18, 22, 0, kind="growsdown")
    new = a(17, 18, 9, 0, 5, kind="growsdown", exclusive_below=True)
    assert told(init) == [
        Extended(low, 1, 1),
        Placed(new, 5),
        Grouped(new, low),
        Faulted(17, 2, 0, 9),
    ]


def test_wrapped(init: Process) -> None:
    init.mmap(30, "r", addr=15, fixed=True)
    new = Vma(15, 45, "r", space=1, pgoff=0, reserved_above=30)
    assert told(init) == [Wrapped(0, 1, 52, 60), Placed(new, 30)]


def test_split_and_protected(init: Process) -> None:
    init.mprotect(4, 2, "r")
    whole = a(2, 8, 0, 6)
    assert told(init) == [Split(whole, 4), Split(whole, 6), Protected(a(4, 6, 2), "r")]


def test_unmapped_and_returned(init: Process) -> None:
    init.munmap(6, 2)
    gone = a(6, 8, 4, 6)
    assert told(init) == [Split(a(2, 8, 0, 6), 6), Unmapped(gone), Returned(gone, a(2, 6, 0, 8))]


def test_given_up(init: Process) -> None:
    init.mmap(4, "r", addr=20)
    init.munmap(20, 4)
    gone = a(20, 24, 12, 4, protection="r")
    assert told(init) == [Unmapped(gone), GaveUp(gone)]


def test_returned_to_what_follows() -> None:
    init = classroom(side="below")
    init.mmap(6, "rw", addr=20)
    init.munmap(20, 2)
    gone, left = a(20, 22, 6, 0, 6), a(22, 26, 8, 0, 8)
    assert told(init) == [Split(a(20, 26, 6, 0, 6), 22), Unmapped(gone), Returned(gone, left)]


def test_moved(init: Process) -> None:
    init.mremap(2, 6, 6, to=30)
    assert told(init) == [Moved(a(2, 8, 0, 6), a(30, 36, 0, 6))]


def test_faulted_copied_and_forked(init: Process) -> None:
    init.fault(3)
    assert told(init) == [Faulted(3, 1, 0, 1)]
    child = init.fork()
    assert told(init) == [Forked(2)]
    child.fault(3)
    assert told(init) == [Copied(3, 1, 2, 0, 1)]


def test_exited_and_freed(init: Process) -> None:
    init.mmap(2, "r", addr=20)
    init.exec()
    assert told(init) == [Exited(2), Freed(0)]
    init.exit()
    assert told(init) == [Exited(0), Freed(1)]


def test_a_first_write() -> None:
    init = Machine(AnonVma(), task_pages=64).processes[1]
    init.mmap(2, "rw", addr=2)
    init.fault(2)
    first, *_ = told(init)
    assert str(first) == f"FirstWrite(vma={init.vmas[0]}, opened=True)"
