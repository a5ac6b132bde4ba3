"""``anonvma-book slides`` and ``anonvma-book html``: the book for a lecture, and for the web.

Both need more than the model: a module of ``anonvma_widgets.publish`` reads the rest of the command
line, ``--help`` included. It is imported when it is needed, and late, since that takes a while: an
interrupt is heard all the time.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from typing import TYPE_CHECKING

from anonvma_book.ending import ended
from anonvma_book.errors import AnonvmaError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

COMMANDS = {
    "slides": "make slide decks that need no kernel and no network",
    "html": "make the book as a static site, with labs that run in the browser",
}

MODULES = {"slides": "slides_command", "html": "site_command"}
"""Each has ``main(arguments) -> status``."""


def add_parser(subparsers: Subparsers) -> None:
    """Add ``slides`` and ``html`` to the subcommands."""
    for name, help_text in COMMANDS.items():
        parser = subparsers.add_parser(name, help=help_text, add_help=False, allow_abbrev=False)
        parser.set_defaults(run=run, takes_rest=True, publishes=name)


def run(args: argparse.Namespace) -> int:
    """Publish; the exit status."""
    if importlib.util.find_spec("nbconvert") is None:
        raise AnonvmaError(f"{args.publishes}: nbconvert is not installed: pip install jupyterlab")
    return ended(f"anonvma-book {args.publishes}", lambda: publish(args.publishes, args.rest))


def publish(name: str, arguments: list[str]) -> int:
    """Run the publisher of that name."""
    module = importlib.import_module(f"anonvma_widgets.publish.{MODULES[name]}")
    status: int = module.main(arguments)
    return status
