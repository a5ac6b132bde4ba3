"""The harness itself: a notebook opens, runs, and is seen in both themes."""

from __future__ import annotations

import nbformat
from playwright.sync_api import Page

from tests.browser.labpage import open_chapter, outputs, run_all, set_theme
from tests.browser.labserver import LabServer


def test_a_cell_runs_and_its_output_is_seen(lab: LabServer, page: Page) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)")])
    nbformat.write(notebook, lab.folder / "smoke.ipynb")
    open_chapter(page, lab, "smoke.ipynb")
    run_all(page)
    assert outputs(page) == [[{"output_type": "stream", "name": "stdout", "text": "42\n"}]]
    assert page.locator(".jp-OutputArea-output").inner_text().strip() == "42"


def test_the_theme_changes(lab: LabServer, page: Page) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Light or dark?")])
    nbformat.write(notebook, lab.folder / "theme.ipynb")
    open_chapter(page, lab, "theme.ipynb")
    colours = set()
    for theme in ("dark", "light"):
        set_theme(page, theme)
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2
