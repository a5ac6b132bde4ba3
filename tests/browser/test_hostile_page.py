"""A page that is given what somebody else wrote: its address, and what the browser kept.

One page is loaded once. Text stays text: no element comes of it, no dialog opens, nothing is asked
for, and the page's own labs, questions and Python go on.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Dialog, Page, Request, expect

from anonvma_book.questions import Predict
from anonvma_book.recipe import recipe
from anonvma_book.session import Session
from anonvma_widgets.bokehjs import bokehjs_text
from anonvma_widgets.publish.capture import SHOWN
from anonvma_widgets.publish.page import PageExporter, Place, css, page_script, shared_script
from anonvma_widgets.publish.pyodide import python_asset
from tests.browser.labview import say
from tests.browser.questionview import check

READY_MS = 120_000
IMAGE = "<img src=x onerror=alert(1)>"
SCRIPT = f"</pre></script><script>alert(1)</script>{IMAGE}\n__import__('os').system('x')"
CELLS = (
    "from anonvma_widgets.questions import Predict",
    "Predict(\"a = mmap(4, 'rw', addr=16)\\nmremap(a, 4, 10)\", 'vmas', 'index 20')",
)
ASSETS = ("bokeh.js", "shared.js", "page.js")
STRANGE = "img, iframe, object, embed, frame, base, main a[href^=javascript], form[action], video"

KEPT = [
    [1],
    {"Hostile": 5, IMAGE: {"q": None}},
    {"Hostile": {"x": {"name": IMAGE, "kind": IMAGE, "place": IMAGE, "first": 1, "key": {}}}},
    {"Hostile": {"__proto__": {"name": 1}, "y": "text", "z": {"variants": 1}}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page with a lab, a question and the progress, and beside it all that it needs."""
    session = Session("a split")
    question = Predict("a = mmap(4, 'rw', addr=16)\nmremap(a, 4, 10)", "vmas", "index 20")
    lab = {"kind": "player", "live": True, "history": session.history_json()}
    asked = {"kind": "question", "spec": question.spec(), "cells": [0, 1], "place": 0}
    shown = ({**lab, "recipe": recipe(session)}, asked, {"kind": "progress"})
    cells = [
        new_code_cell("1", outputs=[new_output("execute_result", {SHOWN: each, "text/plain": "x"})])
        for each in shown
    ]
    notebook = new_notebook(cells=[new_markdown_cell("# Hostile"), *cells])
    notebook.metadata["anonvma"] = {"sources": CELLS}
    place = Place(page="x.html", scripts=[f"assets/{name}" for name in ASSETS], python="python.js")
    html, _ = PageExporter().from_notebook_node(notebook, {"place": place, "glossary": {}})
    texts = {
        "x.html": html,
        "python.js": python_asset(),
        "assets/page.css": css(),
        "assets/bokeh.js": bokehjs_text(),
        "assets/shared.js": shared_script(),
        "assets/page.js": page_script(),
    }
    (tmp_path / "assets").mkdir()
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_somebody_else_wrote_does_nothing(page: Page, folder: Path) -> None:
    wrong: list[str] = []

    def opened(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{folder.as_uri()}/", "data:", "blob:")):
            wrong.append(request.url)

    page.on("dialog", opened)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", asked)
    page.add_init_script(
        f"localStorage['anonvma-book.progress'] = {json.dumps(json.dumps(KEPT[2]))}"
    )
    page.add_init_script(f"localStorage['anonvma-book.theme'] = {json.dumps(SCRIPT)}")

    def quiet() -> None:
        assert wrong == []
        assert page.locator(STRANGE).count() == 0
        assert page.evaluate("document.querySelectorAll('script:not([type])').length") in (4, 5)

    page.goto(f"{folder.as_uri()}/x.html#lab-1=2&script={quote(SCRIPT)}")
    lab = page.locator("#lab-1 .anonvma[data-ready]")
    offer = page.locator(".lab-offer")
    expect(lab).to_be_visible(timeout=READY_MS)
    expect(offer.locator("pre")).to_have_text(SCRIPT)
    expect(page.locator(".aq-progress li")).to_contain_text([IMAGE])
    quiet()

    offer.get_by_role("button", name="Run them").click()
    expect(lab.locator(".av-error")).to_contain_text(
        "line 1: cannot be read: </pre></script><script>", timeout=READY_MS
    )
    say(lab, f"mmap({'-' * 481}1)")
    expect(lab.locator(".av-sentence")).to_contain_text("length is -1")
    say(lab, f"mmap(1, '{IMAGE}')")
    expect(lab.locator(".av-sentence")).to_contain_text(f"protection '{IMAGE}' is none of")
    say(lab, "toString(1)")
    expect(lab.locator(".av-sentence")).to_contain_text("unknown call 'toString'")
    quiet()

    question = page.locator(".aq").first
    for field in question.get_by_role("textbox").all():
        field.fill(IMAGE)
    check(question)
    expect(question.locator(".aq-verdict")).to_contain_text(f"not '{IMAGE[:20]}'")
    for kept in KEPT:
        tell = f"localStorage['anonvma-book.progress'] = {json.dumps(json.dumps(kept))}"
        page.evaluate(f"{tell}; document.dispatchEvent(new CustomEvent('anonvma-progress'))")
    for address in (
        "#lab-1=1e9",
        f"#lab-1={'9' * 400}",
        "#lab-1&script=%",
        f"#{IMAGE}",
        "#lab-9=1",
    ):
        page.evaluate("address => (location.hash = address)", address)
    expect(lab.locator(".av-position, .av-count").first).to_be_visible()
    quiet()
