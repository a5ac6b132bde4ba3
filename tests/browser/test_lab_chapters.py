"""Chapters in JupyterLab: they run, and a reader clicks through what they speak of.

Every cell of every chapter runs in the comparison of its outputs, and every lab of every chapter
is drawn in test_site.py; here are those with the widest labs, most views and most to compute.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.labpage import OPEN_MS, open_chapter, run_all, set_theme
from tests.browser.labserver import LabServer
from tests.browser.labview import columns, expect_sentence, expect_step, moved, ranges, say, vmas

FIRST = "00-how-to-use-this-book.ipynb"
OTHERS = (
    "05-groups.ipynb",
    "08-the-counter-wraps.ipynb",
    "09-fork-groups.ipynb",
    "11-the-rivals.ipynb",
    "13-real-programs.ipynb",
)


def run_chapter(page: Page, lab: LabServer, name: str) -> Locator:
    """Open and run a chapter; its labs and players, when all their figures are drawn."""
    open_chapter(page, lab, name)
    run_all(page)
    shown = page.locator(".anonvma")
    expect(page.locator(".anonvma[data-ready]")).to_have_count(shown.count(), timeout=OPEN_MS)
    return shown


def test_the_first_lab_of_the_book_from_its_first_call_to_its_last(
    lab: LabServer, page: Page, pictures: Path
) -> None:
    labs = run_chapter(page, lab, FIRST)
    shown = labs.first
    set_theme(page, "light")
    expect_step(shown, "0 of 10")
    axes = ranges(shown)
    forward = shown.get_by_role("button", name="Step forward")
    seen = {}
    for step in range(1, 11):
        forward.click()
        expect_step(shown, f"{step} of 10")
        moved(shown)
        seen[step] = [key for key, _, _ in vmas(shown)]
        if step == 5:  # a group
            assert columns(shown, "staples")["page"] == [24]
            expect_sentence(
                shown,
                "mremap grew the unit at 16 from 4 to 10 pages: its reservation held 4, so a "
                "second vma took A26..28 and reserves 10 more.",
            )
            shown.screenshot(path=pictures / "chapter0-group.png")
        if step == 8:  # a wrap
            assert columns(shown, "ring_captions")["text"] == ["closed", "next 20"]
            expect(shown.locator(".av-sentence")).to_contain_text("so space B opens: B0..10")
            shown.screenshot(path=pictures / "chapter0-wrap.png")
    assert seen[4] == ["A0", "A8", "A12", "A20"]
    assert seen[5] == ["A0", "A8", "A12", "A26", "A20"]
    assert seen[8] == ["A0", "A8", "A12", "A26", "A20", "B0"]
    assert seen[9] == ["A0", "A12", "A26", "A20", "B0"]  # the hole was filled: one line
    assert seen[10] == ["A0", "A12", "A14", "A18", "A26", "A20", "B0"]  # a split
    assert columns(shown, "new_vmas")["key"] == ["A14"]
    shown.screenshot(path=pictures / "chapter0-split.png")
    assert ranges(shown) == axes
    say(shown, "munmap(99, 1)")
    expect(shown.locator(".av-error")).to_contain_text("munmap")
    expect_step(shown, "10 of 10")
    step_through(labs)


@pytest.mark.parametrize("name", OTHERS)
def test_every_lab_of_a_chapter_is_drawn_and_nothing_goes_wrong(
    lab: LabServer, page: Page, name: str
) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    step_through(run_chapter(page, lab, name))
    assert wrong == []


def step_through(labs: Locator) -> None:
    """Go back a step and forward again in every lab and player."""
    assert labs.count() > 0
    for shown in labs.all():
        done, _, end = shown.locator(".av-count").inner_text().split()
        if int(done):
            shown.get_by_role("button", name="Step back").click()
            expect_step(shown, f"{int(done) - 1} of {end}")
            shown.get_by_role("button", name="Step forward").click()
            moved(shown)
            assert vmas(shown)
        expect(shown.locator(".av-sentence")).not_to_be_empty()
