"""Every rule that must always hold: section 8 of the scheme, a function each.

Rules 2, 3 and 5 ask the machine's scheme, so that they hold for its rivals, too.

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
from anonvma_book.vma import Vma, adjacent, alike, same_flags

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


def scheme_holds(machine: Machine) -> Iterator[str]:
    """2: what the scheme says of its own indexes and objects holds."""
    spaces = machine.world.spaces
    for mm in machine.state.mms:
        for vma in mm.vmas:
            if vma.space is not None and vma.space not in spaces:
                yield f"{_at(mm, vma)} is in a space that is gone"
    yield from machine.scheme.problems(machine.world)


def merged_and_grouped(machine: Machine) -> Iterator[str]:
    """3: what may merge is merged, and the group flag joins exactly what may be grouped.

    Linux merges only at the borders that a call looks at: its brk tries the vma before it alone.
    """
    scheme = machine.scheme
    merges_all = scheme.dialect == "plain"
    for mm in machine.state.mms:
        for a, b in pairwise(mm.vmas):
            joined = adjacent(a, b) and same_flags(a, b)
            if merges_all and joined and scheme.may_merge(a, b):
                yield f"{_at(mm, a)} and {b.start}..{b.end} should be one vma"
            if a.group != (joined and scheme.may_group(a, b)):
                yield f"{_at(mm, a)}: the group flag is {a.group}"
        if mm.vmas and mm.vmas[-1].group:
            yield f"{_at(mm, mm.vmas[-1])}: the last vma is grouped"


def units_from_pages(machine: Machine) -> Iterator[str]:
    """4: where the scheme hides seams, what the group flag joins depends on the pages alone."""
    for mm in machine.state.mms if machine.scheme.hides_seams else ():
        if mm.units != tuple(alike(mm.vmas)):
            yield f"process {mm.pid}: the flag joins {mm.units}"


def pages_keep_their_index(machine: Machine) -> Iterator[str]:
    """5: the vma over a page leads to the page's own (space, index), as the scheme looks it up."""
    for mm in machine.world.mms.values():
        for page, entry in mm.ptes.items():
            vma = mm.vmas.at(page)
            if vma is None or not machine.scheme.finds(mm, vma, page, entry):
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
        if len(found.hits) != world.mapcount[entry.frame]:
            yield f"frame {entry.frame}: mapcount is {world.mapcount[entry.frame]}"
        if len(set(found.candidates)) < len(found.candidates):
            yield f"frame {entry.frame}: the walk meets a candidate twice"


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
    scheme_holds,
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
