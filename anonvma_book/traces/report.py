"""A replay's counts as a table, the sides of the reservation next to each other."""

from __future__ import annotations

from collections.abc import Mapping

from anonvma_book.schemes import Lokier
from anonvma_book.traces.library import BUNDLED
from anonvma_book.traces.source import LONGEST_NAME, shortened
from anonvma_book.traces.tally import Tally

ROWS = {
    "vmas": "vmas of one process at its peak",
    "units": "units of that process then",
    "boundaries": "boundaries that cannot merge",
    "peak_line": "line of the trace at the peak",
    "claims": "mappings that claimed a reservation",
    "fresh": "allocations from the counter",
    "splits": "growth that needed one more vma",
    "wraps": "wraps of the counter",
    "indexes": "indexes handed out",
    "refused": "calls refused, carried out by parts",
    "missed": "written pages that are not in the trace",
    "unseen": "calls on memory that is not in the trace",
}
ONLY_IF_ANY = ("refused", "missed", "unseen")
OF_LOKIER = ("claims", "fresh", "splits", "wraps", "indexes")
SIDES = ("above", "below")


def settings_line(scheme: Lokier) -> str:
    """The settings that a replay ran with.

    >>> print(settings_line(Lokier.as_written()))
    2^32 indexes an address space, proportion 1, minimum 2^22
    """
    minimum = scheme.minimum
    power = minimum.bit_length() - 1
    shown = f"2^{power}" if minimum > 16 and minimum == 1 << power else f"{minimum:,}"
    proportion = f"{float(scheme.proportion):g}"
    return (
        f"2^{scheme.index_bits} indexes an address space, proportion {proportion}, minimum {shown}"
    )


def table(name: str, tallies: Mapping[str, Tally]) -> str:
    """The table of one trace, a column for each of ``tallies``: a side, or another scheme."""
    first = next(iter(tallies.values()))
    counts = {side: tally.as_dict() for side, tally in tallies.items()}
    lokier = set(counts) <= set(SIDES)
    rows = [("reservations of mmap" if lokier else "scheme", list(counts))]
    for key, words in ROWS.items():
        if key in OF_LOKIER and not lokier:
            continue
        values = [column[key] for column in counts.values()]
        if any(values) or key not in ONLY_IF_ANY:
            rows.append((words, [f"{value:,}" for value in values]))
    left = max(len(words) for words, _ in rows)
    right = max(len(value) for _, values in rows for value in values)
    lines = [
        f"{words:<{left}}" + "".join(f"   {value:>{right}}" for value in values)
        for words, values in rows
    ]
    rule = "-" * len(lines[0])
    return "\n".join([_heading(name, first), rule, lines[0], rule, *lines[1:], rule])


def _heading(name: str, tally: Tally) -> str:
    about = f": {BUNDLED[name]}" if name in BUNDLED else ""
    failed = f", {tally.failed} that had failed left out" if tally.failed else ""
    programs = f"{tally.processes} programs and forks" if tally.processes > 1 else "1 program"
    heading = f"{shortened(name, LONGEST_NAME)}{about}"
    return f"{heading}\n{tally.calls:,} call{'s' * (tally.calls != 1)}{failed}; {programs}"
