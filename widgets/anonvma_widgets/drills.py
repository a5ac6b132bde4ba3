"""Fresh variants of a prediction, each from a seed.

drill     what its answers are, and a function that tries to make a variant with a given answer
variant   what one seed gives: the answer is drawn first, then scripts until one has it, so that
          no answer is rare
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from anonvma_book import Lokier, Machine, MappingError, Script, Step, Unit
from anonvma_widgets.asks import PID, RESULT, SEAM, TASK_PAGES, YES_NO, seam_at

TRIES = 2000


class Variant(NamedTuple):
    """A script whose last call is asked about."""

    script: str
    asks: tuple[str, ...]


def make_drill(kind: str, seed: int) -> Variant:
    """The variant of the drill ``kind`` that ``seed`` gives, always the same."""
    rng = Random(f"{kind} {seed}")
    drill = DRILLS[kind]
    answer = rng.choice(drill.answers)
    for _ in range(TRIES):
        variant = drill.make(rng, answer)
        if variant is not None:
            return variant
    raise ValueError(f"drill {kind!r} finds no variant for seed {seed}")


def prepared(rng: Random, calls: int) -> Machine:
    """The classroom's machine after that many random calls; something is mapped."""
    machine = Machine(Lokier.classroom(), task_pages=TASK_PAGES)
    while machine.position < calls or not machine.processes[PID].units:
        carry_out(machine, random_call(rng, machine))
    return machine


def carry_out(machine: Machine, line: str) -> Step | MappingError:
    """Carry out one line: its step, or why it was refused."""
    (call,) = Script.read(line).calls
    try:
        return machine.apply(call)
    except MappingError as error:
        return error


def random_call(rng: Random, machine: Machine) -> str:
    """A script line that is likely to be carried out: mostly mmap, some growth, some munmap."""
    units = machine.processes[PID].units
    kind = rng.choices(("mmap", "grow", "munmap"), (5, 3, 1))[0] if units else "mmap"
    if kind == "grow":
        return growth(rng, rng.choice(units))
    if kind == "munmap":
        unit = rng.choice(units)
        return f"munmap({unit.start}, {rng.randint(1, unit.pages)})"
    beside = units and rng.random() < 0.5
    place = rng.choice(units).end if beside else rng.randrange(2, TASK_PAGES - 8)
    return f"mmap({rng.randint(2, 6)}, 'rw', addr={place})"


def growth(rng: Random, unit: Unit) -> str:
    """A call that grows ``unit``."""
    return f"mremap({unit.start}, {unit.pages}, {unit.pages + rng.randint(1, 8)})"


def with_last(machine: Machine, line: str) -> str:
    """What the machine has done, and then ``line``."""
    return f"{machine.script}\n{line}"


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


def wrap(rng: Random, answer: str) -> Variant | None:
    """Does the counter wrap, and which index does the new mapping get?"""
    machine = prepared(rng, rng.randint(3, 5))
    space = machine.spaces[-1]
    length, place = rng.randint(3, 12), rng.randrange(1, TASK_PAGES - 12)
    if not 8 <= space.left <= 28:
        return None
    line = f"mmap({length}, 'rw', addr={place})"
    script = with_last(machine, line)
    step = carry_out(machine, line)
    if isinstance(step, MappingError) or step.result != place:
        return None
    wrapped = machine.spaces[-1].id != space.id
    return Variant(script, ("wraps", f"index {place}")) if wrapped == (answer == "yes") else None


class Kind(NamedTuple):
    """A kind of drill: the answers to choose from, and what makes a variant with one."""

    answers: tuple[str, ...]
    make: Callable[[Random, str], Variant | None]


DRILLS = {
    "count": Kind(("1", "2", "3", "4", "5"), count),
    "seam": Kind(SEAM[:3], seam),
    "accepts": Kind(RESULT[:2], accepts),
    "wrap": Kind(YES_NO, wrap),
}
"""Every drill by name."""
