"""The journal: every change of a machine's state, so that it can be taken back.

All state is dictionaries and lists of vmas, so there are two kinds of change:

Put      one key of a dictionary got another value (None: it is not there)
Replace  a run of neighbouring vmas gave way to another run

A call that fails is reverted from here, undo and redo are this and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVarTuple

from anonvma_book.events import Event
from anonvma_book.vma import Vma, make
from anonvma_book.vma_list import VmaList

Ts = TypeVarTuple("Ts")


class Put(NamedTuple):
    """``table[key]`` was ``before`` and is ``after``; None stands for an absent key."""

    table: dict[Any, Any]
    key: Any
    before: Any
    after: Any

    def apply(self) -> None:
        """Make the change."""
        _set(self.table, self.key, self.after)

    def revert(self) -> None:
        """Take the change back."""
        _set(self.table, self.key, self.before)


class Replace(NamedTuple):
    """In ``vmas`` the run ``removed`` gave way to ``inserted``; they may have ends in common."""

    vmas: VmaList
    removed: Sequence[Vma]
    inserted: Sequence[Vma]

    def apply(self) -> None:
        """Make the change."""
        self.vmas.replace(self.removed, self.inserted)

    def revert(self) -> None:
        """Take the change back."""
        self.vmas.replace(self.inserted, self.removed)


Change = Put | Replace


def _set(table: dict[Any, Any], key: Any, value: Any) -> None:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value


class Journal:
    """What the call that is under way has changed so far, and its events.

    A quiet journal makes no events: nobody will ask for them.
    """

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.events: list[Event] = []
        self.quiet = False

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Set ``table[key]`` to ``value``, or remove it where ``value`` is None."""
        self.changes.append(make(Put, (table, key, table.get(key), value)))
        _set(table, key, value)

    def replace(self, vmas: VmaList, removed: Sequence[Vma], inserted: Sequence[Vma]) -> None:
        """Replace a run of vmas. Both runs are kept, and may not be changed afterwards."""
        if removed != inserted:
            vmas.replace(removed, inserted)
            self.changes.append(make(Replace, (vmas, removed, inserted)))

    def note(self, event: Callable[[*Ts], Event], *holding: *Ts) -> None:
        """Say what happened: an event, and what it holds."""
        if not self.quiet:
            self.events.append(event(*holding))

    def take(self) -> tuple[tuple[Change, ...], tuple[Event, ...]]:
        """Hand over what the call did, and begin anew."""
        taken = tuple(self.changes), tuple(self.events)
        self.forget()
        return taken

    def forget(self) -> None:
        """Let what the call did stand, and begin anew."""
        self.changes.clear()
        self.events.clear()

    def roll_back(self) -> None:
        """Take back everything the call did so far."""
        if self.changes:
            revert(self.changes)
        self.forget()


def apply(changes: Iterable[Change]) -> None:
    """Make the changes again, in order."""
    for change in changes:
        change.apply()


def revert(changes: Sequence[Change]) -> None:
    """Take the changes back, last first."""
    for change in reversed(changes):
        change.revert()
