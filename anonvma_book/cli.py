"""The command ``anonvma-book``: finds the subcommand, and turns an error into one line.

A subcommand is a module with two functions:

add_parser  adds its parser to the subparsers; ``takes_rest=True`` among the defaults says that
            arguments which the parser does not know go on to somebody else, in ``args.rest``
run         does it, given the parsed arguments, and returns the exit status

The exit status is told in ``ending``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata

from anonvma_book import lab_command, publish_command
from anonvma_book.ending import ended
from anonvma_book.errors import printable
from anonvma_book.exhaustive import command as search_command
from anonvma_book.traces import command as replay_command
from anonvma_book.traces import record_command
from anonvma_book.twin import command as twin_command

COMMANDS = (
    lab_command,
    publish_command,
    replay_command,
    record_command,
    search_command,
    twin_command,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line ``arguments`` (the process's own if None); the exit status.

    What a reader can get wrong is said in one line on stderr, without a traceback.
    """
    args = parse(arguments)
    return ended("anonvma-book", lambda: int(args.run(args)))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The parsed arguments; ``run`` is the subcommand's function, ``rest`` what it passes on."""
    parser = argparse.ArgumentParser(
        prog="anonvma-book",
        description="An interactive book on anon_vma and Jamie Lokier's scheme of 2004.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version()}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    args, rest = parser.parse_known_args(arguments)
    if rest and not getattr(args, "takes_rest", False):
        parser.error(f"unrecognized arguments: {printable(' '.join(rest))}")
    args.rest = rest
    return args


def version() -> str:
    """The version of the installed book, or "not installed"."""
    try:
        return metadata.version("anonvma-book")
    except metadata.PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
