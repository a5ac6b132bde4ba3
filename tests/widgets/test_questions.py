"""The windows of questions: they carry a spec, pass messages, and are text elsewhere."""

from __future__ import annotations

import html

import pytest

from anonvma_book import Machine
from anonvma_book.schemes import Lokier
from anonvma_widgets.questions import Drill, Exercise, Predict, Progress, Verdict
from anonvma_widgets.twin import Twin

GROWTH = "a = mmap(4, 'rw', addr=16)\nb = mmap(3, 'r', addr=32)\nmremap(a, 4, 10)"


def three_pages(machine: Machine) -> str | None:
    pages = sum(vma.pages for vma in machine.processes[1].vmas)
    return None if pages == 3 else f"There are {pages} pages; three are wanted."


def test_a_check_of_the_browsers_is_graded_and_shown() -> None:
    question = Predict(GROWTH, "seam 24", "vmas")
    assert question.window.verdict == {}
    question.handle({"kind": "check", "answers": ["", ""]})
    assert question.window.verdict["head"] == "Answer every question first."
    question.handle({"kind": "check", "answers": ["two vmas in one unit: grouped", " 3 "]})
    assert question.window.verdict["right"] is True
    question.handle({"kind": "check", "answers": ["two vmas in one unit: grouped", "<b>4</b>"]})
    assert "'<b>4</b>'" in question.window.verdict["sentences"][0]
    assert question.window.verdict["number"] == 3


def test_a_check_from_python_is_shown_too() -> None:
    question = Predict(GROWTH, "vmas")
    verdict = question.check("3")
    assert isinstance(verdict, Verdict)
    assert verdict.right
    assert question.window.verdict["head"] == "Right."
    assert not question.check().counts


def test_the_spec_and_the_text_hold_no_answer() -> None:
    question = Predict(GROWTH, "index 24", "vmas drawn")
    assert "A14" not in str(question.window.spec) + question.plain()
    assert question.window.language["measures"]["small"] == 12


@pytest.mark.parametrize(
    "question",
    [
        Predict(GROWTH, "vmas"),
        Exercise("map three pages", three_pages),
        Drill("seam", seed=3),
        Progress(),
    ],
)
def test_where_no_widget_is_there_is_text(question: Predict) -> None:
    data, _ = question._repr_mimebundle_()
    assert data["text/plain"] == repr(question) == question.plain()
    assert "application/vnd.jupyter.widget-view+json" in data


def test_an_exercise_takes_scripts_and_gives_help() -> None:
    exercise = Exercise(
        "map", three_pages, start="mmap(2)\n", hints=("longer",), solution="mmap(3)"
    )
    assert exercise.start == "mmap(2)\n"
    assert not exercise.check(exercise.start).right
    exercise.handle({"kind": "check", "answers": ["mmap(3)"]})
    assert exercise.window.verdict["right"] is True
    exercise.handle({"kind": "help"})
    assert exercise.window.help == ["longer"]
    exercise.handle({"kind": "help"})
    assert exercise.window.help == ["longer", "mmap(3)"]


def test_a_drill_shows_another_one() -> None:
    drill = Drill("wrap", seed=1)
    assert not drill.check("yes", "x").right or not drill.check("no", "x").right
    assert drill.results == {1: False}
    drill.handle({"kind": "another"})
    assert drill.window.spec["seed"] == 2
    assert drill.window.verdict == {}
    drill.another()
    assert repr(drill) == repr(Drill("wrap", seed=3))


def test_an_exercise_of_python_has_no_field() -> None:
    exercise = Exercise("double it", lambda double: None if double(2) == 4 else "No.", start=None)
    assert exercise.start is None
    assert exercise.window.spec["fields"] == []
    assert exercise.check(lambda number: 2 * number).right


def test_a_twin_is_the_text_of_a_process_as_html_too() -> None:
    machine = Machine(Lokier.classroom(), task_pages=16)
    machine.run("mmap(3, 'rw', addr=2)")
    twin = Twin(machine.processes[1])
    assert repr(twin) == str(machine.processes[1])
    assert html.unescape(twin._repr_html_()) == f"<pre>{twin!r}</pre>"
