"""anon_vma: a page knows a list of vmas, and vmas on two lists never merge."""

from __future__ import annotations

import pytest

from anonvma_book import AddressSpace, MappingError, Process
from anonvma_book.events import FirstWrite
from anonvma_book.schemes import AnonVma
from tests.schemes.drawn import drawn, happened, init, looks, weight, write


def four(*written: int) -> Process:
    """2..6."""
    process = init(AnonVma())
    process.mmap(4, "rw", addr=2)
    write(process, *written)
    return process


def test_the_first_write_makes_an_anon_vma() -> None:
    process = four()
    assert (drawn(process), weight(process)) == (["2..6:rw:-2"], 24)
    write(process, 3)
    assert (drawn(process), weight(process)) == (["2..6:rw:A2"], 2 * 24)
    assert happened(process) == ["FirstWrite", "Faulted"]
    assert process.machine.spaces == (AddressSpace(0, limit=64),)
    write(process, 4)
    assert happened(process) == ["Faulted"]


def test_a_read_makes_none() -> None:
    process = four()
    process.fault(3, write=False)
    assert drawn(process) == ["2..6:rw:-2"]
    with pytest.raises(MappingError, match="lies in a vma that was never written"):
        process.machine.reverse_map(1, 3)


@pytest.mark.parametrize(
    ("order", "opened"),
    [
        ((2, 4), [True, False]),  # the previous vma's
        ((4, 2), [True, False]),  # the next vma's
        ((2, 6, 4), [True, True, False]),  # the next one's comes first
    ],
)
def test_a_neighbour_that_mprotect_could_join_shares_its_anon_vma(
    order: tuple[int, ...], opened: list[bool]
) -> None:
    #   aabbcc   three vmas of different protections
    process = init(AnonVma())
    process.mmap(2, "rw", addr=2)
    process.mmap(2, "rwx", addr=4)
    process.mmap(2, "rw", addr=6)
    write(process, *order)
    steps = process.machine.steps[-len(order) :]
    assert [
        event.opened for step in steps for event in step.events if isinstance(event, FirstWrite)
    ] == opened
    if len(order) == 3:
        assert drawn(process) == ["2..4:rw:A2", "4..6:rwx:B4", "6..8:rw:B6"]


def test_a_fork_puts_the_child_on_the_same_list() -> None:
    parent = four(3)
    child = parent.fork()
    assert drawn(child) == ["2..6:rw:A2"]
    assert weight(parent) == 24 + 2 * 24
    write(child, 3)
    assert looks(parent, 3) == [(1, 3, True), (2, 3, False)]
    assert looks(child, 3) == [(1, 3, False), (2, 3, True)]


def test_every_vma_of_the_list_is_visited_and_checked_for_its_range() -> None:
    #   ..aBBa   split in three: one list
    process = four(3)
    process.mprotect(3, 2, "r")
    walk = process.machine.reverse_map(1, 3)
    assert [(found.vma and found.vma.start, found.hit) for found in walk.candidates] == [
        (2, False),
        (3, True),
        (5, False),
    ]


def test_a_written_vma_keeps_its_indexes_when_it_moves() -> None:
    process = four(3)
    process.mremap(2, 4, 4, to=40)
    assert drawn(process) == ["40..44:rw:A2"]
    assert looks(process, 41) == [(1, 41, True)]


def test_a_vma_that_was_never_written_takes_the_new_addresses() -> None:
    process = four()
    process.mremap(2, 4, 4, to=40)
    assert drawn(process) == ["40..44:rw:-40"]


def test_the_hole_that_a_move_left_claims_the_same_indexes() -> None:
    process = four(3)
    process.mremap(2, 4, 4, to=40)
    process.mmap(4, "rw", addr=2)
    write(process, 3)
    assert drawn(process) == ["2..6:rw:B2", "40..44:rw:A2"]
    assert looks(process, 3) == [(1, 3, True)]


def test_a_split_and_a_merge() -> None:
    process = four(3)
    process.mprotect(3, 2, "r")
    assert drawn(process) == ["2..3:rw:A2", "3..5:r:A3", "5..6:rw:A5"]
    process.mprotect(3, 2, "rw")
    assert drawn(process) == ["2..6:rw:A2"]


@pytest.mark.parametrize(
    ("written", "moved_written", "expected"),
    [
        (False, False, ["2..10:rw:-2"]),
        (True, False, ["2..10:rw:A2"]),
        (False, True, ["2..6:rw:-2", "6..10:rw:A10"]),  # the indexes do not continue
        (True, True, ["2..6:rw:A2", "6..10:rw:B10"]),
    ],
)
def test_a_move_beside_another(written: bool, moved_written: bool, expected: list[str]) -> None:
    #   ..aaaa....bbbb..  ->  ..aaaabbbb
    process = four(*[3] * written)
    process.mmap(4, "rw", addr=10)
    write(process, *[11] * moved_written)
    process.mremap(10, 4, 4, to=6)
    assert drawn(process) == expected
    process.machine.check()


def test_two_written_vmas_stay_apart_when_the_hole_is_filled() -> None:
    #   ..aaaa..bbbb  ->  ..aaaaaabbbb   the filling joins the one before
    process = four(3)
    process.mmap(4, "rw", addr=8)
    write(process, 8)
    process.mmap(2, "rw", addr=6)
    assert drawn(process) == ["2..8:rw:A2", "8..12:rw:B8"]
    assert [(unit.start, unit.end) for unit in process.units] == [(2, 8), (8, 12)]
    with pytest.raises(MappingError, match=r"range 2\.\.12 leaves its unit 2\.\.8"):
        process.mremap(2, 10, 12)


def test_an_anon_vma_without_vmas_is_freed() -> None:
    process = four(3)
    process.munmap(2, 4)
    assert (process.machine.spaces, weight(process)) == ((), 0)
    assert happened(process) == ["Unmapped", "Freed"]


def test_a_read_of_a_stacks_first_page_grows_nothing() -> None:
    process = init(AnonVma())
    process.mmap(2, "rw", addr=40, growsdown=True)
    process.fault(40, write=False)
    assert drawn(process) == ["40..42:rw:-40"]


def test_a_stack_has_its_anon_vma_before_it_grows() -> None:
    process = init(AnonVma())
    process.mmap(2, "rw", addr=40, growsdown=True)
    process.fault(38, write=False)
    assert drawn(process) == ["38..42:rw:A38"]
