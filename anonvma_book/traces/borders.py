"""Where anonymous mappings begin and end: what a scheme with today's rules gets exactly right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from anonvma_book.schemes import Scheme
from anonvma_book.traces.coverage import differences, of_areas, of_vmas
from anonvma_book.traces.library import Trace
from anonvma_book.traces.replay import Replay
from anonvma_book.traces.snapshots import Area, Snapshot
from anonvma_book.vma import FILE, Vma


class Difference(NamedTuple):
    """What is not the same at a snapshot, in words, a line each."""

    snapshot: Snapshot
    coverage: list[str]
    borders: list[str]


def compare(trace: Trace, scheme: Scheme) -> Iterator[Difference]:
    """Replay ``trace``, and compare with the kernel at every exact snapshot."""
    running = Replay(trace, scheme)
    for shot in sorted((s for s in trace.snapshots if s.exact), key=lambda s: s.line):
        running.run_to(shot.line)
        memory = running.threads.memory(shot.pid)
        vmas = list(memory.mm.vmas) if memory is not None else []
        yield Difference(
            shot, differences(of_vmas(vmas), of_areas(shot.areas)), unlike(vmas, shot.areas)
        )


def unlike(vmas: Iterable[Vma], areas: Iterable[Area]) -> list[str]:
    """The anonymous mappings that only one of the two has, in order of address."""
    ours = {(vma.start, vma.end, vma.protection) for vma in vmas if vma.kind != FILE}
    theirs = {(area.start, area.end, area.protection) for area in areas if area.anonymous}
    where = {**dict.fromkeys(ours - theirs, "replay"), **dict.fromkeys(theirs - ours, "snapshot")}
    return [
        f"{start:x}..{end:x} {protection}: only in the {side}"
        for (start, end, protection), side in sorted(where.items())
    ]
