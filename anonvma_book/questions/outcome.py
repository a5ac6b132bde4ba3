"""What a script's last call did, and what can be read off the state before and after it.

outcome   the state before the last call, and the state after it or the refusal
seam      what stands between two pages: nothing, a group, the border of a unit, a free page
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.calls import Call, Script
from anonvma_book.errors import MappingError
from anonvma_book.machine import Machine
from anonvma_book.picture.narrate import narrate, narrate_error
from anonvma_book.schemes import Lokier
from anonvma_book.state import State
from anonvma_book.step import Step
from anonvma_book.vma import Vma, space_name

PID = 1
TASK_PAGES = 48

SEAM = ("one vma: merged", "two vmas in one unit: grouped", "two units", "no seam: a page is free")


class Outcome(NamedTuple):
    """What a script's last call did: ``step``, or ``error`` where it was refused.

    ``machine`` stands after the call; it is there for reverse walks, and is not to be changed.
    """

    call: Call
    before: State
    after: State
    step: Step | None
    error: MappingError | None
    machine: Machine

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        if self.step is not None:
            return narrate(self.step, self.before, self.after)
        assert self.error is not None
        text, code = narrate_error(self.error)
        return f"{text} ({code}); nothing changed."

    @property
    def setup(self) -> str:
        """The calls before the last one, as a script."""
        calls = self.machine.script.calls
        return str(Script(calls if self.step is None else calls[:-1]))


def new_machine(**settings: object) -> Machine:
    """The classroom's machine, 64 indexes and 48 pages, but for what ``settings`` say."""
    return Machine(**{"scheme": Lokier.classroom(), "task_pages": TASK_PAGES} | settings)  # type: ignore[arg-type]


def outcome_of(script: str, **settings: object) -> Outcome:
    """Run ``script``, whose last call may be refused; ScriptError where an earlier one is."""
    machine = new_machine(**settings)
    *setup, call = Script.read(script).calls
    machine.run(Script(tuple(setup)))
    before = machine.state
    try:
        step = machine.apply(call)
    except MappingError as error:
        return Outcome(call, before, machine.state, None, error, machine)
    return Outcome(step.call, before, machine.state, step, None, machine)


def vma_at(state: State, page: int) -> Vma | None:
    """The vma of process 1 that has ``page``."""
    return next((vma for vma in state.mm(PID).vmas if vma.start <= page < vma.end), None)


def index_at(state: State, page: int) -> str:
    """The index of ``page`` as it is written, such as A26; "free" where nothing is mapped."""
    vma = vma_at(state, page)
    if vma is None or vma.space is None:
        return "free"
    return f"{space_name(vma.space)}{vma.index_of(page)}"


def seam_at(state: State, page: int) -> str:
    """What stands between ``page - 1`` and ``page``: one of SEAM."""
    left, right = vma_at(state, page - 1), vma_at(state, page)
    if left is None or right is None:
        return SEAM[3]
    if left == right:
        return SEAM[0]
    together = any(unit.start < page < unit.end for unit in state.mm(PID).units)
    return SEAM[1] if together else SEAM[2]
