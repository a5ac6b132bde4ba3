"""Schemes side by side on each trace: as tables, as Markdown, as JSON.

forbidden      borders at the peak, inside what is one mapping to a program, where the scheme
               forbids to merge
other          further such borders: flags that today's Linux keeps apart, or no call looked there
bytes          the bookkeeping at its largest, beyond the vmas themselves
cand. per hit  what a reverse walk looks at for each mapping that it finds
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from anonvma_book.schemes import SCHEMES, Lokier, Scheme
from anonvma_book.traces.library import BUNDLED
from anonvma_book.traces.many import Item, Outcome, settings
from anonvma_book.traces.measure import Measured
from anonvma_book.traces.source import LONGEST_NAME, shortened

COLUMNS: dict[str, Callable[[Measured], str]] = {
    "vmas": lambda found: f"{found.vmas:,}",
    "units": lambda found: f"{found.units:,}",
    "forbidden": lambda found: f"{found.forbidden:,}",
    "other": lambda found: f"{found.boundaries - found.forbidden:,}",
    "bytes": lambda found: f"{found.bytes:,}",
    "cand. per hit": lambda found: f"{found.candidates_per_hit:.2f}",
    "worst walk": lambda found: f"{found.worst:,}",
    "objects": lambda found: f"{found.opened:,}",
    "indexes": lambda found: f"{found.indexes:,}" if found.indexes else "-",
    "refused": lambda found: f"{found.refused:,}",
}


def schemes(lokier: Sequence[Lokier]) -> dict[str, Scheme]:
    """Every scheme with its label: the rivals as they were, Lokier's with these settings."""
    rivals: dict[str, Scheme] = {
        name: kind() for name, kind in SCHEMES.items() if kind is not Lokier
    }
    return rivals | {f"lokier {scheme.side}": scheme for scheme in lokier}


def items(traces: Sequence[str], compared: dict[str, Scheme]) -> list[Item]:
    """Every trace under every scheme."""
    unique = list(dict.fromkeys(traces))
    return [Item(trace, label, scheme) for trace in unique for label, scheme in compared.items()]


def tables(outcomes: Sequence[Outcome]) -> str:
    """A table for each trace."""
    parts = []
    for trace, found in by_trace(outcomes).items():
        rows = [["scheme", *COLUMNS]]
        rows += [[outcome.item.label, *_cells(outcome)] for outcome in found]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        rule = "-" * len(lines[0])
        about = f": {BUNDLED[trace]}" if trace in BUNDLED else ""
        heading = f"{shortened(trace, LONGEST_NAME)}{about}"
        parts.append("\n".join([heading, rule, lines[0], rule, *lines[1:], rule]))
    return "\n\n".join(parts)


def _cells(outcome: Outcome) -> list[str]:
    if outcome.measured is None:
        return ["failed", *[""] * (len(COLUMNS) - 1)]
    return [cell(outcome.measured) for cell in COLUMNS.values()]


def by_trace(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of each trace."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.item.trace, []).append(outcome)
    return found


def totals(outcomes: Sequence[Outcome]) -> dict[str, Measured]:
    """For each scheme the sums over all traces; of the worst walk, the worst."""
    sums: dict[str, Measured] = {}
    for outcome in outcomes:
        total = sums.setdefault(outcome.item.label, Measured())
        if outcome.measured is None:
            continue
        for name in Measured.__dataclass_fields__:
            old, new = getattr(total, name), getattr(outcome.measured, name)
            setattr(total, name, max(old, new) if name == "worst" else old + new)
    return sums


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Two Markdown tables: each trace's forbidden borders, and the sums over all traces."""
    return f"{_borders(outcomes)}\n\n{_sums(outcomes)}"


def _borders(outcomes: Sequence[Outcome]) -> str:
    labels = list(dict.fromkeys(outcome.item.label for outcome in outcomes))
    rows = [["forbidden borders / vmas", *labels]]
    for trace, found in by_trace(outcomes).items():
        rows.append([trace, *(_border(outcome.measured) for outcome in found)])
    return _as_markdown(rows)


def _border(found: Measured | None) -> str:
    return f"{found.forbidden:,} / {found.vmas:,}" if found is not None else "failed"


def _sums(outcomes: Sequence[Outcome]) -> str:
    rows = [["sums over all traces", *COLUMNS]]
    for label, found in totals(outcomes).items():
        rows.append([label, *(cell(found) for cell in COLUMNS.values())])
    return _as_markdown(rows)


def _as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; the first column is text, the others are numbers."""
    named = [[_as_words(row[0]), *row[1:]] for row in rows[1:]]
    ruled = [rows[0], ["---", *["---:"] * (len(rows[0]) - 1)], *named]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def _as_words(name: str) -> str:
    r"""A name that Markdown shows as it is: a trace's is that of a file, which may be anything.

    >>> print(_as_words("a|<b>[c](d).strace"))
    a\|\<b\>\[c\](d).strace
    """
    return re.sub(r"([\\`*\[\]<>|&~$])", r"\\\1", shortened(name, LONGEST_NAME))


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Settings and everything that was measured."""
    made = {outcome.item.label: settings(outcome.item.scheme) for outcome in outcomes}
    return json.dumps({"schemes": made, "traces": as_data(outcomes)}, indent=2)


def as_data(outcomes: Sequence[Outcome]) -> dict[str, dict[str, dict[str, object]]]:
    """What was measured, by trace and scheme; ``error`` alone where something failed."""
    traces: dict[str, dict[str, dict[str, object]]] = {}
    for outcome in outcomes:
        told: dict[str, object] = {"error": outcome.error}
        if outcome.measured is not None:
            told = dict(outcome.measured.as_dict())
        traces.setdefault(outcome.item.trace, {})[outcome.item.label] = told
    return traces
