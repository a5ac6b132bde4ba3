"""The cells that a question needs, and that they are enough: in every chapter."""

from __future__ import annotations

import time

import pytest
from nbformat import NotebookNode

from anonvma_book.inpage import shown_by
from anonvma_book.questions import Question
from anonvma_widgets.publish.slices import needed_cells
from tests.notebooks import CHAPTERS, read

LONGEST = 10.0
"""Seconds for one question's cells here; a page's Python is a few times slower."""


@pytest.mark.parametrize(
    ("sources", "needed"),
    [
        (["a = 1", "b = 2", "a"], [0, 2]),
        (["a = []", "a.append(1)", "b = a", "b"], [0, 1, 2, 3]),
        (["a = {}", "a['x'] = 1", "a"], [0, 1, 2]),
        (["a = 1", "a = 2", "a"], [1, 2]),
        (["a = 1", "a += 1", "a"], [0, 1, 2]),
        (["import x", "x.do()", "x"], [0, 2]),
        (["def f():\n    return g()", "def g():\n    return 1", "f()"], [0, 1, 2]),
        (["m = 1", "m.go()", "def f(m):\n    return m.x", "f"], [2, 3]),
        (["m = 1", "f = lambda m: m", "[m for m in range(3)] + [f]"], [1, 2]),
        (["class A:\n    pass", "A.x = 1", "A()"], [0, 2]),
        (["for i in range(3):\n    pass", "with open('x') as o:\n    pass", "i, o"], [0, 1, 2]),
        (["if (n := 3):\n    pass", "n"], [0, 1]),
        (["a = 1", "if b:\n    a = 2", "a"], [0, 1, 2]),
    ],
)
def test_what_a_cell_builds_on(sources: list[str], needed: list[int]) -> None:
    assert needed_cells(sources, len(sources) - 1) == needed


def asked(notebook: NotebookNode) -> list[tuple[int, str]]:
    """The code cells that end with a question to be answered on the page, and its text."""
    found = []
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(cells):
        for output in cell.outputs:
            text = output.get("data", {}).get("text/plain", "")
            on_page = "answer: a script" in text or not text.startswith("Exercise: ")
            if text.startswith(("Predict: ", "Exercise: ", "Drill ")) and on_page:
                found.append((number, text))
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in CHAPTERS.glob("*.ipynb")))
def test_the_cells_alone_make_the_question_of_the_whole_chapter(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = read(CHAPTERS / name)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    slowest = 0.0
    for number, text in asked(notebook):
        begun = time.perf_counter()
        question = shown_by([sources[each] for each in needed_cells(sources, number)])
        slowest = max(slowest, time.perf_counter() - begun)
        assert isinstance(question, Question), (number, question)
        assert question.plain() == text, number
    with capsys.disabled():
        print(f"\n{name}: {len(asked(notebook))} questions, the slowest is made in {slowest:.2f} s")
    assert slowest < LONGEST
