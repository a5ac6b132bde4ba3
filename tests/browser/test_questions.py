"""Questions in JupyterLab: answered with a mouse and from the keyboard, wrong, then right."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.labpage import load, open_chapter, run_all, set_theme
from tests.browser.labserver import LabServer
from tests.browser.questionview import (
    check,
    drag,
    drawn,
    expect_head,
    expect_mark,
    open_questions,
    status,
)

IMPORTS = """\
from anonvma_widgets.questions import Drill, Exercise, Predict, Progress
GROWN = "a = mmap(4, 'rw', addr=16)\\nb = mmap(3, 'r', addr=32)\\nmremap(a, 4, 10)"
def three(machine):
    pages = sum(vma.pages for vma in machine.processes[1].vmas)
    return None if pages == 3 else f"There are {pages} pages."
"""
GROUPED = "two vmas in one unit: grouped"


def test_a_prediction_with_the_mouse_wrong_then_right(lab: LabServer, page: Page) -> None:
    question = open_questions(
        page, lab, "mouse.ipynb", f"{IMPORTS}Predict(GROWN, 'vmas', 'seam 24', 'index 24')"
    ).first
    check(question)
    expect_head(question, "Answer every question first.")
    expect_mark(question, "")
    question.get_by_label("How many vmas").fill("2")
    question.get_by_label(GROUPED).check()
    question.get_by_label("Which index").fill("a14")
    check(question)
    expect_head(question, "No.")
    expect(question.locator(".aq-verdict")).to_contain_text("You said 2; it is 3.")
    expect_mark(question, "answered, not yet right")
    question.get_by_label("How many vmas").fill("3")
    check(question)
    expect_head(question, "Right.")
    expect_mark(question, "right, not at the first try")


def test_a_prediction_from_the_keyboard(lab: LabServer, page: Page) -> None:
    question = open_questions(
        page, lab, "keys.ipynb", f"{IMPORTS}Predict(GROWN, 'seam 24', 'vmas')"
    ).first
    question.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")  # an arrow chooses; the notebook stays where it is
    expect(question.get_by_label(GROUPED)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("four")
    page.keyboard.press("Enter")
    expect_head(question, "That cannot be graded yet.")
    expect(question.get_by_label("How many vmas")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect_head(question, "Right.")
    expect_mark(question, "right at the first try")
    page.keyboard.press("Tab")
    expect(question.get_by_role("button", name="Check")).to_be_focused()


def test_options_of_two_questions_have_nothing_to_do_with_each_other(
    lab: LabServer, page: Page
) -> None:
    questions = open_questions(
        page,
        lab,
        "two.ipynb",
        f"{IMPORTS}Predict(GROWN, 'seam 24')",
        "Predict(GROWN, 'seam 20')",
    )
    expect(questions).to_have_count(2)
    for place in range(2):
        questions.nth(place).get_by_label(GROUPED).check()
    for place in range(2):
        expect(questions.nth(place).get_by_label(GROUPED)).to_be_checked()


def test_rows_are_typed_over_and_can_be_begun_again(lab: LabServer, page: Page) -> None:
    question = open_questions(
        page, lab, "rows.ipynb", f"{IMPORTS}Predict(GROWN, 'units row')"
    ).first
    field = question.get_by_label("Change the row of units")
    field.fill("." * 48)
    field.press("Enter")
    expect_head(question, "No.")
    expect(question.locator(".aq-verdict pre")).to_contain_text("^^^")
    question.get_by_role("button", name="Start again").click()
    expect(field).to_have_value("................wwww............rrr.............")
    expect(question.locator(".aq-verdict")).to_be_empty()


def test_a_state_is_drawn_with_the_mouse(lab: LabServer, page: Page, pictures: Path) -> None:
    question = open_questions(
        page, lab, "drawing.ipynb", f"{IMPORTS}Predict(GROWN, 'vmas drawn')"
    ).first
    strip = question.locator(".aq-strip")
    assert drawn(question) == ["16..20", "32..35"]
    drag(page, strip, 20, 25)  # free pages: a vma is laid
    assert drawn(question) == ["16..20", "20..26", "32..35"]
    assert status(question) == "The vma 20..26 rw ?"
    check(question)
    expect_head(question, "That cannot be graded yet.")
    question.get_by_role("button", name="Goes on from the left").click()
    assert status(question) == "The vma 20..26 rw A4"
    check(question)
    expect_head(question, "No.")
    expect(question.locator(".aq-verdict .aq-lane")).to_have_count(2)
    expect(question.locator(".aq-verdict .aq-differs")).to_have_count(4)
    question.screenshot(path=pictures / "question-drawn-wrong.png")
    drag(page, strip, 16, 23)  # over pages that are mapped: they are selected
    question.get_by_role("button", name="Lay one vma here").click()
    assert drawn(question) == ["16..24", "24..26", "32..35"]
    question.get_by_label("group with the next").check()
    drag(page, strip, 25, 25)
    assert status(question) == "The vma 24..26 rw A8"
    question.get_by_label("first index").fill("a14")
    question.get_by_label("first index").press("Enter")
    check(question)
    expect_head(question, "Right.")
    expect(question.locator(".aq-verdict .aq-staple")).to_have_count(2)
    question.screenshot(path=pictures / "question-drawn-right.png")


def test_a_vma_is_moved_changed_and_unmapped(lab: LabServer, page: Page) -> None:
    question = open_questions(
        page, lab, "moving.ipynb", f"{IMPORTS}Predict(GROWN, 'vmas drawn')"
    ).first
    strip = question.locator(".aq-strip")
    drag(page, strip, 17, 17)
    assert status(question) == "The vma 16..20 rw A0"
    drag(page, strip, 17, 7)
    assert status(question) == "The vma 6..10 rw A0"
    question.get_by_label("protection").select_option("r")
    assert status(question) == "The vma 6..10 r A0"
    question.get_by_label("pages").fill("8")
    question.get_by_label("pages").press("Enter")
    assert status(question) == "The vma 8..10 r A2"
    question.get_by_role("button", name="Unmap").click()
    assert drawn(question) == ["32..35"]
    question.get_by_role("button", name="Start again").click()
    assert drawn(question) == ["16..20", "32..35"]


def test_a_state_is_drawn_from_the_keyboard(lab: LabServer, page: Page) -> None:
    question = open_questions(
        page, lab, "drawkeys.ipynb", f"{IMPORTS}Predict(GROWN, 'vmas drawn')"
    ).first
    question.get_by_role("application").focus()
    assert status(question) == "Pages 0..1"
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    for _ in range(7):
        page.keyboard.press("Shift+ArrowRight")
    assert status(question).startswith("Pages 16..24")
    page.keyboard.press("Enter")
    assert status(question) == "The vma 16..24 rw A0"
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    assert status(question) == "The vma 24..26 rw ?"
    page.keyboard.press("Delete")
    assert drawn(question) == ["16..24", "32..35"]
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(question.get_by_label("first index")).to_be_focused()
    page.keyboard.type("A14")
    page.keyboard.press("Enter")  # back on the strip
    expect(question.get_by_role("application")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert status(question) == "The vma 16..24 rw A0"
    question.get_by_label("group with the next").press("Space")
    check(question)
    expect_head(question, "Right.")
    expect_mark(question, "right at the first try")


def test_it_can_be_typed_instead_and_both_are_the_same(lab: LabServer, page: Page) -> None:
    question = open_questions(
        page, lab, "typing.ipynb", f"{IMPORTS}Predict(GROWN, 'vmas drawn')"
    ).first
    question.get_by_role("button", name="Type it instead").click()
    field = question.get_by_label("Vmas, one a line")
    expect(field).to_be_focused()
    expect(field).to_have_value("16..20 rw A0\n32..35 r A8")
    field.fill("16..24 rw A0 group\n24..26 rw\n32..35 r A8")
    question.get_by_role("button", name="Draw it instead").click()
    expect(question.locator(".aq-drawn")).to_contain_text("line 2: a vma is written like")
    field.fill("16..24 rw A0 group\n24..26 rw A14\n32..35 r A8")
    field.press("ControlOrMeta+Enter")
    expect_head(question, "Right.")
    question.get_by_role("button", name="Draw it instead").click()
    assert drawn(question) == ["16..24", "24..26", "32..35"]
    expect(question.locator(".aq-strip .aq-staple")).to_have_count(1)


def test_an_exercise_with_hints(lab: LabServer, page: Page) -> None:
    code = """Exercise('Map `three` pages.', three, start='mmap(2)\\n',
        hints=('One more.', 'Three.'), solution='mmap(3)')"""
    question = open_questions(page, lab, "exercise.ipynb", IMPORTS + code).first
    assert "mmap(3)" not in question.inner_html()
    field = question.get_by_label("Your script:")
    field.fill("mmap(3)\nmunmap(1)")
    field.press("ControlOrMeta+Enter")
    expect_head(question, "Not yet.")
    expect(question.locator(".aq-verdict")).to_contain_text("line 2: munmap needs length.")
    expect_mark(question, "tried")
    for name, text in (("Hint 1", "One more."), ("Hint 2", "Three."), ("Solution", "mmap(3)")):
        question.get_by_role("button", name=name).click()
        expect(question.locator("details[open]")).to_have_count(1)
        expect(question.locator("details[open]")).to_contain_text(text)
    expect(question.locator("details")).to_have_count(3)
    question.get_by_role("button", name="Start again").click()
    expect(field).to_have_value("mmap(2)\n")
    field.fill("mmap(3)")
    check(question)
    expect_head(question, "Right.")
    expect_mark(question, "solved")


def test_an_exercise_in_python_shows_its_verdict_where_it_stands(
    lab: LabServer, page: Page
) -> None:
    question = open_questions(
        page,
        lab,
        "python.ipynb",
        f"{IMPORTS}double = Exercise('Double it.', lambda f: None if f(2) == 4 else 'No.', "
        "start=None)\ndouble",
        "double.check(lambda number: 2 * number)",
    ).first
    expect_head(question, "Right.")
    expect_mark(question, "solved")


def test_without_a_kernel_the_reader_is_told(lab: LabServer, page: Page) -> None:
    question = open_questions(page, lab, "alone.ipynb", f"{IMPORTS}Predict(GROWN, 'vmas')").first
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    question.get_by_label("How many vmas").fill("3")
    check(question)
    expect(question.locator(".aq-verdict")).to_contain_text("No answer yet", timeout=10_000)
    expect_mark(question, "")


def test_a_drill_goes_on(lab: LabServer, page: Page) -> None:
    question = open_questions(page, lab, "drill.ipynb", f"{IMPORTS}Drill('growth', seed=3)").first
    expect(question.locator(".aq-title")).to_contain_text("Drill 3, growth: how a unit grows")
    question.get_by_role("radio").first.check()
    question.get_by_role("textbox").fill("99")
    check(question)
    expect_head(question, "No.")
    expect_mark(question, "0 of 1 right at the first try")
    question.get_by_role("button", name="Another one").click()
    expect(question.locator(".aq-title")).to_contain_text("Drill 4, ")
    expect(question.locator(".aq-verdict")).to_be_empty()
    expect(question.get_by_role("textbox")).to_have_value("")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_progress_survives_a_reload_and_can_be_forgotten(
    lab: LabServer, page: Page, pictures: Path, theme: str
) -> None:
    questions = open_questions(
        page,
        lab,
        f"progress {theme}.ipynb",
        f"{IMPORTS}Progress()",
        "Predict(GROWN, 'vmas')",
        "Exercise('Map three pages.', three)",
    )
    expect(questions).to_have_count(3)
    set_theme(page, theme)
    progress = questions.first
    expect(progress.locator("li")).to_have_count(2)
    expect(progress.locator(".aq-total")).to_have_text("0 of 2 right, 0 of them at the first try.")
    questions.nth(1).get_by_label("How many vmas").fill("3")
    check(questions.nth(1))
    expect(progress.locator(".aq-total")).to_have_text("1 of 2 right, 1 of them at the first try.")
    expect(progress.locator("li").first).to_contain_text("mremap(a, 4, 10): vmas")
    for place in range(3):
        questions.nth(place).screenshot(path=pictures / f"question-{theme}-{place}.png")

    lab.end_kernels()
    load(page, lab)
    open_chapter(page, lab, f"progress {theme}.ipynb")  # with a new kernel
    run_all(page)
    expect(questions).to_have_count(3)
    expect_mark(questions.nth(1), "right at the first try")
    total = progress.locator(".aq-total")
    expect(total).to_have_text("1 of 2 right, 1 of them at the first try.")

    progress.get_by_role("button", name="Reset").click()
    expect(total).to_have_text("0 of 2 right, 0 of them at the first try.")
    expect_mark(questions.nth(1), "")
    progress.get_by_role("button", name="Bring the answers back").click()
    expect(total).to_have_text("1 of 2 right, 1 of them at the first try.")
    expect_mark(questions.nth(1), "right at the first try")
