"""A history that a reader can change: calls, undo, redo, and the past.

    history = History(scenario("a split"))
    history.call("munmap(a, 2)")            and run, undo, redo, go_to
    history.splice(1, 1, "fork()")          other calls in the place of some; the rest is made anew

step       a call that was carried out; `position` is the one that Python stands at, `end` the
           last that is done: those after it were undone
past       a whole history that another took the place of: by a changed call, a script, a
           scenario, settings or a reset. Undo goes back to it, step by step and past by past
base       the end with which a history took its place: undo goes no further down in it
limit      the end at which another took its place: redo goes no further up; None without one

Whoever shows a history overrides ``_publish`` and ``_went``, and is told of every change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from anonvma_book.calls import Call, Script
from anonvma_book.errors import AnonvmaError, MappingError, ScriptError, SettingError
from anonvma_book.machine import Machine
from anonvma_book.mm import Mm
from anonvma_book.picture.recording import Recording
from anonvma_book.scenarios import Scenario, scenario
from anonvma_book.settings import with_settings
from anonvma_book.state import MmState
from anonvma_book.step import Step

PASTS = 50
"""So many whole changes can be taken back."""

MOST_ROWS = 500_000
"""So many rows the pictures of all steps may have together: a history of that many takes seconds,
and twice the calls need four times as long. A process has four, and one for each vma and page."""


class RefusedError(ScriptError):
    """A call of a history that is made anew and is refused now: ``number``, of ``kept`` + 1.

    Nothing has changed.
    """

    def __init__(self, number: int, call: Call, error: MappingError) -> None:
        super().__init__(number, f"call {number}, {call}, would be refused: {error}")
        self.number = number
        self.kept = number - 1

    def __str__(self) -> str:
        return f"{self.reason}. Nothing has changed"


class Past(NamedTuple):
    """A whole history that can come back, and how it stood."""

    given: Scenario
    recording: Recording
    end: int
    base: int = 0
    limit: int | None = None


class History:
    """The history of ``machine``, or of the scenario ``given`` as it runs."""

    def __init__(self, given: Scenario, machine: Machine | None = None) -> None:
        self.given = given
        self.recording = Recording(machine if machine is not None else given.machine())
        self.end = self.machine.position
        self._base = 0
        self._limit: int | None = None
        self._pasts: list[Past] = []
        self._futures: list[Past] = []

    @property
    def machine(self) -> Machine:
        """The machine that the history is of; a change of the past makes another."""
        return self.recording.machine

    @property
    def position(self) -> int:
        """The step that Python stands at."""
        return self.machine.position

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls that are done, up to the end."""
        return tuple(step.call for step in self.machine.steps[: self.end])

    # What a reader can do

    def call(self, text: str, at: int | None = None) -> Step:
        """Carry out one script line after step ``at`` (the last, unless given).

        What came after ``at`` is forgotten. Raises :class:`MappingError` or
        :class:`ScriptError`, and then nothing has changed, unless the error is ``partial``.
        """
        calls = _calls(text)
        if len(calls) > 1:
            raise ScriptError(2, "one call at a time")
        return self._carry_out(calls, at, several=False)[-1]

    def run(self, text: str, at: int | None = None) -> tuple[Step, ...]:
        """Carry out a script after step ``at``, all of it or nothing."""
        return self._carry_out(_calls(text), at, several=True)

    def undo(self) -> bool:
        """Take back the last step, or the change that replaced a whole history."""
        if self.end > self._base:
            self._shift(self.end - 1)
        elif self._pasts:
            self._exchange(self._pasts, self._futures)
        else:
            return False
        return True

    def redo(self) -> bool:
        """Do again what was undone last; False where there is nothing."""
        if self.end < self._top:
            self._shift(self.end + 1)
        elif self._futures:
            self._exchange(self._futures, self._pasts)
        else:
            return False
        return True

    def go_to(self, position: int) -> None:
        """Show another step; SettingError if it is not done."""
        self._move(position)
        self._went()

    def splice(self, first: int, gone: int, text: str, *, keep: bool = False) -> None:
        """Replace ``gone`` calls after step ``first`` by those of ``text``; make the rest anew.

        Where a later call is refused then, :class:`RefusedError` says which, and nothing has
        changed; with ``keep`` the calls before it are kept instead.
        """
        before = self.calls
        if not 0 <= first <= first + gone <= len(before):
            raise SettingError(f"there are no calls {first + 1} to {first + gone}")
        new = Script.read(text).calls
        machine = self.machine.like()
        _check_rows(machine.like(), before[:first] + new + before[first + gone :])
        for call in before[:first] + new:
            _make(machine, call)
        try:
            _make_anew(machine, before[first + gone :])
        except RefusedError:
            if not keep:
                raise
        self._replace(self.given, machine, first + 1 if new else first)

    def rewrite(self, text: str) -> None:
        """Run a script in the place of the whole history, all of it or nothing."""
        machine = self.machine.like()
        _check_rows(machine.like(), Script.read(text).calls)
        machine.run(text)
        self._replace(self.given, machine, machine.position)

    def set_up(self, settings: Mapping[str, object], at: int | None = None) -> None:
        """Make the calls anew on a machine with other settings; all of them or nothing.

        Then step ``at`` is shown: the one that is shown now, unless given.
        Raises :class:`SettingError`, or :class:`RefusedError` for the first call that fails.
        """
        shown = self.position if at is None else self._there(at)
        machine = with_settings(self.machine, settings)
        _check_rows(machine.like(), self.calls)
        _make_anew(machine, self.calls)
        self._replace(self.given, machine, shown)

    def reset(self) -> None:
        """Begin anew with what the history was given, before its first call."""
        self._begin_with(self.given)

    def choose(self, name: str) -> None:
        """Begin with another scenario; SettingError if there is none of that name."""
        self._begin_with(scenario(name))

    def refresh(self) -> bool:
        """Take in what was done to the machine by other means; whether there was anything."""
        version = self.recording.version
        first = self.recording.follow()
        if self.recording.version == version:
            return False
        self.end = self.machine.position
        self._base = min(self._base, self.end)
        self._futures.clear()
        self._limit = None
        self._publish(first)
        return True

    # How it is done

    @property
    def _top(self) -> int:
        return len(self.machine.steps) if self._limit is None else self._limit

    def _carry_out(
        self, calls: tuple[Call, ...], at: int | None, *, several: bool
    ) -> tuple[Step, ...]:
        machine, before = self.machine, self.position
        self._move(self.end if at is None else at)
        stood = self.position
        try:
            self._check_room(stood, calls)
            done = machine.run(Script(calls)) if several else (machine.apply(calls[0]),)
        except AnonvmaError as error:
            if isinstance(error, MappingError) and error.partial:
                self._follow(stood)
            else:
                machine.go_to(before)
            raise
        self._follow(stood)
        return done

    def _check_room(self, stood: int, calls: tuple[Call, ...]) -> None:
        """Whether the pictures have room for calls after step ``stood``.

        A single call has to be quick and is not tried for that: it brings one state more.
        """
        if len(calls) > 1:
            _check_rows(self.machine.like(), (*self.machine.script.calls, *calls))
            return
        states = self.recording.states[: stood + 1]
        _refuse_rows(stood + 1, sum(map(_rows, (mm for state in states for mm in state.mms))))

    def _follow(self, stood: int) -> None:
        """Record what was done after step ``stood``."""
        self._futures.clear()
        self._limit = None
        self._base = min(self._base, stood)
        self.end = self.position
        self._publish(self.recording.follow())

    def _move(self, position: int) -> None:
        self.machine.go_to(self._there(position))

    def _there(self, position: int) -> int:
        """``position``; SettingError where it is no step."""
        if not 0 <= position <= self.end:
            raise SettingError(f"there is no step {position}; there are {self.end}")
        return position

    def _shift(self, end: int) -> None:
        self.end = end
        self.go_to(end)

    def _begin_with(self, given: Scenario) -> None:
        machine = given.make()
        for call in Script.read(given.script).calls:
            _make(machine, call)
        self._replace(given, machine, 0)

    def _replace(self, given: Scenario, machine: Machine, position: int) -> None:
        """Put a whole history in the place of this one, which becomes a past."""
        self._pasts = [*self._pasts, self._now()._replace(limit=self.end)][-PASTS:]
        self._futures.clear()
        self._stand(Past(given, Recording(machine), machine.position, machine.position), position)

    def _exchange(self, taken: list[Past], kept: list[Past]) -> None:
        """Go to the past (or future) that was taken last; this history becomes the other."""
        kept.append(self._now())
        other = taken.pop()
        self._stand(other, other.recording.machine.position)

    def _now(self) -> Past:
        return Past(self.given, self.recording, self.end, self._base, self._limit)

    def _stand(self, past: Past, position: int) -> None:
        version = self.recording.version
        self.given, self.recording, self.end, self._base, self._limit = past
        self.recording.version = max(version, self.recording.version) + 1
        self._move(min(position, self.end))
        self._publish(0)

    @property
    def can_undo(self) -> bool:
        """Whether undo would do anything."""
        return self.end > self._base or bool(self._pasts)

    @property
    def can_redo(self) -> bool:
        """Whether redo would do anything."""
        return self.end < self._top or bool(self._futures)

    def _publish(self, first: int) -> None:
        """The scenes from ``first`` on are new."""

    def _went(self) -> None:
        """Another step, or another end, is shown."""


def _make(machine: Machine, call: Call) -> None:
    """Make a call; one that is refused but leaves a part done is a step as well."""
    try:
        machine.apply(call)
    except MappingError as error:
        if not error.partial:
            raise


def _make_anew(machine: Machine, calls: tuple[Call, ...]) -> None:
    """Make calls that were done before; RefusedError for the first that is refused now."""
    for call in calls:
        try:
            _make(machine, call)
        except MappingError as error:
            raise RefusedError(machine.position + 1, call, error) from error


def _check_rows(machine: Machine, calls: Iterable[Call]) -> None:
    """Try calls on an empty machine: SettingError where they have too many rows to be shown."""
    rows = 0
    for number, call in enumerate(calls, 1):
        with suppress(MappingError):  # whoever makes them in earnest says which is refused
            machine.apply(call)
        rows += sum(map(_rows, machine.world.mms.values()))
        _refuse_rows(number, rows)


def _rows(mm: Mm | MmState) -> int:
    """How many rows the picture of a process has."""
    return 4 + len(mm.vmas) + len(mm.ptes)


def _refuse_rows(number: int, rows: int) -> None:
    if rows > MOST_ROWS:
        raise SettingError(
            f"up to call {number} there are {rows:,} processes, vmas and pages in the pictures "
            f"of all steps: more than the {MOST_ROWS:,} that can be shown"
        )


def _calls(text: str) -> tuple[Call, ...]:
    calls = Script.read(text).calls
    if not calls:
        raise ScriptError(1, "there is no call")
    return calls
