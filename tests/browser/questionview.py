"""What a test does with questions in a notebook of JupyterLab, and reads off them."""

from __future__ import annotations

import nbformat
from playwright.sync_api import Locator, Page, expect

from tests.browser.labpage import OPEN_MS, hide_sidebar, open_chapter, run_all
from tests.browser.labserver import LabServer

STRIP_MARGIN = 12  # pixels left and right of the first and the last page


def open_questions(page: Page, server: LabServer, name: str, *codes: str) -> Locator:
    """Make a chapter of these cells, open and run it; all its questions."""
    cells = [nbformat.v4.new_markdown_cell(f"# {name.removesuffix('.ipynb')}")]
    cells += [nbformat.v4.new_code_cell(code) for code in codes]
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place}"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), server.folder / name)
    open_chapter(page, server, name)
    hide_sidebar(page)
    run_all(page)
    questions = page.locator(".aq")
    expect(questions.first).to_be_visible(timeout=OPEN_MS)
    return questions


def check(question: Locator) -> None:
    """Press Check."""
    question.get_by_role("button", name="Check").click()


def expect_head(question: Locator, text: str) -> None:
    """Wait until the verdict begins so."""
    expect(question.locator(".aq-verdict b")).to_have_text(text)


def expect_mark(question: Locator, text: str) -> None:
    """Wait until the line at the question says so."""
    expect(question.locator(".aq-title span").nth(1)).to_have_text(text)


def drag(page: Page, strip: Locator, first: int, last: int, pages: int = 48) -> None:
    """Drag over the strip from one page to another."""
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    assert box is not None
    per_page = (box["width"] - 2 * STRIP_MARGIN) / pages
    x, y = box["x"] + STRIP_MARGIN, box["y"] + 20
    page.mouse.move(x + (first + 0.5) * per_page, y)
    page.mouse.down()
    page.mouse.move(x + (last + 0.5) * per_page, y, steps=5)
    page.mouse.up()


def drawn(question: Locator) -> list[str]:
    """The ranges of the vmas that the strip shows."""
    shown = question.locator(".aq-strip [data-vma]")
    return [str(vma.get_attribute("data-vma")) for vma in shown.all()]


def status(question: Locator) -> str:
    """What the strip says about what is selected."""
    return question.locator(".aq-drawn .aq-status").first.inner_text()
