"""A machine: processes and address spaces under one scheme, driven call by call.

    machine = Machine(Lokier.classroom(), task_pages=48)
    init = machine.processes[1]
    a = init.mmap(6, "rw", addr=2)
    machine.undo()

A call becomes a step, or fails and changes nothing. Steps can be undone and redone; a new call
after undoing takes the place of what was undone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anonvma_book import linux, resizing, syscalls
from anonvma_book.address_space import AddressSpace
from anonvma_book.calls import (
    FITTING,
    INIT,
    SIGNATURES,
    Argument,
    Call,
    Ref,
    Script,
    misfit,
    misnomer,
    read_lines,
)
from anonvma_book.errors import MappingError, ScriptError, SettingError
from anonvma_book.invariants import check
from anonvma_book.journal import apply, revert
from anonvma_book.mm import Mm
from anonvma_book.process import Process
from anonvma_book.reverse_map import Walk, walk_from
from anonvma_book.schemes import Lokier, Scheme
from anonvma_book.state import State
from anonvma_book.step import Step
from anonvma_book.world import Layout, World

LAYOUTS = ("bottom-up", "top-down")


class Machine:
    """Processes, address spaces and pages under ``scheme`` (Lokier's as written, unless given).

    ``task_pages``  the size of every process's address range, in pages: 2 or more
    ``layout``      "bottom-up" or "top-down": where a mapping without an address goes first
    ``mmap_base``   the lowest page that a search for room hands out
    ``guard_gap``   pages that stay free below a vma that grows down: 0 in 2004, 256 today
    ``brk_start``   the page at which the heap begins: the middle of the task, unless given
    ``record``      whether steps are kept, so that they can be undone

    >>> machine = Machine(Lokier.classroom(), task_pages=48)
    >>> init = machine.processes[1]
    >>> init.mmap(6, "rw", addr=2)
    2
    >>> init.mremap(2, 6, 20)
    2
    >>> [(vma.start, vma.end, vma.pgoff) for vma in init.vmas]
    [(2, 22, 0)]
    """

    def __init__(
        self,
        scheme: Scheme | None = None,
        *,
        task_pages: int = 2**20,
        layout: str = "bottom-up",
        mmap_base: int = 1,
        guard_gap: int = 0,
        brk_start: int | None = None,
        record: bool = True,
    ) -> None:
        heap = task_pages // 2 if brk_start is None else brk_start
        _check_settings(task_pages, layout, mmap_base, guard_gap, heap)
        self.layout = Layout(layout == "top-down", mmap_base, guard_gap, heap)
        self.scheme = (scheme or Lokier.as_written()).for_layout(self.layout.top_down)
        self._calls = DIALECTS[self.scheme.dialect]
        self.record = record
        self.world = World(task_pages, self.layout)
        self._steps: list[Step] = []
        self._position = 0
        self._count = 0
        self._kept: Step | None = None
        pid = self.world.number("pid")
        registers = {"brk_start": heap, "brk": heap}
        self.world.mms[pid] = Mm(self.world, self.scheme, pid, None, registers)
        space = self.scheme.start(self.world)
        self._rooted = space is not None  # then a lone space is some process's current one
        self.world.mms[pid].set_register("space", space)
        self.world.processes[INIT] = pid
        self.world.journal.take()

    # What can be seen

    @property
    def processes(self) -> dict[int, Process]:
        """The living processes by pid."""
        return {pid: Process(self, pid) for pid in sorted(self.world.mms)}

    @property
    def spaces(self) -> tuple[AddressSpace, ...]:
        """The address spaces that something refers to, oldest first."""
        return tuple(self.world.spaces[space] for space in sorted(self.world.spaces))

    @property
    def state(self) -> State:
        """All that can be observed, as one immutable value."""
        return self.world.state()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, those that are undone and can be redone included."""
        return tuple(self._steps)

    @property
    def position(self) -> int:
        """How many of the steps are done."""
        return self._position

    @property
    def script(self) -> Script:
        """The calls done so far; running them anew gives the same state."""
        return Script(tuple(step.call for step in self._steps[: self._position]))

    def reverse_map(self, pid: int, page: int) -> Walk:
        """The reverse walk for ``page`` of process ``pid``: section 7 of the scheme.

        Raises :class:`MappingError` where the page is not anonymous memory.
        """
        return walk_from(self._mm("reverse_map", pid), page)

    def check(self) -> None:
        """Check every rule that must always hold; :class:`InvariantError` with a dump if not."""
        check(self)

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments that the machine was made with, but for ``scheme`` and ``record``."""
        return {
            "task_pages": self.world.task_pages,
            "layout": LAYOUTS[self.layout.top_down],
            "mmap_base": self.layout.mmap_base,
            "guard_gap": self.layout.guard_gap,
            "brk_start": self.layout.heap,
        }

    def like(self, scheme: Scheme | None = None, **changes: Any) -> Machine:
        """An empty machine with the settings of this one, but for ``scheme`` and ``changes``.

        >>> Machine(Lokier.classroom(), task_pages=48, guard_gap=2).like(task_pages=64).settings
        {'task_pages': 64, 'layout': 'bottom-up', 'mmap_base': 1, 'guard_gap': 2, 'brk_start': 24}
        """
        return Machine(scheme or self.scheme, **{**self.settings, **changes})

    # What can be done

    def apply(self, call: Call) -> Step:
        """Carry out one call. :class:`MappingError` where the kernel would refuse it.

        Where the kernel then leaves a part done, ``partial`` is set in the error, and the part
        is a step of its own that can be undone.
        """
        journal = self.world.journal
        journal.quiet = False
        self._kept = None
        pid, arguments = self._resolve(call)
        try:
            result = self._carry_out(pid, call.name, tuple(arguments.values()))
            call = self._name_result(call, result)
        except BaseException as error:
            if journal.changes and isinstance(error, MappingError) and error.partial:
                self._keep(call, pid, None, arguments, str(error))
            journal.roll_back()
            raise
        return self._keep(call, pid, result, arguments)

    def do(self, pid: int, name: str, arguments: tuple[Argument, ...]) -> Any:
        """Carry out a call of process ``pid``; gives the page that is its result, or None.

        ``arguments`` holds all of them, in the order of ``SIGNATURES[name]``. A machine that
        does not record makes no step of it: nothing tells of the call afterwards, and it takes
        less than half of the time of :meth:`apply`.
        """
        if self.record:
            return self.apply(self.call_of(pid, name, arguments)).result
        journal = self.world.journal
        journal.quiet = True
        try:
            return self._carry_out(pid, name, arguments)
        finally:
            journal.changes.clear()

    def call_of(self, pid: int, name: str, arguments: tuple[Argument, ...]) -> Call:
        """A call of process ``pid`` as a value; ESRCH where there is no such process."""
        for process, named in self.world.processes.items():
            if named == pid:
                return Call.of(name, process, arguments)
        raise MappingError(name, f"there is no process {pid}", "ESRCH")

    def _carry_out(self, pid: int, name: str, arguments: tuple[Argument, ...]) -> int | None:
        """The result of a call; one that is refused has changed nothing, or its part."""
        world = self.world
        try:
            if [*map(type, arguments)] not in FITTING[name]:
                _check_arguments(name, arguments)
            mm = world.mms.get(pid)
            if mm is None:
                raise MappingError(name, f"there is no process {pid}", "ESRCH")
            result = self._calls[name](mm, *arguments)
        except BaseException as error:
            if isinstance(error, MappingError) and error.partial:
                world.free_spaces()
            else:
                world.journal.roll_back()
            _check_arguments(name, arguments)
            raise
        if len(world.spaces) > 1 or not (self._rooted and world.mms):
            world.free_spaces()
        return result

    def _keep(
        self,
        call: Call,
        pid: int,
        result: int | None,
        arguments: dict[str, Argument],
        error: str | None = None,
    ) -> Step:
        """Make a step of what the journal has."""
        changes, events = self.world.journal.take()
        step = Step(self._count + 1, call, pid, result, events, changes, arguments, error)
        self._kept = step
        self._count += 1
        if self.record:
            del self._steps[self._position :]
            self._steps.append(step)
            self._position += 1
        return step

    def run(self, script: str | Script) -> tuple[Step, ...]:
        """Carry out a script, all of it or nothing.

        :class:`ScriptError` names the line that cannot be read or is refused.
        """
        before = list(self._steps), self._position, self._count
        done: list[Step] = []
        number = 0
        try:
            for line, call in list(read_lines(str(script))):
                number = line
                done.append(self.apply(call))
        except BaseException as error:
            if isinstance(error, MappingError) and self._kept is not None:
                done.append(self._kept)
            for step in reversed(done):
                revert(step.changes)
            self._steps, self._position, self._count = before
            if isinstance(error, MappingError):
                raise ScriptError(number, str(error)) from error
            raise
        return tuple(done)

    def undo(self) -> bool:
        """Take back the last step that is done; False where there is none."""
        if not self._position:
            return False
        self._position -= 1
        self._count -= 1
        revert(self._steps[self._position].changes)
        return True

    def redo(self) -> bool:
        """Do the next undone step again; False where there is none."""
        if self._position == len(self._steps):
            return False
        apply(self._steps[self._position].changes)
        self._position += 1
        self._count += 1
        return True

    def go_to(self, number: int) -> None:
        """Undo or redo until ``number`` steps are done: 0 to ``len(steps)``."""
        if not 0 <= number <= len(self._steps):
            raise SettingError(f"there is no step {number}; there are {len(self._steps)}")
        while self._position > number:
            self.undo()
        while self._position < number:
            self.redo()

    def reset(self) -> None:
        """Undo everything, and forget it."""
        self.go_to(0)
        self._steps.clear()

    # How a call is carried out

    def _resolve(self, call: Call) -> tuple[int, dict[str, Argument]]:
        """The pid and the arguments, with names replaced by what they stand for."""
        pid = self.world.processes.get(call.process)
        if pid is None:
            raise MappingError(call.name, f"{call.process!r} names no process", "ESRCH")
        given = dict(call.arguments)
        arguments: dict[str, Argument] = {}
        for parameter in SIGNATURES[call.name]:
            value = given.get(parameter.name, parameter.default)
            if isinstance(value, Ref):
                if value.name not in self.world.names:
                    raise MappingError(call.name, f"{value.name!r} names no page", "EINVAL")
                value = self.world.names[value.name] + value.plus
            arguments[parameter.name] = value
        return pid, arguments

    def _mm(self, call: str, pid: int) -> Mm:
        mm = self.world.mms.get(pid)
        if mm is None:
            raise MappingError(call, f"there is no process {pid}", "ESRCH")
        return mm

    def _name_result(self, call: Call, result: int | None) -> Call:
        """Remember what a result is called; a child without a name gets one."""
        world = self.world
        target = call.target
        if call.name == "fork" and target is None:
            target = f"p{result}"
            while target in world.names or target in world.processes:
                target += "_"
            call = call._replace(target=target)
        if target is None:
            return call
        problem = misnomer(target)
        if problem:
            raise MappingError(call.name, problem, "EINVAL")
        if target in world.processes:
            pid = world.processes[target]
            raise MappingError(call.name, f"{target!r} names process {pid} already", "EINVAL")
        if call.name == "fork" and target in world.names:
            raise MappingError(call.name, f"{target!r} names a page already", "EINVAL")
        table = world.processes if call.name == "fork" else world.names
        world.journal.put(table, target, result)
        return call


CALLS: dict[str, Callable[..., int | None]] = {
    "mmap": syscalls.mmap,
    "munmap": syscalls.munmap,
    "mprotect": syscalls.mprotect,
    "madvise": syscalls.madvise,
    "mremap": resizing.mremap,
    "brk": resizing.brk,
    "fault": syscalls.fault,
    "fork": syscalls.fork,
    "exec": syscalls.exec_,
    "exit": syscalls.exit_,
}

DIALECTS = {"plain": CALLS, "linux": linux.CALLS}
"""Whose calls a scheme asks for."""


def _check_arguments(name: str, arguments: tuple[Argument, ...]) -> None:
    """Say which argument is of the wrong type or far too large."""
    for parameter, value in zip(SIGNATURES[name], arguments, strict=True):
        problem = misfit(parameter, value)
        if problem:
            raise MappingError(name, problem, "EINVAL")


def _check_settings(task: int, layout: str, base: int, guard: int, heap: int) -> None:
    for name, value, low, high in (
        ("task_pages", task, 2, 2**64),
        ("mmap_base", base, 1, task - 1),
        ("guard_gap", guard, 0, task),
        ("brk_start", heap, 0, task),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise SettingError(f"{name} is a whole number from {low} to {high}, not {value!r}")
    if layout not in LAYOUTS:
        raise SettingError(f"layout is one of {', '.join(map(repr, LAYOUTS))}, not {layout!r}")
