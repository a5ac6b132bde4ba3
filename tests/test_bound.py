"""Section 6's claim: a unit that grows from m to n pages has few vmas, whatever stands in its way.

At most 1 + ceil(log(n/m) / log(1 + proportion)), in any steps, against any neighbour. The
adversary puts a neighbour behind the region before every growth. Without exclusive
reservations the claim is false, and with the reservation on the wrong side nothing is claimed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest

from anonvma_book import Lokier, Machine, Process
from tests.maps import lines

PROPORTIONS = [Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3)]

TASK = 2**30


def most(first: int, pages: int, proportion: Fraction) -> int:
    """The bound, without rounding: the least k with first x (1 + proportion)**k >= pages."""
    vmas, holds = 1, Fraction(first)
    while holds < pages:
        holds *= 1 + proportion
        vmas += 1
    return vmas


def test_the_bound_itself() -> None:
    assert most(4, 4, Fraction(1)) == 1
    assert most(4, 5, Fraction(1)) == 2
    assert most(4, 1024, Fraction(1)) == 9
    assert most(4, 1025, Fraction(1)) == 10
    assert most(1, 16, Fraction(3)) == 3
    assert most(4, 5, Fraction(1, 4)) == 2
    assert most(4, 6, Fraction(1, 4)) == 3


class Region:
    """A region of ``first`` pages that grows, and what the adversary puts behind it.

    ``growth`` says how: "moved" (the neighbour touches the region), "near" (it leaves just
    enough room for this growth, and goes after it), "gone" (it goes before), "alone" (there is
    none). The neighbour has the region's flags or others.
    """

    def __init__(
        self, scheme: Lokier, first: int, growth: str, prot: str = "rw", layout: str = "bottom-up"
    ) -> None:
        machine = Machine(scheme, task_pages=TASK, layout=layout, record=False)
        self.init: Process = machine.processes[1]
        self.growth, self.prot = growth, prot
        self.start = self.init.mmap(first, "rw", addr=2**20)
        self.pages = first

    @property
    def vmas(self) -> int:
        """How many vmas hold the region's pages."""
        mm = self.init.machine.world.mms[1]
        return len(mm.vmas.overlapping(self.start, self.start + self.pages))

    def grow(self, more: int) -> None:
        behind = self.start + self.pages + (more if self.growth == "near" else 0)
        if self.growth != "alone" and behind < TASK:  # the end of the task is a neighbour, too
            assert self.init.mmap(1, self.prot, addr=behind) == behind
        if self.growth == "gone":
            self.init.munmap(behind, 1)
        moved_to = self.init.mremap(self.start, self.pages, self.pages + more)
        assert (moved_to != self.start) == (self.growth == "moved")
        if self.growth == "near":
            self.init.munmap(behind, 1)
        self.start = moved_to
        self.pages += more


def steps(kind: str, total: int) -> Iterator[int]:
    """Growth by ``total`` pages altogether: one at a time, or in random steps."""
    chance = random.Random(total)
    while total:
        more = 1 if kind == "one" else min(total, chance.choice([1, 2, 3, 7, 20, 100]))
        yield more
        total -= more


@pytest.mark.parametrize("proportion", PROPORTIONS)
@pytest.mark.parametrize("growth", ["moved", "near", "gone", "alone"])
@pytest.mark.parametrize(
    ("prot", "kind", "minimum", "first", "pages"),
    [("rw", "one", 0, 4, 300), ("r", "one", 1, 1, 200), ("r", "random", 5, 37, 900)],
)
def test_growth_stays_logarithmic(
    proportion: Fraction, growth: str, prot: str, kind: str, minimum: int, first: int, pages: int
) -> None:
    region = Region(Lokier(40, proportion, minimum), first, growth, prot)
    for more in steps(kind, pages - first):
        region.grow(more)
        assert region.vmas <= most(first, region.pages, proportion)
    assert region.pages == pages
    region.init.machine.check()


@pytest.mark.parametrize("layout", ["bottom-up", "top-down"])
@pytest.mark.parametrize("side", ["above", "below"])
def test_on_any_side_and_in_any_layout(layout: str, side: str) -> None:
    region = Region(Lokier(40, 1, 0, side=side), 4, "moved", "rw", layout)
    for more in steps("random", 1020):
        region.grow(more)
        assert region.vmas <= most(4, region.pages, Fraction(1))


@pytest.mark.parametrize(("reserves", "vmas"), [("exclusive", 9), ("shared", 1021)])
def test_exclusive_is_not_decoration(reserves: str, vmas: int) -> None:
    """From 4 to 1024 pages one at a time, with a neighbour behind it before every growth."""
    region = Region(Lokier(32, 1, 0, reserves), 4, "moved")
    for _ in range(1020):
        region.grow(1)
    assert region.pages == 1024
    assert region.vmas == vmas
    region.init.machine.check()


@pytest.mark.parametrize(("minimum", "vmas"), [(0, 9), (64, 6), (2**12, 2)])
def test_the_small_print_a_minimum_only_helps(minimum: int, vmas: int) -> None:
    region = Region(Lokier(32, 1, minimum), 4, "moved", "r")
    for _ in range(1020):
        region.grow(1)
    assert region.vmas == vmas


def test_the_small_print_the_limit() -> None:
    """Where the limit cuts the reservation the bound is off: an address space is full."""
    region = Region(Lokier(6, 1, 0), 4, "moved")
    for _ in range(300):
        region.grow(1)
    assert region.vmas > most(4, 304, Fraction(1))
    region.init.machine.check()


# Claims: section 3, "the side"


@pytest.mark.parametrize(
    ("layout", "side", "vmas"),
    [
        ("bottom-up", "above", 1),
        ("bottom-up", "below", 500),
        ("bottom-up", "layout", 1),
        ("top-down", "below", 1),
        ("top-down", "above", 500),
        ("top-down", "layout", 1),
    ],
)
def test_500_adjacent_mappings(layout: str, side: str, vmas: int) -> None:
    machine = Machine(Lokier.as_written(side=side), layout=layout)
    init = machine.processes[1]
    for _ in range(500):
        init.mmap(1)
    assert len(init.vmas) == vmas
    assert [unit.pages for unit in init.units] == [500]
    if vmas == 1:
        first = "1..501 rw A0 +4193805"
        last = "1048076..1048576 rw A4193805 -4193805"
        assert lines(init) == [first if layout == "bottom-up" else last]
