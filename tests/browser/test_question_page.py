"""The same questions in a page of its own: no JupyterLab, and a Python that answers messages."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from anonvma_book.questions import Exercise, Predict
from anonvma_book.questions.question import Question
from anonvma_widgets.esm import bundle
from anonvma_widgets.publish.shared import shared_json, style
from tests.browser.questionview import check, expect_head, expect_mark

ADDRESS = "http://book.invalid/"  # never asked for: the page is made here

SHOW = """({code, css, shown, shared}) => {
    document.head.append(Object.assign(document.createElement("style"), {textContent: css}));
    const mount = new Function(code + "; return mount;")();
    shown.forEach((each, number) => {
        const ask = async (message, heard) => (await tellPython(number, message)).forEach(heard);
        mount(document.body.appendChild(document.createElement("div")), each, shared, {ask});
    });
}"""


def show(page: Page, *questions: Question) -> None:
    """Show a page with these questions, and the progress above them."""
    page.goto(ADDRESS)
    asked = [{"kind": "question", "spec": each.spec()} for each in questions]
    given = {"code": bundle("host.js"), "css": style(), "shown": [{"kind": "progress"}, *asked]}
    page.evaluate(SHOW, {**given, "shared": shared_json()})


def test_questions_are_answered_without_jupyter(page: Page, pictures: Path) -> None:
    asked = "a = mmap(4, 'rw', addr=16)\nb = mmap(3, 'r', addr=32)\nmremap(a, 4, 10)"
    predict = Predict(asked, "vmas", "vmas drawn")
    exercise = Exercise("Map three pages.", lambda machine: None if machine.steps else "No.")
    questions = (predict, exercise)
    ask = [question.handle for question in questions]
    page.expose_function("tellPython", lambda number, message: ask[number - 1](message))
    page.route(ADDRESS, lambda route: route.fulfill(content_type="text/html", body="<h1>One</h1>"))
    page.emulate_media(color_scheme="dark")

    show(page, *questions)
    progress, first, second = page.locator(".aq").all()
    first.get_by_label("How many vmas").fill("3")
    check(first)
    expect_head(first, "No.")
    first.get_by_role("button", name="Type it instead").click()
    first.get_by_label("Vmas, one a line").fill("16..24 rw A0 group\n24..26 rw A14\n32..35 r A8")
    check(first)
    expect_head(first, "Right.")
    second.get_by_label("Your script").fill("mmap(3)")
    check(second)
    expect_mark(second, "solved")
    expect(progress.locator(".aq-total")).to_have_text("2 of 2 right, 0 of them at the first try.")
    page.screenshot(path=pictures / "question-page.png", full_page=True)

    show(page, *questions)  # the page is loaded again
    progress, first, second = page.locator(".aq").all()
    expect_mark(first, "right, not at the first try")
    expect_mark(second, "solved")
    expect(progress.locator("li").first).to_contain_text("mremap(a, 4, 10)")
