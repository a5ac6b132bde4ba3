"""A captured notebook as the parts of a page, in the order in which they are read.

text   a text cell; a heading that only repeats the one before it, as slides do, is left out
code   a code cell; it is folded where what it shows is there to be used, a question or a lab
out    what a cell printed
shown  a lab, a question or the progress: JSON to mount, and the same as text without scripts

Notes for the speaker are left to the slides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from anonvma_widgets.publish.capture import shown_in
from anonvma_widgets.publish.glossary import words
from anonvma_widgets.publish.maths import Link, text_html
from anonvma_widgets.publish.search import HEADING
from anonvma_widgets.publish.shared import script_json
from anonvma_widgets.publish.words import plain_html, printed

SHORT_CODE = 4  # lines of code that stay open above a lab
EMPHASIS = re.compile(r"<p><em>(.*?)</em></p>", re.DOTALL)
HREF = re.compile(r'<a href="([^"]*)"')

Highlight = Callable[[str], str]


@dataclass
class Part:
    """One block of a page."""

    kind: str  # text, code, folded, out, lab, question, progress, note
    html: str
    name: str = ""  # of a lab, for links to it, or a question: lab-1
    shown: str = ""  # JSON that a <script> may hold
    tall: int = 0  # about as many pixels it takes


@dataclass
class Entry:
    """One line of a page's contents."""

    level: int
    anchor: str
    heading: str


@dataclass
class Body:
    """All parts of a notebook's page, and what is told of it elsewhere."""

    title: str = "Untitled"
    line: str = ""
    parts: list[Part] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    questions: int = 0
    labs: int = 0

    @property
    def addresses(self) -> list[str]:
        """What the page's text links to."""
        return [address for text in self.texts for address in HREF.findall(text)]


def body(notebook: NotebookNode, link: Link, highlight: Highlight) -> Body:
    """The parts of a captured notebook's page."""
    made = Body()
    taken: dict[str, int] = {}
    for cell in notebook.cells:
        if slide_type(cell) == "notes" or not cell.source.strip():
            continue
        if cell.cell_type == "markdown":
            _add_text(made, text_html(cell.source, link), taken)
        elif cell.cell_type == "code":
            made.parts += _code(made, cell, highlight)
    return made


def slide_type(cell: NotebookNode) -> str:
    """Where the cell stands on slides."""
    return str(cell.metadata.get("slideshow", {}).get("slide_type", "-"))


def _add_text(made: Body, html: str, taken: dict[str, int]) -> None:
    def heading(found: re.Match[str]) -> str:
        level, anchor, inside = int(found[1]), found[2], found[3]
        entry = Entry(level, anchor, words(inside))
        if made.entries and entry == made.entries[-1]:
            return ""
        taken[anchor] = taken.get(anchor, 0) + 1
        if taken[anchor] > 1:
            entry.anchor = f"{anchor}-{taken[anchor]}"
        if level == 1 and not made.entries:
            made.title = entry.heading
        made.entries.append(entry)
        return f'<h{level} id="{entry.anchor}">{inside}</h{level}>'

    html = HEADING.sub(heading, html)
    html = html.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )
    if not made.texts and (found := EMPHASIS.search(html)):
        made.line = words(found[1])
        html = html.replace(found[0], f'<p class="lead">{found[1]}</p>', 1)
    made.texts.append(html)
    made.parts.append(Part("text", html))


def _code(made: Body, cell: NotebookNode, highlight: Highlight) -> Iterator[Part]:
    shown = [found["kind"] for found in map(shown_in, cell.outputs) if found is not None]
    lines = cell.source.strip().count("\n") + 1
    for_labs = set(shown) == {"player"} and lines <= SHORT_CODE
    quiet = slide_type(cell) == "skip" and not cell.outputs
    folded = quiet or (bool(shown) and not for_labs)
    yield Part("folded" if folded else "code", highlight(cell.source))
    for output in cell.outputs:
        yield from _output(made, output)


def _output(made: Body, output: NotebookNode) -> Iterator[Part]:
    text = printed(output)
    shown = shown_in(output)
    if shown is not None:
        yield from _shown(made, shown, text)
    elif text.strip():
        yield Part("out", plain_html(text))


def _shown(made: Body, shown: dict[str, Any], twin: str) -> Iterator[Part]:
    kind = {"player": "lab"}.get(shown["kind"], shown["kind"])
    name = ""
    if kind == "lab":
        made.labs += 1
        name = f"lab-{made.labs}"
    if kind == "question":
        made.questions += 1
        name = f"question-{made.questions}"
    in_cell = kind == "question" and not shown["spec"]["fields"]
    kind = f"{kind} in-cell" if in_cell else kind
    yield Part(kind, plain_html(twin), name, script_json(shown), _tall(shown))
    if in_cell:
        yield Part("note", "")


def _tall(shown: dict[str, Any]) -> int:
    """About how many pixels high it is once it is there, on a wide page."""
    if shown["kind"] == "player":
        views, rivals = set(shown["history"]["views"]), len(shown["history"]["rivals"])
        more = {"plane": 390, "walk": 330, "cost": 330}
        tall = 400 + sum(more[view] for view in views & set(more)) + 90 * rivals
        return tall + 50 * bool(shown["live"])
    if shown["kind"] == "progress":
        return 140
    spec = shown["spec"]
    sizes = {"choice": 110, "drawn": 190, "script": 150, "row": 90}
    fields = sum(sizes.get(each["kind"], 62) for each in spec["fields"])
    return 120 + fields + 17 * len((spec["body"] or "").splitlines())
