"""The terms of the glossary, so that a page can show a term's meaning beside a link to it.

appendix  the notebook with the glossary: a heading of the third order is a term, what stands
          under it its meaning; a link that ends the meaning leads to the term's chapter
anchor    what follows "#" in a link to the term
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from urllib.parse import unquote

from nbformat import NotebookNode

from anonvma_widgets.publish.maths import text_html

APPENDIX = "15-appendix.ipynb"
PAGE = "15-appendix.html"

TERM = re.compile(r"^### (.+)\n", re.MULTILINE)
GLOSSARY = "appendix-glossary-"  # how the ids of its cells begin
SOURCE = re.compile(r"\s*\[Chapter [^\]]*\]\([^)\s]*\)\.?\s*\Z")
TAG = re.compile(r"<[^>]*>")


def heading_id(heading: str) -> str:
    """What follows ``#`` in a link to a heading, as JupyterLab has it.

    >>> heading_id("Who is it? `mm`")
    'Who-is-it?-mm'
    """
    return re.sub(r"[`*]", "", heading).strip().replace(" ", "-")


def glossary(appendix: NotebookNode) -> dict[str, str]:
    """Each term's meaning in plain words, by its anchor."""
    meanings = {}
    for cell in appendix.cells:
        if cell.cell_type != "markdown" or not str(cell.get("id", "")).startswith(GLOSSARY):
            continue
        _, *parts = TERM.split(cell.source)
        for term, text in zip(parts[::2], parts[1::2], strict=True):
            meanings[heading_id(term)] = words(text_html(SOURCE.sub("", text)))
    return meanings


def words(html: str) -> str:
    r"""The text of HTML that we made, in one line.

    >>> words("<p>An <em>mm</em> &amp; its\nvmas</p>")
    'An mm & its vmas'
    """
    return " ".join(unescape(TAG.sub("", html)).split())


def used(meanings: dict[str, str], addresses: Collection[str]) -> dict[str, str]:
    """The meanings to which a page with links to these addresses leads."""
    parts = [unquote(unescape(address)).partition("#") for address in addresses]
    anchors = {anchor for page, _, anchor in parts if page in ("", PAGE)}
    return {anchor: text for anchor, text in sorted(meanings.items()) if anchor in anchors}
