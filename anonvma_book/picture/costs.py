"""What a scheme's bookkeeping costs, step by step.

unit       what the user sees as one mapping; schemes that do not hide seams show every vma
walk       from a page that is present to all its mappings; every page counts once, whoever maps it
candidate  a vma or a page-table entry that a walk looks at (reverse_map.py)
weight     bytes beyond the vmas themselves, as the scheme gives them
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.machine import Machine
from anonvma_book.picture.recording import Recording
from anonvma_book.step import Step, shared

SAMPLE = 64
"""Up to so many pages are walked from at each step; of more, so many spread evenly over them."""


class Cost(NamedTuple):
    """The counts of one step, over all processes.

    ``handed_out`` counts the indexes of all address spaces that there ever were. ``mean`` and
    ``worst`` are candidates per walk, None where no page is present.
    """

    vmas: int
    units: int
    spaces: int
    handed_out: int
    mean: float | None
    worst: int | None
    weight: int


class Costs:
    r"""The cost of every step of a recording; call :meth:`follow` after the recording's own.

    >>> machine = Machine(task_pages=16)
    >>> _ = machine.run("a = mmap(4, 'rw')\nfault(a)\nfork()")
    >>> recording = Recording(machine)
    >>> [cost.worst for cost in Costs(recording).steps]
    [None, None, 1, 2]
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.steps: list[Cost] = []
        self._known: list[Step] = []
        self.follow()

    def follow(self) -> int:
        """Count what is new; the number of the first step that is."""
        machine, steps = self.recording.machine, self.recording.steps
        kept = shared(self._known, steps)
        first = kept + 1 if self.steps else 0
        del self.steps[first:], self._known[kept:]
        self._known += steps[kept:]
        position = machine.position
        for number in range(first, len(steps) + 1):
            machine.go_to(number)
            self.steps.append(cost(self.recording, number))
        machine.go_to(position)
        return first


def cost(recording: Recording, number: int) -> Cost:
    """The cost of step ``number``, at which the recording's machine must stand."""
    state = recording.states[number]
    looks = looked_at(recording.machine)
    return Cost(
        sum(len(mm.vmas) for mm in state.mms),
        sum(len(mm.units) for mm in state.mms),
        len(state.spaces),
        recording.scenes[number].handed_out,
        sum(looks) / len(looks) if looks else None,
        max(looks, default=None),
        recording.machine.scheme.weight(recording.machine.world),
    )


def looked_at(machine: Machine) -> list[int]:
    """The candidates of a walk from each page that is present, in order of process and address.

    Beyond SAMPLE pages, from SAMPLE of them, evenly spread over that order.
    """
    found: dict[int, tuple[int, int]] = {}
    for pid, mm in sorted(machine.world.mms.items()):
        for page, entry in sorted(mm.ptes.items()):
            found.setdefault(entry.frame, (pid, page))
    places = list(found.values())
    count = min(len(places), SAMPLE)
    spread = (places[place * len(places) // count] for place in range(count))
    return [len(machine.reverse_map(pid, page).candidates) for pid, page in spread]
