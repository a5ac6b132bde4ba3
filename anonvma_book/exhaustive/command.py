"""``anonvma-book search``: every short history of small worlds, under every way to set them.

Prints how many states there were, depth by depth; the first rule that breaks ends it, with the
shortest script that breaks it, and exit status 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from anonvma_book.errors import SettingError
from anonvma_book.exhaustive.worlds import DEFAULT_SIZES, Found, Size, Task, search_all, tasks
from anonvma_book.lines import resuming
from anonvma_book.schemes import SCHEMES
from anonvma_book.traces.progress import ProgressBar

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


HEAD = ("pages", "longest", "depth", "worlds", "new states", "calls done", "refused")
ROW = "{:>5} {:>7} {:>5} {:>7} {:>12} {:>12} {:>12}"


def add_parser(subparsers: Subparsers) -> None:
    """Add ``search`` to the subcommands."""
    parser = subparsers.add_parser(
        "search",
        help="try every short history of small worlds, and check every state",
        description="Try every short history of small worlds: all calls, two processes, all "
        "settings. Every state is checked once; states that differ in names alone are one. "
        "Without --pages and --depth it does what fits in two minutes on two cores.",
        allow_abbrev=False,
    )
    parser.add_argument("--pages", type=int, metavar="N", help="pages of a world, the first unused")
    parser.add_argument("--longest", type=int, metavar="N", help="the longest mapping, in pages")
    parser.add_argument("--depth", type=int, metavar="N", help="calls of a history")
    parser.add_argument("--bits", type=int, default=3, metavar="N", help="index bits, 1 to 8 (3)")
    parser.add_argument(
        "--scheme",
        action="append",
        metavar="NAME",
        help=f"only that scheme; may be repeated: {', '.join(SCHEMES)}",
    )
    jobs = os.cpu_count() or 1
    parser.add_argument(
        "--jobs", type=int, default=jobs, metavar="N", help=f"processes at a time ({jobs})"
    )
    parser.add_argument(
        "--results", type=Path, metavar="FILE", help="keep what was found, and go on from there"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Search; 1 if a rule is broken."""
    wanted = list(tasks(sizes(args), args.bits, args.scheme or list(SCHEMES)))
    with ProgressBar(sys.stderr, args.quiet) as progress:
        progress.label = f"{len(wanted)} worlds"
        with resuming(args.results):
            found = search_all(wanted, args.jobs, args.results, progress)
    print(table(found))
    broken = next((each.broken for each in found.values() if each.broken), "")
    if broken:
        print(broken)
    return int(bool(broken))


def sizes(args: argparse.Namespace) -> tuple[Size, ...]:
    """The sizes that were asked for. SettingError for what cannot be."""
    given = {"--bits": (args.bits, 1, 8), "--jobs": (args.jobs, 1, 1024)}
    given |= {"--pages": (args.pages, 2, 16), "--depth": (args.depth, 0, 100)}
    given |= {"--longest": (args.longest, 1, 15)}
    for name, (value, least, most) in given.items():
        if value is not None and not least <= value <= most:
            raise SettingError(f"search: {name} is from {least} to {most}, not {value}")
    if args.pages is args.depth is args.longest is None:
        return DEFAULT_SIZES
    pages = args.pages or 3
    return (Size(pages, args.longest or pages - 1, 2 if args.depth is None else args.depth),)


def table(found: Mapping[Task, Found]) -> str:
    """What was found, by size and depth, summed over the worlds of a size."""
    sums: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for task, one in found.items():
        for level in one.levels:
            row = sums[task.world.pages, task.world.longest, level.depth]
            more = (1, level.states, level.carried_out, level.refused)
            row[:] = map(sum, zip(row, more, strict=True))
    lines = [ROW.format(*HEAD)]
    for size, counts in sorted(sums.items()):
        lines.append(ROW.format(*size, *(f"{count:,}" for count in counts)))
    total = [sum(row[place] for row in sums.values()) for place in (1, 2, 3)]
    lines.append("{:,} states checked, {:,} calls carried out, {:,} refused".format(*total))
    return "\n".join(lines)
