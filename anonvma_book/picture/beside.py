"""Schemes side by side: what the browser draws, and the same as text.

own      the scheme of the lab itself; the others are rivals (rivals.py)
border   a page at which a mapping begins or ends for the user; one that only one of two shows
         is unlike

    lokier, Jamie Lokier, 2004: 1 unit, 2 vmas, 1 address space, 24 bytes beyond the vmas
    anon_vma, Linux 2.6.7, 2004: 2 units, 2 vmas, 1 anon_vma, 72 bytes beyond the vmas
    units  ..wwww|www......
    vmas   ..Aaaa[__.......
    unlike       +              + a border that lokier does not show, - one that it alone shows
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from anonvma_book.picture.costs import Cost, Costs
from anonvma_book.picture.deltas import change, scene_json
from anonvma_book.picture.recording import Recording
from anonvma_book.picture.rivals import NAMES, Rival, SchemeName, known_as, rival_scheme
from anonvma_book.picture.text import MARGIN, WIDEST, table_lines, unit_row, vma_row
from anonvma_book.picture.words import plural
from anonvma_book.schemes import SCHEMES, Scheme
from anonvma_book.state import MmState
from anonvma_book.vma import Unit

NEVER_WRITTEN, NEVER_WRITTEN_TOO = "[", "_"
"""The first page of a vma that has no space yet, and its others."""

HERE_ALONE, THERE_ALONE = "+", "-"


class Beside:
    """A lead and its rivals. Call :meth:`follow` after the lead has followed its machine.

    Where two schemes of a kind stand side by side, the label of a rival tells its settings.
    """

    def __init__(self, lead: Recording, schemes: Iterable[Scheme | str] = ()) -> None:
        self.lead = lead
        self.counted = Costs(lead)
        self.name = known_as(lead.machine.scheme)
        self.rivals = [Rival(lead, rival_scheme(each)) for each in schemes]
        labels = [self.name.label, *(rival.name.label for rival in self.rivals)]
        for rival in self.rivals:
            if labels.count(rival.name.label) > 1:
                rival.name = rival.name._replace(label=repr(rival.machine.scheme))

    def follow(self) -> None:
        """Take in what the lead has recorded since."""
        self.counted.follow()
        for rival in self.rivals:
            rival.follow()

    def json(self, first: int = 0) -> dict[str, Any]:
        """From step ``first`` on: the rivals' scenes, and the costs of all, the own first.

        ``headings`` are the own scheme's costs in words, as the text has them over its rivals.
        """
        numbers = range(first, len(self.lead.scenes))
        own = [self.counted.steps[number] for number in numbers]
        names = [self.name, *(rival.name for rival in self.rivals)]
        return {
            "schemes": [name._asdict() for name in names],
            "costs": [_columns(own), *(_columns(map(each.cost, numbers)) for each in self.rivals)],
            "rivals": [list(self._scenes_json(each, numbers)) for each in self.rivals],
            "headings": [_heading(self.name, cost) for cost in own] if self.rivals else [],
        }

    def choices_json(self) -> dict[str, Any]:
        """The schemes that a reader may choose, and the names of those that run beside now."""
        names = {NAMES[name]: name for name in SCHEMES}
        own = names.get(self.name)
        return {
            "choices": [
                {"name": name, "when": NAMES[name].when} for name in SCHEMES if name != own
            ],
            "chosen": [names.get(rival.name, rival.name.label) for rival in self.rivals],
        }

    def text(self, number: int) -> str:
        """The rivals after step ``number``, under one another; empty where there is none."""
        if not self.rivals:
            return ""
        blocks = [_heading(self.name, self.counted.steps[number])]
        blocks += ["\n".join(self._lines(rival, number)) for rival in self.rivals]
        return "\n\n".join(blocks)

    def _lines(self, rival: Rival, number: int) -> Iterator[str]:
        yield _heading(rival.name, rival.cost(number))
        place = rival.places[number]
        names = {mm.pid: mm.name for mm in rival.recording.scenes[place].mms}
        for mm, (here, there) in zip(
            rival.recording.states[place].mms, unlike(rival, number).values(), strict=True
        ):
            if len(names) > 1:
                yield f"process {mm.pid}, {names[mm.pid]}"
            marks = {**dict.fromkeys(here, HERE_ALONE), **dict.fromkeys(there, THERE_ALONE)}
            yield from _process_lines(mm, mm.units, marks, self.lead.states[0].task_pages)
        if rival.refused(number):
            yield rival.scene(number).sentence

    def _scenes_json(self, rival: Rival, numbers: range) -> Iterator[dict[str, Any]]:
        """What a strip, a sentence and the text need of scenes: the rings belong to the dials."""
        old = list(self._lines(rival, numbers.start - 1)) if numbers.start else []
        for number in numbers:
            before = rival.scene(number - 1)._replace(rings=()) if number else None
            made = scene_json(rival.scene(number)._replace(rings=()), before)
            lines = list(self._lines(rival, number))
            marks = [
                {"pid": pid, "here": here, "there": there}
                for pid, (here, there) in unlike(rival, number).items()
            ]
            yield {
                **made,
                "twin": change(lines, old) if number else lines,
                "refused": rival.refused(number),
                "unlike": marks,
            }
            old = lines


def unlike(rival: Rival, number: int) -> dict[int, tuple[list[int], list[int]]]:
    """For each process of the rival, by pid: the borders that it alone shows, and the lead alone.

    The processes are paired by their names in the script.
    """
    own = {name: borders(mm.units) for name, mm in _by_name(rival.lead, number).items()}
    found = {}
    for name, mm in _by_name(rival.recording, rival.places[number]).items():
        mine, theirs = own.get(name, set()), borders(mm.units)
        found[mm.pid] = sorted(theirs - mine), sorted(mine - theirs)
    return found


def borders(units: Iterable[Unit]) -> set[int]:
    """The pages at which units begin or end.

    >>> sorted(borders([Unit(2, 4, "rw"), Unit(4, 9, "r")]))
    [2, 4, 9]
    """
    return {page for unit in units for page in (unit.start, unit.end)}


def _by_name(recording: Recording, number: int) -> dict[str, MmState]:
    """The living processes by their names in the script."""
    names = {mm.pid: mm.name for mm in recording.scenes[number].mms}
    return {names[mm.pid]: mm for mm in recording.states[number].mms}


def _heading(name: SchemeName, cost: Cost) -> str:
    counts = (cost.units, "unit"), (cost.vmas, "vma"), (cost.spaces, name.space)
    told = ", ".join(plural(number, noun, digits=True) for number, noun in counts)
    who = f"{name.label}, {name.when}" if name.when else name.label
    return f"{who}: {told}, {plural(cost.weight, 'byte', digits=True)} beyond the vmas"


def _process_lines(
    mm: MmState, units: Iterable[Unit], marks: dict[int, str], task_pages: int
) -> Iterator[str]:
    """The lanes of a process, a character a page; above WIDEST pages a table of its vmas."""
    if task_pages > WIDEST:
        yield from table_lines(mm.vmas)
        return
    vmas = list(vma_row(mm.vmas, task_pages))
    for vma in mm.vmas:
        if vma.space is None and not vma.is_file:
            vmas[vma.start : vma.end] = NEVER_WRITTEN + NEVER_WRITTEN_TOO * (vma.pages - 1)
    rows = {
        "units": unit_row(units, task_pages),
        "vmas": "".join(vmas),
        "unlike": "".join(marks.get(page, " ") for page in range(max(marks, default=-1) + 1)),
    }
    yield from (f"{name:{MARGIN}}{row}" for name, row in rows.items() if row)


def _columns(costs: Iterable[Cost]) -> dict[str, list[Any]]:
    rows = list(costs)
    return {name: [row[place] for row in rows] for place, name in enumerate(Cost._fields)}
