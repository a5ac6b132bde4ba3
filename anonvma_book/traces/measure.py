"""What a scheme costs on a trace: a replay that is looked at a hundred times.

sample   a moment at which the bookkeeping is weighed and some reverse walks are made
walk     from a page that a process has written back to all that map it
opened   address spaces, anon_vmas or contexts made over the whole trace: a scheme's objects
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random

from anonvma_book.machine import Machine
from anonvma_book.schemes import Scheme
from anonvma_book.traces.library import Trace
from anonvma_book.traces.replay import Replay

SAMPLES = 100
WALKS = 8
"""Reverse walks at each sample in each process, or as many as it has pages."""


@dataclass
class Measured:
    """What was measured; what :class:`Tally` counts has the same name here.

    ``bytes``       the most that the bookkeeping of all processes weighed, beyond the vmas
    ``walks``       how many reverse walks were made
    ``candidates``  how many vmas they looked at, or page-table entries where there are no vmas
    ``hits``        how many mappings they found
    ``worst``       the most candidates of one walk
    ``opened``      objects made: what a page's ``mapping`` points to
    """

    vmas: int = 0
    units: int = 0
    forbidden: int = 0
    boundaries: int = 0
    peak_line: int = 0
    calls: int = 0
    refused: int = 0
    missed: int = 0
    unseen: int = 0
    processes: int = 0
    indexes: int = 0
    wraps: int = 0
    bytes: int = 0
    walks: int = 0
    candidates: int = 0
    hits: int = 0
    worst: int = 0
    opened: int = 0

    @property
    def candidates_per_hit(self) -> float:
        """What a walk looks at for each mapping that it finds; 0 where nothing was walked."""
        return self.candidates / self.hits if self.hits else 0.0

    def as_dict(self) -> dict[str, int | float]:
        """Everything by name."""
        return asdict(self) | {"candidates_per_hit": round(self.candidates_per_hit, 3)}


def measure(
    trace: Trace, scheme: Scheme, progress: Callable[[int, int], None] | None = None
) -> Measured:
    """Replay a whole trace with its pages. The same each time: the walks are drawn by a seed."""
    running = Replay(trace, scheme, pages=True)
    measured = Measured()
    random = Random(trace.name)
    total = len(trace.calls)
    samples = {total * sample // SAMPLES for sample in range(1, SAMPLES + 1)}
    for done in range(1, total + 1):
        running.step()
        if done in samples:
            look(measured, running.threads.machines, random)
        if progress is not None:
            progress(done, total)
    counts = running.tally.as_dict()
    for name in counts.keys() & asdict(measured).keys():
        setattr(measured, name, counts[name])
    measured.opened = sum(counters["space"] for counters in running.counters)
    return measured


def look(measured: Measured, machines: list[Machine], random: Random) -> None:
    """One sample."""
    weight = sum(machine.scheme.weight(machine.world) for machine in machines)
    measured.bytes = max(measured.bytes, weight)
    for machine in machines:
        for pid, mm in sorted(machine.world.mms.items()):
            for page in random.sample(list(mm.ptes), min(WALKS, len(mm.ptes))):
                walk = machine.reverse_map(pid, page)
                measured.walks += 1
                measured.candidates += len(walk.candidates)
                measured.hits += len(walk.hits)
                measured.worst = max(measured.worst, len(walk.candidates))
