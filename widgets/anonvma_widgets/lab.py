"""A lab: a player with a live machine behind it. New calls go to Python, scenes come back.

    lab = Lab("the counter wraps")
    lab.call("g = mmap(4, 'rw')")       what the reader does with the form; raises what is wrong
    lab.undo(); lab.redo(); lab.go_to(3); lab.reset()
    lab.machine                         the machine itself; after changing it, lab.refresh()
    lab.session                         everything else that a reader can do

Stepping through what has happened is done in the browser and does not come here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import traitlets

from anonvma_book import Step
from anonvma_book.session import Message
from anonvma_widgets.player import Player

Result = TypeVar("Result")


class Lab(Player):
    """A live machine behind controls: every call, undo, redo, reset, and the scenarios.

    ``Lab()`` is the empty classroom: 48 pages, 64 indexes. The rest as for :class:`Player`.
    A page that is open on the lab follows what is done here, and the other way round.
    """

    live = traitlets.Bool(True, read_only=True).tag(sync=True)

    _heard = False

    def call(self, text: str, at: int | None = None) -> Step:
        """Carry out one script line after step ``at`` (after the last step, unless given).

        What came after ``at`` is forgotten. Raises :class:`MappingError` or
        :class:`ScriptError`, and then nothing has changed.
        """
        return self._told(lambda: self.session.call(text, at))

    def run(self, text: str, at: int | None = None) -> tuple[Step, ...]:
        """Carry out a script after step ``at``, all of it or nothing."""
        return self._told(lambda: self.session.run(text, at))

    def undo(self) -> bool:
        """Take back the last step or change; False where there is none."""
        return self._told(self.session.undo)

    def redo(self) -> bool:
        """Do again what was undone last; False where there is nothing."""
        return self._told(self.session.redo)

    def go_to(self, position: int) -> None:
        """Show another step; SettingError if it is not done."""
        self._told(lambda: self.session.go_to(position))

    def reset(self) -> None:
        """Begin anew with what the lab was given, before its first call, on a fresh machine."""
        self._told(self.session.reset)

    def choose(self, name: str) -> None:
        """Begin with another scenario; SettingError if there is none of that name."""
        self._told(lambda: self.session.choose(name))

    def _told(self, action: Callable[[], Result]) -> Result:
        """Do something, and let the page know of it, also where an error leaves a part done."""
        try:
            return action()
        finally:
            self.deliver(self.session.take())

    def handle(self, message: object) -> None:
        """Do what the page asks; what is wrong goes back as a message, and raises nothing."""
        replies = self.session.handle(message)
        self._heard = self._heard or (isinstance(message, dict) and message.get("type") == "hello")
        self.deliver(replies)

    def deliver(self, messages: Iterable[Message]) -> None:
        """Send messages; the history as a whole, as long as no page has said hello."""
        for message in messages:
            if message["type"] == "history" and not self._heard:
                self.send_state("history")
            else:
                self.send(message)
