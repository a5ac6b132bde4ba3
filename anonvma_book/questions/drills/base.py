"""What drills are made of: a kind, a variant, and machines after a few random calls.

variant   what one seed gives: a script, what is asked about its last call, the machine's settings
kind      the answers to choose from, and what tries to make a variant with a given one
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from anonvma_book.calls import Call, Script
from anonvma_book.errors import MappingError
from anonvma_book.machine import Machine
from anonvma_book.questions.asks import read_ask
from anonvma_book.questions.outcome import PID, TASK_PAGES, new_machine, outcome_of
from anonvma_book.step import Step
from anonvma_book.vma import Unit


class Variant(NamedTuple):
    """A script whose last call is asked about, on a machine with these settings."""

    script: str
    asks: tuple[str, ...]
    settings: dict[str, Any] = {}  # noqa: RUF012  # never changed


Maker = Callable[[Random, str], "Variant | None"]


class Kind(NamedTuple):
    """A kind of drill: what it is about, its answers, and what makes a variant with one.

    An answer is the truth of the variant's first ask.
    """

    about: str
    answers: tuple[str, ...]
    make: Maker


def prepared(rng: Random, calls: int, **settings: object) -> Machine:
    """The classroom's machine after that many random calls; something is mapped."""
    machine = new_machine(**settings)
    while machine.position < calls or not machine.processes[PID].units:
        carry_out(machine, random_call(rng, machine))
    return machine


def carry_out(machine: Machine, line: str) -> Step | MappingError:
    """Carry out one line: its step, or why it was refused."""
    try:
        return machine.apply(read(line))
    except MappingError as error:
        return error


@lru_cache(maxsize=1 << 12)  # many machines are tried, and the same calls in them
def read(line: str) -> Call:
    """The call of one line."""
    (call,) = Script.read(line).calls
    return call


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


def checked(variant: Variant, answer: str) -> Variant | None:
    """``variant`` if the truth of its first ask is ``answer``."""
    outcome = outcome_of(variant.script, **variant.settings)
    return variant if read_ask(variant.asks[0], outcome).truth == answer else None
