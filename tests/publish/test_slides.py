"""A deck as a file: what stands on which slide, and that it asks nobody for anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from anonvma_book.errors import AnonvmaError
from anonvma_book.questions import Predict
from anonvma_book.session import Session
from anonvma_widgets.publish import chapters, slides_command
from anonvma_widgets.publish.capture import SHOWN
from anonvma_widgets.publish.deck import Deck, Slide
from anonvma_widgets.publish.labslides import played
from anonvma_widgets.publish.slides import SUFFIX, SlidesExporter, link
from tests.notebooks import CHAPTERS

MEBIBYTE = 2**20
HOSTILE = "</script><script>alert(1)</script><img src=https://book.invalid/x onerror=alert(1)>"


def text(source: str, place: str) -> NotebookNode:
    cell: NotebookNode = new_markdown_cell(source, metadata={"slideshow": {"slide_type": place}})
    return cell


def code(source: str, place: str, *outputs: NotebookNode) -> NotebookNode:
    metadata = {"slideshow": {"slide_type": place}}
    cell: NotebookNode = new_code_cell(
        source, metadata=metadata, outputs=list(outputs), execution_count=1
    )
    return cell


def printed(words: str) -> NotebookNode:
    output: NotebookNode = new_output("stream", name="stdout", text=words)
    return output


def widget(shown: object) -> NotebookNode:
    data = {"text/plain": "as text", SHOWN: shown}
    output: NotebookNode = new_output("execute_result", data=data)
    return output


def player(*views: str) -> NotebookNode:
    history = Session("a split", views=views).history_json()
    return widget({"kind": "player", "live": True, "history": history, "recipe": {"a": 1}})


def book(*cells: NotebookNode) -> NotebookNode:
    """A notebook that counts as captured."""
    metadata: dict[str, object] = {"anonvma": {"sources": []}}
    notebook: NotebookNode = new_notebook(cells=list(cells), metadata=metadata)
    return notebook


def slides(*cells: NotebookNode) -> list[list[Slide]]:
    return Deck(book(*cells), lambda source: f"<pre>{source}</pre>", link).stacks


def deck(*cells: NotebookNode) -> str:
    html, resources = SlidesExporter().from_notebook_node(book(*cells))
    assert resources["output_extension"] == SUFFIX
    return html


def test_slide_types() -> None:
    stacks = slides(
        text("# 5 Groups\n\nOne.", "slide"),
        text("Said, not shown.", "notes"),
        code("hidden()", "skip", printed("hidden")),
        text("Two.", "fragment"),
        text("Three.", "-"),
        text("## Next", "subslide"),
        code("f()", "fragment", printed("1 < 2")),
        new_markdown_cell("Goes on."),
        text("## Last", "slide"),
    )
    first, second = stacks[0]
    assert [len(stack) for stack in stacks] == [2, 1]
    assert first.heading == '<h1 id="5-Groups">5 Groups</h1>'
    assert [(block.kind, block.html.strip(), block.step) for block in first.blocks] == [
        ("text", "<p>One.</p>", None),
        ("text", "<p>Two.</p>", 1),
        ("text", "<p>Three.</p>", None),
    ]
    assert "Said, not shown." in first.notes[0]
    assert [(block.kind, block.step) for block in second.blocks] == [
        ("code", 1),
        ("out", 1),
        ("text", None),
    ]
    assert second.blocks[1].html == "<pre>1 &lt; 2</pre>"


def test_a_slide_without_a_heading_repeats_the_last_one_without_its_id() -> None:
    ((first, second),) = slides(
        text("## Drills", "slide"), code("drill()", "subslide", printed("x"))
    )
    assert first.heading == '<h2 id="Drills">Drills</h2>'
    assert second.heading == "<h2>Drills</h2>"


def test_an_id_is_there_once() -> None:
    ((first, second),) = slides(text("## Again", "slide"), text("## Again", "subslide"))
    assert first.heading == '<h2 id="Again">Again</h2>'
    assert second.heading == "<h2>Again</h2>"


def test_the_source_of_a_lab_is_not_shown_and_each_figure_has_a_slide() -> None:
    lab = player("strip", "plane", "dials", "walk", "cost")
    ((slide,),) = slides(text("## A lab", "slide"), code("Lab()", "fragment", lab))
    kinds = [block.kind for block in slide.blocks]
    assert kinds == ["lab deck-plane", "lab deck-walk", "lab deck-cost"]
    assert {block.step for block in slide.blocks} == {1}
    assert all('"live":false' in block.html for block in slide.blocks)
    assert not any("recipe" in block.html for block in slide.blocks)


def test_the_other_schemes_have_a_slide_of_their_own() -> None:
    history = Session("a split", beside=["anon_vma"], views=["strip", "plane"]).history_json()
    (plane, alone), (beside, both) = played(history)
    assert (plane, beside) == ("plane", "beside")
    assert not alone["rivals"]
    assert len(alone["schemes"]) == 1
    assert len(both["rivals"]) == 1
    assert both["views"] == []
    assert alone["scenes"] == both["scenes"] == history["scenes"]


def test_a_question_is_its_text_its_state_and_its_fields() -> None:
    spec = Predict("a = mmap(4)\nmunmap(a, 1)", "vmas", "seam 3").spec()
    question = widget({"kind": "question", "spec": spec, "cells": [], "place": 0})
    ((slide,),) = slides(text("## Predict", "slide"), code("Predict()", "fragment", question))
    (ask,) = slide.blocks
    assert ask.kind == "ask"
    assert "How many vmas are there then?" in ask.html
    assert "<li>two vmas in one unit: grouped</li>" in ask.html
    assert "<code>munmap(a, 1)</code>" in ask.html
    assert "Check" not in ask.html
    assert "<input" not in ask.html


def test_solutions_and_progress_are_left_out() -> None:
    folded = "<details><summary>Hint 1</summary>\n\nAn answer.\n</details>"
    ((slide,),) = slides(
        text(f"## Exercise\n\nDo it.\n\n{folded}\n\n{folded}\n\nDone.", "slide"),
        code("Progress()", "fragment", widget({"kind": "progress"})),
    )
    assert [block.kind for block in slide.blocks] == ["text"]
    assert "answer" not in slide.blocks[0].html
    assert "Done." in slide.blocks[0].html


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("05-groups.ipynb", "05-groups.slides.html"),
        ("05-groups.ipynb#Two-lanes", "05-groups.slides.html#Two-lanes"),
        ("#Two-lanes", "#Two-lanes"),
        ("15-appendix.ipynb#vma", None),
        ("https://lore.kernel.org/x.ipynb", "https://lore.kernel.org/x.ipynb"),
    ],
)
def test_links(address: str, expected: str | None) -> None:
    assert link(address) == expected


class Requests(HTMLParser):
    """Everything in a page that a browser would fetch, or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        for name, value in attributes:
            fetched = name in ("src", "srcset", "poster", "data") or (tag, name) == ("link", "href")
            if (fetched and not (value or "").startswith("data:")) or name.startswith("on"):
                self.found.append(f"<{tag} {name}={value}>")


def test_nothing_is_asked_for_and_text_stays_text() -> None:
    history = Session("a split").history_json()
    history["scenes"][0]["sentence"] = HOSTILE
    html = deck(
        text(
            f"# {HOSTILE}\n\n{HOSTILE}\n\n$\\text{{{HOSTILE}}}$ ![x](https://book.invalid/x)",
            "slide",
        ),
        text(HOSTILE, "notes"),
        code(f"print({HOSTILE!r})", "-", printed(HOSTILE)),
        code("Lab()", "-", widget({"kind": "player", "live": False, "history": history})),
        code("f()", "-", new_output("error", ename=HOSTILE, evalue=HOSTILE, traceback=[])),
    )
    plain = deck(text("# Plain", "slide"), code("Lab()", "-", player("strip")))
    asked, usual = Requests(), Requests()
    asked.feed(html)
    usual.feed(plain)
    assert asked.found == []
    assert asked.scripts == usual.scripts
    css = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    assert "@import" not in css
    assert all(url.startswith(("data:", "#")) for url in re.findall(r"url\(['\"]?([^'\")]*)", css))


def test_maths_needs_no_script() -> None:
    html = deck(text("# Maths\n\n$2^{22}$ and\n\n$$\\frac{1}{2} < 1$$", "slide"))
    assert "<msup><mn>2</mn>" in html
    assert '<math display="block">' in html


def test_the_same_notebook_gives_the_same_bytes_of_a_fair_size() -> None:
    cells = (text("# Twice", "slide"), code("Lab()", "fragment", player("strip", "plane")))
    first = deck(*cells)
    assert first == deck(*cells)
    assert len(first.encode()) < 2.5 * MEBIBYTE


def test_chapters_by_number_name_and_path(tmp_path: Path) -> None:
    groups = CHAPTERS / "05-groups.ipynb"
    assert [path.name for path in chapters.chosen([])] == sorted(
        p.name for p in CHAPTERS.glob("*.ipynb")
    )
    assert chapters.chosen(["5", "05-groups", "05-groups.ipynb", str(groups)]) == [groups] * 4
    with pytest.raises(AnonvmaError, match="the chapters are 0, 1, 2"):
        chapters.chosen(["99"])


def test_the_command_writes_a_deck(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = tmp_path / "talk.ipynb"
    nbformat.write(book(text("# A talk", "slide")), talk)
    assert slides_command.main([str(talk), "--output", str(tmp_path / "out")]) == 0
    made = tmp_path / "out" / "talk.slides.html"
    assert "<title>A talk</title>" in made.read_text(encoding="utf-8")
    assert "talk.slides.html" in capsys.readouterr().err


def test_what_is_no_notebook_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(AnonvmaError, match="not a notebook"):
        slides_command.main([str(broken), "--output", str(tmp_path)])


def test_without_a_chromium_there_is_no_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANONVMA_BOOK_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(AnonvmaError, match="ANONVMA_BOOK_CHROMIUM names one"):
        slides_command.main(["5", "--pdf", "--output", str(tmp_path)])
    assert not list(tmp_path.iterdir())
