"""The reverse walk in JupyterLab: choosing a page, what is drawn, and what Python is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.labpage import painted, set_theme
from tests.browser.labserver import LabServer
from tests.browser.labview import at_rest, columns, expect_step, open_lab

LAB = "from anonvma_widgets import Lab, Player\n"
FORK = LAB + "{}('a walk under fork', page=7)"

LARGE = """\
from anonvma_book import Lokier, Machine
from anonvma_widgets import Lab
machine = Machine(Lokier.as_written(), task_pages=2**20)
machine.run("a = mmap(100000, 'rw', addr=16)\\nfault(a + 70000)\\nchild = fork()")
Lab(machine=machine, views=("strip", "walk"), page=70016)
"""

SCHEME = """\
from anonvma_book import Machine
from anonvma_book.schemes import {scheme}
from anonvma_book.scenarios import scenario
from anonvma_widgets import Lab
machine = Machine({scheme}(), task_pages=48)
machine.run(scenario("a walk under fork").script)
Lab(machine=machine, page=7)
"""


def walk_of(shown: Locator) -> Locator:
    """The walk's view, once its figure is drawn."""
    walk = shown.locator(".av-walk[data-ready]")
    expect(walk).to_be_visible()
    return walk


def said(walk: Locator, text: str) -> None:
    """Wait until the walk's sentence is exactly that."""
    expect(walk.locator(".av-walk-says")).to_have_text(text)


@pytest.mark.parametrize("kind", ["Lab", "Player"])
def test_the_walk_under_fork(lab: LabServer, page: Page, pictures: Path, kind: str) -> None:
    shown = open_lab(page, lab, f"walk-{kind}.ipynb", FORK.format(kind))
    walk = walk_of(shown)
    said(
        walk,
        "Who maps page A3? Three vmas of space A hold index 3: three candidates, two hits, "
        "one miss.",
    )
    rings = columns(walk, "walk_rings")
    assert (rings["pid"], rings["page"]) == ([1, 2, 3], [7, 29, 7])
    assert len(set(rings["y"])) == 1
    assert columns(walk, "walk_hits")["pid"] == [1, 2]
    assert columns(walk, "walk_misses")["pid"] == [3]
    assert columns(walk, "walk_outcomes")["text"] == ["miss: its own copy of A3"]
    walk.get_by_text("The walk as text").click()
    expect(walk.locator("pre")).to_contain_text("2 mover   A0   26 + 3 - 0 = 29   hit")
    for theme in ("light", "dark"):
        set_theme(page, theme)
        walk.screenshot(path=pictures / f"walk-{kind}-{theme}.png")
    shown.get_by_role("button", name="Step back").click()
    said(
        walk,
        "Who maps page A3? Three vmas of space A hold index 3: three candidates, three hits, "
        "no misses.",
    )
    at_rest(shown)
    assert columns(walk, "walk_misses")["pid"] == []


def test_a_page_is_chosen_by_number_key_and_click(lab: LabServer, page: Page) -> None:
    walk = walk_of(open_lab(page, lab, "choose.ipynb", FORK.format("Lab")))
    walk.get_by_label("Page whose walk is shown").fill("12")
    said(walk, "Page 12 of process 1 is free: there is nothing to look for.")
    assert columns(walk, "walk_rings")["x"] == []
    figure = walk.locator(".av-walk-figure")
    figure.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(walk).to_have_attribute("data-index", "A4")
    page.keyboard.press("ArrowRight")
    expect(walk).to_have_attribute("data-index", "A5")
    walk.get_by_label("Process of that page").select_option("2")
    said(walk, "Page 9 of process 2 is free: there is nothing to look for.")
    present = columns(walk, "walk_present")
    place = present["pid"].index(3)
    x = (present["left"][place] + present["right"][place]) / 2
    figure.click(position={"x": x, "y": (present["top"][place] + present["bottom"][place]) / 2})
    expect(walk.get_by_label("Page whose walk is shown")).to_have_value("7")
    expect(walk.get_by_label("Process of that page")).to_have_value("3")
    assert columns(walk, "walk_outcomes")["text"] == ["miss: the original A3"] * 2


def test_without_a_page_one_line_says_what_to_do(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "hint.ipynb", LAB + "Lab('a walk under fork')")
    shown.get_by_role("button", name="walk").click()
    walk = shown.locator(".av-walk")
    expect(walk.locator(".av-walk-says")).to_contain_text("Pick a page")
    expect(walk.locator(".av-walk-figure")).to_be_hidden()
    strip = shown.locator(".av-strip")
    width = strip.evaluate("element => element.clientWidth")
    strip.click(position={"x": 80 + (width - 96) * 7.5 / 48, "y": 50})
    expect(walk).to_have_attribute("data-index", "A3")


def test_a_large_state_is_asked_of_python(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "large.ipynb", LARGE)
    expect_step(shown, "3 of 3")
    walk = walk_of(shown)
    said(
        walk,
        "Who maps page A70000? Two vmas of space A hold index 70000: two candidates, two hits, "
        "no misses.",
    )
    walk.get_by_label("Page whose walk is shown").fill("5")
    said(walk, "Page 5 of process 1 is free: there is nothing to look for.")


@pytest.mark.parametrize("scheme", ["PteChains", "Anonmm", "AnonVma"])
def test_other_schemes(lab: LabServer, page: Page, pictures: Path, scheme: str) -> None:
    walk = walk_of(open_lab(page, lab, f"walk-{scheme}.ipynb", SCHEME.format(scheme=scheme)))
    expect(walk.locator(".av-walk-how")).to_contain_text("The scheme ")
    assert columns(walk, "walk_hits")["pid"]
    assert (columns(walk, "walk_line")["y0"] == []) == (scheme == "PteChains")
    walk.screenshot(path=pictures / f"walk-{scheme}.png")


def test_panels_fit_a_narrow_page(lab: LabServer, page: Page, pictures: Path) -> None:
    shown = open_lab(page, lab, "narrow.ipynb", FORK.format("Lab"))
    walk = walk_of(shown)
    for width in (600, 1400):
        page.set_viewport_size({"width": width, "height": 1000})
        painted(page)
        expect(walk).to_be_visible()
        room = walk.evaluate("element => element.clientWidth")
        panels = columns(walk, "walk_panels")
        assert max(panels["right"]) <= room
        walk.screenshot(path=pictures / f"walk-{width}.png")
