"""Clauses that the sentences of several calls share, made from the events of a step.

fresh     what the counter gave, and that it had to open a new space for it
growth    what a reservation held, and the vma that took the rest
seam      what happened where new pages touch old ones: two vmas become one, or are grouped
loss      where the indexes of unmapped pages went
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from anonvma_book.events import (
    Event,
    Extended,
    GaveUp,
    Grouped,
    Merged,
    Placed,
    Returned,
    Unmapped,
    Wrapped,
)
from anonvma_book.picture.words import (
    a_or_an,
    label,
    listed,
    ordinal,
    plural,
    range_list,
    united,
    word,
)
from anonvma_book.state import MmState, State
from anonvma_book.step import Step
from anonvma_book.vma import FILE, Unit, Vma, space_name

E = TypeVar("E")


class Facts(NamedTuple):
    """What a sentence is made from: a step, and the states on either side of it."""

    step: Step
    state_before: State
    state_after: State

    @property
    def before(self) -> MmState:
        """The process of the step, before it."""
        return self.state_before.mm(self.step.pid)

    @property
    def after(self) -> MmState:
        """The process of the step, after it; KeyError where it has exited."""
        return self.state_after.mm(self.step.pid)

    @property
    def limit(self) -> int:
        """How many indexes an address space has."""
        return max(space.limit for space in self.state_after.spaces)

    def events(self, kind: type[E]) -> list[E]:
        """The events of one kind, in order."""
        return [event for event in self.step.events if isinstance(event, kind)]

    def did(self, *kinds: type[Event]) -> bool:
        """Whether there is an event of one of the kinds."""
        return any(isinstance(event, kinds) for event in self.step.events)

    def number(self, name: str) -> int:
        """An argument that is a number, its names resolved; 0 where it is not given."""
        value = self.step.arguments.get(name)
        return value if isinstance(value, int) else 0

    def given(self, name: str) -> bool:
        """Whether an argument is given, and not None or False."""
        value = self.step.arguments.get(name)
        return value is not None and value is not False

    @property
    def unmapped(self) -> int:
        """How many pages the step unmapped."""
        return sum(event.vma.pages for event in self.events(Unmapped))

    def unit_before(self, page: int) -> Unit:
        """The unit that held ``page`` before the step: what the group flag joins.

        Under a scheme that does not hide seams, that is a vma.
        """
        run: list[Vma] = []
        for vma in self.before.vmas:
            if run and not run[-1].group:
                run = []
            run.append(vma)
            if vma.start <= page < vma.end:
                break
        last = vma_at(self.before, page)
        for vma in self.before.vmas:
            if last.group and vma.start == last.end:
                last = vma
        return Unit(run[0].start, last.end, last.protection, last.kind)

    def vmas_in_unit(self, page: int) -> int:
        """How many vmas that unit had."""
        unit = self.unit_before(page)
        return len(vmas_between(self.before, unit.start, unit.end))


def vmas_between(mm: MmState, start: int, end: int) -> list[Vma]:
    """The vmas that have a page in ``start..end``."""
    return [vma for vma in mm.vmas if vma.start < end and vma.end > start]


def vma_at(mm: MmState, page: int) -> Vma:
    """The vma that holds ``page``, which must be mapped."""
    return next(vma for vma in mm.vmas if vma.start <= page < vma.end)


# The counter


def fresh(facts: Facts, what: str = "the pages") -> str:
    """What new vmas got from the counter, however many they are; some schemes have none."""
    if not facts.did(Placed):
        return f"a new vma holds {what}"
    if len(facts.events(Placed)) > 1:
        return from_many_spaces(facts, what)
    return from_new_space(facts) if facts.did(Wrapped) else from_counter(facts)


def from_counter(facts: Facts) -> str:
    """What one new vma got: "the counter gives A0..6, with 6 more reserved"."""
    (placed,) = facts.events(Placed)
    return f"the counter gives {label(placed.vma)}{_with_reserve(placed)}"


def from_new_space(facts: Facts) -> str:
    """The same when the counter wrapped: why, and what the new space gives."""
    (placed,) = facts.events(Placed)
    return (
        f"{_wrap(facts, ' and ')}, so {_opens(facts)}: {label(placed.vma)}{_with_reserve(placed)}"
    )


def from_many_spaces(facts: Facts, what: str) -> str:
    """What a mapping larger than an address space got: its vmas."""
    placed = facts.events(Placed)
    reserve = next((_with_reserve(event) for event in placed if event.reserved), "")
    return (
        f"a space holds {plural(facts.limit, 'index', digits=True)}, so {what} are "
        f"{plural(len(placed), 'vma')} in one unit, each in a space of its own: "
        f"{_parts(placed)}{reserve}"
    )


def _with_reserve(placed: Placed) -> str:
    if not placed.reserved:
        return ""
    below = " below" if placed.vma.reserved_below else ""
    how = " exclusively" if placed.vma.exclusive else ""
    return f", with {placed.reserved} more reserved{below}{how}"


def _wrap(facts: Facts, between: str) -> str:
    first = facts.events(Wrapped)[0]
    verb = "is" if first.needed == 1 else "are"
    left = plural(first.left, "index", digits=True)
    return f"space {space_name(first.old)} has {left} left{between}{first.needed} {verb} needed"


def _opens(facts: Facts) -> str:
    first, *others = [space_name(event.new) for event in facts.events(Wrapped)]
    if not others:
        return f"space {first} opens"
    return f"spaces {first} {'and' if len(others) == 1 else 'to'} {others[-1]} open"


# Growth


def growth(
    facts: Facts, count: int, border: int, up: bool = True, whose: str = "its reservation"
) -> str:
    """How a unit of ``count`` vmas grew from page ``border``: what it held, what it took."""
    extended = facts.events(Extended)
    placed = facts.events(Placed)
    if not extended and not placed:
        return "no vma was added"
    held = f"{whose} held {extended[0].reserved}" if extended else "nothing was reserved"
    if not placed:
        return f"{held}, so {_nothing_added(extended[0])}"
    used = extended[0].pages if extended else 0
    border += used if up else -used
    so = f"{held}, so "
    if facts.did(Wrapped):
        so = f"{held} and {_wrap(facts, ' where ')}, so {_opens(facts)} and "
    if any(merged.left.end == border for merged in facts.events(Merged)):
        return so + _continues(placed)
    return so + _new_vmas(placed, count)


def _nothing_added(extended: Extended) -> str:
    left = extended.reserved - extended.pages
    if not left:
        return "no vma was added and nothing stays reserved"
    return f"no vma was added and {left} {'stays' if left == 1 else 'stay'} reserved"


def _continues(placed: Sequence[Placed]) -> str:
    reserve = placed[-1].reserved
    more = f", with {reserve} more reserved" if reserve else ""
    return f"the counter gave {_parts(placed)}, which continues its indexes{more}"


def _new_vmas(placed: Sequence[Placed], count: int) -> str:
    reserve = sum(event.reserved for event in placed)
    if len(placed) > 1:
        more = f", with {reserve} more reserved" if reserve else ""
        return f"{word(len(placed))} more vmas took {_parts(placed)}{more}"
    more = f" and reserves {reserve} more" if reserve else ""
    return f"{a_or_an(ordinal(count + 1))} vma took {_parts(placed)}{more}"


def _parts(events: Sequence[Placed] | Sequence[Returned]) -> str:
    """The indexes of the events' vmas, as few ranges as they can be."""
    return range_list(united((e.vma.space or 0, e.vma.pgoff, e.vma.index_end) for e in events))


# Seams


def seams(facts: Facts, start: int | None, end: int | None, it: str = "it") -> list[str]:
    """What happened at the borders of new pages ``start..end``; None is a border not meant."""
    borders = {start, end}
    merges = Counter(
        vma_at(facts.after, event.right.start)
        for event in facts.events(Merged)
        if event.left.end in borders
        and vmas_between(facts.after, event.right.start, event.right.start + 1)
    )
    clauses = [f"{plural(n + 1, 'vma')} become one, {label(vma)}" for vma, n in merges.items()]
    others = [
        (event.left if event.left.end == start else event.right).start
        for event in facts.events(Grouped)
        if event.left.end in borders
    ]
    if others:
        vmas = "the vma at" if len(others) == 1 else "the vmas at"
        clauses.append(f"the group flag joins {it} to {vmas} {listed(list(map(str, others)))}")
    return clauses


# Loss


def loss(facts: Facts) -> str:
    """Where the indexes of unmapped pages went; empty where there were none."""
    return "; ".join(filter(None, [*_returned(facts), given_up(facts)]))


def _returned(facts: Facts) -> list[str]:
    """What went back to whose reservation; that vma as it is after the whole step."""
    by_owner: dict[Vma, list[Returned]] = {}
    for event in facts.events(Returned):
        below = event.vma.start < event.owner.start
        index = event.owner.pgoff if below else event.owner.index_end - 1
        for vma in facts.after.vmas:
            if vma.space == event.owner.space and vma.pgoff <= index < vma.index_end:
                by_owner.setdefault(vma, []).append(event)
    told = []
    for owner, events in by_owner.items():
        below = events[-1].vma.pgoff < owner.pgoff
        holds = owner.reserved_below if below else owner.reserved_above
        parts = _parts(events)
        verb = "go" if " " in parts else "goes"
        told.append(
            f"{parts} {verb} back to the reservation of its neighbour "
            f"{label(owner)}, which now holds {holds}"
        )
    return told


def given_up(facts: Facts) -> str:
    """The indexes that are lost, and why; empty where there are none."""
    lost = united((e.vma.space or 0, *e.vma.extent) for e in facts.events(GaveUp))
    if not lost:
        return ""
    total = sum(end - first for _, first, end in lost)
    what = "this index" if total == 1 else f"these {total} indexes"
    how = f"{what} {'is' if total == 1 else 'are'} given up"
    if len(facts.state_before.mms) > 1:
        how = f"process {facts.step.pid} gives up {what}"
    return f"no neighbour continues {range_list(lost)}, so {how}"


def why_no_claim(facts: Facts, vma: Vma) -> str:
    """Why a new vma could not claim what a neighbour reserved; empty where none had any."""
    anonymous = [other for other in facts.before.vmas if other.kind != FILE]
    below = [other for other in anonymous if other.end <= vma.start][-1:]
    above = [other for other in anonymous if other.start >= vma.end][:1]
    for other, held, exclusive, gap in (
        *((o, o.reserved_above, o.exclusive_above, vma.start - o.end) for o in below),
        *((o, o.reserved_below, o.exclusive_below, o.start - vma.end) for o in above),
    ):
        if held and exclusive:
            return f"the reservation of {label(other)} is exclusive, so "
        if held:
            return f"{label(other)} reserves {held} and a claim needs {gap + vma.pages}, so "
    return ""
