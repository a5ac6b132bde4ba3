"""mprotect: cut, change, merge; no index changes. Section 5 of the scheme."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError, Process
from anonvma_book.events import Grouped
from tests.maps import classroom, happened, lines


def six() -> Process:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    return init


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (4, 2, ["2..4 rw A0", "4..6 r A2", "6..8 rw A4 +6"]),  # the right part keeps what is above
        (2, 2, ["2..4 r A0", "4..8 rw A2 +6"]),
        (6, 2, ["2..6 rw A0", "6..8 r A4 +6"]),
        (2, 6, ["2..8 r A0 +6"]),
    ],
)
def test_a_part_changes(start: int, length: int, expected: list[str]) -> None:
    init = six()
    init.mprotect(start, length, "r")
    assert lines(init) == expected


def test_the_left_part_keeps_what_is_below() -> None:
    init = classroom(side="below")
    init.mmap(6, "rw", addr=20)
    init.mprotect(22, 2, "r")
    assert lines(init) == ["20..22 rw A6 -6", "22..24 r A8", "24..26 rw A10"]


def test_changing_back_merges() -> None:
    init = six()
    init.mprotect(4, 2, "r")
    init.mprotect(4, 2, "rw")
    assert lines(init) == ["2..8 rw A0 +6"]
    assert happened(init) == ["Protected", "Merged", "Merged"]


def test_over_a_seam_and_over_other_protections() -> None:
    #   ..aaaaaaaaaab    two lines in one unit
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mremap(2, 4, 10)
    init.mmap(1, "rw", addr=12)
    init.mprotect(5, 2, "x")
    init.mprotect(4, 9, "r")
    assert lines(init) == ["2..4 rw A0", "4..12 r A2 +10! &", "12..13 r A20 +1"]


def test_what_becomes_like_its_neighbour_is_grouped() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mremap(2, 4, 10)
    init.mmap(2, "r", addr=12)
    init.mprotect(12, 1, "rw")
    assert lines(init) == ["2..12 rw A0 +10! &", "12..13 rw A20", "13..14 r A21 +2"]
    assert happened(init) == ["Split", "Protected", "Grouped"]


def test_what_is_so_already_at_an_end_of_the_range_stays_with_its_unit() -> None:
    #   ....aaaa     two lines in one unit, and other flags on both sides
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.mmap(4, "r", addr=40)
    init.mremap(2, 4, 10)
    init.mmap(4, "r", addr=12)
    assert lines(init)[:3] == ["2..10 rw A0 &", "10..12 rw A16 +10!", "12..16 r A28 +4"]
    init.mprotect(9, 5, "rw")
    assert lines(init)[:3] == ["2..10 rw A0 &", "10..12 rw A16 +10! &", "12..14 rw A28"]
    assert happened(init) == ["Split", "Protected", "Grouped"]


def test_what_is_so_already_in_the_middle_is_not_changed() -> None:
    init = six()
    init.mprotect(4, 2, "r")
    init.mprotect(2, 6, "r")
    assert happened(init) == ["Protected", "Protected", "Merged", "Merged"]


def test_the_same_protection_changes_nothing() -> None:
    init = six()
    init.mprotect(3, 2, "rw")
    assert lines(init) == ["2..8 rw A0 +6"]
    assert happened(init) == []


def test_no_pages_change_nothing() -> None:
    init = six()
    init.mprotect(4, 0, "r")
    assert lines(init) == ["2..8 rw A0 +6"]
    assert happened(init) == []


@pytest.mark.parametrize(("start", "length"), [(1, 2), (2, 7), (7, 3), (20, 1)])
def test_a_hole_is_refused(start: int, length: int) -> None:
    init = six()
    with pytest.raises(MappingError, match=rf"{start}..{start + length} has a hole \(ENOMEM\)"):
        init.mprotect(start, length, "r")
    assert lines(init) == ["2..8 rw A0 +6"]


def test_pages_keep_their_place() -> None:
    init = six()
    init.fault(5)
    before = init.machine.state.mms[0].ptes
    init.mprotect(4, 2, "none")
    assert init.machine.state.mms[0].ptes == before
    assert init.machine.reverse_map(1, 5).hits == ((1, 5),)


def test_a_file_mapping_is_cut_and_never_joined() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2, file=True)
    init.mprotect(4, 2, "r")
    init.mprotect(4, 2, "rw")
    assert lines(init) == ["2..4 rw file", "4..6 rw file", "6..8 rw file"]


def test_what_is_grouped_already_is_not_told_again() -> None:
    #   .raaaaaaaaaabr    a and b are grouped; the two r become like them
    init = classroom()
    init.mmap(4, "rw", addr=4)
    init.mremap(4, 4, 10)
    init.mmap(1, "rw", addr=14)
    init.mmap(1, "r", addr=15)
    init.mmap(1, "r", addr=3)
    assert [word.split()[0] for word in lines(init) if word.endswith("&")] == ["4..14"]
    init.mprotect(3, 13, "rw")
    grouped = [
        (event.left.end, event.right.start)
        for event in init.machine.steps[-1].events
        if isinstance(event, Grouped)
    ]
    merged = "Merged" in happened(init)
    assert grouped == ([(4, 4)] if merged else [(4, 4), (15, 15)])
