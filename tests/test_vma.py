"""The functions that make vmas of vmas: what each changes, and that it changes nothing else."""

from __future__ import annotations

import pickle
from copy import copy

import pytest

from anonvma_book.vma import (
    Line,
    Look,
    Unit,
    Vma,
    adjacent,
    alike,
    blank,
    compatible,
    cover,
    grouped,
    index_range,
    merge,
    moved,
    on_line,
    parts,
    protected,
    reserving_above,
    reserving_below,
    resized,
    same_flags,
    space_name,
    units_of,
)

WHOLE = Vma(
    20,
    30,
    "rw",
    "growsdown",
    space=3,
    pgoff=100,
    reserved_above=5,
    reserved_below=7,
    exclusive_above=True,
    exclusive_below=True,
    group=True,
    flags=frozenset(["account"]),
    chain=(2, 3),
)
"""Pages 20 to 29 with indexes 100 to 109; no field has its default."""

LEFT = WHOLE._replace(end=24, reserved_above=0, exclusive_above=False, group=False)
MIDDLE = WHOLE._replace(
    start=24,
    end=27,
    pgoff=104,
    reserved_above=0,
    reserved_below=0,
    exclusive_above=False,
    exclusive_below=False,
    group=False,
)
RIGHT = WHOLE._replace(start=27, pgoff=107, reserved_below=0, exclusive_below=False)


def test_what_it_says_of_itself() -> None:
    assert (WHOLE.pages, WHOLE.index_end, WHOLE.offset, WHOLE.index_of(23)) == (10, 110, 80, 103)
    assert WHOLE.extent == (93, 115)
    assert WHOLE.exclusive
    assert WHOLE._replace(exclusive_above=False).exclusive
    assert WHOLE._replace(exclusive_below=False).exclusive
    assert not WHOLE._replace(exclusive_above=False, exclusive_below=False).exclusive
    assert not WHOLE.is_file
    assert WHOLE._replace(kind="file").is_file
    assert Unit(2, 8, "rw").pages == 6


def test_how_it_is_written() -> None:
    assert repr(Vma(2, 4, "r")) == "Vma(start=2, end=4, protection='r')"
    assert repr(WHOLE) == (
        "Vma(start=20, end=30, protection='rw', kind='growsdown', space=3, pgoff=100, "
        "reserved_above=5, reserved_below=7, exclusive_above=True, exclusive_below=True, "
        "group=True, flags=frozenset({'account'}), chain=(2, 3))"
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (24, 27, (LEFT, MIDDLE, RIGHT)),
        (20, 30, (None, WHOLE, None)),
        (5, 50, (None, WHOLE, None)),
        (
            24,
            30,
            (
                LEFT,
                WHOLE._replace(start=24, pgoff=104, reserved_below=0, exclusive_below=False),
                None,
            ),
        ),
        (
            20,
            27,
            (
                None,
                WHOLE._replace(end=27, reserved_above=0, exclusive_above=False, group=False),
                RIGHT,
            ),
        ),
    ],
)
def test_parts(start: int, end: int, expected: tuple[Vma | None, Vma, Vma | None]) -> None:
    assert parts(WHOLE, start, end) == expected


def test_parts_of_a_file_mapping_have_no_indexes() -> None:
    left, middle, right = parts(Vma(2, 8, "rw", "file"), 4, 6)
    assert (left, middle) == (Vma(2, 4, "rw", "file"), Vma(4, 6, "rw", "file"))
    assert right == Vma(6, 8, "rw", "file")


def test_a_file_mapping_is_moved_and_resized_as_it_is() -> None:
    file = Vma(2, 8, "rw", "file", pgoff=5)
    assert (file.pgoff, file.offset, file.index_end) == (5, 3, 11)
    assert moved(file, 3) == Vma(5, 11, "rw", "file", pgoff=5)
    assert resized(file, 1, 9) == Vma(1, 9, "rw", "file", pgoff=5)


def test_it_is_made_again_from_what_it_is() -> None:
    grows = Look("rw", "growsdown", frozenset())
    assert blank(2, 4, grows) == Vma(2, 4, "rw", "growsdown", pgoff=2)
    assert Vma(**WHOLE._asdict()) == WHOLE
    assert tuple(WHOLE._asdict()) == Vma._fields
    assert pickle.loads(pickle.dumps(WHOLE)) == copy(WHOLE) == WHOLE
    assert WHOLE._replace() == WHOLE
    with pytest.raises(TypeError, match="unexpected keyword argument 'index'"):
        WHOLE._replace(index=3)


def test_what_is_merged_keeps_the_outer_ends() -> None:
    above = WHOLE._replace(start=30, end=33, pgoff=110, reserved_above=9, group=False)
    assert merge(WHOLE, above) == WHOLE._replace(end=33, reserved_above=9, group=False)
    closed = above._replace(exclusive_above=False)
    assert merge(WHOLE, closed).exclusive_above is False


def test_one_thing_at_a_time() -> None:
    assert protected(WHOLE, "x") == WHOLE._replace(protection="x")
    assert grouped(WHOLE, False) == WHOLE._replace(group=False)
    assert on_line(WHOLE, Line(4, 30), 1, 2) == WHOLE._replace(
        space=4,
        pgoff=50,
        reserved_above=1,
        reserved_below=2,
        exclusive_above=False,
        exclusive_below=False,
    )
    assert resized(WHOLE, 21, 33) == WHOLE._replace(start=21, end=33, pgoff=101)
    assert reserving_above(WHOLE, 1, False) == WHOLE._replace(
        reserved_above=1, exclusive_above=False
    )
    assert reserving_below(WHOLE, 1, False) == WHOLE._replace(
        reserved_below=1, exclusive_below=False
    )
    assert reserving_above(LEFT, 1, True) == LEFT._replace(reserved_above=1, exclusive_above=True)
    assert reserving_below(LEFT, 1, False) == LEFT._replace(reserved_below=1, exclusive_below=False)
    assert moved(WHOLE, -4) == WHOLE._replace(start=16, end=26, group=False)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (2, 8, True),
        (2, 9, False),
        (1, 4, False),
        (4, 6, True),
        (3, 5, True),
        (8, 12, True),
        (6, 11, False),
        (14, 15, False),
        (5, 5, True),
    ],
)
def test_cover(start: int, end: int, expected: bool) -> None:
    vmas = [Vma(2, 4, "r"), Vma(4, 8, "r")]
    if start == 8:
        vmas = [Vma(2, 8, "r"), Vma(8, 12, "r")]
    assert cover(vmas, start, end) is expected


def test_what_goes_together() -> None:
    a, b = Vma(2, 4, "rw", space=0, pgoff=2), Vma(4, 6, "rw", space=0, pgoff=4)
    assert adjacent(a, b)
    assert not adjacent(a, b._replace(start=5))
    assert same_flags(a, b)
    for other in (
        b._replace(protection="r"),
        b._replace(kind="growsdown"),
        b._replace(flags=frozenset(["account"])),
    ):
        assert not same_flags(a, other)
    assert not same_flags(a._replace(kind="file"), b._replace(kind="file"))
    assert compatible(a, b)
    assert not compatible(a, b._replace(pgoff=5))
    assert not compatible(a, b._replace(space=1))
    assert not compatible(a._replace(space=None), b._replace(space=None))


def test_units() -> None:
    a = Vma(2, 4, "rw", space=0, pgoff=2, group=True)
    b = Vma(4, 6, "rw", space=0, pgoff=9)
    c = Vma(6, 8, "rw", "growsdown")
    d = Vma(9, 11, "rw", "growsdown")
    files = [Vma(20, 22, "r", "file"), Vma(22, 24, "r", "file")]
    shown = [Unit(6, 8, "rw", "growsdown"), Unit(9, 11, "rw", "growsdown")]
    last = [Unit(20, 22, "r", "file"), Unit(22, 24, "r", "file")]
    assert list(units_of([a, b, c, d, *files])) == [Unit(2, 6, "rw"), *shown, *last]
    assert list(alike([a, b, c, d, *files])) == [Unit(2, 6, "rw"), *shown, *last]
    ungrouped = a._replace(group=False)
    assert list(units_of([ungrouped, b])) == [Unit(2, 4, "rw"), Unit(4, 6, "rw")]
    assert list(alike([ungrouped, b])) == [Unit(2, 6, "rw")]
    assert list(units_of([])) == []


def test_letters() -> None:
    letters = [space_name(space) for space in (0, 25, 26, 51, 52, 26 * 27, 26 * 27 - 1)]
    assert letters == ["A", "Z", "AA", "AZ", "BA", "AAA", "ZZ"]
    assert index_range(1, 26, 28) == "B26..28"
