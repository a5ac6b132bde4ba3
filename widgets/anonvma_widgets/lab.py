"""A lab: a player with a live machine behind it. New calls go to Python, scenes come back.

    lab = Lab("the counter wraps")
    lab.call("g = mmap(4, 'rw')")       what the reader does with the form; raises what is wrong
    lab.undo(); lab.redo(); lab.go_to(3); lab.reset()
    lab.machine                         the machine itself; after changing it, lab.refresh()

Stepping through what has happened is done in the browser and does not come here.
"""

from __future__ import annotations

from typing import Any

import traitlets

from anonvma_book import Machine, Script, Step
from anonvma_book.errors import AnonvmaError, MappingError, ScriptError
from anonvma_widgets.player import Message, Player
from anonvma_widgets.scenarios import scenario

LONGEST_SCRIPT = 20_000
"""Characters of a script that is pasted into a lab."""


class Lab(Player):
    """A live machine behind controls: every call, undo, redo, reset, and the scenarios.

    ``Lab()`` is the empty classroom: 48 pages, 64 indexes. The rest as for :class:`Player`.
    A page that is open on the lab follows what is done here, and the other way round.
    """

    live = traitlets.Bool(True, read_only=True).tag(sync=True)

    def __init__(
        self,
        name: str | None = None,
        *,
        script: str | None = None,
        machine: Machine | None = None,
        at: int | None = None,
    ) -> None:
        self._heard = False
        super().__init__(name, script=script, machine=machine, at=at)

    # What a reader can do

    def call(self, text: str, at: int | None = None) -> Step:
        """Carry out one script line after step ``at`` (after the last step, unless given).

        What came after ``at`` is forgotten. Raises :class:`MappingError` or
        :class:`ScriptError`, and then nothing has changed.
        """
        return self._carry_out(text, at, several=False)[-1]

    def run(self, text: str, at: int | None = None) -> tuple[Step, ...]:
        """Carry out a script after step ``at``, all of it or nothing."""
        return self._carry_out(text, at, several=True)

    def undo(self) -> bool:
        """Take back the last step; False where there is none."""
        return self._shift_end(self.end - 1)

    def redo(self) -> bool:
        """Do the next undone step again; False where there is none."""
        return self._shift_end(self.end + 1)

    def go_to(self, position: int) -> None:
        """Show another step; SettingError if it is not done."""
        self._move(position)
        self.send({"type": "go", "position": self.position, "end": self.end})

    def reset(self) -> None:
        """Begin anew with what the lab was given, before its first call."""
        if self.given.script:
            fresh = self.given.make()
            fresh.reset()
            fresh.run(self.given.script)
            self._begin_anew(fresh)
        else:
            self._begin_anew(self.given.make())

    def choose(self, name: str) -> None:
        """Begin with another scenario; SettingError if there is none of that name."""
        self.given = scenario(name)
        self.reset()

    # How it is done

    def _carry_out(self, text: str, at: int | None, *, several: bool) -> tuple[Step, ...]:
        calls = Script.read(text).calls
        if not calls:
            raise ScriptError(1, "there is no call")
        if len(calls) > 1 and not several:
            raise ScriptError(2, "one call at a time")
        before = self.position
        machine = self.machine
        self._move(self.end if at is None else at)
        try:
            done = machine.run(Script(calls)) if several else (machine.apply(calls[0]),)
        except AnonvmaError:
            machine.go_to(before)
            raise
        self.end = machine.position
        self._publish(self.recording.follow())
        return done

    def _shift_end(self, end: int) -> bool:
        if not 0 <= end <= len(self.machine.steps):
            return False
        self.end = end
        self.go_to(end)
        return True

    def _begin_anew(self, machine: Machine) -> None:
        given = self.given
        version = self.recording.version
        self._begin(given, machine)
        self.recording.version += version
        self._move(0)
        self._publish(0)

    def _publish(self, first: int) -> None:
        """Send what is new to the page; everything, as long as no page has said hello."""
        if self._heard:
            base = self.recording.version - 1
            history = {**self.history_json(first), "base": base}
            self.send({"type": "history", "history": history})
        else:
            super()._publish(first)

    def handle(self, message: object) -> None:
        """Do what the page asks; what is wrong goes back as a message, and raises nothing."""
        if not isinstance(message, dict):
            return
        action = ACTIONS.get(str(message.get("type")))
        if action is None:
            return
        try:
            action(self, message)
        except AnonvmaError as error:
            self.send(error_message(error))

    def _hello(self, message: Message) -> None:
        self._heard = True
        if message.get("version") != self.recording.version:
            self.send({"type": "history", "history": self.history_json()})

    def _call_asked(self, message: Message) -> None:
        self.call(_text(message, "text"), _step(message))

    def _script_asked(self, message: Message) -> None:
        self.run(_text(message, "text"), _step(message))

    def _scenario_asked(self, message: Message) -> None:
        self.choose(_text(message, "name"))

    def _undo_asked(self, _: Message) -> None:
        self.undo()

    def _redo_asked(self, _: Message) -> None:
        self.redo()

    def _reset_asked(self, _: Message) -> None:
        self.reset()


ACTIONS = {
    "hello": Lab._hello,
    "call": Lab._call_asked,
    "script": Lab._script_asked,
    "scenario": Lab._scenario_asked,
    "undo": Lab._undo_asked,
    "redo": Lab._redo_asked,
    "reset": Lab._reset_asked,
}
"""What a page can ask for."""


def error_message(error: AnonvmaError) -> dict[str, Any]:
    """An error as the page shows it: the sentence, and the code that it prints in bold.

    The number of the line is left out where there is one line only.
    """
    if isinstance(error, MappingError):
        return {"type": "error", "message": str(error), "code": error.code}
    alone = isinstance(error, ScriptError) and error.line == 1
    text = error.reason if alone and isinstance(error, ScriptError) else str(error)
    return {"type": "error", "message": text, "code": ""}


def _text(message: Message, key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str):
        raise ScriptError(1, "there is no text")
    if len(value) > LONGEST_SCRIPT:
        raise ScriptError(1, f"a script has at most {LONGEST_SCRIPT} characters here")
    return value


def _step(message: Message) -> int | None:
    value = message.get("at")
    return value if isinstance(value, int) and not isinstance(value, bool) else None
