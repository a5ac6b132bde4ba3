"""Drills on ranges: what comes apart, what becomes one, what mremap accepts."""

from __future__ import annotations

from random import Random

from anonvma_book.errors import MappingError
from anonvma_book.questions.asks import DIFFERENCE, RESULT
from anonvma_book.questions.drills.base import Variant, carry_out, growth, prepared, with_last
from anonvma_book.questions.outcome import PID, SEAM, seam_at
from anonvma_book.vma import Vma


def count(rng: Random, answer: str) -> Variant | None:
    """How many vmas and units are there after a change in the middle of something?"""
    machine = prepared(rng, rng.randint(1, 3))
    init = machine.processes[PID]
    unit = rng.choice(init.units)
    start = rng.randrange(unit.start, unit.end)
    length = rng.randint(1, unit.end - start)
    line = f"munmap({start}, {length})"
    if rng.random() < 0.5:
        line = f"mprotect({start}, {length}, 'r')"
    script = with_last(machine, line)
    carry_out(machine, line)
    return Variant(script, ("vmas", "units")) if str(len(init.vmas)) == answer else None


def change(rng: Random, answer: str) -> Variant | None:
    """How many vmas more or fewer: mmap, munmap or mprotect over splits, holes and seams."""
    machine = prepared(rng, rng.randint(2, 4))
    init = machine.processes[PID]
    for _ in range(rng.randint(0, 2)):
        carry_out(machine, _over(rng, rng.choice(init.vmas), "mprotect"))
    if len(init.vmas) < 2:
        return None
    name = rng.choice(("mmap", "munmap", "mprotect"))
    line = _over(rng, rng.choice(init.vmas), name)
    script = with_last(machine, line)
    had = init.vmas
    if isinstance(carry_out(machine, line), MappingError) or init.vmas == had:
        return None
    more = max(-2, min(2, len(init.vmas) - len(had)))
    return Variant(script, ("difference", "units")) if DIFFERENCE[more + 2] == answer else None


def draw(rng: Random, answer: str) -> Variant | None:
    """The same, and the vmas are to be drawn as they are then."""
    variant = change(rng, answer)
    return variant and variant._replace(asks=("difference", "vmas drawn"))


def _over(rng: Random, vma: Vma, name: str) -> str:
    """A call on some pages in or around ``vma``."""
    start = rng.randrange(max(1, vma.start - 2), vma.end)
    length = rng.randint(1, 9)
    if name == "munmap":
        return f"munmap({start}, {length})"
    protection = rng.choice(("r", "rw"))
    if name == "mprotect":
        return f"mprotect({start}, {length}, {protection!r})"
    return f"mmap({length}, 'rw', addr={start}, fixed=True)"


def seam(rng: Random, answer: str) -> Variant | None:
    """Is the seam before a new piece gone, grouped, or the border of a unit?"""
    machine = prepared(rng, rng.randint(2, 4))
    init = machine.processes[PID]
    unit = rng.choice(init.units)
    line = f"mmap({rng.randint(2, 6)}, {'r' if answer == SEAM[2] else 'rw'!r}, addr={unit.end})"
    if answer != SEAM[2] and rng.random() < 0.5:
        line = growth(rng, unit)
    script = with_last(machine, line)
    had = {vma.start for vma in init.vmas}
    step = carry_out(machine, line)
    if isinstance(step, MappingError) or step.result not in (unit.start, unit.end):
        return None
    page = next((vma.start for vma in init.vmas if vma.start not in had), unit.end)
    if seam_at(machine.state, page) != answer:
        return None
    return Variant(script, (f"seam {page}", "vmas"))


def accepts(rng: Random, answer: str) -> Variant | None:
    """Does mremap take a range that may lie across vmas, units and holes?"""
    machine = prepared(rng, rng.randint(2, 4))
    init = machine.processes[PID]
    vma = rng.choice(init.vmas)
    if not any(vma.group for vma in init.vmas):
        return None
    start, length = rng.randrange(vma.start, vma.end), rng.randint(2, 9)
    line = f"mremap({start}, {length}, {length + rng.randint(1, 4)})"
    script = with_last(machine, line)
    done = carry_out(machine, line)
    result = done.code if isinstance(done, MappingError) else RESULT[0]
    return Variant(script, ("result",)) if result == answer else None
