"""What the running kernel merges: the table of observations, row by row."""

from __future__ import annotations

import pytest

from anonvma_book.live import LiveKernel, LiveProcess
from tests.live.borders import move, place, ranges


@pytest.mark.parametrize("written", [False, True])
def test_two_adjacent_mappings_are_one_vma(init: LiveProcess, written: bool) -> None:
    place(init, 100, written=written)
    place(init, 104)
    assert ranges(init) == [(100, 108)]


def test_a_filled_hole_joins_the_written_vma_before_it_only(init: LiveProcess) -> None:
    place(init, 100, written=True)
    place(init, 108, written=True)
    place(init, 104)
    assert ranges(init) == [(100, 108), (108, 112)]


@pytest.mark.parametrize("written", [False, True])
def test_a_middle_unmapped_and_mapped_again(init: LiveProcess, written: bool) -> None:
    place(init, 100, 12, written=written)
    init.munmap(104, 4)
    assert ranges(init) == [(100, 104), (108, 112)]
    place(init, 104)
    assert ranges(init) == [(100, 112)]


@pytest.mark.parametrize("written", [False, True])
def test_the_middle_protected_and_back(init: LiveProcess, written: bool) -> None:
    place(init, 100, 12, written=written)
    init.mprotect(104, 4, "r")
    assert ranges(init) == [(100, 104), (104, 108), (108, 112)]
    init.mprotect(104, 4, "rw")
    assert ranges(init) == [(100, 112)]


def test_a_never_written_vma_moved_next_to_a_written_one(init: LiveProcess) -> None:
    place(init, 100, written=True)
    place(init, 200)
    move(init, 200, 4, 104)
    assert ranges(init) == [(100, 108)]


@pytest.mark.parametrize("home_written", [False, True])
def test_a_written_vma_moved_next_to_any(init: LiveProcess, home_written: bool) -> None:
    place(init, 100, written=home_written)
    place(init, 200, written=True)
    move(init, 200, 4, 104)
    assert ranges(init) == [(100, 104), (104, 108)]


def test_a_written_middle_moved_away_and_back(init: LiveProcess) -> None:
    place(init, 100, 12)
    init.fault(105)
    move(init, 104, 4, 200)
    assert ranges(init) == [(100, 104), (108, 112), (200, 204)]
    move(init, 200, 4, 104)
    assert ranges(init) == [(100, 112)]


def test_the_hole_of_a_moved_vma_is_mapped_again_and_the_data_stays_apart(
    init: LiveProcess,
) -> None:
    place(init, 100)
    init.store(101, 7)
    move(init, 100, 4, 200)
    place(init, 100)
    assert init.load(101) == 0
    init.store(101, 9)
    assert ranges(init) == [(100, 104), (200, 204)]
    assert (init.load(101), init.load(201)) == (9, 7)


def test_twelve_doubling_moves_stay_one_vma() -> None:
    with LiveKernel(window_pages=4 * 4096) as live:
        init = live.processes[1]
        start, length = place(init, 4096, 1), 1
        init.store(start, 7)
        for _ in range(12):
            if start + length < live.window_pages:  # else it is the fence that makes it move
                init.mmap(1, "none", addr=start + length, noreplace=True)
            moved = init.mremap(start, length, 2 * length)
            assert moved != start
            if start + length < live.window_pages:
                init.munmap(start + length, 1)
            start, length = moved, 2 * length
            assert ranges(init) == [(start, start + length)]
            init.fault(start + length - 1)
        assert length == 4096
        assert init.load(start) == 7


@pytest.mark.parametrize(("swapped", "count"), [(False, 1), (True, 2)])
def test_two_halves_of_a_written_vma_moved(init: LiveProcess, swapped: bool, count: int) -> None:
    place(init, 100, 8)
    for page in range(100, 108):
        init.fault(page)
    move(init, 104, 4, 200 if swapped else 204)
    move(init, 100, 4, 204 if swapped else 200)
    assert len(ranges(init)) == count
    assert (ranges(init)[0][0], ranges(init)[-1][1]) == (200, 208)


@pytest.mark.parametrize("pages", [10, 100, 1000])
@pytest.mark.parametrize("written", [False, True])
def test_single_pages_moved_side_by_side(init: LiveProcess, pages: int, written: bool) -> None:
    for number in range(pages):
        place(init, 2 * number, 1, written=written)
    for number in range(pages):
        move(init, 2 * number, 1, 2048 + number)
    borders = ranges(init)
    assert len(borders) == (pages if written else 1)
    assert (borders[0][0], borders[-1][1]) == (2048, 2048 + pages)


@pytest.mark.parametrize("streams", [4, 16, 256])
def test_streams_committed_and_touched_as_they_grow(init: LiveProcess, streams: int) -> None:
    room = 8
    init.mmap(streams * room, "none", addr=64)
    for page in range(room):
        for stream in range(streams):
            init.mprotect(64 + stream * room + page, 1, "rw")
            init.fault(64 + stream * room + page)
    assert ranges(init) == [(64 + n * room, 64 + (n + 1) * room) for n in range(streams)]


def test_a_child_maps_next_to_an_inherited_written_vma(init: LiveProcess) -> None:
    place(init, 100, written=True)
    child = init.fork()
    place(child, 104)
    place(init, 104)
    assert ranges(child) == [(100, 104), (104, 108)]
    assert ranges(init) == [(100, 108)]


def test_a_child_moves_a_written_vma_away_and_back(init: LiveProcess) -> None:
    place(init, 100, written=True)
    child = init.fork()
    for process in (init, child):
        move(process, 100, 4, 200)
        place(process, 104)
        move(process, 200, 4, 100)
    assert ranges(init) == [(100, 108)]
    assert ranges(child) == [(100, 104), (104, 108)]


def test_a_first_write_takes_the_group_of_a_neighbour(init: LiveProcess) -> None:
    """Written while the protections differ, the two merge once they are the same."""
    place(init, 100, 8, written=True)
    init.mprotect(104, 4, "r")
    init.munmap(104, 4)
    init.mmap(4, "rwx", addr=104, fixed=True)
    init.fault(104)
    assert len(ranges(init)) == 2
    init.mprotect(104, 4, "rw")
    assert ranges(init) == [(100, 108)]


def test_accounting_is_part_of_the_flags(init: LiveProcess) -> None:
    """Memory that was never writable is not accounted for, and does not join what was.

    The page must exist: a range without pages that loses its last right to write is forgiven.
    """
    place(init, 100, 4, written=True)
    init.mprotect(100, 4, "r")
    init.mmap(4, "r", addr=104, noreplace=True)
    assert ["ac" in flags for flags in init.vm_flags] == [True, False]
    assert ranges(init) == [(100, 104), (104, 108)]


def test_accounting_is_forgiven_where_nothing_was_touched(init: LiveProcess) -> None:
    place(init, 100, 4)
    init.mprotect(100, 4, "r")
    init.mmap(4, "r", addr=104, noreplace=True)
    assert ["ac" in flags for flags in init.vm_flags] == [False]
    assert ranges(init) == [(100, 108)]


def test_noreserve_is_part_of_the_flags(init: LiveProcess) -> None:
    init.mmap(4, "rw", addr=100, noreplace=True)
    init.mmap(4, "rw", addr=104, noreplace=True, noreserve=True)
    assert ["nr" in flags for flags in init.vm_flags] == [False, True]


def test_advice_splits_and_its_opposite_joins(init: LiveProcess) -> None:
    place(init, 100, 12, written=True)
    for advice, opposite in (("dontdump", "dodump"), ("dontfork", "dofork")):
        init.madvise(104, 4, advice)
        assert ranges(init) == [(100, 104), (104, 108), (108, 112)]
        init.madvise(104, 4, opposite)
        assert ranges(init) == [(100, 112)]


def test_pages_given_back_leave_the_vma_written(init: LiveProcess) -> None:
    """MADV_DONTNEED drops the pages, and the vma moves as one that was written."""
    place(init, 100, written=True)
    init.madvise(100, 4, "dontneed")
    assert not init.present
    place(init, 200)
    move(init, 100, 4, 204)
    assert ranges(init) == [(200, 204), (204, 208)]
