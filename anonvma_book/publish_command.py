"""``anonvma-book slides`` and ``anonvma-book html``: the book for a lecture, and for the web.

Both need more than the model: this process becomes ``python -m anonvma_widgets.publish``, which
reads the rest of the command line, ``--help`` included.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from anonvma_book.errors import AnonvmaError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

COMMANDS = {
    "slides": "make slide decks that need no kernel and no network",
    "html": "make the book as a static site, with labs that run in the browser",
}


def add_parser(subparsers: Subparsers) -> None:
    """Add ``slides`` and ``html`` to the subcommands."""
    for name, help_text in COMMANDS.items():
        parser = subparsers.add_parser(name, help=help_text, add_help=False, allow_abbrev=False)
        parser.set_defaults(run=run, takes_rest=True, publishes=name)


def run(args: argparse.Namespace) -> NoReturn:
    """Become the publisher. Does not return."""
    if importlib.util.find_spec("nbconvert") is None:
        raise AnonvmaError(f"{args.publishes}: nbconvert is not installed: pip install jupyterlab")
    command = [sys.executable, "-m", "anonvma_widgets.publish", args.publishes, *args.rest]
    sys.stdout.flush()
    os.execv(sys.executable, command)
