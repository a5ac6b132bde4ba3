"""``anonvma-book slides``: chapters as slide decks.

anonvma-book slides                     all chapters, into the folder slides/
anonvma-book slides 5 8 --output talk   two of them
anonvma-book slides 5 --pdf             and as PDF, through Chromium
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from anonvma_book.errors import AnonvmaError
from anonvma_book.files import check_writable, replacing, write_whole
from anonvma_widgets.publish import chromium
from anonvma_widgets.publish.chapters import chosen, read
from anonvma_widgets.publish.slides import SUFFIX, SlidesExporter

PRINTED = "print-pdf"


def main(arguments: list[str]) -> int:
    """Make the decks. Raises :class:`AnonvmaError` for what a reader can get wrong."""
    args = parser().parse_args(arguments)
    paths = chosen(args.chapters)
    if args.pdf:
        chromium.find()
    args.output.mkdir(parents=True, exist_ok=True)
    check_writable(args.output / SUFFIX)  # before the work, not after it
    for path in paths:
        made = write_deck(path, args.output)
        say(made)
        if args.pdf:
            pdf = args.output / (path.stem + ".slides.pdf")
            with replacing(pdf) as part:
                chromium.write_pdf(made, PRINTED, part)
            say(pdf)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="anonvma-book slides",
        description="Make slide decks of chapters: one file each, that needs no kernel and no "
        "network. Arrow keys step through the slides, S opens the speaker's view, T changes "
        "between light and dark, ? lists all keys.",
        allow_abbrev=False,
    )
    made.add_argument(
        "chapters", nargs="*", metavar="CHAPTER", help="a number, a name or a path (default: all)"
    )
    made.add_argument(
        "--output", type=Path, default=Path("slides"), metavar="FOLDER",
        help="where the files go (default: %(default)s)",
    )  # fmt: skip
    made.add_argument("--pdf", action="store_true", help="print each deck too, through Chromium")
    return made


def write_deck(path: Path, folder: Path) -> Path:
    """Write the deck of the chapter at ``path`` into ``folder``; where it is."""
    resources = {"metadata": {"path": str(path.parent), "name": path.stem}}
    notebook = read(path)
    told = "anonvma" in notebook.metadata  # it is not run here: it says what its widgets show
    try:
        html, _ = SlidesExporter().from_notebook_node(notebook, resources)
    except (KeyError, TypeError, AttributeError) as error:
        if not told:
            raise
        raise AnonvmaError(f"{path}: what it says its widgets show is not of this book") from error
    made = folder / (path.stem + SUFFIX)
    write_whole(made, html)
    return made


def say(path: Path) -> None:
    """Tell that a file is there, and how large it is."""
    print(f"{path}  {path.stat().st_size / 2**20:.1f} MiB", file=sys.stderr, flush=True)
