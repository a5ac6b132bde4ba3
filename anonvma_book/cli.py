"""The command ``anonvma-book``: finds the subcommand, and turns an error into one line.

A subcommand is a module with two functions:

add_parser  adds its parser to the subparsers; ``takes_rest=True`` among the defaults says that
            arguments which the parser does not know go on to somebody else, in ``args.rest``
run         does it, given the parsed arguments, and returns the exit status

Exit status: 0 done, 1 done with a bad result, 2 wrong usage or input, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from anonvma_book import lab_command, publish_command
from anonvma_book.errors import AnonvmaError, MappingError
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

    What a reader can get wrong (:class:`AnonvmaError`, or an ``OSError`` such as a file that
    is not there) is said in one line on stderr, without a traceback.
    """
    try:
        args = parse(arguments)
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except (AnonvmaError, OSError) as error:
        print(f"anonvma-book: {one_line(error)}", file=sys.stderr)
        return 2


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
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    args.rest = rest
    return args


def version() -> str:
    """The version of the installed book, or "not installed"."""
    try:
        return metadata.version("anonvma-book")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def one_line(error: Exception) -> str:
    """What went wrong, in the words of a reader.

    >>> one_line(FileNotFoundError(2, "No such file or directory", "a.strace"))
    'a.strace: No such file or directory'
    """
    if isinstance(error, OSError) and not isinstance(error, MappingError):
        name = f"{error.filename}: " if error.filename is not None else ""
        return f"{name}{error.strerror or error}"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
