"""What a test reads off a lab, and does to it, in a notebook of JupyterLab."""

from __future__ import annotations

from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, expect

from tests.browser.labpage import OPEN_MS, open_chapter, run_all
from tests.browser.labserver import LabServer

COLUMNS = """(lab, name) => {
    const model = lab.bokehDocuments.map(doc => doc.get_model_by_name(name)).find(Boolean);
    return model && Object.fromEntries(
        Object.entries(model.data).map(([column, values]) => [column, Array.from(values)]));
}"""

RANGES = """lab => ['address_strip', 'index_plane'].flatMap(name => [name + '_x', name + '_y'])
    .map(name => {
    const range = lab.bokehDocuments.map(doc => doc.get_model_by_name(name)).find(Boolean);
    return [range.start, range.end];
})"""


def open_lab(page: Page, server: LabServer, name: str, code: str, count: int = 1) -> Locator:
    """Make a notebook of one cell, open and run it; its labs, when their figures are drawn."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(notebook, server.folder / name)
    open_chapter(page, server, name)
    run_all(page)
    lab = page.locator(".anonvma[data-ready]")
    expect(lab).to_have_count(count, timeout=OPEN_MS)
    return lab


def columns(lab: Locator, source: str) -> dict[str, list[Any]]:
    """The data of the lab's Bokeh source of that name."""
    found: dict[str, list[Any]] | None = lab.evaluate(COLUMNS, source)
    assert found is not None, f"there is no source {source!r}"
    return found


def ranges(lab: Locator) -> list[list[float]]:
    """Start and end of the axes: x and y of the strip, x and y of the plane."""
    found: list[list[float]] = lab.evaluate(RANGES)
    return found


def vmas(lab: Locator) -> list[tuple[str, int, int]]:
    """Key, start and end of every vma that the strip shows."""
    data = columns(lab, "vmas")
    return list(zip(data["key"], data["start"], data["end"], strict=True))


def say(lab: Locator, line: str) -> None:
    """Write a script line and press Enter."""
    field = lab.get_by_label("Script line")
    field.fill(line)
    field.press("Enter")


def expect_step(lab: Locator, text: str) -> None:
    """Wait until the count says so: "3 of 4"."""
    expect(lab.locator(".av-count")).to_have_text(text)


def expect_sentence(lab: Locator, text: str) -> None:
    """Wait until the sentence is exactly that."""
    expect(lab.locator(".av-sentence")).to_have_text(text)


def moved(lab: Locator) -> None:
    """Return when the movement is over; its ghost is still there."""
    expect(lab).not_to_have_attribute("data-state", "moving")


def at_rest(lab: Locator) -> None:
    """Return when no movement and no ghost is left."""
    expect(lab).to_have_attribute("data-state", "rest")
