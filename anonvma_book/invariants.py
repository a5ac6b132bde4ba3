"""Every rule that must always hold: section 8 of the scheme, a function each.

``check`` runs them all and raises :class:`InvariantError` with the rule, what breaks it, and a
dump of the state. It looks at the machine from outside, through the same values as a reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from anonvma_book.calls import Call
from anonvma_book.errors import InvariantError
from anonvma_book.journal import apply, revert
from anonvma_book.reverse_map import scan, walk
from anonvma_book.state import MmState
from anonvma_book.vma import Vma, adjacent, compatible, same_flags

if TYPE_CHECKING:
    from anonvma_book.machine import Machine


def check(machine: Machine) -> None:
    """Raise :class:`InvariantError` if any rule of section 8 does not hold."""
    for number, rule in enumerate(RULES, 1):
        for problem in rule(machine):
            raise InvariantError(f"rule {number}: {problem}\n{dump(machine)}")


def sorted_and_disjoint(machine: Machine) -> Iterator[str]:
    """1: vmas are sorted, disjoint, not empty, inside the task."""
    for mm in machine.state.mms:
        for vma in mm.vmas:
            if not 0 <= vma.start < vma.end <= machine.world.task_pages:
                yield f"{_at(mm, vma)} is empty or outside the task"
        for a, b in pairwise(mm.vmas):
            if a.end > b.start:
                yield f"{_at(mm, a)} overlaps {b.start}..{b.end}"


def indexes_disjoint(machine: Machine) -> Iterator[str]:
    """2: in one mm and space, index ranges with reservations are disjoint, inside the limit."""
    state = machine.state
    spaces = {space.id: space for space in state.spaces}
    for mm in state.mms:
        held: dict[int, list[tuple[tuple[int, int], Vma]]] = {}
        for vma in mm.vmas:
            if vma.space is None:
                continue
            first, end = vma.extent
            if vma.space not in spaces:
                yield f"{_at(mm, vma)} is in a space that is gone"
            elif min(vma.reserved_above, vma.reserved_below) < 0:
                yield f"{_at(mm, vma)} reserves less than nothing"
            elif first < 0 or end > spaces[vma.space].next or end > spaces[vma.space].limit:
                yield f"{_at(mm, vma)} holds {first}..{end}, which was never handed out"
            held.setdefault(vma.space, []).append((vma.extent, vma))
        for extents in held.values():
            for (a, left), (b, right) in pairwise(sorted(extents)):
                if a[1] > b[0]:
                    yield f"{_at(mm, left)} holds {a}, {_at(mm, right)} holds {b}"


def merged_and_grouped(machine: Machine) -> Iterator[str]:
    """3: adjacent vmas with the same flags are not compatible, and are exactly the grouped."""
    for mm in machine.state.mms:
        for a, b in pairwise(mm.vmas):
            joined = adjacent(a, b) and same_flags(a, b)
            if joined and compatible(a, b):
                yield f"{_at(mm, a)} and {b.start}..{b.end} should be one vma"
            if a.group != joined:
                yield f"{_at(mm, a)}: the group flag is {a.group}"
        if mm.vmas and mm.vmas[-1].group:
            yield f"{_at(mm, mm.vmas[-1])}: the last vma is grouped"


def units_from_pages(machine: Machine) -> Iterator[str]:
    """4: units equal what the group flag joins, and depend on pages and flags alone."""
    for mm in machine.state.mms:
        joined: list[tuple[int, int]] = []
        for vma in mm.vmas:
            if joined and mm.vmas and joined[-1][1] == vma.start and _grouped_at(mm, vma.start):
                joined[-1] = joined[-1][0], vma.end
            else:
                joined.append((vma.start, vma.end))
        if joined != [(unit.start, unit.end) for unit in mm.units]:
            yield f"process {mm.pid}: the flag joins {joined}"


def pages_keep_their_index(machine: Machine) -> Iterator[str]:
    """5: the vma over a page computes the page's own (space, index)."""
    for mm in machine.world.mms.values():
        for page, entry in mm.ptes.items():
            vma = mm.vmas.at(page)
            if vma is None or (vma.space, vma.index_of(page)) != (entry.space, entry.index):
                yield f"process {mm.pid}: page {page} is {entry}, its vma is {vma}"


def walks_find_all(machine: Machine) -> Iterator[str]:
    """6: a reverse walk finds exactly what scanning all page tables finds."""
    world = machine.world
    seen = {entry: mm for mm in world.mms.values() for entry in mm.ptes.values()}
    mapped = scan(world)
    for entry, mm in seen.items():
        found = walk(world, mm, entry.space, entry.index, entry.frame)
        if found.hits != mapped[entry.frame]:
            yield f"frame {entry.frame}: the walk finds {found.hits}"
        if len(found.candidates) > len(world.mms):
            yield f"frame {entry.frame}: more candidates than processes"
        if len(found.hits) != world.mapcount[entry.frame]:
            yield f"frame {entry.frame}: mapcount is {world.mapcount[entry.frame]}"


def failure_changes_nothing(machine: Machine) -> Iterator[str]:
    """7: a call that is broken off after its changes leaves every observable as it was."""
    before = machine.state
    recorded = machine.record
    machine.record = False
    for pid in before.mms:
        name = next(name for name, of in machine.world.processes.items() if of == pid.pid)
        whole = Call.make("munmap", name, start=0, length=before.task_pages)
        step = machine.apply(whole)
        machine._count -= 1
        revert(step.changes)
        if machine.state != before:
            yield f"taking back munmap of process {pid.pid} leaves another state"
    machine.record = recorded


def undo_restores(machine: Machine) -> Iterator[str]:
    """8: undoing all steps and doing them again gives the same state."""
    before = machine.state
    done = machine.steps[: machine.position]
    for step in reversed(done):
        revert(step.changes)
    if done and any(mm.vmas for mm in machine.state.mms):
        yield "undoing everything leaves vmas"
    for step in done:
        apply(step.changes)
    if machine.state != before:
        yield "undoing and redoing everything leaves another state"


RULES = (
    sorted_and_disjoint,
    indexes_disjoint,
    merged_and_grouped,
    units_from_pages,
    pages_keep_their_index,
    walks_find_all,
    failure_changes_nothing,
    undo_restores,
)


def dump(machine: Machine) -> str:
    """The state as text, complete."""
    lines = [f"{space.name}: next {space.next} of {space.limit}" for space in machine.spaces]
    for mm in machine.state.mms:
        lines.append(f"process {mm.pid}, allocates from space {mm.space}, brk {mm.brk}")
        lines += [f"  {vma}" for vma in mm.vmas]
        lines += [f"  {pte}" for pte in mm.ptes]
    lines.append("script:")
    lines.append(str(machine.script))
    return "\n".join(lines)


def _at(mm: MmState, vma: Vma) -> str:
    return f"process {mm.pid}: {vma.start}..{vma.end}"


def _grouped_at(mm: MmState, page: int) -> bool:
    return any(vma.end == page and vma.group for vma in mm.vmas)
