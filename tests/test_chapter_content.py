"""What every chapter has: objectives, a surprise, predictions, exercises with help, slides, links.

The appendix has ids, slide types, links and images only; what the book has as a whole is in
``test_book.py``.
The exercises are tried too: the cells that they and the folded solutions build on are run here,
then the solutions. (All cells are run where their outputs are compared.)
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest
from nbformat import NotebookNode

from anonvma_widgets.publish.slices import needed_cells
from anonvma_widgets.questions import Drill, Exercise, Predict
from tests.notebooks import LINK, chapters, code_cells, lectures, read, slide_type, text_of

SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
IMAGE = re.compile(r"!\[([^\]]*)\]\(|<img\b([^>]*)>")
DETAILS = re.compile(r"<details><summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
BLOCK = re.compile(r"```(text|python)\n(.*?)```", re.DOTALL)

LAB = re.compile(r"^(Lab|Player)\(", re.MULTILINE)
QUESTIONS = ("Predict: ", "Exercise: ", "Drill ")

every_chapter = pytest.mark.parametrize("path", lectures(), ids=lambda path: path.stem)
every_notebook = pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)


def named(notebook: NotebookNode, ending: str) -> NotebookNode:
    """The one cell whose id ends so."""
    found: NotebookNode
    (found,) = (cell for cell in notebook.cells if cell.id.endswith(ending))
    return found


@every_notebook
def test_cells_have_readable_ids_and_slide_types(path: Path) -> None:
    notebook = read(path)
    ids = [cell.id for cell in notebook.cells]
    prefix = ids[0].split("-")[0]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        assert re.fullmatch(rf"{prefix}-[a-z0-9-]+|exercise-\d+[a-z-]*", cell.id), cell.id
        assert slide_type(cell) in SLIDE_TYPES, cell.id


@every_chapter
def test_a_chapter_is_a_lecture(path: Path) -> None:
    types = [slide_type(cell) for cell in read(path).cells]
    slides = types.count("slide") + types.count("subslide")
    assert 20 <= slides <= 40
    assert types.count("notes") >= 5
    for cell in read(path).cells:
        if slide_type(cell) == "notes":
            assert cell.source.startswith("*For the lecturer:* "), cell.id


@every_chapter
def test_a_chapter_begins_with_what_it_is_for_and_a_surprise(path: Path) -> None:
    cells = read(path).cells
    number = path.name[:2].lstrip("0") or "0"
    assert cells[0].source.startswith(f"# {number} ")
    assert "After this chapter you can\n\n- " in cells[0].source
    sections = [cell for cell in cells if cell.source.startswith("## ")]
    assert sections[0].id.endswith("-surprise")
    first_code = code_cells(read(path))[0]
    assert first_code.source.startswith("from ")


@every_chapter
def test_a_chapter_ends_with_a_summary_and_further_reading(path: Path) -> None:
    *_, summary, further = read(path).cells
    assert summary.source.startswith("## Summary\n")
    assert further.source.startswith("## Further reading\n")
    assert sum(link.startswith("https://") for link in LINK.findall(further.source)) >= 2


@every_notebook
def test_links_lead_to_files_that_are_there(path: Path) -> None:
    for link in LINK.findall(text_of(read(path))):
        parts = urlparse(link)
        if parts.scheme:
            assert parts.scheme == "https", link
            assert parts.netloc, link
        elif parts.path:
            assert (path.parent / unquote(parts.path)).is_file(), link


@every_notebook
def test_files_that_the_text_names_are_there(path: Path, root: Path) -> None:
    for name in re.findall(r"`(anonvma_\w+/[\w/]+\.\w+)`", text_of(read(path))):
        assert (root / name).is_file() or (root / "widgets" / name).is_file(), name


@every_notebook
def test_images_have_a_text(path: Path) -> None:
    for alternative, attributes in IMAGE.findall(text_of(read(path))):
        assert alternative or re.search(r'alt="[^"]+"', attributes)


@every_notebook
def test_lines_are_not_too_long_to_be_read_in_a_diff(path: Path) -> None:
    for cell in read(path).cells:
        for line in cell.source.splitlines():
            has_to_be = cell.cell_type == "markdown" and (line.startswith("|") or "](" in line)
            assert len(line) <= 100 or has_to_be, cell.id


# What the reader does, done here


def asks(cell: NotebookNode) -> bool:
    """Whether the cell ends with a question."""
    texts = (output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return any(text.startswith(QUESTIONS) for text in texts)


def solutions(notebook: NotebookNode) -> list[str]:
    """The folded solutions that are Python."""
    helps = [cell.source for cell in notebook.cells if cell.id.endswith("-help")]
    blocks = BLOCK.findall("".join(text for each in helps for _, text in DETAILS.findall(each)))
    return [block for language, block in blocks if language == "python"]


class Displayed:
    """A chapter whose labs, questions and solutions can be run: its names, and what is shown."""

    def __init__(self, path: Path) -> None:
        notebook = read(path)
        cells = code_cells(notebook)
        sources = [cell.source for cell in cells]
        wanted: set[int] = set()
        for number, cell in enumerate(cells):
            if LAB.search(cell.source) or asks(cell):
                wanted.update(needed_cells(sources, number))
        for block in solutions(notebook):
            wanted.update(needed_cells([*sources, block], len(sources))[:-1])
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.shown = [self.run(sources[number]) for number in sorted(wanted)]

    def run(self, source: str) -> object:
        """Run a cell; the value of its last line, if that is an expression."""
        *body, last = ast.parse(source).body
        if not isinstance(last, ast.Expr):
            exec(source, self.names)
            return None
        exec(compile(ast.Module(body, []), "<cell>", "exec"), self.names)
        return eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.names)


@pytest.fixture(scope="module")
def displayed() -> dict[Path, Displayed]:
    """The chapters that have been run."""
    return {}


def run_chapter(path: Path, displayed: dict[Path, Displayed]) -> Displayed:
    if path not in displayed:
        displayed[path] = Displayed(path)
    return displayed[path]


@every_chapter
def test_the_reader_predicts_practises_and_drills(
    path: Path, displayed: dict[Path, Displayed]
) -> None:
    shown = run_chapter(path, displayed).shown
    kinds = [type(value) for value in shown]
    assert kinds.count(Predict) >= 3
    assert kinds.count(Exercise) >= 3
    assert kinds.count(Drill) >= 1
    assert any(kind.__name__ in ("Lab", "Player") for kind in kinds)


@every_chapter
def test_a_prediction_comes_before_what_it_is_about(path: Path) -> None:
    """No output before a prediction shows the step that is to be predicted."""
    seen = ""
    for cell in code_cells(read(path)):
        call = re.search(r"Predict: The next call is `(.*)`\.", str(cell.outputs))
        if call is not None:
            picture = str(cell.outputs).split("page   0 ")[-1][:300]
            assert f": {call[1]}\\npage   0 {picture}" not in seen, cell.id
        seen += str(cell.outputs)


@every_chapter
def test_every_exercise_has_hints_and_a_solution_that_passes(
    path: Path, displayed: dict[Path, Displayed]
) -> None:
    notebook = read(path)
    chapter = run_chapter(path, displayed)
    exercises = {
        name: value for name, value in chapter.names.items() if isinstance(value, Exercise)
    }
    assert len(exercises) >= 3
    for name, exercise in exercises.items():
        cell = named(notebook, f"-{name.replace('_', '-')}-help")
        help_texts = DETAILS.findall(cell.source)
        titles = [title for title, _ in help_texts]
        hints = [f"Hint {number}" for number in range(1, len(titles))]
        assert titles == [*hints, "Solution"], cell.id
        assert hints, cell.id
        ((language, block),) = BLOCK.findall(help_texts[-1][1])
        assert not exercise.check(exercise.start or "").right, f"{name} is solved already"
        verdict = exercise.check(block) if language == "text" else chapter.run(block)
        assert getattr(verdict, "right", False), f"{cell.id}: {verdict}"


@every_chapter
def test_one_exercise_is_open_ended(path: Path) -> None:
    assert re.search(r"^### Exercise \d, open-ended: ", text_of(read(path)), re.MULTILINE)
