"""A page's own Python: labs take calls and questions are graded, with no server and no kernel."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from anonvma_book.questions import Exercise, Predict
from anonvma_book.recipe import recipe
from anonvma_book.session import Session
from anonvma_widgets.bokehjs import bokehjs_text
from anonvma_widgets.esm import bundle
from anonvma_widgets.publish.pyodide import python_asset
from anonvma_widgets.publish.shared import shared_json, style
from tests.browser.labview import expect_sentence, expect_step, say
from tests.browser.questionview import check, expect_head

READY_MS = 120_000  # on a machine that has other things to do
PREDICTION = (
    "from anonvma_widgets.questions import Exercise, Predict, Verdict",
    "script = \"a = mmap(4, 'rw', addr=16)\\nmremap(a, 4, 10)\"",
    "Predict(script, 'vmas', 'index 20')",
)
EXERCISE = (
    PREDICTION[0],
    "def judge(machine):\n"
    "    return None if len(machine.processes[1].vmas) == 1 else 'One vma is wanted.'\n\n"
    "exercise = Exercise('Map something.', judge)\nexercise",
)

DEEP = ("(", "[", "{", "f(", "-", "not ", "1**", "lambda:", "1 if 1 else ", "f'{")

HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Python in a page</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="page.css">
<h1>Python in a page</h1><div id="lab"></div><div id="predict"></div><div id="exercise"></div>
<script src="bokeh.js"></script><script src="page.js"></script></html>"""

CODE = """(() => {
%s
%s
const loaded = () => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = "python.js";
    script.onload = () => done(globalThis.anonvmaPython);
    script.onerror = () => failed(new Error("python.js is not there"));
    document.head.append(script);
});
globalThis.python = startPython(loaded);
const given = %s;
for (const [name, { shown, target }] of Object.entries(given.shown)) {
    const ask = (message, heard) => globalThis.python.ask(target, message, heard);
    const mounted = mount(document.getElementById(name), shown, given.shared, { ask });
    if (name !== "lab") continue;
    const { recipe } = target;
    const { view } = mounted;
    target.recipe = () => ({ ...recipe, script: view.lines().join("\\n"), at: view.position });
    globalThis.view = view;
}
})();"""


def given() -> dict[str, Any]:
    """What the page shows, and whom it asks about it."""
    session = Session("the counter wraps")
    predict = Predict("a = mmap(4, 'rw', addr=16)\nmremap(a, 4, 10)", "vmas", "index 20")
    exercise = Exercise("Map something.", lambda machine: None)
    history = {"kind": "player", "live": True, "history": session.history_json()}
    asked = {"predict": (predict, PREDICTION), "exercise": (exercise, EXERCISE)}
    questions = {
        name: {
            "shown": {"kind": "question", "spec": question.spec()},
            "target": {"question": name, "sources": sources, "key": question.key},
        }
        for name, (question, sources) in asked.items()
    }
    lab = {"shown": history, "target": {"lab": "lab-1", "recipe": recipe(session)}}
    return {"shown": {"lab": lab, **questions}, "shared": shared_json()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a lab and two questions, and beside it all that it needs."""
    made = tmp_path_factory.mktemp("python-in-a-page")
    code = CODE % (bundle("host.js"), bundle("pythonpage.js"), json.dumps(given()))
    files = {
        "page.html": HTML,
        "page.css": style(),
        "page.js": code,
        "bokeh.js": bokehjs_text(),
        "python.js": python_asset(),
    }
    for name, text in files.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


class Quiet(SimpleHTTPRequestHandler):
    """A server that prints nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(params=["file", "server"])
def address(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The folder as a page of its own is opened from a disk, and as a server gives it."""
    if request.param == "file":
        yield folder.as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def opened(page: Page, address: str) -> list[str]:
    """Open the page; what it asks for from then on, other than its own files, is refused."""
    strange: list[str] = []

    def refuse(route: Any) -> None:
        url = route.request.url
        if url.startswith((f"{address}/", "data:", "blob:")):
            route.continue_()
        else:
            strange.append(url)
            route.abort()

    page.route("**/*", refuse)
    page.on("requestfailed", lambda request: strange.append(request.url))
    page.on("pageerror", lambda error: strange.append(str(error)))
    page.goto(f"{address}/page.html")
    return strange


def scenes(page: Page) -> Any:
    """The sentences and states of all steps, as the page has them."""
    return page.evaluate(
        "view.scenes.map(({number, call, sentence, mms}) => ({number, call, sentence, mms}))"
    )


def fresh(page: Page, session: Session) -> Any:
    """The same for a history that comes from Python here."""
    page.evaluate("history => view.take(history)", json.loads(json.dumps(session.history_json())))
    return scenes(page)


def test_a_lab_takes_calls_and_questions_are_graded(
    page: Page, address: str, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = opened(page, address)
    lab = page.locator(".anonvma[data-ready]")
    expect_step(lab, "8 of 8")
    assert page.evaluate("typeof anonvmaPython") == "undefined"
    native = Session("the counter wraps")

    begun = time.monotonic()
    say(lab, "g = mmap(2, 'rw', addr=8)")
    expect(lab.locator(".av-count")).to_have_text("9 of 9", timeout=READY_MS)
    seconds = time.monotonic() - begun
    with capsys.disabled():
        print(f"\n{address.split(':')[0]}: Python answered after {seconds:.1f} s")
    native.call("g = mmap(2, 'rw', addr=8)")
    expect_sentence(lab, native.recording.scenes[9].sentence)

    say(lab, "munmap(f, 0)")
    [error] = native.handle({"type": "call", "text": "munmap(f, 0)"})[-1:]
    expect(lab.locator(".av-error")).to_contain_text(error["message"].split(" (")[0])
    expect_step(lab, "9 of 9")

    for left in DEEP:
        call = f"munmap({left * (480 // len(left) - 1)}1, 0)"
        say(lab, call)
        [error] = native.handle({"type": "call", "text": call})[-1:]
        expect(lab.locator(".av-error")).to_contain_text(error["message"].split(" (")[0])
        expect(lab.get_by_label("Script line")).to_have_value(call)

    say(lab, "child = fork()")
    expect_step(lab, "10 of 10")
    native.call("child = fork()")
    lab.get_by_role("button", name="Undo").first.click()
    expect_step(lab, "9 of 9")
    native.undo()
    page.screenshot(path=pictures / "python-in-page.png", full_page=True)

    graded(page)
    made = scenes(page)
    assert made == fresh(page, native)
    assert strange == []


def graded(page: Page) -> None:
    """A prediction and an exercise, wrong and then right."""
    predict, exercise = page.locator("#predict .aq"), page.locator("#exercise .aq")
    answer(predict, "How many vmas", "2")
    answer(predict, "Which index", "A30")
    check(predict)
    expect_head(predict, "No.")
    truth = Predict("a = mmap(4, 'rw', addr=16)\nmremap(a, 4, 10)", "vmas", "index 20")
    for asked, label in zip(truth.asked, ("How many vmas", "Which index"), strict=True):
        answer(predict, label, asked.truth)
    check(predict)
    expect_head(predict, "Right.")
    answer(exercise, "Your script", "mmap(3)\nfork()\nmmap(3, 'r')")
    check(exercise)
    expect(exercise.locator(".aq-verdict")).to_contain_text("One vma is wanted.")
    answer(exercise, "Your script", "mmap(3)")
    check(exercise)
    expect_head(exercise, "Right.")


def answer(question: Locator, label: str, text: str) -> None:
    """Fill the field of that label."""
    question.get_by_label(label).fill(text)


def test_a_python_that_does_not_start_is_said_where_it_was_asked(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    for name in ("page.html", "page.css", "page.js", "bokeh.js"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    page.goto(f"{tmp_path.as_uri()}/page.html")
    lab = page.locator(".anonvma[data-ready]")
    say(lab, "fork()")
    expect(lab.locator(".av-error")).to_contain_text(
        "Python could not be started on this page: python.js is not there"
    )
    check(page.locator("#predict .aq"))
    expect(page.locator("#predict .aq-verdict")).to_contain_text("could not be started")
    expect_step(lab, "8 of 8")


def test_a_python_that_does_not_come_back_is_started_anew(page: Page, folder: Path) -> None:
    code = (folder / "page.js").read_text(encoding="utf-8").replace("60_000", "4_000")
    (folder / "stuck.js").write_text(code, encoding="utf-8")
    (folder / "stuck.html").write_text(HTML.replace("page.js", "stuck.js"), encoding="utf-8")
    page.goto(f"{folder.as_uri()}/stuck.html")
    lab = page.locator(".anonvma[data-ready]")
    say(lab, "g = mmap(2, 'rw', addr=8)")
    expect(lab.locator(".av-count")).to_have_text("9 of 9", timeout=READY_MS)
    endless = {"question": "endless", "sources": ["while True: pass", "1"], "key": ""}
    said = """target => new Promise(done => python.ask(target, {}, ({text}) => done(text)))"""
    assert "was started anew" in page.evaluate(said, endless)
    say(lab, "munmap(g, 2)")  # the lab is made anew with the calls that the page has
    expect(lab.locator(".av-count")).to_have_text("10 of 10", timeout=READY_MS)
