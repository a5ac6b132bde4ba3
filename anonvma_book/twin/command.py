"""``anonvma-book twin``: the model of today's Linux against the running kernel.

Prints the first disagreement as a short script; the exit status is then 1. A run is determined
by its seed, and can be continued at any of its histories.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from anonvma_book.schemes.linux_rules import RULES
from anonvma_book.traces.progress import ProgressBar

if TYPE_CHECKING:
    from anonvma_book.twin.run import Report

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Add ``twin`` to the subcommands."""
    parser = subparsers.add_parser(
        "twin",
        help="compare the model of Linux with the running kernel",
        description="Make the same random calls on the model of today's Linux and on the running "
        "kernel, and compare every vma border, flag and error.",
        allow_abbrev=False,
    )
    parser.add_argument("--calls", type=int, default=20_000, metavar="N", help="how many (20000)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which histories (0)")
    parser.add_argument(
        "--from", type=int, default=0, dest="episode", metavar="N", help="begin at history N"
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="RULE",
        choices=sorted(RULES),
        help=f"switch a rule of the model off; may be repeated: {', '.join(sorted(RULES))}",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run it; 1 if model and kernel disagree."""
    from anonvma_book.twin import run as runner  # where there is no Linux, only this command fails

    report = runner.Report()
    try:
        with ProgressBar(sys.stderr, args.quiet) as progress:
            progress.label = "calls"
            runner.run(
                args.calls,
                args.seed,
                episode=args.episode,
                without=args.without,
                progress=progress,
                report=report,
            )
    except KeyboardInterrupt as stop:
        left = args.calls - report.calls
        stop.add_note(
            f"{report.calls} calls without a disagreement; to go on: anonvma-book twin "
            f"--calls {left} --seed {args.seed} --from {report.episode}"
        )
        raise
    print(summary(report, args.seed, args.episode))
    if report.disagreement is not None:
        print(report.disagreement)
    return int(report.disagreement is not None)


def summary(report: Report, seed: int, first: int) -> str:
    """What was done, in a line."""
    made = ", ".join(f"{name} {count}" for name, count in sorted(report.made.items()))
    found = "no disagreement" if report.disagreement is None else "a disagreement"
    return (
        f"{report.calls} calls in histories {first} to {report.episode} of seed {seed}: {found} "
        f"({made}; {report.refused} refused)"
    )
