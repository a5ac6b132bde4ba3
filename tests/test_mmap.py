"""mmap: sections 2 and 3 of the scheme. Every expected line is worked out by hand."""

from __future__ import annotations

import pytest

from anonvma_book import Lokier, Machine, MappingError
from tests.maps import classroom, happened, lines


def test_a_first_mapping_reserves_as_much_again() -> None:
    init = classroom()
    assert init.mmap(6, "rw", addr=2) == 2
    assert lines(init) == ["2..8 rw A0 +6"]
    assert happened(init) == ["Placed"]


#   ..aaaaaa++++++....        a reserves the indexes of the six pages behind it
#   ..aaaaaa..bbb.....        b claims: it is on a's line, and a keeps the hole


def test_a_neighbour_claims_and_the_owner_keeps_the_gap() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(3, "rw", addr=10)
    assert lines(init) == ["2..8 rw A0 +2", "10..13 rw A8 +1"]
    assert happened(init) == ["Claimed"]


def test_what_fills_the_hole_is_compatible_with_both_sides() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(3, "rw", addr=10)
    init.mmap(2, "rw", addr=8)
    assert lines(init) == ["2..13 rw A0 +1"]
    assert happened(init) == ["Claimed", "Merged", "Merged"]


def test_part_of_the_hole_with_another_protection() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(3, "rw", addr=10)
    init.mmap(1, "r", addr=9)
    assert lines(init) == ["2..8 rw A0 +1", "9..10 r A7", "10..13 rw A8 +1"]


@pytest.mark.parametrize(
    ("addr", "length", "prot", "expected"),
    [
        (8, 6, "rw", ["2..14 rw A0"]),  # all of it, no gap
        (10, 4, "rw", ["2..8 rw A0 +2", "10..14 rw A8"]),  # gap and size fill it exactly
        (10, 5, "rw", ["2..8 rw A0 +6", "10..15 rw A12 +5"]),  # one too many
        (13, 1, "r", ["2..8 rw A0 +5", "13..14 r A11"]),  # far, another protection
        (14, 1, "rw", ["2..8 rw A0 +6", "14..15 rw A12 +1"]),  # too far
    ],
)
def test_a_claim_needs_gap_and_size(addr: int, length: int, prot: str, expected: list[str]) -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(length, prot, addr=addr)
    assert lines(init) == expected


def test_only_the_nearest_is_asked() -> None:
    #   ....aaaaaa..b.c    a's reservation would reach c, but b is nearer and has too little
    init = classroom()
    init.mmap(1, "rw", addr=12)
    init.mmap(6, "rw", addr=4)
    init.mmap(1, "rw", addr=14)
    assert lines(init) == ["4..10 rw A2 +6", "12..13 rw A0 +1", "14..15 rw A14 +1"]


def test_a_file_mapping_has_no_indexes_and_is_passed_over() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(2, "rw", addr=8, file=True)
    init.mmap(2, "rw", addr=10)
    assert lines(init) == ["2..8 rw A0 +2", "8..10 rw file", "10..12 rw A8 +2"]


#   .....bbb++aaaaaa          the mirror image: a reserves below


def test_the_following_vma_is_asked_second() -> None:
    init = classroom(side="below")
    init.mmap(6, "rw", addr=20)
    assert lines(init) == ["20..26 rw A6 -6"]
    init.mmap(3, "rw", addr=15)
    assert lines(init) == ["15..18 rw A1 -1", "20..26 rw A6 -2"]
    init.mmap(2, "rw", addr=18)
    assert lines(init) == ["15..26 rw A1 -1"]


def test_the_preceding_vma_goes_first() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mmap(4, "rw", addr=12, growsdown=True)
    assert lines(init) == ["2..6 rw A0 +4", "12..16 rw down A12 -4"]
    init.mmap(2, "rw", addr=8)
    assert lines(init) == ["2..6 rw A0 +2", "8..10 rw A6", "12..16 rw down A12 -4"]
    init.mmap(1, "rw", addr=10)
    assert lines(init)[1:] == ["8..10 rw A6 &", "10..11 rw A10 -2", "12..16 rw down A12 -1"]


def grown(mremap_reserves: str) -> list[str]:
    """A region that mremap made, and a neighbour."""
    init = classroom(mremap_reserves=mremap_reserves)
    init.mmap(4, "rw", addr=2)
    init.mremap(2, 4, 10)
    init.mmap(1, "rw", addr=12)
    return lines(init)


def test_what_mremap_reserved_is_for_growth_alone() -> None:
    assert grown("exclusive") == ["2..12 rw A0 +10! &", "12..13 rw A20 +1"]


def test_unless_the_message_is_read_otherwise() -> None:
    assert grown("shared") == ["2..13 rw A0 +9"]


def test_the_side_follows_the_layout() -> None:
    init = classroom(layout="top-down")
    assert (init.mmap(4), init.mmap(4)) == (44, 40)
    assert lines(init) == ["40..48 rw A0"]


def test_with_the_side_wrong_nothing_is_claimed() -> None:
    init = classroom(layout="top-down", side="above")
    init.mmap(4)
    init.mmap(4)
    assert lines(init) == ["40..44 rw A8 +4 &", "44..48 rw A0 +4"]
    assert [unit.pages for unit in init.units] == [8]


@pytest.mark.parametrize("side", ["layout", "above", "below"])
def test_a_stack_reserves_below_on_any_side(side: str) -> None:
    init = classroom(side=side)
    init.mmap(4, "rw", addr=20, growsdown=True)
    assert lines(init) == ["20..24 rw down A4 -4"]


def test_flags_that_differ_are_not_grouped() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=2)
    init.mmap(2, "rw", addr=4, growsdown=True)
    init.mmap(3, "rw", addr=6)
    assert lines(init) == ["2..4 rw A0", "4..6 rw down A2", "6..9 rw A4 +3"]
    assert len(init.units) == 3


# Mappings larger than an address space


@pytest.mark.parametrize(
    ("side", "pages", "expected"),
    [
        ("above", 20, ["2..10 rw A0 &", "10..18 rw B0 &", "18..22 rw C0 +4"]),
        ("below", 20, ["2..6 rw A4 -4 &", "6..14 rw B0 &", "14..22 rw C0"]),
        ("above", 16, ["2..10 rw A0 &", "10..18 rw B0"]),
        ("above", 8, ["2..10 rw A0"]),
        ("above", 7, ["2..9 rw A0 +1"]),  # the clamp's upper end wins
    ],
)
def test_a_mapping_is_cut_at_the_limit(side: str, pages: int, expected: list[str]) -> None:
    init = classroom(index_bits=3, side=side)
    init.mmap(pages, "rw", addr=2)
    assert lines(init) == expected
    assert len(init.units) == 1


# Addresses


def test_bottom_up_takes_the_lowest_room() -> None:
    init = classroom()
    init.mmap(2, "r", addr=3)
    init.mmap(2, "r", addr=9)
    assert [init.mmap(3), init.mmap(2), init.mmap(2)] == [5, 1, 11]


def test_top_down_takes_the_highest_room() -> None:
    init = classroom(layout="top-down")
    init.mmap(2, "r", addr=43)
    init.mmap(2, "r", addr=38)
    assert [init.mmap(4), init.mmap(3), init.mmap(3)] == [34, 45, 40]


def test_a_hint_is_taken_where_it_is_free() -> None:
    init = classroom()
    assert init.mmap(2, addr=10) == 10
    assert init.mmap(2, addr=11) == 1  # mapped: as if there were no hint
    assert init.mmap(2, addr=47) == 3  # past the end of the task
    assert init.mmap(2, addr=-3) == 5


@pytest.mark.parametrize(("layout", "place"), [("bottom-up", 1), ("top-down", 46)])
def test_a_hint_of_0_is_none(layout: str, place: int) -> None:
    assert classroom(layout=layout).mmap(2, addr=0) == place


@pytest.mark.parametrize("layout", ["bottom-up", "top-down"])
def test_a_search_stays_at_the_base_or_above_and_a_hint_need_not(layout: str) -> None:
    #   task 12, base 6:  .r..........    2..6 is free, and not handed out
    machine = Machine(Lokier.classroom(), task_pages=12, layout=layout, mmap_base=6)
    init = machine.processes[1]
    init.mmap(1, "r", addr=1)
    assert init.mmap(6, "rw") == 6
    with pytest.raises(MappingError, match="no room for 1 page"):
        init.mmap(1)
    assert init.mmap(1, addr=3) == 3


def test_top_down_ends_at_the_base() -> None:
    #   task 12, base 6:  .r....------    three of six: the rest is three
    machine = Machine(Lokier.classroom(), task_pages=12, layout="top-down", mmap_base=6)
    init = machine.processes[1]
    init.mmap(1, "r", addr=1)
    assert init.mmap(3, "rw") == 9
    with pytest.raises(MappingError, match="no room for 4 pages"):
        init.mmap(4)
    assert init.mmap(3, "x") == 6


def test_page_0_can_be_had_by_force() -> None:
    assert classroom().mmap(1, addr=0, fixed=True) == 0


def test_no_room() -> None:
    init = classroom(task=8)
    assert init.mmap(7) == 1
    with pytest.raises(MappingError, match=r"^mmap: no room for 1 page \(ENOMEM\)$"):
        init.mmap(1)


@pytest.mark.parametrize(("layout", "place"), [("bottom-up", 2), ("top-down", 9)])
def test_the_guard_gap_below_a_stack_stays_free(layout: str, place: int) -> None:
    #   task 16:  .r..........ss    three pages below the stack are not handed out
    init = classroom(task=16, layout=layout, guard_gap=3)
    init.mmap(1, "r", addr=1)
    init.mmap(2, "rw", addr=14, growsdown=True)
    assert init.mmap(2, "x") == place
    assert init.mmap(2, "x", addr=10) != 10
    with pytest.raises(MappingError, match="no room for 10 pages"):
        init.mmap(10, "x")


def test_a_mapping_inside_the_gap_has_no_gap_of_its_own() -> None:
    init = classroom(task=24, layout="top-down", guard_gap=4)
    init.mmap(2, "rw", addr=22, growsdown=True)
    init.mmap(2, "r", addr=20, fixed=True)
    assert init.mmap(2, "x") == 18


def test_fixed_takes_the_place_of_what_is_there() -> None:
    #   ..aaaa..   the middle goes back to a's first page, and the new mapping claims it
    init = classroom()
    init.mmap(4, "rw", addr=2)
    assert init.mmap(2, "r", addr=3, fixed=True) == 3
    assert lines(init) == ["2..3 rw A0", "3..5 r A1", "5..6 rw A3 +4"]


def test_noreplace_does_not() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    with pytest.raises(MappingError, match="EEXIST"):
        init.mmap(2, "r", addr=5, noreplace=True)
    assert init.mmap(2, "rw", addr=6, noreplace=True) == 6
    assert lines(init) == ["2..8 rw A0 +2"]


@pytest.mark.parametrize(
    ("side", "file", "addr", "expected"),
    [
        ("above", 9, 12, ["2..8 rw A0 +4", "9..11 rw file", "12..14 r A10"]),
        ("below", 49, 46, ["46..48 r A0", "49..51 rw file", "52..58 rw A6 -4"]),
    ],
)
def test_a_claim_over_a_file_mapping(side: str, file: int, addr: int, expected: list[str]) -> None:
    init = classroom(task=64, side=side)
    init.mmap(6, "rw", addr=2 if side == "above" else 52)
    init.mmap(2, "rw", addr=file, file=True)
    init.mmap(2, "r", addr=addr)
    assert lines(init) == expected


@pytest.mark.parametrize(("addr", "place"), [(14, 14), (15, 1)])
def test_a_hint_keeps_the_gap_below_a_stack(addr: int, place: int) -> None:
    init = classroom(guard_gap=4)
    init.mmap(2, "rw", addr=20, growsdown=True)
    assert init.mmap(2, "r", addr=addr) == place
