"""mremap: sections 5 and 6 of the scheme. What moves keeps its indexes."""

from __future__ import annotations

from typing import Any

import pytest

from anonvma_book import MappingError, Process
from tests.maps import classroom, happened, lines


def region(pages: int = 6, **settings: Any) -> Process:
    init = classroom(**settings)
    init.mmap(pages, "rw", addr=2)
    return init


# Shrinking, and keeping the size


def test_shrinking_is_munmap_of_the_tail() -> None:
    init = region(10)
    assert init.mremap(2, 10, 4) == 2
    assert lines(init) == ["2..6 rw A0 +16"]


def test_the_tail_may_leave_the_unit() -> None:
    #   ..aaaaaa.rr..    the range is 4..14
    init = region()
    init.mmap(2, "r", addr=9)
    assert init.mremap(4, 10, 1) == 4
    assert lines(init) == ["2..5 rw A0 +9"]


def test_keeping_the_size_changes_nothing() -> None:
    init = region()
    assert init.mremap(3, 20, 20) == 3
    assert lines(init) == ["2..8 rw A0 +6"]
    assert happened(init) == []


def test_past_the_end_of_the_task() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=44)
    assert init.mremap(44, 100, 2) == 44
    assert lines(init) == ["44..46 rw A0 +6"]


# Growing in place


def test_growth_uses_the_reservation_first() -> None:
    init = region(4)
    assert init.mremap(2, 4, 6) == 2
    assert lines(init) == ["2..8 rw A0 +2"]
    assert happened(init) == ["Extended"]


def test_then_one_new_vma_with_as_much_again_as_the_unit() -> None:
    #   ..aaaa..r.........   r has the next indexes, so that the growth is on another line
    init = region(4)
    init.mmap(2, "r", addr=30)
    assert init.mremap(2, 4, 10) == 2
    assert lines(init) == ["2..10 rw A0 &", "10..12 rw A12 +10!", "30..32 r A8 +2"]
    assert [unit.pages for unit in init.units] == [10, 2]


def test_growth_next_to_the_counter_stays_one_vma() -> None:
    init = region(4)
    init.mremap(2, 4, 10)
    assert lines(init) == ["2..12 rw A0 +10!"]


def test_shared_growth_is_not_closed() -> None:
    init = region(4, mremap_reserves="shared")
    init.mremap(2, 4, 10)
    assert lines(init) == ["2..12 rw A0 +10"]


def test_growth_reserves_above_on_any_side() -> None:
    init = region(4, side="below")
    assert lines(init) == ["2..6 rw A4 -4"]
    init.mremap(2, 4, 5)
    assert lines(init) == ["2..7 rw A4 -4 +5!"]


def test_a_part_that_ends_where_its_unit_ends_grows_in_place() -> None:
    init = region(4)
    assert init.mremap(4, 2, 4) == 4
    assert lines(init) == ["2..8 rw A0 +2"]


def test_the_gap_that_a_claim_left_is_for_growth_too() -> None:
    init = region()
    init.mmap(3, "r", addr=10)
    assert init.mremap(2, 6, 8) == 2
    assert lines(init) == ["2..10 rw A0", "10..13 r A8 +1"]


def test_growth_that_meets_the_next_line_merges() -> None:
    init = region()
    init.mmap(3, "rw", addr=10)
    assert init.mremap(2, 6, 8) == 2
    assert lines(init) == ["2..13 rw A0 +1"]


def test_a_unit_of_several_vmas_grows_at_its_end() -> None:
    init = region(4)
    init.mmap(2, "r", addr=30)
    init.mremap(2, 4, 10)
    assert init.mremap(2, 10, 12) == 2
    assert lines(init)[:2] == ["2..10 rw A0 &", "10..14 rw A12 +8!"]


# Moving


def test_a_neighbour_makes_it_move() -> None:
    #   ..aaaaff.....     to    ......ffaaaaaa: first fit, then the reservation
    init = region(4)
    init.mmap(2, "rw", addr=6, file=True)
    assert init.mremap(2, 4, 6) == 8
    assert lines(init) == ["6..8 rw file", "8..14 rw A0 +2"]
    assert happened(init) == ["Moved", "Extended"]


def test_the_place_is_found_while_the_old_range_is_mapped() -> None:
    init = classroom(task=13)
    init.mmap(4, "rw", addr=2)
    init.mmap(1, "rw", addr=6, file=True)
    with pytest.raises(MappingError, match=r"mremap: no room for 7 pages \(ENOMEM\)"):
        init.mremap(2, 4, 7)
    assert init.mremap(2, 4, 6) == 7


def test_pages_move_with_their_indexes() -> None:
    init = region()
    init.fault(3)
    assert init.mremap(2, 6, 6, to=20) == 20
    assert lines(init) == ["20..26 rw A0 +6"]
    (page,) = init.machine.state.mms[0].ptes
    assert (page.page, page.space, page.index) == (21, 0, 1)
    assert init.machine.reverse_map(1, 21).hits == ((1, 21),)


def test_a_part_leaves_nothing_for_the_hole() -> None:
    #   ..a..aaa............aa..     and what fills the hole gets fresh indexes
    init = region()
    assert init.mremap(3, 2, 2, to=20) == 20
    assert lines(init) == ["2..3 rw A0", "5..8 rw A3 +6", "20..22 rw A1"]
    init.mmap(2, "rw", addr=3)
    assert lines(init)[:3] == ["2..3 rw A0 &", "3..5 rw A12 +2 &", "5..8 rw A3 +6"]
    assert [unit.pages for unit in init.units] == [6, 2]


def test_coming_home_merges() -> None:
    init = region()
    init.mremap(5, 3, 3, to=20)
    init.mremap(20, 3, 3, to=5)
    assert lines(init) == ["2..8 rw A0 +6"]


def test_several_pieces_move_together() -> None:
    init = region(4)
    init.mmap(2, "r", addr=30)
    init.mremap(2, 4, 10)
    assert init.mremap(4, 8, 8, to=20) == 20
    assert lines(init) == ["2..4 rw A0", "20..26 rw A2 &", "26..28 rw A12 +10!", "30..32 r A8 +2"]


def test_to_unmaps_what_is_there() -> None:
    init = region(2)
    init.mmap(6, "r", addr=20)
    init.fault(22, write=False)
    assert init.mremap(2, 2, 3, to=22) == 22
    assert lines(init) == ["20..22 r A4 +3", "22..25 rw A0 +1", "25..26 r A9 +6"]
    assert init.machine.state.mms[0].ptes == ()


def test_shrinking_on_the_way() -> None:
    init = region()
    assert init.mremap(2, 6, 2, to=20) == 20
    assert lines(init) == ["20..22 rw A0 +10"]


def test_the_total_counts_the_unit_where_it_arrives() -> None:
    init = classroom()
    init.mmap(3, "rw", addr=20)
    init.mmap(2, "rw", addr=2)
    assert lines(init) == ["2..4 rw A6 +2", "20..23 rw A0 +3"]
    init.mremap(2, 2, 5, to=23)
    assert lines(init) == ["20..23 rw A0 +3 &", "23..28 rw A6 +8!"]


def test_to_is_a_move_even_where_it_could_stay() -> None:
    init = region(2)
    assert init.mremap(2, 2, 2, to=4) == 4
    assert lines(init) == ["4..6 rw A0 +2"]


# dont_unmap


def test_dont_unmap_leaves_an_empty_range_with_fresh_indexes() -> None:
    init = region(4)
    init.fault(2)
    assert init.mremap(2, 4, 4, dont_unmap=True) == 6
    assert lines(init) == ["2..6 rw A8 +4 &", "6..10 rw A0 +4"]
    assert [pte.page for pte in init.machine.state.mms[0].ptes] == [6]
    init.fault(2)
    assert [(p.page, p.index) for p in init.machine.state.mms[0].ptes] == [(2, 8), (6, 0)]


def test_dont_unmap_of_a_part_with_to() -> None:
    init = region()
    assert init.mremap(4, 2, 2, to=20, dont_unmap=True) == 20
    assert lines(init)[:3] == ["2..4 rw A0 &", "4..6 rw A12 +2 &", "6..8 rw A4 +6"]
    assert lines(init)[3:] == ["20..22 rw A2"]


# File mappings occupy addresses, and nothing more


def test_a_file_mapping_grows_and_moves() -> None:
    init = classroom()
    init.mmap(4, "r", addr=2, file=True)
    assert init.mremap(2, 4, 6) == 2
    init.mmap(1, "rw", addr=8)
    assert init.mremap(2, 6, 7) == 9
    assert lines(init) == ["8..9 rw A0 +1", "9..16 r file"]


# What is refused changes nothing


def test_a_refusal_names_the_whole_unit() -> None:
    #   ..aaaaaaaabb    two vmas in one unit
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mmap(4, "r", addr=40)
    init.mremap(2, 4, 10)
    assert lines(init)[:2] == ["2..10 rw A0 &", "10..12 rw A16 +10!"]
    with pytest.raises(MappingError, match=r"range 10\.\.13 leaves its unit 2\.\.12"):
        init.mremap(10, 3, 4)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((1, 2, 3), {}, "mremap: page 1 is not mapped (EFAULT)"),
        ((2, 7, 9), {}, "mremap: range 2..9 leaves its unit 2..8 (EFAULT)"),
        ((2, 7, 7), {"to": 30}, "mremap: range 2..9 leaves its unit 2..8 (EFAULT)"),
        ((8, 4, 6), {}, "mremap: range 8..12 leaves its unit 8..10 (EFAULT)"),
        ((2, 6, 0), {}, "mremap: new length is 0 (EINVAL)"),
        ((2, 6, -1), {}, "mremap: new length is -1 (EINVAL)"),
        ((2, 6, 49), {}, "mremap: new length is 49 (EINVAL)"),
        ((2, 0, 4), {}, "mremap: old length is 0 (EINVAL)"),
        ((-1, 2, 4), {}, "mremap: range -1..1 is not a range of pages (EINVAL)"),
        ((2, 6, 6), {"to": 7}, "mremap: 7..13 overlaps the old range 2..8 (EINVAL)"),
        ((2, 6, 6), {"to": 43}, "mremap: 43..49 is outside the task 0..48 (EINVAL)"),
        ((2, 6, 6), {"to": 20, "may_move": False}, "mremap: to and dont_unmap need may_move"),
        ((2, 6, 7), {"dont_unmap": True}, "mremap: dont_unmap keeps the length 6, not 7"),
        ((2, 6, 7), {"may_move": False}, "mremap: 8..9 is not free and it may not move (ENOMEM)"),
        ((2, 3, 4), {"may_move": False}, "mremap: 5..6 is not free and it may not move (ENOMEM)"),
        ((2, 6, 48), {}, "mremap: no room for 48 pages (ENOMEM)"),
    ],
)
def test_refused(arguments: tuple[int, int, int], options: dict[str, int], message: str) -> None:
    init = region()
    init.mmap(2, "r", addr=8)
    before = init.machine.state
    with pytest.raises(MappingError) as caught:
        init.mremap(*arguments, **options)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)
    assert init.machine.state == before


@pytest.mark.parametrize(("minimum", "reserved"), [(0, ""), (1, " +1!")])
def test_an_empty_reservation_is_not_exclusive(minimum: int, reserved: str) -> None:
    init = classroom(proportion=0, minimum=minimum)
    init.mmap(2, "rw", addr=2)
    init.mremap(2, 2, 6)
    assert lines(init)[-1].endswith(reserved or str(init.vmas[-1].pgoff))
    assert init.vmas[-1].exclusive_above is bool(minimum)


@pytest.mark.parametrize("minimum", [0, 1])
def test_nor_is_one_below(minimum: int) -> None:
    init = classroom(proportion=0, minimum=minimum)
    init.mmap(2, "rw", addr=20, growsdown=True)
    init.fault(15)
    assert init.vmas[0].reserved_below == minimum
    assert init.vmas[0].exclusive_below is bool(minimum)


def test_a_part_that_keeps_its_length_is_not_cut_off() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mremap(2, 3, 3)
    assert (lines(init), happened(init)) == (["2..8 rw A0 +6"], [])
    init.mremap(2, 3, 3, to=30)
    assert lines(init) == ["5..8 rw A3 +6", "30..33 rw A0"]
    assert happened(init) == ["Split", "Moved"]


def test_growth_reserves_for_the_whole_unit() -> None:
    #   between the growths others take indexes, so that each makes another vma
    init = classroom(task=64)
    init.mmap(1, "rw", addr=2)
    for place, pages in ((40, 4), (44, 10), (48, 22)):
        init.mmap(1, "r", addr=place)
        init.mremap(2, init.units[0].pages, pages)
    assert lines(init)[:4] == [
        "2..4 rw A0 &",
        "4..10 rw A4 &",
        "10..22 rw A12 &",
        "22..24 rw A26 +22!",
    ]


def test_growth_up_to_others_reserves_for_them_too() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=2)
    init.mmap(4, "rw", addr=8)
    init.mmap(2, "r", addr=30)
    init.mremap(8, 4, 10)
    init.mremap(2, 2, 6)
    assert lines(init)[1].split()[0] == "6..8"
    assert init.vmas[1].reserved_above == 16


@pytest.mark.parametrize(("pages", "left"), [(19, 1), (20, 0)])
def test_an_exclusive_reservation_is_used_up(pages: int, left: int) -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mmap(1, "r", addr=30)
    init.mremap(2, 4, 10)
    last = init.vmas[-2]
    assert (last.reserved_above, last.exclusive_above) == (10, True)
    init.mremap(2, 10, pages)
    last = init.vmas[-2]
    assert (last.reserved_above, last.exclusive_above) == (left, left > 0)


@pytest.mark.parametrize(("page", "left"), [(13, 1), (12, 0)])
def test_and_one_below(page: int, left: int) -> None:
    init = classroom()
    init.mmap(2, "rw", addr=20, growsdown=True)
    init.mmap(1, "r", addr=30)
    init.fault(17)
    assert (init.vmas[0].reserved_below, init.vmas[0].exclusive_below) == (5, True)
    init.fault(page)
    assert (init.vmas[0].reserved_below, init.vmas[0].exclusive_below) == (left, left > 0)


def test_what_is_given_back_below_stays_exclusive() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=20, growsdown=True)
    init.mmap(1, "r", addr=30)
    init.fault(17)
    init.fault(13)
    init.munmap(13, 2)
    assert init.vmas[0].start == 15
    assert (init.vmas[0].reserved_below, init.vmas[0].exclusive_below) == (3, True)
    init.machine.check()


def test_a_move_to_the_end_of_the_task() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    assert init.mremap(2, 4, 4, to=44) == 44
    assert lines(init) == ["44..48 rw A0 +4"]


def test_what_loses_its_next_vma_is_in_no_group() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mremap(2, 4, 10)
    init.mmap(1, "rw", addr=12)
    assert init.vmas[0].group is True
    init.munmap(12, 1)
    assert init.vmas[0].group is False
