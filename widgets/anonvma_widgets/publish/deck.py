"""A captured notebook as slides: what stands on which, before anything is measured.

slide   a heading, blocks under it, and notes for the speaker
block   text, code, out (plain text), ask (a question) or lab; as HTML, or as JSON for a lab
step    the number of the click with which a block comes; None if it is there from the beginning
stack   a slide with its subslides

A slide without a heading of its own repeats the last one. Whether a slide's blocks fit on it is
found out in the browser, which cuts what is too long (js/paginate.js).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode

from anonvma_widgets.publish.capture import shown_in
from anonvma_widgets.publish.labslides import played
from anonvma_widgets.publish.maths import Link, text_html
from anonvma_widgets.publish.questionslide import question_html
from anonvma_widgets.publish.shared import script_json
from anonvma_widgets.publish.words import plain_html, printed

FOLDED = re.compile(r"<details>.*?</details>\n*", re.DOTALL)
HEADING = re.compile(r"\A\s*(<h([1-3]) id=\"[^\"]*\">(.*?)</h\2>)", re.DOTALL)

Highlight = Callable[[str], str]


@dataclass
class Block:
    """One part of a slide."""

    kind: str
    html: str
    step: int | None = None


@dataclass
class Slide:
    """A heading as HTML, and what stands under it."""

    heading: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps: int = 0


class Deck:
    """The stacks of a notebook's slides. ``highlight`` makes HTML of Python."""

    def __init__(self, notebook: NotebookNode, highlight: Highlight, link: Link) -> None:
        self.highlight = highlight
        self.link = link
        self.stacks: list[list[Slide]] = []
        self.heading = ""  # the last one, without its id
        self.headings: set[str] = set()  # with their ids, each of which may be there once
        for cell in notebook.cells:
            self.add(cell)

    def add(self, cell: NotebookNode) -> None:
        """Put a cell where its slide type says."""
        place = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if place == "skip":
            return
        if place == "slide" or not self.stacks:
            self.stacks.append([Slide()])
        elif place == "subslide":
            self.stacks[-1].append(Slide())
        slide = self.stacks[-1][-1]
        if place == "notes":
            slide.notes.append(text_html(cell.source, self.link))
            return
        blocks = self.code(cell) if cell.cell_type == "code" else self.text(cell, slide)
        if place == "fragment" and blocks:
            slide.steps += 1
            for block in blocks:
                block.step = slide.steps
        if not slide.heading and self.heading and blocks:
            slide.heading = self.heading
        slide.blocks += blocks

    def text(self, cell: NotebookNode, slide: Slide) -> list[Block]:
        """A text cell; its heading becomes the slide's if it is the first thing there."""
        if cell.cell_type != "markdown":
            return []
        html = text_html(cell.source, self.link)
        html = FOLDED.sub("", html)
        found = HEADING.match(html)
        if found and not slide.blocks and not slide.heading:
            whole, level, words = found.groups()
            self.heading = f"<h{level}>{words}</h{level}>"
            slide.heading = self.heading if whole in self.headings else whole
            self.headings.add(whole)
            html = html[found.end() :]
        return [Block("text", html)] if html.strip() else []

    def code(self, cell: NotebookNode) -> list[Block]:
        """A code cell: the code, unless it shows a lab or a question, and its outputs."""
        outputs = [block for output in cell.outputs for block in blocks_of(output)]
        if any(shown_in(output) is not None for output in cell.outputs):
            return outputs
        return [Block("code", self.highlight(cell.source)), *outputs]


def blocks_of(output: NotebookNode) -> Iterator[Block]:
    """What one output is on a slide: a lab may need several, other things are left out."""
    text = printed(output)
    shown = shown_in(output)
    if shown is None:
        if text.strip():
            yield Block("out", plain_html(text))
    elif shown["kind"] == "player":
        for views, history in played(shown["history"]):
            player = {"kind": "player", "live": False, "history": history}
            yield Block(f"lab deck-{views}", script_json(player))
    elif shown["kind"] == "question":
        yield Block("ask", question_html(shown["spec"]))
