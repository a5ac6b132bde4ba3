"""A scene: one step as shapes and words, before anybody chose pixels or colours.

span          a part of the address axis, in pages, half open
first, end    a part of an address space, in indexes, half open
role          what a colour stands for (language.py); ``letter`` names the address space
shape         an immutable value with the numbers that a figure needs; figures add pixels
ghost         the outline of what a step changed, as it was before

All views are drawn from the same scene. A vma is known by its indexes: they never change, so the
same indexes at another address are a vma that moved, and some of them a vma that was split.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from anonvma_book.events import Claimed, Copied, Faulted, Wrapped
from anonvma_book.picture.language import FILE_HATCH, HATCHES, space_role
from anonvma_book.picture.movement import movement
from anonvma_book.picture.ring import Ring, rings
from anonvma_book.state import MmState, State
from anonvma_book.step import Step
from anonvma_book.vma import Unit, Vma, space_name

REMEMBERED = 2**14
"""Shapes that are kept: from step to step most of them are the same."""


class UnitShape(NamedTuple):
    """A unit on the upper lane; ``labels`` from the longest to the shortest."""

    start: int
    end: int
    role: str
    hatch: str
    labels: tuple[str, ...]


class VmaShape(NamedTuple):
    """A vma: a bar on the strip, a diagonal on the plane.

    ``key`` is the letter and the first index, or ``file`` and the page. ``new`` says that this
    step put it there or changed its protection; then the wipe comes from ``side`` ("left" or
    "right"), and ``late`` says that it waits until its neighbour has grown.
    """

    key: str
    start: int
    end: int
    letter: str
    first: int
    role: str
    hatch: str
    protection: str
    labels: tuple[str, ...]
    new: bool
    side: str
    late: bool


class ReservedShape(NamedTuple):
    """A reservation: ``page`` is where its first index would lie, ``owner`` the vma's key.

    ``free_start..free_end`` are the free pages under it, which may be none.
    """

    owner: str
    letter: str
    role: str
    first: int
    end: int
    page: int
    side: str
    exclusive: bool
    free_start: int
    free_end: int
    notes: tuple[str, ...]


class GroupShape(NamedTuple):
    """The group flag at a seam: from the last index on its left to the first on its right."""

    page: int
    left: str
    left_letter: str
    left_index: int
    right: str
    right_letter: str
    right_index: int


class Ghost(NamedTuple):
    """What was here before the step: pages ``start..end``, whose first index is ``first``."""

    start: int
    end: int
    letter: str
    first: int


class Touch(NamedTuple):
    """A page that came into being in this step, or was ``copied`` from one that was shared."""

    page: int
    letter: str
    index: int  # type: ignore[assignment]  # the kernel's name, over tuple.index
    copied: bool


class MmScene(NamedTuple):
    """The picture of one process."""

    pid: int
    parent: int | None
    name: str
    units: tuple[UnitShape, ...]
    vmas: tuple[VmaShape, ...]
    reserved: tuple[ReservedShape, ...]
    groups: tuple[GroupShape, ...]
    ghosts: tuple[Ghost, ...]
    touched: tuple[Touch, ...]


class Scene(NamedTuple):
    """One step: its call and sentence, the picture of every process, and the rings.

    ``handed_out`` counts the indexes of all address spaces that there ever were.
    """

    number: int
    call: str
    pid: int
    sentence: str
    movement: str
    handed_out: int
    mms: tuple[MmScene, ...]
    rings: tuple[Ring, ...]


def scene(
    state: State,
    step: Step | None = None,
    before: State | None = None,
    *,
    sentence: str = "",
    handed_out: int = 0,
    names: dict[int, str] | None = None,
    closings: dict[int, tuple[int, int]] | None = None,
    counted: bool = True,
) -> Scene:
    """The scene of ``state``, to which ``step`` led from ``before``.

    ``names`` are the names of processes in scripts, by pid; ``closings`` says for each address
    space that closed what was left in it and what was needed; ``counted`` whether a counter
    hands out the indexes.
    """
    old = {mm.pid: mm.vmas for mm in before.mms} if before is not None else {}
    return Scene(
        step.number if step is not None else 0,
        str(step.call) if step is not None else "",
        step.pid if step is not None else min((mm.pid for mm in state.mms), default=1),
        sentence,
        movement(step, before, state),
        handed_out,
        tuple(
            mm_scene(mm, old.get(mm.pid, mm.vmas), step, (names or {}).get(mm.pid, "init"))
            for mm in state.mms
        ),
        tuple(rings(state, closings or {}, counted)),
    )


def mm_scene(mm: MmState, before: tuple[Vma, ...], step: Step | None, name: str) -> MmScene:
    """The picture of one process, whose vmas were ``before``."""
    mine = step if step is not None and step.pid == mm.pid else None
    return MmScene(
        mm.pid,
        mm.parent,
        name,
        tuple(unit_shape(unit) for unit in mm.units),
        tuple(_vmas(mm.vmas, before, mine)),
        tuple(_reserved(mm.vmas)),
        tuple(_groups(mm.vmas)),
        tuple(_ghosts(mm.vmas, before, mine)),
        tuple(_touched(mine)),
    )


@lru_cache(maxsize=REMEMBERED)
def unit_shape(unit: Unit) -> UnitShape:
    """A unit with its labels."""
    is_file = unit.kind == "file"
    short = "file" if is_file else unit.protection
    labels = (f"{unit.start}..{unit.end} {short}", short)
    return UnitShape(unit.start, unit.end, "unit", FILE_HATCH if is_file else "blank", labels)


def vma_key(vma: Vma) -> str:
    """The letter and the first index of a vma; for a file, its place."""
    return f"file{vma.start}" if vma.space is None else f"{space_name(vma.space)}{vma.pgoff}"


def _vmas(vmas: tuple[Vma, ...], before: tuple[Vma, ...], step: Step | None) -> Iterator[VmaShape]:
    unchanged = {_geometry(vma) for vma in before}
    grouped = {left.end for left in vmas if left.group}
    for vma in vmas:
        if step is None or _geometry(vma) in unchanged:
            yield _unchanged(vma)
        else:
            parents = [old for old in before if _shares(old, vma)]
            yield _vma(vma, parents, step, vma.start in grouped and not parents)


@lru_cache(maxsize=REMEMBERED)
def _unchanged(vma: Vma) -> VmaShape:
    return _vma(vma, [vma], None, False)


def _vma(vma: Vma, parents: list[Vma], step: Step | None, late: bool) -> VmaShape:
    changed = any(old.protection != vma.protection or _moved(old, vma) for old in parents)
    letter = _letter(vma)
    return VmaShape(
        vma_key(vma),
        vma.start,
        vma.end,
        letter,
        vma.pgoff,
        space_role(vma.space),
        FILE_HATCH if vma.is_file else HATCHES.get(vma.protection, "blank"),
        vma.protection,
        (vma_key(vma), *short_index(letter, vma.pgoff), letter) if letter else (),
        step is not None and (not parents or changed),
        _wiped_from(vma, step),
        late,
    )


def _geometry(vma: Vma) -> tuple[object, ...]:
    """What a picture shows of a vma, without its reservation."""
    return vma.start, vma.end, vma.protection, vma.space, vma.pgoff


def _moved(old: Vma, vma: Vma) -> bool:
    return vma.space is not None and old.offset != vma.offset


def short_index(letter: str, index: int) -> tuple[str, ...]:
    """A large index in units of 2**30, 2**20 or 2**10, where it is a multiple of one.

    >>> short_index("A", 3 * 2**22), short_index("A", 12)
    (('A12Mi',), ())
    """
    for unit, power in (("Gi", 30), ("Mi", 20), ("Ki", 10)):
        if index and index % 2**power == 0:
            return (f"{letter}{index >> power}{unit}",)
    return ()


def _shares(old: Vma, vma: Vma) -> bool:
    """Whether some pages of ``vma`` were in ``old``: some indexes, or for a file its place."""
    if vma.space is None or old.space is None:
        return vma.space == old.space and old.start < vma.end and vma.start < old.end
    return old.space == vma.space and old.pgoff < vma.index_end and vma.pgoff < old.index_end


def _wiped_from(vma: Vma, step: Step | None) -> str:
    """From which side ink runs into a new vma: from the neighbour that it claimed from."""
    for event in step.events if step is not None else ():
        if isinstance(event, Claimed) and _shares(event.vma, vma):
            return "left" if event.neighbour.start < event.vma.start else "right"
    return "right" if vma.reserved_below and not vma.reserved_above else "left"


def _reserved(vmas: tuple[Vma, ...]) -> Iterator[ReservedShape]:
    ends = [0, *(vma.end for vma in vmas)]
    starts: list[int | None] = [*(vma.start for vma in vmas[1:]), None]
    firsts = {(vma.space, vma.offset, vma.pgoff) for vma in vmas}
    lasts = {(vma.space, vma.offset, vma.index_end) for vma in vmas}
    for vma, free_from, free_to in zip(vmas, ends, starts, strict=False):
        if vma.reserved_below:
            reach = max(vma.start - vma.reserved_below, free_from)
            hole = (vma.space, vma.offset, vma.extent[0]) in lasts
            yield _reservation(vma, "below", hole, reach, vma.start)
        if vma.reserved_above:
            reach = vma.end + vma.reserved_above
            hole = (vma.space, vma.offset, vma.extent[1]) in firsts
            yield _reservation(
                vma, "above", hole, vma.end, reach if free_to is None else min(reach, free_to)
            )


@lru_cache(maxsize=REMEMBERED)
def _reservation(vma: Vma, side: str, hole: bool, free_start: int, free_end: int) -> ReservedShape:
    above = side == "above"
    count = vma.reserved_above if above else vma.reserved_below
    exclusive = vma.exclusive_above if above else vma.exclusive_below
    first = vma.index_end if above else vma.pgoff - count
    what = "exclusive" if exclusive else "shared"
    long = f"{count} reserved for the hole" if hole else f"{count} reserved, {what}"
    return ReservedShape(
        vma_key(vma),
        _letter(vma),
        space_role(vma.space),
        first,
        first + count,
        vma.end if above else vma.start - count,
        side,
        exclusive,
        free_start,
        free_end,
        (long, f"{count} reserved"),
    )


def _groups(vmas: tuple[Vma, ...]) -> Iterator[GroupShape]:
    for left, right in pairwise(vmas):
        if left.group and left.space is not None and right.space is not None:
            yield GroupShape(
                right.start,
                vma_key(left),
                space_name(left.space),
                left.index_end,
                vma_key(right),
                space_name(right.space),
                right.pgoff,
            )


def _ghosts(after: tuple[Vma, ...], before: tuple[Vma, ...], step: Step | None) -> Iterator[Ghost]:
    """The vmas that are no longer there as they were, and the reservations that were claimed."""
    if step is None:
        return
    kept = {_geometry(vma) for vma in after}
    for old in before:
        if _geometry(old) not in kept:
            yield Ghost(old.start, old.end, _letter(old), old.pgoff)
    for event in step.events:
        if isinstance(event, Copied):
            yield Ghost(event.page, event.page + 1, space_name(event.space), event.index)
        if isinstance(event, Claimed):
            old = event.neighbour
            if event.vma.start >= old.end:
                yield Ghost(old.end, old.end + old.reserved_above, _letter(old), old.index_end)
            else:
                start = old.start - old.reserved_below
                yield Ghost(start, old.start, _letter(old), old.pgoff - old.reserved_below)


def _touched(step: Step | None) -> Iterator[Touch]:
    for event in step.events if step is not None else ():
        if isinstance(event, Faulted | Copied):
            letter = space_name(event.space)
            yield Touch(event.page, letter, event.index, isinstance(event, Copied))


def _letter(vma: Vma) -> str:
    return space_name(vma.space) if vma.space is not None else ""


def closed_by(step: Step) -> Iterator[tuple[int, tuple[int, int]]]:
    """The address spaces that a step left behind: id, and what was left and needed."""
    for event in step.events:
        if isinstance(event, Wrapped):
            yield event.old, (event.left, event.needed)
