"""Take the README's pictures in a real JupyterLab: ``make pictures``.

They are the only generated files of the tree besides the chapters' stored outputs. Look at them
before you keep them: fonts and the browser differ from one computer to another.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.labpage import OPEN_MS, hide_sidebar, open_chapter, painted, run_all
from tests.browser.labserver import LabServer, running_lab
from tests.browser.questionview import check, drag, expect_head

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 120_000

LAB = "from anonvma_widgets import Lab\n"


def as_it_comes(page: Page, widget: Locator) -> None:
    """Nothing is done to the widget."""


def drawn_wrong(page: Page, question: Locator) -> None:
    """Draw the unit as one vma, where the scheme has two."""
    drag(page, question.locator(".aq-strip"), 16, 25)
    question.get_by_role("button", name="Lay one vma here").click()
    check(question)
    expect_head(question, "No.")


class Picture(NamedTuple):
    """A picture: the cell that makes the widget, which widget, and what is done to it."""

    code: str
    selector: str = ".anonvma[data-ready]"
    action: Callable[[Page, Locator], None] = as_it_comes


PICTURES = {
    "lab": Picture(LAB + "Lab('the counter wraps')"),
    "walk": Picture(LAB + "Lab('a walk under fork', views=('strip', 'walk'), page=7)"),
    "beside": Picture(
        LAB
        + "script = '''a = mmap(4, 'rw', addr=2)\nfault(a)\nb = mmap(3, 'rw', addr=20)\nfault(b)\n"
        + "mremap(b, 3, 3, to=6)'''\n"
        + "Lab(script=script, views=('strip', 'cost'), beside=('anon_vma',))"
    ),
    "drawn": Picture(
        "from anonvma_widgets.questions import Predict\n"
        "script = '''a = mmap(4, 'rw', addr=16)\nb = mmap(3, 'r', addr=32)\nmremap(a, 4, 10)'''\n"
        "Predict(script, 'vmas drawn')",
        ".aq",
        drawn_wrong,
    ),
}


def take(page: Page, server: LabServer, name: str, path: Path) -> int:
    """Take the picture of that name into a file; its size in bytes."""
    picture = PICTURES[name]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(picture.code)])
    nbformat.write(notebook, server.folder / f"{name}.ipynb")
    open_chapter(page, server, f"{name}.ipynb")
    hide_sidebar(page)
    run_all(page)
    widget = page.locator(picture.selector)
    expect(widget).to_be_visible(timeout=OPEN_MS)
    for figure in widget.locator(".av-walk, .av-rival").all():
        expect(figure).to_have_attribute("data-ready", "true", timeout=OPEN_MS)
    picture.action(page, widget)
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement.blur()")
    painted(page)
    return len(widget.screenshot(path=path, animations="disabled"))


def main() -> int:
    """Take the pictures that are named on the command line, or all of them."""
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("picture", nargs="*", help=f"of {', '.join(PICTURES)} (default: all)")
    names = parser.parse_args().picture or list(PICTURES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    status = 0
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary) / "notebooks"
        folder.mkdir()
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1900})
        page.emulate_media(reduced_motion="reduce")
        with running_lab(folder, Path(temporary) / "jupyter") as server:
            for name in names:
                path = FOLDER / f"{name}.png"
                size = take(page, server, name, path)
                print(f"{path.name}: {size:,} bytes")
                if size > MOST_BYTES:
                    print(f"{path.name} is larger than {MOST_BYTES:,} bytes", file=sys.stderr)
                    status = 1
        browser.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
