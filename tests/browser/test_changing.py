"""What a reader changes in a lab: calls of the past, the script, the settings, the scheme."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.labpage import painted
from tests.browser.labserver import LabServer
from tests.browser.labview import (
    at_rest,
    columns,
    expect_sentence,
    expect_step,
    open_lab,
    ranges,
    say,
    vmas,
)

LAB = "from anonvma_widgets import Lab\nLab({!r}, at=0)"

LONG = """\
from anonvma_book import Machine
from anonvma_widgets import Lab

machine = Machine()
for page in range(1, 200):
    machine.processes[1].mmap(1, "rw", addr=2 * page)
Lab(machine=machine, at=100)
"""


def test_a_call_in_the_past_replaces_what_came_after(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "past.ipynb", LAB.format("the counter wraps"))
    shown.get_by_role("button", name="4 d = mmap(3, 'r', addr=30)").click()
    expect_step(shown, "4 of 8")
    expect(shown.get_by_label("Script line")).to_have_value("mremap(c, 4, 10)")
    say(shown, "mremap(c, 4, 6)")
    expect_step(shown, "5 of 5")
    shown.get_by_role("button", name="Undo").click()
    expect_step(shown, "4 of 4")
    shown.get_by_role("button", name="Redo").click()
    expect_step(shown, "5 of 5")
    at_rest(shown)
    assert ("A12", 16, 22) in vmas(shown)
    shown.get_by_label("Scenario").select_option("a fork")
    expect_step(shown, "0 of 7")
    shown.get_by_role("button", name="Reset").click()
    expect_step(shown, "0 of 7")


def test_a_call_is_changed_in_place_and_the_change_taken_back(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "edit.ipynb", LAB.format("the counter wraps"))
    call = shown.locator(".av-step").nth(4)
    call.focus()
    call.press("F2")
    field = shown.get_by_label("Call 5", exact=True)
    expect(field).to_have_value("mremap(c, 4, 10)")
    field.press("Escape")
    expect(field).to_have_count(0)
    call.press("F2")
    field.fill("mremap(c, 4, 6)")
    field.press("Enter")
    expect_step(shown, "5 of 8")
    at_rest(shown)
    assert ("A12", 16, 22) in vmas(shown)
    shown.get_by_role("button", name="Undo").click()
    expect_step(shown, "0 of 8")
    expect(shown.locator(".av-step").nth(4)).to_have_text("5mremap(c, 4, 10)")
    shown.get_by_role("button", name="Redo").click()
    expect(shown.locator(".av-step").nth(4)).to_have_text("5mremap(c, 4, 6)")


def test_of_a_long_history_the_calls_around_the_current_one_have_rows(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    shown = open_lab(page, lab, "long.ipynb", LONG)
    rows = shown.locator(".av-step")
    expect(rows).to_have_count(60)
    expect(rows.first).to_contain_text("71mmap(1, 'rw', addr=142)")
    expect(shown.locator(".av-step[aria-current]")).to_contain_text("100mmap")
    earlier = shown.get_by_role("button", name="70 earlier calls")
    assert earlier.evaluate("each => each.scrollHeight <= each.clientHeight")  # on one line
    earlier.click()
    expect(rows.first).to_contain_text("41mmap")
    expect(rows.nth(29)).to_be_focused()  # call 70
    shown.screenshot(path=pictures / "long.png")
    rows.last.press("ArrowDown")
    expect(shown.locator(".av-step:focus")).to_contain_text("101mmap")
    expect(shown.locator(".av-step[aria-current]")).to_contain_text("100mmap")
    shown.get_by_role("button", name="68 later calls").click()
    expect(shown.locator(".av-step:focus")).to_contain_text("132mmap")
    shown.get_by_role("button", name="Edit call 100").click()
    field = shown.get_by_label("Call 100", exact=True)
    field.fill("mmap(1, 'r', addr=200)")
    field.press("Enter")
    expect_step(shown, "100 of 199")
    expect(rows.nth(29)).to_contain_text("100mmap(1, 'r', addr=200)")
    rows.nth(40).click()
    expect_step(shown, "111 of 199")
    shown.get_by_label("Step", exact=True).fill("199")
    expect_step(shown, "199 of 199")
    expect(shown.locator(".av-step[aria-current]")).to_contain_text("199mmap")
    expect(shown.locator(".av-step[aria-current]")).to_be_in_viewport()


def test_a_change_that_a_later_call_refuses_can_keep_those_before_it(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    shown = open_lab(page, lab, "refused.ipynb", LAB.format("the counter wraps"))
    call = shown.locator(".av-step").nth(5)
    call.focus()
    call.press("Delete")
    expect_sentence(
        shown,
        "call 6, munmap(e, 4), would be refused: munmap: 'e' names no page (EINVAL). "
        "Nothing has changed.",
    )
    expect_step(shown, "0 of 8")
    shown.screenshot(path=pictures / "refused.png")
    shown.get_by_role("button", name="Change it, and keep the calls up to 5").click()
    expect_step(shown, "5 of 5")
    expect(shown.locator(".av-offer")).to_be_hidden()
    shown.get_by_role("button", name="Undo").click()
    expect_step(shown, "0 of 8")


def test_a_script_goes_in_and_an_error_names_its_line(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "script.ipynb", LAB.format("a split"))
    shown.get_by_role("button", name="Script", exact=True).click()
    text = shown.get_by_role("textbox", name="Script", exact=True)
    expect(text).to_have_value(re.compile("^a = mmap.*\n.*\n.*\nmunmap.*4\\)$"))
    text.fill("a = mmap(4, 'rw')\nmunmap(b, 2)")
    shown.get_by_role("button", name="Run from the beginning").click()
    expect(shown.locator(".av-problem").first).to_have_text(re.compile("^line 2: munmap: 'b'"))
    selected = text.evaluate("each => each.value.slice(each.selectionStart, each.selectionEnd)")
    assert selected == "munmap(b, 2)"
    expect_step(shown, "0 of 4")
    text.fill("a = mmap(4, 'rw')\nmunmap(a, 2)")
    shown.get_by_role("button", name="Run from the beginning").click()
    expect_step(shown, "2 of 2")


def test_settings_make_the_calls_anew(lab: LabServer, page: Page, pictures: Path) -> None:
    shown = open_lab(page, lab, "settings.ipynb", LAB.format("a group"))
    shown.get_by_role("button", name="Settings", exact=True).click()
    expect(shown.get_by_label("Numbers", exact=True)).to_have_value("classroom")
    shown.get_by_label("Minimum", exact=True).fill("x")
    shown.get_by_role("button", name="Apply").click()
    problem = shown.locator(".av-settings .av-problem")
    expect(problem).to_have_text("minimum is a whole number of 0 or more, not 'x'")
    shown.get_by_label("Minimum", exact=True).fill("6")
    expect(shown.get_by_label("Numbers", exact=True)).to_have_value("as below")
    shown.get_by_label("Step", exact=True).fill("1")
    expect_step(shown, "1 of 4")
    shown.get_by_text("The state as text").click()
    expect(shown.locator(".av-twin pre").first).to_contain_text("reserved 4,")
    shown.get_by_role("button", name="Apply").click()
    expect(shown.locator(".av-twin pre").first).to_contain_text("reserved 6,")
    expect(problem).to_have_text("")
    expect_step(shown, "1 of 4")
    at_rest(shown)
    painted(page)
    assert "6 reserved, shared" in columns(shown, "plane_notes")["text"]
    shown.get_by_label("Scheme", exact=True).select_option("anon_vma_chain")
    expect(shown.get_by_label("Minimum", exact=True)).to_be_hidden()
    shown.get_by_role("button", name="Apply").click()
    expect(shown.get_by_label("Call", exact=True).get_by_role("option", name="mmap")).to_have_count(
        1
    )
    expect_step(shown, "1 of 4")
    assert ranges(shown)[3][1] < 60  # no counter: the plane has room for the addresses alone
    expect(shown.locator(".av-dials")).to_be_hidden()
    expect(shown.get_by_role("button", name="dials")).to_be_hidden()
    shown.screenshot(path=pictures / "settings.png")
