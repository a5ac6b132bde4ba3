"""The list of vmas against a plain list, with chunks small enough to be cut and joined often."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonvma_book import Vma, vma_list
from anonvma_book.vma_list import VmaList


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vma_list, "CHUNK", 3)


def make(start: int, pages: int) -> Vma:
    """A vma whose indexes are its pages; every third one is a file mapping."""
    space = None if start % 3 == 0 else start % 2
    return Vma(start, start + pages, "rw", space=space, pgoff=start if space is not None else 0)


def within(vma: Vma, start: int, end: int) -> int:
    """How many pages of ``start..end`` the vma holds."""
    return min(vma.end, end) - max(vma.start, start)


def agree(vmas: VmaList, plain: list[Vma]) -> None:
    assert list(vmas) == plain
    assert list(reversed(vmas)) == plain[::-1]
    assert len(vmas) == len(plain)
    assert +vmas.uses == Counter(vma.space for vma in plain)
    assert len(vmas._chunks) == len(vmas._firsts)
    if plain:
        assert all(0 < len(chunk) <= 2 * vma_list.CHUNK for chunk in vmas._chunks)
        assert vmas._firsts == [chunk[0].start for chunk in vmas._chunks]
    for pages in (1, 2, 5, 9):
        ends = [0, *(vma.end for vma in plain)]
        gaps = list(zip(ends, [*plain, None], strict=True))
        wide = [(low, vma) for low, vma in gaps if vma is None or vma.start - low >= pages]
        assert list(vmas.gaps(pages)) == wide
        assert list(vmas.gaps(pages, down=True)) == wide[::-1]
    for page in range(-1, 101):
        holder = [vma for vma in plain if vma.start <= page < vma.end]
        assert vmas.at(page) == (holder[0] if holder else None)
        if page % 5 == 0:
            assert list(vmas.downward(page)) == [vma for vma in plain[::-1] if vma.start < page]
            assert list(vmas.upward(page)) == [vma for vma in plain if vma.start >= page]
        assert vmas.below(page) == next(iter(vmas.downward(page)), None)
        assert vmas.above(page) == next(iter(vmas.upward(page)), None)
        for space in (0, 1):
            found = [vma for vma in holder if vma.space == space]
            assert vmas.holding(space, page) == (found[0] if found else None)
    for start, end in ((0, 1), (10, 20), (33, 34), (50, 99), (0, 100)):
        inside = [vma for vma in plain if vma.end > start and vma.start < end]
        below = [vma for vma in plain if vma.end <= start][-1:]
        above = [vma for vma in plain if vma.start >= end][:1]
        assert vmas.overlapping(start, end) == inside
        if inside and inside[0].start < start:
            below = []
        if inside and inside[-1].end > end:
            above = []
        assert vmas.window(start, end) == below + inside + above
        assert vmas.is_free(start, end) == (not inside)
        held = sum(within(vma, start, end) for vma in inside)
        assert vmas.is_whole(start, end) == (held == end - start)


@given(
    st.lists(
        st.tuples(st.integers(0, 95), st.integers(1, 30), st.integers(0, 12), st.randoms()),
        max_size=12,
    )
)
def test_against_a_plain_list(changes: list[tuple[int, int, int, random.Random]]) -> None:
    """Each change puts new vmas where a run of the old ones was, or where nothing was."""
    vmas, plain = VmaList(), list[Vma]()
    for start, pages, count, chance in changes:
        end = min(start + pages, 100)
        old = [vma for vma in plain if vma.end > start and vma.start < end]
        low = min([start, *(vma.start for vma in old)])
        high = max([end, *(vma.end for vma in old)])
        cuts = sorted(chance.sample(range(low, high + 1), min(2 * count, high - low + 1)))
        new = [make(a, b - a) for a, b in list(pairwise(cuts))[::2]]
        vmas.replace(old, new)
        plain = sorted([vma for vma in plain if vma not in old] + new)
        agree(vmas, plain)
        vmas.replace(new, old)
        vmas.replace(old, new)
        assert list(vmas) == plain


def test_made_from_vmas() -> None:
    for count in range(12):
        plain = [make(5 * number, 3) for number in range(count)]
        agree(VmaList(plain), plain)


def test_an_empty_list() -> None:
    vmas = VmaList()
    agree(vmas, [])
    vmas.replace((), ())
    agree(vmas, [])
    vmas.replace((), (make(5, 2),))
    vmas.replace((make(5, 2),), ())
    agree(vmas, [])


def test_many_are_cut_in_chunks_and_joined_again() -> None:
    plain = [make(start, 1) for start in range(1, 99, 2)]
    vmas = VmaList()
    vmas.replace((), plain)
    agree(vmas, plain)
    assert len(vmas._chunks) > 10
    vmas.replace(plain[5:40], ())
    agree(vmas, plain[:5] + plain[40:])


def test_a_chunk_that_becomes_empty_goes() -> None:
    plain = [make(start, 1) for start in range(1, 99, 2)]
    for count in range(1, len(plain)):
        vmas = VmaList(plain[: count + 1])
        vmas.replace(plain[count : count + 1], ())
        agree(vmas, plain[:count])


def test_windows_at_every_border() -> None:
    plain = [make(start, 2) for start in (1, 3, 6, 9, 11, 15, 17, 19, 24, 26, 29, 33)]
    vmas = VmaList(plain)
    assert len(vmas._chunks) == 4
    for start in range(36):
        for end in range(start + 1, 37):
            inside = [vma for vma in plain if vma.end > start and vma.start < end]
            below = [vma for vma in plain if vma.end <= start][-1:]
            above = [vma for vma in plain if vma.start >= end][:1]
            if inside and inside[0].start < start:
                below = []
            if inside and inside[-1].end > end:
                above = []
            assert vmas.window(start, end) == below + inside + above


def test_several_that_hold_an_index() -> None:
    first, second, third, other = (
        Vma(2, 4, "r", space=0, pgoff=2),
        Vma(10, 14, "r", space=0, pgoff=2),
        Vma(20, 22, "r", space=0, pgoff=4),
        Vma(30, 34, "r", space=1, pgoff=2),
    )
    vmas = VmaList([first, second, third, other])
    assert [vmas.all_holding(0, index) for index in range(1, 7)] == [
        [],
        [first, second],
        [first, second],
        [second, third],
        [second, third],
        [],
    ]
    assert vmas.in_space(0) == [first, second, third]
    assert vmas.all_holding(2, 2) == []
