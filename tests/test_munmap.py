"""munmap: what is cut, and where the indexes go. Section 5 of the scheme."""

from __future__ import annotations

import pytest

from anonvma_book import Process
from tests.maps import classroom, happened, lines


def ten() -> Process:
    """2..12 at A0, with 10 more reserved above."""
    init = classroom()
    init.mmap(10, "rw", addr=2)
    assert lines(init) == ["2..12 rw A0 +10"]
    return init


#   ..aaaaaaaaaa++++++++++


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (5, 2, ["2..5 rw A0 +2", "7..12 rw A5 +10"]),  # the middle: the left part has it
        (2, 3, ["5..12 rw A3 -3 +10"]),  # the head
        (9, 3, ["2..9 rw A0 +13"]),  # the tail, with its reservation
        (9, 30, ["2..9 rw A0 +13"]),  # beyond the end
        (0, 4, ["4..12 rw A2 -2 +10"]),
        (0, 48, []),
        (20, 5, ["2..12 rw A0 +10"]),  # nothing there
    ],
)
def test_a_part_goes_back_to_the_rest(start: int, length: int, expected: list[str]) -> None:
    init = ten()
    init.munmap(start, length)
    assert lines(init) == expected


def test_indexes_that_moved_away_lie_between() -> None:
    #   ..aaa..aaaaa++++++++++........bb    b has the indexes of the hole
    init = ten()
    init.mremap(5, 2, 2, to=30)
    init.munmap(7, 1)
    assert lines(init) == ["2..5 rw A0", "8..12 rw A6 -1 +10", "30..32 rw A3"]
    init.machine.check()


def test_filling_the_hole_again_is_compatible() -> None:
    init = ten()
    init.munmap(5, 2)
    init.mmap(2, "rw", addr=5)
    assert lines(init) == ["2..12 rw A0 +10"]


def test_the_head_can_be_filled_again_too() -> None:
    init = ten()
    init.munmap(2, 3)
    init.mmap(2, "rw", addr=3)
    assert lines(init) == ["3..12 rw A1 -1 +10"]


def test_what_was_claimed_goes_back_over_the_gap() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(3, "rw", addr=10)
    init.munmap(10, 3)
    assert lines(init) == ["2..8 rw A0 +6"]
    assert happened(init) == ["Unmapped", "Returned"]


def test_the_claimer_gets_what_the_owner_had() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(3, "rw", addr=10)
    init.munmap(2, 6)
    assert lines(init) == ["10..13 rw A8 -8 +1"]


def test_an_owner_that_is_not_beside_the_hole_gets_nothing() -> None:
    #   ..aaaaaaf.bbb    a file mapping lies between the owner and the hole
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(1, "r", addr=8, file=True)
    init.mmap(3, "rw", addr=10)
    assert lines(init) == ["2..8 rw A0 +2", "8..9 r file", "10..13 rw A8 +1"]
    init.munmap(10, 3)
    assert lines(init) == ["2..8 rw A0 +2", "8..9 r file"]
    assert happened(init) == ["Unmapped", "GaveUp"]
    init.machine.undo()
    init.munmap(8, 5)
    assert lines(init) == ["2..8 rw A0 +6"]


def test_a_lonely_vma_loses_its_indexes() -> None:
    init = ten()
    init.munmap(2, 10)
    assert happened(init) == ["Unmapped", "GaveUp"]
    init.mmap(2, "rw", addr=2)
    assert lines(init) == ["2..4 rw A20 +2"]


def test_another_line_does_not_take_them() -> None:
    init = classroom(side="below")
    init.mmap(2, "rw", addr=2)
    init.mmap(2, "rw", addr=4)
    assert lines(init) == ["2..4 rw A2 -2 &", "4..6 rw A6 -2"]
    init.munmap(4, 2)
    assert lines(init) == ["2..4 rw A2 -2"]
    assert happened(init) == ["Unmapped", "GaveUp"]


def test_protections_do_not_matter() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mprotect(4, 2, "r")
    init.munmap(4, 4)
    assert lines(init) == ["2..4 rw A0 +10"]
    assert happened(init) == ["Unmapped", "Unmapped", "Returned", "Returned"]


def test_an_exclusive_reservation_stays_exclusive() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mremap(2, 4, 10)
    assert lines(init) == ["2..12 rw A0 +10!"]
    init.munmap(10, 2)
    assert lines(init) == ["2..10 rw A0 +12!"]


def test_holes_and_units_do_not_matter() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=2)
    init.mmap(3, "r", addr=6, file=True)
    init.mmap(4, "x", addr=12)
    init.munmap(3, 11)
    assert lines(init) == ["2..3 rw A0 +3", "14..16 x A6 -2 +4"]


def test_a_file_mapping_is_cut() -> None:
    init = classroom()
    init.mmap(6, "r", addr=2, file=True)
    init.munmap(4, 1)
    assert lines(init) == ["2..4 r file", "5..8 r file"]


def test_a_cut_ends_the_group() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mremap(2, 4, 10)
    init.mmap(2, "rw", addr=12)
    assert lines(init) == ["2..12 rw A0 +10! &", "12..14 rw A20 +2"]
    init.munmap(12, 1)
    assert lines(init) == ["2..12 rw A0 +10!", "13..14 rw A21 -1 +2"]


def test_what_only_touches_by_address_gets_nothing_back() -> None:
    #   ..aabb    b came first, so a's line is another one
    init = classroom(proportion=0, minimum=0)
    init.mmap(2, "r", addr=4)
    init.mmap(2, "rw", addr=2)
    assert lines(init) == ["2..4 rw A2", "4..6 r A0"]
    init.munmap(4, 2)
    assert lines(init) == ["2..4 rw A2"]
    assert happened(init) == ["Unmapped", "GaveUp"]


def test_over_the_hole_that_is_reserved_below() -> None:
    init = classroom(side="below")
    init.mmap(6, "rw", addr=20)
    init.mmap(2, "r", addr=17)
    assert lines(init) == ["17..19 r A3 -3", "20..26 rw A6 -1"]
    init.munmap(17, 2)
    assert lines(init) == ["20..26 rw A6 -6"]
    assert happened(init) == ["Unmapped", "Returned"]
