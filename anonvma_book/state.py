"""The state of a machine as one immutable value: what pictures and checks look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from anonvma_book.address_space import AddressSpace
from anonvma_book.vma import Unit, Vma, units_of

Range = tuple[int, int]


class Pte(NamedTuple):
    """A page-table entry: ``page`` maps ``frame``, whose index in ``space`` is ``index``."""

    page: int
    frame: int
    space: int
    index: int  # type: ignore[assignment]  # the kernel's name, over tuple.index


class MmState(NamedTuple):
    """One process: its vmas and page table in order of address, and where it allocates from.

    ``space`` is None under a scheme where only vmas have one.
    """

    pid: int
    parent: int | None
    vmas: tuple[Vma, ...]
    ptes: tuple[Pte, ...]
    space: int | None
    brk_start: int
    brk: int

    @property
    def units(self) -> tuple[Unit, ...]:
        """What the user sees, in order of address; file mappings one by one."""
        return tuple(units_of(self.vmas))


class State(NamedTuple):
    """Everything that a reader can observe of a machine."""

    mms: tuple[MmState, ...]
    spaces: tuple[AddressSpace, ...]
    task_pages: int

    def mm(self, pid: int) -> MmState:
        """The process ``pid``; KeyError where there is none."""
        for mm in self.mms:
            if mm.pid == pid:
                return mm
        raise KeyError(pid)

    def space(self, space: int | None) -> AddressSpace:
        """The address space with that id; KeyError where there is none."""
        for found in self.spaces:
            if found.id == space:
                return found
        raise KeyError(space)


class SpaceUse(NamedTuple):
    """Where the indexes of an address space went, as half-open ranges, over all processes."""

    space: AddressSpace
    closed: bool
    in_use: tuple[Range, ...]
    reserved: tuple[Range, ...]
    given_up: tuple[Range, ...]


def space_use(state: State, space: int) -> SpaceUse:
    """What is in use, reserved and given up of the indexes that were handed out.

    Forked processes share indexes: each is counted once, and one that any process uses is in
    use. ``closed`` says that no process allocates from this space any more.
    """
    vmas = [vma for mm in state.mms for vma in mm.vmas if vma.space == space]
    used = unite((vma.pgoff, vma.index_end) for vma in vmas)
    held = unite(vma.extent for vma in vmas)
    found = state.space(space)
    return SpaceUse(
        found,
        all(mm.space != space for mm in state.mms),
        used,
        subtract(held, used),
        subtract(((0, found.next),) if found.next else (), held),
    )


def unite(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The union of ranges, sorted; those that touch become one.

    >>> unite([(4, 6), (0, 2), (2, 3)])
    ((0, 3), (4, 6))
    """
    united: list[Range] = []
    for first, end in sorted(ranges):
        if united and first <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], end)
        else:
            united.append((first, end))
    return tuple(united)


def subtract(ranges: tuple[Range, ...], taken: tuple[Range, ...]) -> tuple[Range, ...]:
    """What is in ``ranges`` and not in ``taken``; both are sorted and disjoint.

    >>> subtract(((0, 10),), ((2, 3), (8, 12)))
    ((0, 2), (3, 8))
    """
    left: list[Range] = []
    place = 0
    for first, end in ranges:
        while place < len(taken) and taken[place][1] <= first:
            place += 1
        ahead = place
        while ahead < len(taken) and taken[ahead][0] < end:
            if first < taken[ahead][0]:
                left.append((first, taken[ahead][0]))
            first = taken[ahead][1]
            ahead += 1
        if first < end:
            left.append((first, end))
    return tuple(left)
