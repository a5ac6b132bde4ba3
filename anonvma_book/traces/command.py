"""``anonvma-book replay``: real programs' calls through a scheme, and a table of what came out.

anonvma-book replay                            the bundled traces
anonvma-book replay py_numpy --preset a-million
anonvma-book replay py_numpy --scheme anon_vma
anonvma-book replay --compare                  every scheme on every bundled trace
anonvma-book record -- ls && anonvma-book replay ls.strace.xz
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anonvma_book.errors import SettingError
from anonvma_book.schemes import SCHEMES, Lokier, Scheme
from anonvma_book.traces import compare_command
from anonvma_book.traces.library import BUNDLED, cut_off_note, find, load
from anonvma_book.traces.progress import ProgressBar
from anonvma_book.traces.replay import replay
from anonvma_book.traces.report import settings_line, table
from anonvma_book.traces.tally import Tally

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

PRESETS = {
    "as-written": Lokier.as_written,
    "a-million": Lokier.a_million,
    "classroom": Lokier.classroom,
}
SIDES = {"above": ("above",), "below": ("below",), "both": ("above", "below")}


def add_parser(subparsers: Subparsers) -> None:
    """Add ``replay`` to the subcommands."""
    parser = subparsers.add_parser(
        "replay",
        help="replay a program's memory calls through a scheme",
        description="Replay the memory calls of a real program through Lokier's scheme or "
        "another one, and count vmas, units and the boundaries that cannot merge. Without TRACE, "
        "list the bundled traces.",
        epilog="Record your own: anonvma-book record -- PROGRAM [ARGUMENT ...]",
        allow_abbrev=False,
    )
    parser.add_argument(
        "traces", nargs="*", metavar="TRACE", help="a bundled trace, or a file that strace wrote"
    )
    parser.add_argument(
        "--scheme",
        choices=list(SCHEMES),
        default="lokier",
        help="which scheme (default: %(default)s; the options that follow are Lokier's)",
    )
    parser.add_argument(
        "--side",
        choices=list(SIDES),
        default="both",
        help="where mmap reserves indexes (default: both, next to each other)",
    )
    parser.add_argument(
        "--preset",
        choices=list(PRESETS),
        default="as-written",
        help="the settings of the scheme (default: %(default)s); the next three change them",
    )
    parser.add_argument("--index-bits", metavar="N", help="2^N indexes an address space")
    parser.add_argument("--proportion", metavar="P", help="how much to reserve for each page")
    parser.add_argument(
        "--minimum", metavar="M", help="the least reservation, in indexes: 4096 or 2^12"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--list", action="store_true", help="list the bundled traces and stop")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    compare_command.add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay each trace and print what came out. AnonvmaError where something is wrong with it."""
    lokier = read_scheme(args)
    if compare_command.is_wanted(args) and not args.list:
        say_what_is_cut_off(args.traces)
        return compare_command.run(args, [with_side(lokier, side) for side in SIDES[args.side]])
    if args.list or not args.traces:
        print(listing(args.json))
        return 0
    for trace in args.traces:
        find(trace)  # a wrong name is said before the first trace is replayed
    say_what_is_cut_off(args.traces)
    schemes: dict[str, Scheme] = {side: with_side(lokier, side) for side in SIDES[args.side]}
    if args.scheme != "lokier":
        schemes = {args.scheme: SCHEMES[args.scheme]()}
    results: dict[str, dict[str, Tally]] = {}
    for place, trace in enumerate(args.traces):
        with ProgressBar(sys.stderr, args.quiet) as progress:
            tallies = replay_each(trace, schemes, progress)
        results[trace] = tallies
        if not args.json:
            if args.scheme == "lokier" and not place:
                print(settings_line(lokier))
            print(("\n" if place or args.scheme == "lokier" else "") + table(trace, tallies))
            sys.stdout.flush()
    if args.json:
        print(as_json(args.scheme, lokier, results))
    return 0


def say_what_is_cut_off(traces: Sequence[str]) -> None:
    """A note on stderr for each trace that ends within a line."""
    for note in filter(None, map(cut_off_note, traces)):
        print(f"anonvma-book: {note}", file=sys.stderr)


def replay_each(trace: str, schemes: dict[str, Scheme], progress: ProgressBar) -> dict[str, Tally]:
    """The counts of one trace under each scheme."""
    progress.label = f"{trace} read"
    progress(0, 1)
    loaded = load(trace)
    tallies = {}
    for label, scheme in schemes.items():
        progress.label = f"{trace} {label}"
        tallies[label] = replay(loaded, scheme, progress)
    return tallies


def with_side(scheme: Lokier, side: str) -> Lokier:
    """The same settings, with reservations on ``side``."""
    return Lokier(
        index_bits=scheme.index_bits,
        proportion=scheme.proportion,
        minimum=scheme.minimum,
        mremap_reserves=scheme.mremap_reserves,
        side=side,
    )


def read_scheme(args: argparse.Namespace) -> Lokier:
    """The preset with the reader's changes. SettingError where one of them makes no sense."""
    changes: dict[str, object] = {}
    if args.index_bits is not None:
        changes["index_bits"] = whole_number("--index-bits", args.index_bits)
    if args.minimum is not None:
        changes["minimum"] = whole_number("--minimum", args.minimum)
    if args.proportion is not None:
        try:
            changes["proportion"] = float(args.proportion)
        except ValueError:
            raise SettingError(f"--proportion is a number, not {args.proportion!r}") from None
    return PRESETS[args.preset](**changes)


def whole_number(option: str, text: str) -> int:
    """A whole number, or a power of two.

    >>> whole_number("--minimum", "2^12")
    4096
    """
    found = re.fullmatch(r"2(?:\^|\*\*)(\d{1,2})|(\d{1,20})", text, re.ASCII)
    if found is None:
        raise SettingError(f"{option} is a whole number such as 4096 or 2^12, not {text!r}")
    return 1 << int(found[1]) if found[1] else int(found[2])


def listing(as_data: bool) -> str:
    """The bundled traces, one a line."""
    if as_data:
        return json.dumps(BUNDLED, indent=2)
    width = max(map(len, BUNDLED))
    lines = [f"{name:<{width}}  {about}" for name, about in BUNDLED.items()]
    return "\n".join(["The bundled traces:", "", *lines, "", "anonvma-book replay py_numpy"])


def as_json(name: str, scheme: Lokier, results: dict[str, dict[str, Tally]]) -> str:
    """Settings and counts as JSON; a scheme other than Lokier's has a name and no settings."""
    settings: dict[str, object] = {"name": name}
    if name == "lokier":
        settings = {
            "index_bits": scheme.index_bits,
            "proportion": float(scheme.proportion),
            "minimum": scheme.minimum,
            "mremap_reserves": scheme.mremap_reserves,
        }
    traces = {
        trace: {side: tally.as_dict() for side, tally in tallies.items()}
        for trace, tallies in results.items()
    }
    return json.dumps({"scheme": settings, "traces": traces}, indent=2)
