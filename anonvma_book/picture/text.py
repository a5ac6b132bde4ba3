"""A state as text: for a terminal, a screen reader, a comparison of stored outputs.

picture   rows under a page axis, one character a page; then the table; then the address spaces
units     what the user sees: a letter for the protection of each page
vmas      what the scheme keeps: the letter of the address space of each page
table     one line a vma, with every number; it stands alone above 64 pages

On both rows ``.`` is a free page, ``#`` and ``:`` a file mapping. More marks:

    units   r w x  are r, rw, rx: reading is understood; b is rwx ("both")
            W X B  are w, x, wx: a capital may not be read; n is none
            <      the first page of a unit that grows down
            |      the first page of a unit that touches one drawn with the same letter
    vmas    A      the first page of a vma of space A; a the others
            #      the first page of a file mapping; : the others
            -      a free page over which a reservation lies that neighbours may claim
            =      the same, exclusive: for growth alone; it wins where two lie on one page
    group   +      a vma that the group flag joins to the one on its left
    index   the first index of a vma, under its letter; left out where there is no room

A space after Z is drawn with the last letter of its name, and its index carries the whole name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from anonvma_book.state import MmState, SpaceUse, State, space_use
from anonvma_book.vma import FILE, GROWSDOWN, Unit, Vma, index_range, space_name

if TYPE_CHECKING:
    from anonvma_book.step import Step

WIDEST = 64
"""The largest task, in pages, that gets rows and not the table alone."""

REMEMBERED = 2**14
"""Rows of the table that are kept: from step to step most of them are the same."""

PROTECTION_LETTERS = {
    "none": "n",
    "r": "r",
    "w": "W",
    "rw": "w",
    "x": "X",
    "rx": "x",
    "wx": "B",
    "rwx": "b",
}

FREE, SHARED, EXCLUSIVE = ".", "-", "="
FILE_START, FILE_PAGE = "#", ":"
GROWS_DOWN, TOUCHES, GROUPED = "<", "|", "+"
MARGIN = 7
TICK = 8


def text_picture(
    state: State, step: Step | None = None, of: int = 0, pid: int | None = None
) -> str:
    """The state in words and letters, without a final line break.

    ``step`` is the step that led here and ``of`` how many there are; without a step, ``of`` says
    that the picture stands before the first of them. ``pid`` picks one process, else all are
    drawn, one after the other. KeyError where there is no such process.
    """
    mms = state.mms if pid is None else (state.mm(pid),)
    several = len(state.mms) > 1
    blocks = ["\n".join(_process_lines(mm, state.task_pages, several)) for mm in mms]
    blocks.append("\n".join(_space_lines(state, mms)))
    body = "\n\n".join(filter(None, blocks)) or "no process"
    heading = _heading(step, of)
    return f"{heading}\n{body}" if heading else body


def _heading(step: Step | None, of: int) -> str:
    total = f" of {of}" if of else ""
    if step is not None:
        return f"step {step.number}{total}: {step.call}"
    return f"step 0{total}" if of else ""


def _process_lines(mm: MmState, task_pages: int, several: bool) -> Iterator[str]:
    if several:
        child = "" if mm.parent is None else f", child of {mm.parent}"
        yield f"process {mm.pid}{child}"
    if task_pages <= WIDEST:
        yield from picture_rows(mm, task_pages)
        yield ""
    yield from table_lines(mm.vmas)


def picture_rows(mm: MmState, task_pages: int) -> list[str]:
    """The five rows of one process, under one another: page, units, vmas, group, index."""
    rows = {
        "page": _page_row(task_pages),
        "units": unit_row(mm.units, task_pages),
        "vmas": vma_row(mm.vmas, task_pages),
        "group": _group_row(mm.vmas, task_pages),
        "index": _index_row(mm.vmas),
    }
    return [f"{name:{MARGIN}}{row}".rstrip() for name, row in rows.items()]


def _page_row(task_pages: int) -> str:
    return _labels((page, str(page)) for page in range(0, task_pages + 1, TICK))


def unit_row(units: Iterable[Unit], task_pages: int) -> str:
    """One character a page: what the user sees."""
    row = list(FREE * task_pages)
    last = None
    for unit in units:
        letter = _unit_letter(unit)
        row[unit.start : unit.end] = letter * unit.pages
        if unit.kind == GROWSDOWN:
            row[unit.start] = GROWS_DOWN
        elif last is not None and last.end == unit.start and _unit_letter(last) == letter:
            row[unit.start] = TOUCHES
        last = unit
    return "".join(row)


def _unit_letter(unit: Unit) -> str:
    return FILE_PAGE if unit.kind == FILE else PROTECTION_LETTERS[unit.protection]


def vma_row(vmas: Sequence[Vma], task_pages: int) -> str:
    """One character a page: what the scheme keeps, with what is reserved over free pages."""
    row = list(FREE * task_pages)
    for mark in (SHARED, EXCLUSIVE):
        for page in _reserved_pages(vmas, task_pages, mark):
            row[page] = mark
    for vma in vmas:
        letter = FILE_START if vma.space is None else space_name(vma.space)[-1]
        others = FILE_PAGE if vma.space is None else letter.lower()
        row[vma.start : vma.end] = letter + others * (vma.pages - 1)
    return "".join(row)


def _reserved_pages(vmas: Sequence[Vma], task_pages: int, mark: str) -> Iterator[int]:
    """The free pages over which a reservation of that kind lies: up to the next vma."""
    ends = [0, *(vma.end for vma in vmas)]
    starts = [*(vma.start for vma in vmas), task_pages]
    for place, vma in enumerate(vmas):
        if vma.exclusive_above == (mark == EXCLUSIVE):
            yield from range(vma.end, min(vma.end + vma.reserved_above, starts[place + 1]))
        if vma.exclusive_below == (mark == EXCLUSIVE):
            yield from range(max(vma.start - vma.reserved_below, ends[place]), vma.start)


def _group_row(vmas: Sequence[Vma], task_pages: int) -> str:
    row = [" "] * task_pages
    for left, right in pairwise(vmas):
        if left.group:
            row[right.start] = GROUPED
    return "".join(row)


def _index_row(vmas: Iterable[Vma]) -> str:
    return _labels((vma.start, _first_index(vma)) for vma in vmas if vma.space is not None)


def _first_index(vma: Vma) -> str:
    name = space_name(vma.space or 0)
    return str(vma.pgoff) if len(name) == 1 else f"{name}{vma.pgoff}"


def _labels(labels: Iterable[tuple[int, str]]) -> str:
    """Each label at its page; one that would touch the label on its left is left out."""
    row = ""
    for page, label in labels:
        if not row or len(row) < page:
            row = f"{row:{page}}{label}"
    return row


HEADER = ("pages", "prot", "index", "reserved")


def table_lines(vmas: Sequence[Vma]) -> list[str]:
    """One line a vma, under a heading: pages, protection, indexes, reservation, what else."""
    if not vmas:
        return ["no vmas"]
    *columns, _ = zip(HEADER, *map(_cells, vmas), strict=True)
    widths = tuple(max(map(len, column)) for column in columns)
    return [_joined(HEADER, "", widths), *(_line(vma, widths) for vma in vmas)]


@lru_cache(maxsize=REMEMBERED)
def _line(vma: Vma, widths: tuple[int, ...]) -> str:
    return _joined(_cells(vma), _notes(vma), widths)


def _joined(row: Sequence[str], note: str, widths: Iterable[int]) -> str:
    return "  ".join([*map(str.ljust, row, widths), row[-1], note]).rstrip()


@lru_cache(maxsize=REMEMBERED)
def _cells(vma: Vma) -> tuple[str, str, str, str]:
    index = "-" if vma.space is None else index_range(vma.space, vma.pgoff, vma.index_end)
    return f"{vma.start}..{vma.end}", vma.protection, index, reserved_text(vma)


def reserved_text(vma: Vma) -> str:
    """What a vma reserves; a side is named only where it is not above.

    >>> reserved_text(Vma(24, 26, "rw", space=0, pgoff=26, reserved_above=10))
    '10'
    >>> reserved_text(Vma(24, 26, "rw", space=0, pgoff=26, reserved_above=1, reserved_below=2))
    '2 below, 1 above'
    """
    below = _side(vma.reserved_below, "below", vma.exclusive_below)
    above = _side(vma.reserved_above, "above" if below else "", vma.exclusive_above)
    return ", ".join(filter(None, (below, above))) or "-"


def _side(count: int, side: str, exclusive: bool) -> str:
    words = (str(count), side, "exclusive" if exclusive else "")
    return " ".join(filter(None, words)) if count else ""


def _notes(vma: Vma) -> str:
    kind = {FILE: "file", GROWSDOWN: "grows down"}.get(vma.kind, "")
    return ", ".join(filter(None, (kind, "group" if vma.group else "")))


def _space_lines(state: State, mms: Sequence[MmState]) -> list[str]:
    """One line for each address space that these processes use or allocate from."""
    wanted = {mm.space for mm in mms} | {vma.space for mm in mms for vma in mm.vmas}
    uses = [space_use(state, space.id) for space in state.spaces if space.id in wanted]
    width = max((len(use.space.name) for use in uses), default=0)
    return [f"{use.space.name:{width}}  {space_text(use)}" for use in uses]


def space_text(use: SpaceUse) -> str:
    """Where the indexes of an address space went.

    ``in use 22, reserved 16, given up 8, closed at 46 of 64``; what is in use alone where indexes
    are addresses, and no counter hands them out.
    """
    parts = ("in use", use.in_use), ("reserved", use.reserved), ("given up", use.given_up)
    counts = ", ".join(f"{name} {sum(end - first for first, end in at)}" for name, at in parts)
    if use.in_use and not use.space.next:
        return counts.partition(",")[0]
    how = "closed at" if use.closed else "next"
    return f"{counts}, {how} {use.space.next} of {use.space.limit}"
