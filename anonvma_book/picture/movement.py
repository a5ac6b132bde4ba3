"""Which movement shows a step: one kind, by the most telling of its events.

ungroup  a seam lost its group flag and both its sides stay
change   a step that shows none of the others, such as a new protection
"""

from __future__ import annotations

from anonvma_book.state import State
from anonvma_book.step import Step

MOVEMENTS = {
    "Wrapped": "wrap",
    "Forked": "fork",
    "Copied": "copy",
    "Faulted": "fault",
    "Moved": "move",
    "Grouped": "group",
    "Merged": "merge",
    "Claimed": "claim",
    "Placed": "place",
    "Unmapped": "unmap",
    "Split": "split",
}
"""The movement that shows an event; of several events the uppermost decides."""


def movement(step: Step | None, before: State | None, after: State | None) -> str:
    """What kind of movement shows a step from ``before`` to ``after``.

    It is "ungroup" where a seam lost its group flag and neither side of it went away.
    """
    if step is None or before is None or after is None:
        return "change"
    names = {type(event).__name__ for event in step.events}
    found = next((kind for event, kind in MOVEMENTS.items() if event in names), "change")
    lost = _seams(before, step.pid) - _seams(after, step.pid)
    stays = {vma.end for mm in after.mms if mm.pid == step.pid for vma in mm.vmas}
    return "ungroup" if found in ("split", "change") and lost & stays else found


def _seams(state: State, pid: int) -> set[int]:
    """The pages at which the group flag joins vmas of a process."""
    return {vma.end for mm in state.mms if mm.pid == pid for vma in mm.vmas if vma.group}
