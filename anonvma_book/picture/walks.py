"""Reverse walks as a picture needs them: for every page, who is asked, where, and with what result.

look     a candidate of a walk: the vma, the page whose page-table entry is read, hit or miss
shift    what has to be added to the walk's page to get the candidate's page
run      pages of one process, next to one another, whose walks have the same looks: the same
         vmas, shifts and outcomes. The index of a run's page grows with the page
present  the pages that a process's page table maps, as ranges
how      how a scheme finds candidates, in words

The walks of a state are its runs; they say what ``machine.reverse_map`` says, for every page.
Texts of a run hold ``{page}`` and ``{index}``, for which the page at hand is put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from anonvma_book.errors import MappingError
from anonvma_book.events import Copied
from anonvma_book.machine import Machine
from anonvma_book.mm import Mm
from anonvma_book.picture.scene import vma_key
from anonvma_book.picture.words import plural, word
from anonvma_book.reverse_map import Candidate, Walk, walk_from
from anonvma_book.schemes import AnonVma, AnonVmaChain, Lokier, PteChains, RangeTree, Scheme
from anonvma_book.schemes.anonmm import Anonmm
from anonvma_book.state import unite
from anonvma_book.vma import Vma, space_name

SMALL = 96
"""Up to so many mapped pages, of all processes together, every step brings its walks along;
beyond that a page is asked for by itself (:func:`one_walk`)."""


class How(NamedTuple):
    """How a scheme finds candidates. ``found`` begins the sentence: {vmas}, {mms} and {entries}
    are the candidates counted, {space} the page's space, {hold} the verb.

    ``by`` says what leads to a candidate's page: "index" (start + index - first index),
    "address" (the same page in every process) or "entry" (the page-table entry is known).
    """

    phrase: str
    found: str
    by: str


HOWS: dict[type[Scheme], How] = {
    PteChains: How("follows the page's own chain", "The page's chain lists {entries}", "entry"),
    Anonmm: How(
        "looks at the same address in each mm of the fork group, until every mapping is found",
        "{mms} of the fork group {are} asked for address {{index}}",
        "address",
    ),
    AnonVma: How(
        "goes through the whole list of the page's anon_vma",
        "The list of anon_vma {space} has {vmas}",
        "index",
    ),
    AnonVmaChain: How(
        "asks the page's anon_vma for the linked vmas that hold the index",
        "{Vmas} linked to anon_vma {space} {hold} index {{index}}",
        "index",
    ),
    RangeTree: How(
        "looks for the index in the page's context and in those below it",
        "{Vmas} of context {space} and those below {hold} index {{index}}",
        "index",
    ),
    Lokier: How(
        "asks for the vmas of the address space that hold the index",
        "{Vmas} of space {space} {hold} index {{index}}",
        "index",
    ),
}

OTHER = How("asks the scheme for candidates", "The scheme names {vmas}", "index")


class Look(NamedTuple):
    """One candidate: ``start`` and ``first`` are the vma's; ``key`` is empty where there is none.

    ``reason`` is "hit", or "miss: " and why.
    """

    pid: int
    key: str
    letter: str
    start: int
    first: int
    shift: int
    hit: bool
    reason: str


class Run(NamedTuple):
    """The walks of pages ``start..end`` of process ``pid``; ``first`` is the index of ``start``.

    ``sentence`` says the outcome; a page that has no walk has no letter and no looks, and the
    sentence says why. ``by`` is that of :class:`How`.
    """

    pid: int
    start: int
    end: int
    letter: str
    first: int
    by: str
    sentence: str
    looks: tuple[Look, ...]

    def text(self, template: str, page: int) -> str:
        """A text of this run, for one of its pages."""
        index = self.first + page - self.start
        return template.replace("{page}", str(page)).replace("{index}", str(index))


class Present(NamedTuple):
    """Pages that the page table of ``pid`` maps."""

    pid: int
    start: int
    end: int


class Walks(NamedTuple):
    """Runs in order of pid and page, and what is present. ``how`` is the scheme's phrase."""

    how: str
    runs: tuple[Run, ...]
    present: tuple[Present, ...]

    def run(self, pid: int, page: int) -> Run | None:
        """The run that holds ``page``; None where nothing is mapped."""
        for run in self.runs:
            if run.pid == pid and run.start <= page < run.end:
                return run
        return None


def walks(machine: Machine) -> Walks | None:
    """The walks of all mapped pages; None where these are more than ``SMALL``."""
    mms = machine.world.mms.values()
    if sum(vma.pages for mm in mms for vma in mm.vmas) > SMALL:
        return None
    copies = _copies(machine)
    runs = [
        _run(mm, vma, page, copies)
        for _, mm in sorted(machine.world.mms.items())
        for vma in mm.vmas
        for page in range(vma.start, vma.end)
    ]
    return _walks(machine, _joined(runs))


def one_walk(machine: Machine, pid: int, page: int) -> Walks:
    """The walk of one page, however large the state; no run where nothing is mapped there."""
    mm = machine.world.mms.get(pid)
    vma = mm.vmas.at(page) if mm is not None else None
    if mm is None or vma is None:
        return _walks(machine, [])
    return _walks(machine, [_run(mm, vma, page, _copies(machine))])


def how_of(scheme: Scheme) -> How:
    """How ``scheme`` finds candidates; a scheme of the reader's own is described as its base."""
    return next((HOWS[base] for base in type(scheme).__mro__ if base in HOWS), OTHER)


def _walks(machine: Machine, runs: Iterable[Run]) -> Walks:
    return Walks(how_of(machine.scheme).phrase, tuple(runs), tuple(_present(machine)))


def _copies(machine: Machine) -> dict[int, int]:
    """What copy-on-write copied: frame -> its source. A frame's number is its own for life."""
    return {
        event.frame: event.source
        for step in machine.steps
        for event in step.events
        if isinstance(event, Copied)
    }


def _sources(frame: int | None, copies: dict[int, int]) -> list[int]:
    """The frames that ``frame`` goes back to by copying, itself first."""
    found: list[int] = []
    while frame is not None:
        found.append(frame)
        frame = copies.get(frame)
    return found


def _present(machine: Machine) -> Iterator[Present]:
    for pid, mm in sorted(machine.world.mms.items()):
        for start, end in unite((page, page + 1) for page in mm.ptes):
            yield Present(pid, start, end)


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Runs of one page each, joined where the next one says the same."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last is not None and run == last._replace(
            start=last.end, end=last.end + 1, first=last.first + last.end - last.start
        ):
            joined[-1] = last._replace(end=run.end)
        else:
            joined.append(run)
    return joined


def _run(mm: Mm, vma: Vma, page: int, copies: dict[int, int]) -> Run:
    """The run of one page of ``vma``."""
    how = how_of(mm.scheme)
    try:
        walk = walk_from(mm, page)
    except MappingError:
        # The index grows with the page here, too: then such pages make one run.
        return Run(mm.pid, page, page + 1, "", page, how.by, _no_walk(vma), ())
    looks = tuple(_look(mm, how, walk, found, page, copies) for found in walk.candidates)
    letter = space_name(walk.space)
    text = _sentence(how, walk)
    return Run(mm.pid, page, page + 1, letter, walk.index, how.by, text, looks)


def _no_walk(vma: Vma) -> str:
    if vma.is_file:
        return "Page {page} belongs to a file: its way back leads through the file."
    return "Page {page} was never written, nor any page beside it: its vma has no anon_vma yet."


def _look(
    mm: Mm, how: How, walk: Walk, found: Candidate, page: int, copies: dict[int, int]
) -> Look:
    vma = found.vma
    return Look(
        found.pid,
        vma_key(vma) if vma is not None else "",
        space_name(vma.space) if vma is not None and vma.space is not None else "",
        vma.start if vma is not None else 0,
        vma.pgoff if vma is not None else 0,
        found.page - page,
        found.hit,
        "hit" if found.hit else f"miss: {_why(mm, how, walk, found, copies)}",
    )


def _why(mm: Mm, how: How, walk: Walk, found: Candidate, copies: dict[int, int]) -> str:
    """Why a candidate is no hit. "{index}" stands for the index of the walk."""
    vma, entry = found.vma, mm.world.mms[found.pid].ptes.get(found.page)
    if vma is None:
        return "nothing mapped there"
    if not vma.start <= found.page < vma.end:
        return "outside this vma"
    if entry is None:
        return "no page present"
    name = f"{space_name(walk.space)}{{index}}" if how.by == "index" else "page {page}"
    mine, theirs = _sources(walk.frame, copies), _sources(entry.frame, copies)
    if entry.frame in mine:
        return f"the original {name}"
    if mine and theirs[-1] == mine[-1]:
        return f"its own copy of {name}"
    same = how.by == "address" or (entry.space, entry.index) == (walk.space, walk.index)
    return f"its own {name}" if same else "another page"


def _sentence(how: How, walk: Walk) -> str:
    """What was asked, whom, and how it ended."""
    count, hits = len(walk.candidates), len(walk.hits)
    space = space_name(walk.space)
    are = {"hold": "holds", "are": "is"} if count == 1 else {"hold": "hold", "are": "are"}
    vmas = plural(count, "vma")
    words = {
        "vmas": vmas,
        "Vmas": vmas.capitalize(),
        "mms": plural(count, "mm").capitalize(),
        "entries": "one page-table entry" if count == 1 else f"{word(count)} page-table entries",
        "space": space,
    }
    found = how.found.format(**words, **are)
    asked = f"page {space}{{index}}" if how.by == "index" else "page {page}"
    counts = (count, "candidate"), (hits, "hit"), (count - hits, "miss")
    ended = ", ".join(plural(number, noun) for number, noun in counts)
    none = "" if walk.frame is not None else " No page is present here, so there is nothing to hit."
    return f"Who maps {asked}? {found}: {ended}.{none}"


def walk_text(walks: Walks, pid: int, page: int, names: dict[int, str] | None = None) -> str:
    """One walk in aligned text: the sentence, and a line for each candidate."""
    run = walks.run(pid, page)
    if run is None:
        return f"Page {page} of process {pid} is free: there is nothing to look for."
    rows = [_cells(run, look, page, names or {}) for look in run.looks]
    head = [("process", "vma", "page-table entry", "outcome")] if rows else []
    widths = [max(map(len, column)) for column in zip(*head, *rows, strict=True)]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in head + rows
    ]
    return "\n".join([run.text(run.sentence, page), *table])


def _cells(run: Run, look: Look, page: int, names: dict[int, str]) -> tuple[str, str, str, str]:
    who = f"{look.pid} {names[look.pid]}" if look.pid in names else str(look.pid)
    return who, look.key or "-", sum_text(run, look, page), run.text(look.reason, page)


def sum_text(run: Run, look: Look, page: int) -> str:
    """How the candidate's page was found: "24 + 3 - 0 = 27", or the page alone.

    An index below 0, or the vma's first index, keeps its sign in brackets.
    """
    there = page + look.shift
    if run.by != "index":
        return f"page {there}"
    index = run.first + page - run.start
    return f"{look.start} + {_signed(index)} - {_signed(look.first)} = {there}"


def _signed(number: int) -> str:
    return str(number) if number >= 0 else f"({number})"
