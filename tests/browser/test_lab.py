"""A reader's session with a lab in JupyterLab: clicks, keys, errors; the data is what counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.labpage import painted, set_theme
from tests.browser.labserver import LabServer
from tests.browser.labview import (
    at_rest,
    columns,
    expect_sentence,
    expect_step,
    moved,
    open_lab,
    ranges,
    say,
    vmas,
)

NAME_OF_FOCUS = "document.activeElement.ariaLabel ?? document.activeElement.textContent"
LAB = "from anonvma_widgets import Lab\nLab({!r}, at=0)"


def test_a_split_comes_apart(lab: LabServer, page: Page, pictures: Path) -> None:
    shown = open_lab(page, lab, "split.ipynb", LAB.format("a split"))
    expect_step(shown, "0 of 4")
    assert vmas(shown) == []
    forward = shown.get_by_role("button", name="Step forward")
    forward.click()
    expect_step(shown, "1 of 4")
    at_rest(shown)
    assert vmas(shown) == [("A0", 6, 18)]
    forward.click()
    expect_sentence(
        shown, "mprotect made pages 10..14 read-only. One vma became three; no index changed."
    )
    moved(shown)
    data = columns(shown, "vmas")
    assert data["key"] == ["A0", "A4", "A8"]
    assert data["hatch"] == ["blank", "right_diagonal_line", "blank"]
    assert columns(shown, "new_vmas")["key"] == ["A4"]
    assert columns(shown, "units")["label"] == ["rw", "r", "rw"]
    assert len(columns(shown, "strip_ghosts")["xs"]) == 1
    shown.screenshot(path=pictures / "split.png")
    at_rest(shown)
    assert columns(shown, "strip_ghosts")["xs"] == []
    shown.get_by_role("button", name="Step back").click()
    moved(shown)
    assert vmas(shown) == [("A0", 6, 18)]
    assert columns(shown, "strip_ghosts")["xs"] == []


def test_a_group_gets_its_bracket(lab: LabServer, page: Page, pictures: Path) -> None:
    shown = open_lab(page, lab, "group.ipynb", LAB.format("an empty lab"))
    shown.get_by_label("Call", exact=True).select_option("mmap")
    shown.get_by_label("length", exact=True).fill("4")
    shown.get_by_label("addr", exact=True).fill("2")
    expect(shown.get_by_label("Script line")).to_have_value("a = mmap(4, 'rw', addr=2)")
    shown.get_by_role("button", name="Call", exact=True).click()
    expect_step(shown, "1 of 1")
    say(shown, "b = mmap(3, 'rw', addr=20)")
    expect_step(shown, "2 of 2")
    assert columns(shown, "staples")["page"] == []
    say(shown, "mremap(a, 4, 10)")
    expect_sentence(
        shown,
        "mremap grew the unit at 2 from 4 to 10 pages: its reservation held 4, so a second "
        "vma took A14..16 and reserves 10 more.",
    )
    at_rest(shown)
    assert vmas(shown) == [("A0", 2, 10), ("A14", 10, 12), ("A8", 20, 23)]
    assert columns(shown, "staples")["page"] == [10]
    jump = columns(shown, "group_jumps")
    assert (jump["y0"], jump["y1"]) == ([8], [14])
    assert columns(shown, "units")["label"] == ["2..12 rw", "rw"]
    assert "10 reserved, exclusive" in columns(shown, "plane_notes")["text"]
    shown.screenshot(path=pictures / "group.png")


def test_the_counter_wraps_and_no_axis_moves(lab: LabServer, page: Page, pictures: Path) -> None:
    shown = open_lab(page, lab, "wrap.ipynb", LAB.format("the counter wraps"))
    axes = ranges(shown)
    shown.get_by_label("Step", exact=True).fill("7")
    expect_step(shown, "7 of 8")
    painted(page)
    assert columns(shown, "hands")["next"] == [46]
    assert columns(shown, "ring_letters")["text"] == ["A"]
    assert ranges(shown) == axes
    shown.get_by_role("button", name="Step forward").click()
    expect_sentence(
        shown,
        "mmap put 10 pages at 36. Space A has 18 indexes left and 20 are needed, so space B "
        "opens: B0..10, with 10 more reserved.",
    )
    moved(shown)
    assert len(columns(shown, "hand_ghosts")["x0"]) == 1
    at_rest(shown)
    assert columns(shown, "hands")["space"] == ["B"]
    assert columns(shown, "ring_captions")["text"] == ["closed", "next 20"]
    arcs = columns(shown, "ring_arcs")
    unused = arcs["kind"].index("unused")
    assert (arcs["first"][unused], arcs["last"][unused]) == (46, 64)
    assert "never handed out: 18 left, 20 needed" in columns(shown, "plane_notes")["text"]
    assert columns(shown, "hand_ghosts")["x0"] == []
    assert ranges(shown) == axes
    shown.screenshot(path=pictures / "wrap.png")


def test_a_movement_is_half_way_and_stillness_is_respected(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    shown = open_lab(page, lab, "moving.ipynb", LAB.format("a split"))
    forward = shown.get_by_role("button", name="Step forward")
    forward.click()
    at_rest(shown)
    record = """lab => {
        const source = lab.bokehDocuments.map(d => d.get_model_by_name('vmas')).find(Boolean);
        window.lefts = [];
        const keep = () => window.lefts.push(Array.from(source.data.left));
        source.properties.data.change.connect(keep);
    }"""
    shown.evaluate(record)
    forward.click()
    at_rest(shown)
    lefts = page.evaluate("window.lefts")
    apart = [round((left[2] - left[0]) * 1000) for left in lefts if len(left) == 3]
    assert len(apart) >= 3
    assert max(apart) > apart[0]
    assert abs(apart[-1] - 8000) < 1
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("window.lefts.length = 0")
    forward.click()
    expect_step(shown, "3 of 4")
    page.wait_for_timeout(500)
    assert len(page.evaluate("window.lefts")) == 1
    assert len(columns(shown, "strip_ghosts")["xs"]) == 3
    shown.screenshot(path=pictures / "still.png")


def test_an_impossible_call_moves_nothing_and_says_why(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    code = "from anonvma_widgets import Lab\nlab = Lab('the counter wraps')\nlab"
    shown = open_lab(page, lab, "error.ipynb", code)
    before = vmas(shown)
    say(shown, "mremap(c, 20, 30)")
    expect_sentence(shown, "mremap: range 16..36 leaves its unit 16..26 (EFAULT)")
    expect(shown.locator(".av-error strong")).to_have_text("EFAULT")
    assert vmas(shown) == before
    expect_step(shown, "8 of 8")
    shown.screenshot(path=pictures / "error.png")
    say(shown, "<img src=x onerror=alert(1)>")
    expect_sentence(shown, "cannot be read: <img src=x onerror=alert(1)>")
    assert shown.locator("img").count() == 0
    shown.get_by_role("button", name="Step back").click()
    expect(shown.locator(".av-error")).to_have_count(0)
    expect_step(shown, "7 of 8")


def test_a_prediction_is_asked_before_the_step_is_shown(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    shown = open_lab(page, lab, "predict.ipynb", LAB.format("a group"))
    shown.get_by_role("button", name="Predict").click()
    figures = shown.locator(".av-figures")
    figures.press("ArrowRight")
    first = shown.get_by_label("How many vmas will there be?")
    expect(first).to_be_focused()
    expect_step(shown, "0 of 4")
    assert vmas(shown) == []
    first.fill("1")
    shown.get_by_label("Which index will page 2 have?").fill("a1")
    shown.screenshot(path=pictures / "predict.png")
    first.press("Enter")
    expect_step(shown, "1 of 4")
    guess = shown.locator(".av-guess")
    expect(guess).to_contain_text("How many vmas will there be? 1: right.")
    expect(guess).to_contain_text("You said a1; it is A0.")
    figures.press("ArrowRight")
    shown.get_by_role("button", name="Skip").click()
    expect_step(shown, "2 of 4")
    expect(guess).to_be_hidden()
    shown.get_by_label("Step", exact=True).fill("4")
    say(shown, "mmap(2, 'rw')")
    expect(guess).to_contain_text("Step 5 will be mmap(2, 'rw').")
    expect_step(shown, "4 of 5")


def test_a_reader_goes_to_a_step_by_its_number_and_opens_views(lab: LabServer, page: Page) -> None:
    code = LAB.replace("at=0", "views=['dials']").format("a group")
    shown = open_lab(page, lab, "goto.ipynb", code)
    shown.locator(".av-figures").press("g")
    field = shown.get_by_label("Go to step")
    field.fill("2")
    field.press("Enter")
    expect_step(shown, "2 of 4")
    expect(shown.locator(".av-plane")).to_be_hidden()
    shown.get_by_role("button", name="plane", exact=True).click()
    expect(shown.locator(".av-plane")).to_be_visible()
    shown.get_by_role("button", name="dials", exact=True).click()
    expect(shown.locator(".av-dials")).to_be_hidden()
    shown.get_by_role("button", name="walk", exact=True).click()
    expect(shown.get_by_role("region", name="Reverse walk")).to_be_visible()
    shown.get_by_role("button", name="Step back").click()
    at_rest(shown)
    assert vmas(shown) == [("A0", 2, 6)]


def test_everything_works_from_the_keyboard(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "keys.ipynb", LAB.format("a group"))
    figures = shown.locator(".av-figures")
    figures.focus()
    for key, count in (
        ("ArrowRight", "1 of 4"),
        ("End", "4 of 4"),
        ("ArrowLeft", "3 of 4"),
        ("Home", "0 of 4"),
    ):
        figures.press(key)
        expect_step(shown, count)
    figures.press("Space")
    expect(shown.get_by_role("button", name="Pause")).to_be_visible()
    expect_step(shown, "2 of 4")
    figures.press("Space")
    expect(shown.get_by_role("button", name="Play")).to_be_visible()
    for key in ("a", "b", "d", "d", "m", "x"):  # commands of a notebook
        figures.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    seen = set()
    page.keyboard.press("Shift+Tab")
    for _ in range(30):
        seen.add(page.evaluate(NAME_OF_FOCUS))
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        slider = page.evaluate("document.activeElement.type === 'range'")
        inside = page.evaluate("!!document.activeElement.closest('.anonvma')")
        assert not inside or slider or ring == "solid"
        if not inside:
            break
        page.keyboard.press("Shift+Tab")
    assert {"Call", "Script line", "Step forward", "Play", "Step", "Undo", "Scenario"} <= seen


def test_the_figures_follow_the_theme(lab: LabServer, page: Page, pictures: Path) -> None:
    shown = open_lab(page, lab, "dark.ipynb", LAB.replace(", at=0", "").format("the counter wraps"))
    set_theme(page, "light")
    assert set(columns(shown, "vmas")["color"]) == {"#0072B2", "#D55E00"}
    axes = ranges(shown)
    set_theme(page, "dark")
    expect(shown).to_have_attribute("data-theme", "dark")
    painted(page)
    assert set(columns(shown, "vmas")["color"]) == {"#56B4E9", "#E69F00"}
    assert ranges(shown) == axes
    assert page.evaluate("getComputedStyle(document.querySelector('.anonvma')).color") == (
        "rgb(236, 236, 236)"
    )
    shown.screenshot(path=pictures / "dark.png")


def test_a_fork_shows_the_process_of_the_call_and_lets_the_reader_choose(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    shown = open_lab(page, lab, "fork.ipynb", LAB.format("a fork"))
    shown.get_by_label("Step", exact=True).fill("5")
    expect_step(shown, "5 of 7")
    painted(page)
    assert vmas(shown) == [("A0", 20, 26)]
    shown.screenshot(path=pictures / "fork.png")
    shown.get_by_label("pid 1 init").check()
    painted(page)
    assert vmas(shown) == [("A0", 2, 8)]
    say(shown, "munmap(a, 2)")
    expect_step(shown, "6 of 6")
    say(shown, "child.exit()")
    expect(shown.locator(".av-gone")).to_have_text("pid 2 child, gone")
    say(shown, "munmap(a + 2, 1)")
    expect(shown.locator(".av-processes")).to_be_hidden()


def test_a_reader_chooses_pages_by_dragging_over_the_strip(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "drag.ipynb", LAB.replace(", at=0", "").format("a split"))
    strip = shown.locator(".av-strip")
    box = strip.bounding_box()
    assert box is not None
    start, end = ranges(shown)[0]
    pixel = [box["x"] + (at - start) / (end - start) * box["width"] for at in (30.5, 35.5)]
    page.mouse.move(pixel[0], box["y"] + 55)
    page.mouse.down()
    page.mouse.move(pixel[1], box["y"] + 55, steps=4)
    page.mouse.up()
    expect(shown.get_by_label("Script line")).to_have_value("b = mmap(6, 'rw', addr=30)")
    chosen = columns(shown, "chosen_pages")
    assert (chosen["left"], chosen["right"]) == ([30], [36])
    page.mouse.move(box["x"] + (8 - start) / (end - start) * box["width"], box["y"] + 55)
    painted(page)
    assert columns(shown, "vmas")["alpha"] == [1, 0.35]


@pytest.mark.own_page  # JupyterLab and all that it loads is asked for too
def test_nothing_comes_from_a_network_and_the_notebook_stays_small(
    lab: LabServer, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    shown = open_lab(page, lab, "small.ipynb", LAB.format("the counter wraps") + "\n")
    expect_step(shown, "0 of 8")
    elsewhere = [url for url in asked if not url.startswith((lab.url, "data:", "blob:"))]
    assert elsewhere == []
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    saved = lab.folder / "small.ipynb"
    page.wait_for_function(
        "() => !jupyterapp.shell.currentWidget.context.model.dirty", timeout=10_000
    )
    assert saved.stat().st_size < 20_000
    assert "widgets" not in json.loads(saved.read_text())["metadata"]


def test_two_labs_in_one_notebook_do_not_mix(lab: LabServer, page: Page) -> None:
    code = (
        "from anonvma_widgets import Lab, Player\nfrom IPython.display import display\n"
        "display(Lab('a split'), Player('a group'))"
    )
    open_lab(page, lab, "two.ipynb", code, count=2)
    labs = page.locator(".anonvma[data-ready]")
    expect(labs).to_have_count(2)
    expect(labs.nth(1).get_by_label("Script line")).to_have_count(0)
    labs.nth(1).get_by_role("button", name="Step back").click()
    expect(labs.nth(1).locator(".av-count")).to_have_text("3 of 4")
    expect(labs.nth(0).locator(".av-count")).to_have_text("4 of 4")


def test_the_lab_fits_in_wide_and_narrow_windows(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    code = LAB.replace(", at=0", "").format("the counter wraps")
    shown = open_lab(page, lab, "width.ipynb", code)
    set_theme(page, "light")
    for width, wrapped in ((1300, False), (1000, True), (1600, False)):
        page.set_viewport_size({"width": width, "height": 1000})
        expect(shown).to_have_class(re.compile("av-wrapped") if wrapped else re.compile("anonvma"))
        painted(page)
        assert ("av-wrapped" in (shown.get_attribute("class") or "")) == wrapped
        assert shown.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
        start, end = ranges(shown)[0]
        assert (start < 0, end > 48) == (True, True)
        page.screenshot(path=pictures / f"window{width}.png")
