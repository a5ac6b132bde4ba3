"""The Python of a page, without the page: requests and answers as text."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings

from anonvma_book.errors import AnonvmaError
from anonvma_book.inpage import PagePython, question_of, shown_by
from anonvma_book.machine import Machine
from anonvma_book.questions import Drill, Exercise, Predict
from anonvma_book.recipe import recipe
from anonvma_book.session import Session
from tests.picture.histories import HISTORIES, MACHINES, History, play

IMPORT = "from anonvma_widgets.questions import Drill, Exercise, Predict, Progress, Verdict"
ASK = "Predict(\"a = mmap(4, 'rw', addr=16)\\nmremap(a, 4, 10)\", 'vmas')"
KEY = Predict("a = mmap(4, 'rw', addr=16)\nmremap(a, 4, 10)", "vmas").key


def say(python: PagePython, **request: object) -> Any:
    """The replies."""
    return json.loads(python.answer(json.dumps(request)))


def plain(replies: object) -> Any:
    """What is left of it when it was sent."""
    return json.loads(json.dumps(replies))


@given(MACHINES, HISTORIES)
@settings(max_examples=20, deadline=None)
def test_a_lab_goes_on_as_in_the_kernel(machine: Machine, history: History) -> None:
    play(machine, history)
    kernel = Session(machine=machine)
    python, made = PagePython(), recipe(kernel)
    for message in (
        {"type": "call", "text": "z = mmap(1)"},
        {"type": "call", "text": "munmap(0, 0)"},
        {"type": "undo"},
        {"type": "redo"},
        {"type": "settings", "settings": {"scheme": "anonmm"}},
        {"type": "hello", "version": -1},
    ):
        assert say(python, lab="lab-1", recipe=made, message=message) == plain(
            kernel.handle(message)
        )


def test_labs_are_kept_apart() -> None:
    python, made = PagePython(), recipe(Session("a fork"))
    say(python, lab="lab-1", recipe=made, message={"type": "undo"})
    [other] = say(python, lab="lab-2", recipe=made, message={"type": "hello", "version": -1})
    assert other["history"]["end"] == 7


def test_a_question_is_made_once_and_graded() -> None:
    python = PagePython()
    request = {"question": "lab-2", "sources": [IMPORT, ASK], "key": KEY}
    native = Predict("a = mmap(4, 'rw', addr=16)\nmremap(a, 4, 10)", "vmas")
    for answer in ("x", "2", "1"):
        message = {"kind": "check", "answers": [answer]}
        assert say(python, **request, message=message) == plain(native.handle(message))


def test_a_drill_goes_on_where_the_page_is() -> None:
    native = Drill("count", 7)
    request = {"question": "lab-3", "sources": [IMPORT, "Drill('count')"], "key": native.key}
    message = {"kind": "check", "answers": ["1"] * len(native.fields)}
    first = say(PagePython(), **request, seed=7, message=message)
    assert first == plain(native.handle(message))
    python = PagePython()
    for seed in (2, 3):
        [reply] = say(python, **request, message={"kind": "another"})
        assert reply["spec"]["seed"] == seed


def test_what_a_cell_prints_and_shows_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    made = shown_by([IMPORT, "print('hello')\nProgress()", "Drill('count')"])
    assert isinstance(made, Drill)
    assert capsys.readouterr().out == ""


def test_a_lab_in_a_cell_is_not_missed() -> None:
    cells = ["from anonvma_widgets import SCENARIOS, Lab, Player", "lab = Lab('a fork')", IMPORT]
    assert isinstance(shown_by([*cells, "Exercise(list(SCENARIOS)[0], print)"]), Exercise)


def test_what_a_page_cannot_import_is_missed_only_where_it_is_used() -> None:
    cells = ["import no_such_module\nfrom os import no_such_name", IMPORT]
    assert isinstance(shown_by([*cells, ASK]), Predict)
    with pytest.raises(NameError, match="no_such_module"):
        shown_by([*cells, "no_such_module.f()", ASK])


def test_another_question_than_was_asked_is_refused() -> None:
    with pytest.raises(AnonvmaError, match="could not be made on this page"):
        question_of([IMPORT, ASK], "predict-0")
    with pytest.raises(AnonvmaError, match="could not be made on this page"):
        question_of(["x = 1"], "predict-0")


def test_a_readers_text_is_never_run() -> None:
    python = PagePython()
    made = recipe(Session())
    text = "__import__('os').abort()"
    [error] = say(python, lab="lab", recipe=made, message={"type": "call", "text": text})
    assert error["type"] == "error"


def test_the_standard_library_is_enough() -> None:
    code = (
        "import sys, anonvma_book.inpage;"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('anonvma_widgets', 'ipywidgets', 'anywidget', 'bokeh', 'numpy')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
