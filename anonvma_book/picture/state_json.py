"""A state as JSON: for a program that reads a stored notebook, and for strict comparison.

    version     1; it grows when a key changes its meaning or goes away
    task_pages  the size of every process's address range, in pages
    step        the step that led here, or null: number, call (a script line), arguments (names
                resolved to pages), pid, result, events
    processes   in order of pid: pid, parent (or null), space (that it allocates from,
                or null), heap (half open), units, vmas, pages
    spaces      in order of birth: name, limit, next, closed, and the half-open ranges of indexes
                in_use, reserved, given_up

An address space is named by its letter everywhere. A unit has start, end, protection, kind; a
vma has these and every field of :class:`anonvma_book.vma.Vma`; a page is a page-table entry: page,
frame, space, index. An event has its name under ``event``, and the fields that events.py tells of.

Keys come in the order given here, so that the same state is the same text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anonvma_book.state import MmState, SpaceUse, State, space_use
from anonvma_book.vma import space_name

if TYPE_CHECKING:
    from anonvma_book.events import Event
    from anonvma_book.step import Step

STATE_MIME = "application/vnd.anonvma.state+json"
"""The MIME type under which a widget's bundle holds the state."""

VERSION = 1

RIVALS_FIELDS = ("flags", "chain")
SPACE_FIELDS = {
    "Vma": ("space",),
    "Pte": ("space",),
    "Wrapped": ("old", "new"),
    "Faulted": ("space",),
    "Copied": ("space",),
    "Freed": ("space",),
}
"""Which fields hold the id of an address space; in JSON it is a letter."""

Json = dict[str, Any]


def state_json(state: State, step: Step | None = None) -> Json:
    """The state, and the step that led to it, as what ``json.dumps`` takes."""
    return {
        "version": VERSION,
        "task_pages": state.task_pages,
        "step": None if step is None else step_json(step),
        "processes": [_process(mm) for mm in state.mms],
        "spaces": [_space(space_use(state, space.id)) for space in state.spaces],
    }


def step_json(step: Step) -> Json:
    """A step, without the states on either side of it."""
    return {
        "number": step.number,
        "call": str(step.call),
        "arguments": dict(step.arguments),
        "pid": step.pid,
        "result": step.result,
        "events": [event_json(event) for event in step.events],
    }


def event_json(event: Event) -> Json:
    """One event: its name under ``event``, then its fields."""
    return {"event": type(event).__name__, **_plain(event)}


def _process(mm: MmState) -> Json:
    return {
        "pid": mm.pid,
        "parent": mm.parent,
        "space": space_name(mm.space) if mm.space is not None else None,
        "heap": [mm.brk_start, mm.brk],
        "units": [_plain(unit) for unit in mm.units],
        "vmas": [_plain(vma) for vma in mm.vmas],
        "pages": [_plain(entry) for entry in mm.ptes],
    }


def _space(use: SpaceUse) -> Json:
    return {
        "name": use.space.name,
        "limit": use.space.limit,
        "next": use.space.next,
        "closed": use.closed,
        "in_use": [list(found) for found in use.in_use],
        "reserved": [list(found) for found in use.reserved],
        "given_up": [list(found) for found in use.given_up],
    }


def _plain(value: Any) -> Any:
    """A named tuple as a dictionary in the order of its fields, all the way down.

    A vma's ``flags`` and ``chain`` are there only where the scheme keeps them.
    """
    if isinstance(value, frozenset):
        return sorted(value)
    if not hasattr(value, "_asdict"):
        return list(value) if isinstance(value, tuple) else value
    spaces = SPACE_FIELDS.get(type(value).__name__, ())
    return {
        name: space_name(field) if name in spaces and field is not None else _plain(field)
        for name, field in value._asdict().items()
        if field or name not in RIVALS_FIELDS
    }
