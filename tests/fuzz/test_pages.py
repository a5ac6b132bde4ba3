"""What is published: text of a notebook, a trace or a reader becomes text, whatever it says.

A page is read back by a parser of HTML: it has no element that the book does not write itself, no
attribute that listens, no script but the page's own and data, no address that runs or fetches.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from anonvma_book.errors import AnonvmaError
from anonvma_book.questions import Exercise, Predict
from anonvma_book.session import Session
from anonvma_widgets.figures.comparison import page as comparison_page
from anonvma_widgets.publish.capture import SHOWN
from anonvma_widgets.publish.deck import Deck
from anonvma_widgets.publish.page import PageExporter, Place
from anonvma_widgets.publish.shared import script_json
from anonvma_widgets.publish.slides_command import write_deck
from tests.fuzz.texts import HALF, MARKUP, mutated, raw

PARTS = "html head meta link title script body header main div article nav footer aside noscript"
WORDS = "h1 h2 h3 h4 h5 h6 p pre code kbd span em strong b i sub sup del hr br blockquote a"
OTHERS = "button input ol ul li table thead tbody tr th td details summary"
ELEMENTS = {*PARTS.split(" "), *WORDS.split(" "), *OTHERS.split(" ")}
FETCH = {"src", "srcset", "action", "formaction", "poster", "data", "background", "srcdoc"}


class Reader(HTMLParser):
    """The elements of a page with their attributes, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts.append(data)


def check(text: str, scripts: int = 0) -> None:
    """Nothing in the page runs or fetches; ``scripts`` are its own, beside data."""
    reader = Reader(text)
    own = [each for tag, each in reader.found if tag == "script" and is_code(each)]
    assert len(own) == scripts
    for tag, attributes in reader.found:
        assert tag in ELEMENTS or tag.startswith("m"), tag  # as all of MathML does
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name.replace("-", "").isalnum(), (tag, name)
            assert tag == "script" or name not in FETCH, (tag, name)
            if name in ("href", "xlink:href"):
                scheme = urlparse((value or "").strip().lower()).scheme
                assert scheme in ("", "http", "https", "mailto", "data", "ftp"), value
                assert scheme != "data" or tag == "link", value


def is_code(attributes: dict[str, str | None]) -> bool:
    return attributes.get("type") != "application/json"


CHAPTER = [
    "# 5 Groups\n\n*A line.*\n\n## Two `lanes`\n\nText with a [link](05-groups.ipynb#Two-lanes).",
    "| a | b |\n|---|---|\n| 1 | `c` |\n\n![alt](x.png)\n\n<https://a.org>",
    "<details>\n<summary>Hint</summary>\n\nText, and $a_1 \\le b$.\n\n</details>",
    "$$\\href{javascript:alert(1)}{x} \\style{color:red}{y} \\text{z} \\frac{1}{2}$$",
    "```python\nprint(1)\n```\n\n> quoted\n\n1. one\n2. two\n\n- [ ] task\n\n[a]: x\n\n[a]",
]
text = st.one_of(mutated(CHAPTER, more=MARKUP), raw, st.sampled_from(MARKUP))
PLAYER = {"kind": "player", "live": True, "history": Session("a split").history_json()}
QUESTIONS = [
    Predict("mmap(4)", "vmas", "vmas row").spec(),
    Exercise("Do `it`.", lambda machine: None).spec(),
]


@st.composite
def shown(draw: st.DrawFn) -> dict[str, Any]:
    """What a widget showed, with text of anybody's in it; or something that none of ours shows."""
    kind = draw(st.sampled_from(["player", "question", "other"]))
    if kind == "player":
        history = {**PLAYER["history"], "scenario": draw(text)}  # type: ignore[dict-item]
        return {**PLAYER, "history": history, "recipe": {"script": draw(text)}}
    if kind == "question":
        spec = dict(draw(st.sampled_from(QUESTIONS)))
        fields = [{**each, "text": draw(text), "start": draw(text)} for each in spec["fields"]]
        return {"kind": kind, "spec": {**spec, "text": draw(text), "fields": fields}, "cells": []}
    return {"kind": draw(text), "spec": draw(text)}


@st.composite
def notebooks(draw: st.DrawFn) -> NotebookNode:
    """A notebook that counts as run before, so that nothing of it is run here."""
    cells = [new_markdown_cell(draw(text)) for _ in range(draw(st.integers(1, 3)))]
    code = new_code_cell(draw(text))
    code.outputs = [
        new_output("stream", text=draw(text)),
        new_output("execute_result", {SHOWN: draw(shown()), "text/plain": draw(text)}),
        new_output("display_data", {"text/html": draw(text), "image/svg+xml": draw(text)}),
        new_output("error", ename=draw(text), evalue=draw(text), traceback=[draw(text)]),
    ]
    made: NotebookNode = new_notebook(cells=[*cells, code])
    made.metadata["anonvma"] = {"sources": [draw(text)]}
    return made


EXPORTER = PageExporter()
PLACE = Place(page="x.html", scripts=["a.js"], python="assets/python.js")
INJECTED = new_notebook(
    cells=[
        new_code_cell(
            "1",
            outputs=[
                new_output("execute_result", {SHOWN: {"kind": f'"><script>{MARKUP[0]}</script>'}})
            ],
        )
    ],
    metadata={"anonvma": {"sources": []}},
)


@settings(max_examples=20)
@given(notebooks())
@example(INJECTED)
def test_a_page_and_slides_show_text_as_text(notebook: NotebookNode) -> None:
    html, _ = EXPORTER.from_notebook_node(notebook, {"place": PLACE, "glossary": {}})
    check(html, scripts=2)
    for stack in Deck(notebook, EXPORTER.highlight, str).stacks:
        for slide in stack:
            for part in (slide.heading, *slide.notes):
                check(part)
            for block in slide.blocks:
                if block.kind.startswith("lab"):
                    assert "<" not in block.html
                else:
                    check(block.html)


@settings(max_examples=50)
@given(st.recursive(raw | st.sampled_from(MARKUP), lambda inner: st.lists(inner, max_size=3)))
def test_data_in_a_script_is_data(value: object) -> None:
    made = script_json(value)
    assert "<" not in made
    assert not {"\u2028", "\u2029"} & set(made)
    assert json.loads(made) == value


def test_a_plot_shows_the_names_of_traces_as_text() -> None:
    measured = {"vmas": 1, "forbidden": 2, "bytes": 3, "candidates_per_hit": 1.0}
    plain = comparison_page({"x": {"lokier y": measured}})
    hostile = [*MARKUP, "\0", HALF, "a" * 10_000]
    html = comparison_page({x: {f"lokier {x}": measured, "z": {"error": x}} for x in hostile})
    tags = [(tag, sorted(each)) for tag, each in Reader(html).found]
    assert tags == [(tag, sorted(each)) for tag, each in Reader(plain).found]


NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"anonvma": {"sources": []}}}
CODE: dict[str, object]
CODE = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "execution_count": None}
RESULT = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}


def with_output(**values: object) -> str:
    cell = {**CODE, "outputs": [{**RESULT, **values}]}
    return json.dumps({**NOTEBOOK, "cells": [cell]})


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "5", "\0", '{"nbformat": 4,', "[" * 100_000, '{"nbformat": 1}'),
        json.dumps(NOTEBOOK),
        json.dumps({**NOTEBOOK, "cells": 5}),
        json.dumps({**NOTEBOOK, "cells": [{**CODE, "source": 5, "outputs": []}]}),
        json.dumps({**NOTEBOOK, "cells": [{**CODE, "outputs": [5]}]}),
        json.dumps({**NOTEBOOK, "cells": [{**CODE, "outputs": [], "metadata": {"slideshow": 5}}]}),
        with_output(data=5),
        with_output(data={SHOWN: {"kind": "player"}}),
        with_output(data={SHOWN: {"kind": "player", "history": 5}}),
        with_output(data={SHOWN: {"kind": "question", "spec": {"fields": 5, "text": 5}}}),
    ],
)
def test_what_is_no_notebook_is_said_in_a_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnonvmaError, match=r"x\.ipynb: (not a|a cell's|what it says)"):
        write_deck(path, tmp_path)
    assert list(tmp_path.iterdir()) == [path]
