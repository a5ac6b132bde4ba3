"""A kernel that restarts, is killed or interrupted under a lab; a page closed, reopened, or two."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.labpage import OPEN_MS, RUN_ALL, open_chapter, run_all
from tests.browser.labserver import LabServer
from tests.browser.labview import at_rest, expect_step, open_lab, say, vmas

CODE = "from anonvma_widgets import Lab\nlab = Lab('a split', at=2)\nlab"
PID = "import os\nprint('pid', os.getpid())\n"
BUSY = f"{CODE}\nfrom IPython.display import display\ndisplay(lab)\nimport time\ntime.sleep(100)"
LATE_MS = 15_000  # a lab waits for five seconds

CELL = "jupyterapp.shell.currentWidget.content.widgets[0]"
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"


def late(lab: Locator) -> Locator:
    """Where it is said that Python does not answer."""
    return lab.locator(".av-error", has_text="Python has not answered")


def steps_without_python(lab: Locator) -> None:
    """What has happened can be stepped through, whoever is gone."""
    for name, count in (("Step back", 1), ("Step forward", 2), ("Step forward", 3)):
        lab.get_by_role("button", name=name).click()
        expect_step(lab, f"{count} of 4")
        at_rest(lab)
    assert len(vmas(lab)) == 1


def works_again(page: Page, count: int = 1) -> None:
    """The cell is run again, and its lab takes calls."""
    run_all(page)
    lab = page.locator(".anonvma[data-ready]")
    expect(lab).to_have_count(count, timeout=OPEN_MS)
    expect_step(lab.last, "2 of 4")
    say(lab.last, "mmap(1, 'rw', addr=40)")
    expect_step(lab.last, "3 of 3")


def test_a_kernel_restarts_in_the_middle_of_a_lab(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "restart.ipynb", CODE)
    page.evaluate(f"() => {KERNEL}.restart()")
    steps_without_python(shown)
    say(shown, "mmap(1, 'rw', addr=40)")
    expect(late(shown)).to_be_visible(timeout=LATE_MS)
    shown.get_by_role("button", name="Step back").click()
    expect_step(shown, "2 of 4")
    expect(late(shown)).to_have_count(0)
    works_again(page)


def test_a_killed_kernel_costs_what_was_not_saved_alone(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "killed.ipynb", PID + CODE)
    say(shown, "munmap(6, 1)")
    expect_step(shown, "3 of 3")
    printed = page.locator(".jp-OutputArea-output").first.inner_text()
    [pid] = re.findall(r"pid (\d+)", printed)
    page.keyboard.press("Control+s")
    os.kill(int(pid), signal.SIGKILL)
    page.locator(".jp-Dialog", has_text="Restarting").get_by_role("button", name="Ok").click()
    shown.get_by_role("button", name="Step back").click()
    expect_step(shown, "2 of 3")
    works_again(page)
    assert "munmap" not in (lab.folder / "killed.ipynb").read_text().split('"outputs"')[0]


def test_an_interrupt_lets_a_lab_take_its_call(lab: LabServer, page: Page) -> None:
    open_lab(page, lab, "interrupt.ipynb", CODE)
    page.evaluate(f"source => {CELL}.model.sharedModel.setSource(source)", BUSY)
    page.evaluate(f"() => void ({RUN_ALL})()")
    shown = page.locator(".anonvma[data-ready]")
    expect(shown).to_have_count(1, timeout=OPEN_MS)
    say(shown, "mmap(1, 'rw', addr=40)")
    expect(late(shown)).to_be_visible(timeout=LATE_MS)
    page.evaluate(f"() => {KERNEL}.interrupt()")
    expect_step(shown, "3 of 3")
    expect(late(shown)).to_have_count(0)


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Where a test opens pages and closes them."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield context
    context.close()


def test_a_page_that_was_closed_shows_all_calls_when_it_is_opened_again(
    lab: LabServer, window: BrowserContext
) -> None:
    page = window.new_page()
    shown = open_lab(page, lab, "closed.ipynb", CODE)
    say(shown, "mmap(1, 'rw', addr=40)")
    expect_step(shown, "3 of 3")
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.close()

    page = window.new_page()
    open_chapter(page, lab, "closed.ipynb")
    shown = page.locator(".anonvma[data-ready]")
    expect_step(shown, "3 of 3")
    say(shown, "mmap(1, 'rw', addr=42)")
    expect_step(shown, "4 of 4")


def test_two_pages_on_one_lab_show_the_same(lab: LabServer, window: BrowserContext) -> None:
    first = window.new_page()
    here = open_lab(first, lab, "two.ipynb", CODE)
    first.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    second = window.new_page()  # in front of the first: JupyterLab has a current notebook there
    open_chapter(second, lab, "two.ipynb")
    there = second.locator(".anonvma[data-ready]")
    expect_step(there, "2 of 4")
    say(there, "mmap(1, 'rw', addr=40)")
    expect_step(there, "3 of 3")
    expect_step(here, "3 of 3")
    say(here, "munmap(40, 1)")
    expect_step(here, "4 of 4")
    expect_step(there, "4 of 4")
    at_rest(here)
    at_rest(there)
    assert vmas(here) == vmas(there)
