"""``jupyter nbconvert --to anonvma-slides``: a chapter as one reveal.js file, for a lecture hall.

It plays every lab without a kernel, and asks nobody for anything: reveal.js, BokehJS, the labs
and their data are inside. What stands on a slide is in deck.py; how it looks is in
static/slides.css; what happens in the browser is in js/slides.js.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from nbformat import NotebookNode

from anonvma_widgets.esm import bundle
from anonvma_widgets.publish import npm
from anonvma_widgets.publish.deck import Deck
from anonvma_widgets.publish.exporter import FOLDER, BookExporter, Resources, linked
from anonvma_widgets.publish.glossary import APPENDIX
from anonvma_widgets.publish.shared import (
    bokehjs_text,
    palettes,
    script_json,
    script_text,
    shared_json,
    style,
)

SUFFIX = ".slides.html"
DEFAULT_TITLE = "Slides"


class SlidesExporter(BookExporter):
    """A notebook as slides."""

    export_from_notebook = "Slides of the book"
    suffix = SUFFIX
    design = "anonvma-slides"

    def named(self, captured: NotebookNode, folder: Path, resources: Resources) -> Resources:
        """The slides, and what is the same in every deck."""
        deck = Deck(captured, self.highlight, link)
        shown = {"stacks": deck.stacks, "title": title(captured)}
        return {**resources, "deck": shown, "parts": parts()}


def link(address: str) -> str | None:
    """Where a link of a chapter leads on its slides: to the deck of another chapter."""
    if address.partition("#")[0] == APPENDIX:  # to look things up in: it has no slides to link to
        return None
    return linked(address, SUFFIX)


def title(notebook: NotebookNode) -> str:
    """The first heading, as text for the window's title."""
    for cell in notebook.cells:
        first = cell.source.lstrip().partition("\n")[0]
        if cell.cell_type == "markdown" and first.startswith("# "):
            return escape(first[2:].replace("`", "").replace("*", ""))
    return DEFAULT_TITLE


@cache
def parts() -> dict[str, str]:
    """What is the same in every deck: styles, scripts and the data that labs share."""
    reveal = npm.package("reveal.js")
    licence = (reveal / "LICENSE").read_text(encoding="utf-8")
    own = (FOLDER / "static" / "slides.css").read_text(encoding="utf-8")
    scripts = ("reveal.js", "plugin/notes.js")
    return {
        "css": "\n".join([_read(reveal / "dist" / "reveal.css"), style(), palettes(), own]),
        "licence": licence.replace("--", "- -"),
        "bokeh": script_text(bokehjs_text()),
        "reveal": script_text("\n".join(_read(reveal / "dist" / name) for name in scripts)),
        "deck": script_text(bundle("slides.js")),
        "shared": script_json(shared_json()),
    }


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
