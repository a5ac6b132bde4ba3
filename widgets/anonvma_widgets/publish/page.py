"""``jupyter nbconvert --to anonvma-page``: a chapter as one page that needs no kernel.

The page alone has all in it: style sheets, BokehJS, labs and their data. In a site (site.py) the
same page refers to files beside it, and has the contents of the book around it.

place    what the page has around it: a Place
links    a link to another notebook leads to its page, and keeps its heading
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from nbformat import NotebookNode

from anonvma_widgets.esm import bundle
from anonvma_widgets.publish.exporter import FOLDER, BookExporter, Resources, linked
from anonvma_widgets.publish.glossary import APPENDIX, glossary, used
from anonvma_widgets.publish.pageparts import Body, body
from anonvma_widgets.publish.shared import (
    bokehjs_text,
    palettes,
    script_json,
    script_text,
    shared_json,
    style,
)

SUFFIX = ".html"


@dataclass
class Neighbour:
    """Another page of the site, as its contents name it."""

    page: str
    title: str
    line: str = ""
    questions: int = 0


@dataclass
class Place:
    """What a page has around it; of a page alone there is nothing."""

    page: str = ""
    book: list[Neighbour] = field(default_factory=list)
    previous: Neighbour | None = None
    following: Neighbour | None = None
    launches: list[tuple[str, str]] = field(default_factory=list)  # words and address
    notebook: str = ""  # the address of the notebook, to download
    scripts: list[str] = field(default_factory=list)  # files, in order; none: all is inside
    python: str = ""  # the file with Python, if the site has it


class PageExporter(BookExporter):
    """A notebook as a page."""

    export_from_notebook = "Page of the book"
    suffix = SUFFIX
    design = "anonvma-page"

    def named(self, captured: NotebookNode, folder: Path, resources: Resources) -> Resources:
        """The parts of the page; ``resources`` may have a site's ``place`` and ``glossary``."""
        given = {"place": Place(), "glossary": None, **resources}
        meanings = given.pop("glossary")
        if meanings is None:
            meanings = glossary_beside(folder)
        made = self.body(captured)
        sources = captured.metadata.get("anonvma", {}).get("sources", [])
        return {
            **given,
            "body": made,
            "meanings": script_json(used(meanings, made.addresses)),
            "sources": script_json(sources),
            "inside": None if given["place"].scripts else parts(),
        }

    def body(self, captured: NotebookNode) -> Body:
        """The parts of the page."""
        return body(captured, link, self.highlight)

    def front(self, **named: Any) -> str:
        """The first page of a site."""
        return str(self.environment.get_template("front.html.j2").render(**named))


def link(address: str) -> str:
    """Where a link of a chapter leads on its page.

    >>> link("05-groups.ipynb#Two-lanes"), link("#Two-lanes"), link("https://a.org/b.ipynb")
    ('05-groups.html#Two-lanes', '#Two-lanes', 'https://a.org/b.ipynb')
    """
    return linked(address, SUFFIX)


def glossary_beside(folder: Path) -> dict[str, str]:
    """The glossary of the book in that folder; empty where there is none."""
    path = folder / APPENDIX
    return glossary(nbformat.read(path, as_version=4)) if path.is_file() else {}


def css() -> str:
    """All style sheets of a page."""
    own = (FOLDER / "static" / "page.css").read_text(encoding="utf-8")
    return "\n".join([style(), palettes(), own])


def page_script(entry: str = "page.js") -> str:
    """What runs in a page, as a classic script: a module cannot be loaded from a file."""
    return f"(() => {{\n{bundle(entry)}\n}})();\n"


def shared_script() -> str:
    """What all labs share, as a classic script."""
    return f"globalThis.anonvmaShared = {script_json(shared_json())};\n"


@cache
def parts() -> dict[str, str]:
    """What a page alone has in it."""
    return {
        "css": css(),
        "scripts": script_text("\n".join([bokehjs_text(), shared_script(), page_script()])),
    }


def encoded(text: str) -> str:
    """Text as a part of an address."""
    return quote(text, safe="")
