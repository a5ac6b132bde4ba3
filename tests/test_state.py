"""What became of a space's indexes, and the ranges that it is told in."""

from __future__ import annotations

import pytest

from anonvma_book import space_use
from anonvma_book.state import Range, subtract, unite
from tests.maps import classroom


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([], ()),
        ([(4, 6), (0, 2)], ((0, 2), (4, 6))),
        ([(0, 2), (2, 4)], ((0, 4),)),
        ([(0, 5), (1, 2), (4, 7), (9, 10)], ((0, 7), (9, 10))),
    ],
)
def test_unite(ranges: list[Range], expected: tuple[Range, ...]) -> None:
    assert unite(ranges) == expected


@pytest.mark.parametrize(
    ("ranges", "taken", "expected"),
    [
        (((0, 10),), (), ((0, 10),)),
        (((0, 10),), ((0, 10),), ()),
        (((0, 10),), ((2, 4),), ((0, 2), (4, 10))),
        (((0, 10),), ((0, 2), (4, 5), (8, 10)), ((2, 4), (5, 8))),
        (((4, 6), (8, 12)), ((0, 1), (2, 4), (5, 9), (10, 11)), ((4, 5), (9, 10), (11, 12))),
        (((4, 6), (8, 12)), ((0, 1), (1, 2), (2, 3)), ((4, 6), (8, 12))),
        (((4, 6),), ((0, 1), (5, 9)), ((4, 5),)),
    ],
)
def test_subtract(
    ranges: tuple[Range, ...], taken: tuple[Range, ...], expected: tuple[Range, ...]
) -> None:
    assert subtract(ranges, taken) == expected


def test_of_a_new_space_nothing_is_given_up() -> None:
    use = space_use(classroom().machine.state, 0)
    assert (use.in_use, use.reserved, use.given_up, use.closed) == ((), (), (), False)


def test_the_first_index_can_be_given_up() -> None:
    init = classroom()
    init.mmap(2, "r", addr=2)
    init.mmap(2, "rw", addr=20)
    init.munmap(2, 2)
    use = space_use(init.machine.state, 0)
    assert (use.in_use, use.reserved, use.given_up) == (((4, 6),), ((6, 8),), ((0, 4),))
