"""What a replay counts.

peak      the moment at which one process has more anonymous vmas than any has had before
boundary  between two vmas of one unit: a user cannot see it, and it cannot be merged away
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise

from anonvma_book.events import Claimed, Event, Grouped, Placed, Wrapped
from anonvma_book.mm import Mm
from anonvma_book.vma import FILE, Vma, adjacent, same_flags


@dataclass
class Tally:
    """The counts of one replay. Only anonymous memory counts, in vmas, units and indexes.

    ``calls``       calls of the trace that were carried out
    ``failed``      calls that had failed when the trace was recorded; they are skipped
    ``unseen``      calls on memory that the trace does not show, as without a snapshot at exec
    ``refused``     calls that the scheme refuses, carried out by parts
    ``missed``      pages that faults wrote to and that are not there to be written
    ``processes``   programs and forked processes
    ``vmas``        the most vmas of one process, over all processes and the whole time
    ``units``       the units of that process at that moment
    ``forbidden``   borders inside units at that moment where the scheme forbids to merge
    ``boundaries``  vmas - units: the borders inside units; under the rules of today's Linux
                    also those of flags and those at which no call has looked
    ``peak_line``   the line of the trace at which that was
    ``claims``      new mappings that took what a neighbour had reserved
    ``fresh``       allocations from the counter
    ``splits``      growth by mremap, brk or a stack that needed one more vma
    ``wraps``       how often the counter was about to wrap, so that an address space was added
    ``indexes``     indexes that counters handed out, reservations included
    """

    calls: int = 0
    failed: int = 0
    unseen: int = 0
    refused: int = 0
    missed: int = 0
    processes: int = 0
    vmas: int = 0
    units: int = 0
    forbidden: int = 0
    peak_line: int = 0
    claims: int = 0
    fresh: int = 0
    splits: int = 0
    wraps: int = 0
    indexes: int = 0

    @property
    def boundaries(self) -> int:
        """Borders inside units at the peak."""
        return self.vmas - self.units

    def as_dict(self) -> dict[str, int]:
        """All counts by name."""
        counts = {field.name: getattr(self, field.name) for field in fields(self)}
        return counts | {"boundaries": self.boundaries}

    def note(self, events: Iterable[Event], grows: bool) -> None:
        """Count what a step did; ``grows`` says that it was to make a mapping larger."""
        placed: Vma | None = None
        for event in events:
            if isinstance(event, Placed):
                self.fresh += 1
                self.indexes += event.vma.pages + event.reserved
                placed = event.vma
            elif isinstance(event, Claimed):
                self.claims += 1
            elif isinstance(event, Wrapped):
                self.wraps += 1
            elif isinstance(event, Grouped) and grows and placed is not None:
                same = (placed.space, placed.pgoff)
                if same in ((vma.space, vma.pgoff) for vma in (event.left, event.right)):
                    self.splits += 1
                    placed = None

    def look(self, mm: Mm, line: int) -> None:
        """See whether ``mm`` has more anonymous vmas than any had before."""
        if len(mm.vmas) <= self.vmas:  # of any kind
            return
        vmas = [vma for vma in mm.vmas if vma.kind != FILE]
        if len(vmas) > self.vmas:
            pairs = [(a, b) for a, b in pairwise(vmas) if adjacent(a, b) and looks_alike(a, b)]
            forbidden = sum(same_flags(a, b) and not mm.scheme.may_merge(a, b) for a, b in pairs)
            self.vmas, self.units, self.peak_line = len(vmas), len(vmas) - len(pairs), line
            self.forbidden = forbidden


def looks_alike(a: Vma, b: Vma) -> bool:
    """Whether two neighbours give a program the same memory, whatever keeps them apart."""
    return (a.protection, a.kind) == (b.protection, b.kind)
