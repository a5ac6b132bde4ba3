"""brk: the heap's unit grows and shrinks like any other. Sections 5 and 6 of the scheme."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError, Process
from tests.maps import classroom, lines


def heap(layout: str = "bottom-up") -> Process:
    return classroom(heap=20, layout=layout)


@pytest.mark.parametrize("layout", ["bottom-up", "top-down"])
def test_the_heap_reserves_above_and_for_itself(layout: str) -> None:
    init = heap(layout)
    assert init.brk() == 20
    assert init.brk(24) == 24
    assert lines(init) == ["20..24 rw A0 +4!"]
    assert init.brk(26) == init.brk() == 26
    assert lines(init) == ["20..26 rw A0 +2!"]


def test_shrinking_keeps_the_indexes_for_later() -> None:
    init = heap()
    init.brk(24)
    assert init.brk(22) == 22
    assert lines(init) == ["20..22 rw A0 +6!"]
    init.brk(28)
    assert lines(init) == ["20..28 rw A0"]
    assert init.brk(20) == 20
    assert lines(init) == []


def test_a_neighbour_below_is_of_the_same_unit() -> None:
    init = heap()
    init.mmap(2, "rw", addr=18)
    init.brk(23)
    assert lines(init) == ["18..23 rw A0 +5!"]
    assert init.brk() == 23


def test_another_protection_at_the_end_starts_a_new_unit() -> None:
    init = heap()
    init.brk(24)
    init.mprotect(23, 1, "r")
    init.brk(26)
    assert lines(init) == ["20..23 rw A0", "23..24 r A3 +4!", "24..26 rw A8 +2!"]


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (19, "brk: 19 lies below the heap's start 20 (ENOMEM)"),
        (49, "brk: 49 is past the end of the task 48 (ENOMEM)"),
        (31, "brk: a page of 24..31 is mapped already (ENOMEM)"),
    ],
)
def test_refused(end: int, message: str) -> None:
    init = heap()
    init.brk(24)
    init.mmap(2, "r", addr=30)
    before = init.machine.state
    with pytest.raises(MappingError) as caught:
        init.brk(end)
    assert str(caught.value) == message
    assert init.machine.state == before
    assert init.brk(30) == 30


def test_fork_inherits_the_heap_and_exec_empties_it() -> None:
    init = heap()
    init.brk(24)
    child = init.fork()
    assert child.brk() == 24
    assert child.brk(25) == 25
    assert init.brk() == 24
    child.exec()
    assert child.brk() == 20
    assert lines(child) == []


def test_the_heap_shrinks_though_its_last_vma_goes_on_behind_it() -> None:
    init = heap()
    init.brk(24)
    init.mmap(2, "rw", addr=24)
    assert init.units[0] == (20, 26, "rw", "anonymous")
    assert init.brk(22) == 22
    assert [(unit.start, unit.end) for unit in init.units] == [(20, 22), (24, 26)]


def test_the_heap_may_end_where_the_task_ends() -> None:
    init = classroom(heap=40)
    assert init.brk(48) == 48
    assert [(unit.start, unit.end) for unit in init.units] == [(40, 48)]
