"""Drills on fork and the way back: who maps this page, and who is looked at in vain."""

from __future__ import annotations

from random import Random

from anonvma_book.errors import MappingError
from anonvma_book.machine import Machine
from anonvma_book.questions.drills.base import Variant, carry_out, checked, with_last
from anonvma_book.questions.outcome import PID, new_machine

START = 8


def family(rng: Random) -> Machine:
    """A process that has written two or three pages, with one or two children."""
    machine = new_machine()
    pages = rng.randint(2, 3)
    carry_out(machine, f"a = mmap({pages}, 'rw', addr={START})")
    for page in range(pages):
        carry_out(machine, f"fault(a + {page})" if page else "fault(a)")
    carry_out(machine, "child = fork()")
    if rng.random() < 0.6:
        parent = rng.choice(("", "child."))
        carry_out(machine, f"second = {parent}fork()")
    return machine


def act(rng: Random, machine: Machine, kinds: tuple[str, ...]) -> str:
    """A line in which somebody of the family does something with one of its pages."""
    who = rng.choice(["", *(f"{name}." for name in machine.world.processes if name != "init")])
    size = machine.processes[PID].vmas[0].pages if machine.processes[PID].vmas else 1
    plus = rng.randrange(size)
    page = f"a + {plus}" if plus else "a"
    kind = rng.choice(kinds)
    if kind == "exit" and who:
        return f"{who}exit()"
    if kind == "read":
        return f"{who}fault({page}, write=False)"
    if kind == "unmap":
        return f"{who}munmap({page}, 1)"
    if kind == "move":
        return f"{who}mremap({page}, 1, 1, to={rng.randrange(20, 40)})"
    return f"{who}fault({page})"


def told(rng: Random, kinds: tuple[str, ...], asks: tuple[str, ...]) -> Variant | None:
    """A family after some acts, and one more to be asked about."""
    machine = family(rng)
    for _ in range(rng.randint(0, 2)):
        carry_out(machine, act(rng, machine, kinds))
    last = act(rng, machine, kinds)
    script = with_last(machine, last)
    if isinstance(carry_out(machine, last), MappingError):
        return None
    present = [entry.page for entry in machine.state.mm(PID).ptes]
    if not present:
        return None
    page = rng.choice(present)
    return Variant(script, tuple(f"{ask} {page}" for ask in asks))


def fork(rng: Random, answer: str) -> Variant | None:
    """How many processes share a page after copy-on-write, and how many vmas are looked at?"""
    variant = told(rng, ("write", "write", "read", "exit"), ("hits", "candidates"))
    return variant and checked(variant, answer)


def walk(rng: Random, answer: str) -> Variant | None:
    """At how many vmas does a reverse walk look in vain, and which index does it look for?"""
    variant = told(rng, ("write", "unmap", "move"), ("misses", "index"))
    return variant and checked(variant, answer)
