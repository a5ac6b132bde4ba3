"""``make bench``: run the benchmarks and print their tables.

Everything is processor time, of the quickest round: other programs then count least. What is
compared was measured in one run, by turns.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.bench.calls import SIZES, Intervals, Kernel, Model

OPTIONS = (
    *("-o", "addopts=--import-mode=importlib", "-o", "python_files=bench_*.py"),
    *("-o", "python_functions=bench_*", "-p", "no:cacheprovider", "-q", "--no-header"),
    *("--benchmark-timer=time.process_time", "--benchmark-columns=min", "--benchmark-quiet"),
)


class Row(NamedTuple):
    """What was done how often a round, by whom, with how many vmas."""

    what: str
    who: str
    size: int | None


Rates = dict[Row, float]
"""How many a second."""


def measure(arguments: list[str]) -> list[dict[str, object]]:
    """Run the benchmarks; what pytest-benchmark says of each."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "bench.json")
        here = str(Path(__file__).parent)
        ended = pytest.main([here, *OPTIONS, f"--benchmark-json={kept}", *arguments])
        if ended:
            raise SystemExit(ended)
        found: list[dict[str, object]] = json.loads(kept.read_text())["benchmarks"]
        return found


def rates(benchmarks: list[dict[str, object]]) -> Rates:
    """The best rate of each row over its turns."""
    best: Rates = defaultdict(float)
    for one in benchmarks:
        info, stats = one["extra_info"], one["stats"]
        assert isinstance(info, dict)
        assert isinstance(stats, dict)
        if "each" in info:
            row = Row(info["what"], info["who"], info["size"])
            best[row] = max(best[row], info["each"] / stats["min"])
    return best


def table(best: Rates) -> str:
    """Markdown tables of what was measured: calls beside others' calls, and the rest."""
    return "\n\n".join("\n".join(lines) for lines in (_calls(best), _rest(best)) if lines)


def _calls(best: Rates) -> list[str]:
    rows = []
    for what in ("mixed", "plain"):
        mine = _at_each_size(best, what, Model.name)
        for who in (Model.name, Kernel.name, Intervals.name):
            theirs = _at_each_size(best, what, who)
            if theirs:
                rows.append(_line(f"{what}: {who}", [f"{rate:,.0f}" for rate in theirs]))
            if mine and theirs and who != Model.name:
                shares = [ours / rate for ours, rate in zip(mine, theirs, strict=True)]
                rows.append(_line("the model's share of it", [f"{share:.2f}" for share in shares]))
    mixed = _at_each_size(best, "mixed", Model.name)
    if mixed:
        costs = [f"{mixed[0] / rate:.2f}" for rate in mixed]
        rows.append(_line(f"cost of a mixed call, against {SIZES[0]} vmas", costs))
    heading = _line("calls a second", [f"{size:,} vmas" for size in SIZES])
    return [heading, "| --- | ---: | ---: | ---: |", *rows] if rows else []


def _at_each_size(best: Rates, what: str, who: str) -> list[float]:
    """The rates in the order of ``SIZES``; none where one was not measured."""
    found = [best[row] for size in SIZES if (row := Row(what, who, size)) in best]
    return found if len(found) == len(SIZES) else []


def _rest(best: Rates) -> list[str]:
    rows = []
    for row, rate in best.items():
        if row.what not in ("mixed", "plain"):
            size = "" if row.size is None else f"{row.size:,}"
            rows.append(_line(f"{row.what}: {row.who}", [size, f"{rate:,.0f}"]))
    return ["| | vmas | a second |", "| --- | ---: | ---: |", *rows] if rows else []


def _line(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    measured = measure(sys.argv[1:])
    print(table(rates(measured)))
    for one in measured:
        info = one["extra_info"]
        if isinstance(info, dict) and "bytes" in info:
            print(f"\nA vma of {info['size']:,} takes {info['bytes']:,.0f} bytes.")
