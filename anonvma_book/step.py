"""A step: one call that was carried out, what it did, and how to take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from anonvma_book.calls import Argument, Call
from anonvma_book.events import Event
from anonvma_book.journal import Change


@dataclass(frozen=True, slots=True)
class Step:
    """Step ``number`` (from 1) carried out ``call`` for process ``pid``.

    ``result`` is a page for mmap, mremap and brk, a pid for fork, else None. ``events`` tell
    what happened, in order; ``changes`` is what the machine takes back to undo the step.
    ``arguments`` holds every argument, defaults included, with names resolved to pages.
    ``error`` is what a call ended in that was refused after it had done a part.
    """

    number: int
    call: Call
    pid: int
    result: int | None
    events: tuple[Event, ...]
    changes: tuple[Change, ...] = field(repr=False, compare=False)
    arguments: dict[str, Argument] = field(default_factory=dict, repr=False, compare=False)
    error: str | None = None


def shared(known: Sequence[Step], steps: Sequence[Step]) -> int:
    """How many steps both begin with; a step that was made anew is another one."""
    for place, (old, new) in enumerate(zip(known, steps, strict=False)):
        if old is not new:
            return place
    return min(len(known), len(steps))
