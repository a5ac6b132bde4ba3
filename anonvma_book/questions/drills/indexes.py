"""Drills on indexes: the counter, claims, straight lines, growth, stacks."""

from __future__ import annotations

from random import Random

from anonvma_book.errors import MappingError
from anonvma_book.questions.asks import GROWTH
from anonvma_book.questions.drills.base import (
    Variant,
    carry_out,
    checked,
    growth,
    prepared,
    with_last,
)
from anonvma_book.questions.outcome import PID, TASK_PAGES, new_machine, vma_at
from anonvma_book.schemes import Lokier


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


def claim(rng: Random, answer: str) -> Variant | None:
    """From which side does a new mapping claim its indexes, and which does it get?"""
    side = rng.choice(("above", "below"))
    settings = {"scheme": Lokier.classroom(side=side)}
    machine = prepared(rng, rng.randint(2, 4), **settings)
    length, place = rng.randint(1, 6), rng.randrange(1, TASK_PAGES - 6)
    line = f"mmap({length}, 'rw', addr={place})"
    script = with_last(machine, line)
    step = carry_out(machine, line)
    if isinstance(step, MappingError) or step.result != place or len(machine.spaces) > 1:
        return None
    return checked(Variant(script, ("claims", f"index {place}"), settings), answer)


def line(rng: Random, answer: str) -> Variant | None:
    """Do two pages lie on one straight line after a mapping or a move?"""
    machine = prepared(rng, rng.randint(2, 4))
    init = machine.processes[PID]
    unit = rng.choice(init.units)
    place = rng.randrange(1, TASK_PAGES - 8)
    call = f"mmap({rng.randint(1, 4)}, 'rw', addr={place})"
    if rng.random() < 0.5:
        call = f"mremap({unit.start}, {unit.pages}, {unit.pages}, to={place})"
    script = with_last(machine, call)
    step = carry_out(machine, call)
    if isinstance(step, MappingError) or step.result is None or not init.vmas:
        return None
    here, other = step.result, rng.choice(init.vmas)
    if vma_at(machine.state, here) == other:
        return None
    return checked(Variant(script, (f"line {here} {other.start}", f"index {here}")), answer)


def grows(rng: Random, answer: str) -> Variant | None:
    """Does a unit that grows use its reservation, go on in line, jump, or move?"""
    machine = prepared(rng, rng.randint(1, 4))
    unit = rng.choice(machine.processes[PID].units)
    script = with_last(machine, growth(rng, unit))
    asks = ("growth", "vmas") if answer != GROWTH[3] else ("growth", "units")
    return checked(Variant(script, asks), answer)


def stack(rng: Random, answer: str) -> Variant | None:
    """What does a fault at or below a stack do?"""
    settings = {"guard_gap": rng.choice((0, 2))}
    machine = new_machine(**settings)
    place, length = rng.randrange(24, 40), rng.randint(1, 4)
    carry_out(machine, f"stack = mmap({length}, 'rw', addr={place}, growsdown=True)")
    for _ in range(rng.randint(1, 2)):
        carry_out(machine, f"mmap({rng.randint(1, 4)}, 'rw', addr={rng.randrange(2, place)})")
    if rng.random() < 0.6:
        carry_out(machine, f"fault({place - rng.randint(1, 2 * length)})")
    lowest = min((vma.start for vma in machine.processes[PID].vmas if vma.end > place), default=0)
    page = rng.randint(max(1, lowest - 10), place + length - 1)
    script = with_last(machine, f"fault({page})")
    return checked(Variant(script, ("stack", "vmas"), settings), answer)
