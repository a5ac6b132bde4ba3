"""``anonvma-book replay --compare``: every scheme on some traces, side by side.

anonvma-book replay --compare                              all bundled traces
anonvma-book replay py_numpy --compare --json
anonvma-book replay --compare --results a.jsonl            go on where an earlier run stopped
anonvma-book replay --compare --plot a.html
anonvma-book replay --compare --dask tcp://10.0.0.1:8786   on the workers of a Dask cluster
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from anonvma_book.errors import AnonvmaError, SettingError, printable
from anonvma_book.files import check_writable, write_whole
from anonvma_book.lines import resuming
from anonvma_book.schemes import Lokier
from anonvma_book.traces import comparison, many
from anonvma_book.traces.library import BUNDLED
from anonvma_book.traces.progress import ProgressBar
from anonvma_book.workers import Workers

NEED_COMPARE = ("markdown", "plot", "results", "jobs", "dask")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what belongs to a comparison to ``replay``."""
    group = parser.add_argument_group("comparing all schemes")
    group.add_argument(
        "--compare",
        action="store_true",
        help="every scheme side by side; without TRACE, on all bundled traces",
    )
    group.add_argument("--markdown", action="store_true", help="print the sums as a Markdown table")
    group.add_argument("--plot", type=Path, metavar="FILE.html", help="draw it as a page, too")
    group.add_argument(
        "--results",
        type=Path,
        metavar="FILE",
        help="keep each result there as it comes, a line of JSON; what is there is not done again",
    )
    group.add_argument("--jobs", type=int, metavar="N", help="how many processes (default: CPUs)")
    group.add_argument("--dask", metavar="ADDRESS", help="use the Dask cluster there instead")


def is_wanted(args: argparse.Namespace) -> bool:
    """Whether to compare. SettingError where an option is given that needs --compare."""
    if args.compare:
        return True
    for option in NEED_COMPARE:
        if getattr(args, option):
            raise SettingError(f"--{option} goes with --compare")
    return False


def run(args: argparse.Namespace, lokier: Sequence[Lokier]) -> int:
    """Compare, and print what came out; 1 if something failed."""
    if args.jobs is not None and args.jobs < 1:
        raise SettingError(f"--jobs is 1 or more, not {args.jobs}")
    draw = plotter(args.plot) if args.plot else None
    items = comparison.items(args.traces or list(BUNDLED), comparison.schemes(lokier))
    many.check(items)
    jobs = args.jobs and min(args.jobs, len(items))
    executors = dask(args.dask) if args.dask else processes(jobs)
    with executors as executor, ProgressBar(sys.stderr, args.quiet) as progress:
        progress.label = f"{len(items)} replays"
        with resuming(args.results):
            outcomes = many.run(items, executor, args.results, progress)
    if args.json:
        print(comparison.as_json(outcomes))
    elif args.markdown:
        print(comparison.markdown(outcomes))
    else:
        print(comparison.tables(outcomes))
    if draw is not None:
        write_whole(args.plot, draw(comparison.as_data(outcomes)))
    failed = [outcome for outcome in outcomes if outcome.measured is None]
    for outcome in failed:
        why = printable(f"{outcome.item} failed: {outcome.error}")
        print(f"anonvma-book: {why}", file=sys.stderr)
    return int(bool(failed))


@contextmanager
def processes(jobs: int | None) -> Iterator[Callable[[], Executor]]:
    """What makes a pool of that many processes, or of as many as there are processors."""
    yield lambda: Workers(jobs)


@contextmanager
def dask(address: str, timeout: float = 10) -> Iterator[Callable[[], Executor]]:
    """What makes an executor of the Dask cluster at ``address``, whose workers have the book."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise AnonvmaError("--dask: pip install 'anonvma-book[dask]'") from None
    try:
        client = distributed.Client(address, timeout=timeout)
    except (OSError, ValueError) as error:
        raise AnonvmaError(f"--dask: no cluster at {address}: {error}") from None
    with client:
        yield lambda: client.get_executor(pure=False, retries=0)


Draw = Callable[[dict[str, dict[str, dict[str, object]]]], str]


def plotter(path: Path) -> Draw:
    """The function that draws, which needs Bokeh. OSError where ``path`` cannot be written."""
    check_writable(path)
    try:
        module = importlib.import_module("anonvma_widgets.figures.comparison")
    except ImportError as error:
        raise AnonvmaError(f"--plot: {error}; it needs Bokeh and anonvma_widgets") from None
    draw: Draw = module.page
    return draw
