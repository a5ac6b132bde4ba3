"""The stored chapters can be compared strictly, and executing them again changes nothing.

nbval runs the chapters themselves; here nothing of the book is executed.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.execute_chapters import execute, store
from tests.notebooks import CHAPTERS, WIDGET_VIEW, chapters, faults, read

pytest_plugins = ["pytester"]


def test_there_are_chapters() -> None:
    assert chapters()


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.name)
def test_chapter_can_be_compared(path: Path) -> None:
    assert list(faults(read(path))) == []
    assert re.fullmatch(r"(\d\d|[A-Z])-[a-z0-9-]+\.ipynb", path.name)
    assert path.stat().st_size < 200_000


def executed(source: str = "1", count: int | None = 1, **data: str) -> NotebookNode:
    """A notebook of one code cell with one stored output."""
    output = new_output("execute_result", data=data or {"text/plain": "1"}, execution_count=count)
    cell = new_code_cell(source, execution_count=count, outputs=[output])
    notebook: NotebookNode = new_notebook(cells=[cell])
    return notebook


def test_a_fit_notebook_has_no_faults() -> None:
    assert list(faults(executed())) == []
    assert list(faults(new_notebook(cells=[new_markdown_cell("0x7f0123456789")]))) == []


@pytest.mark.parametrize(
    ("notebook", "fault"),
    [
        (executed(count=None), "not executed"),
        (executed(count=2), "executed as number 2"),
        (executed(source=" "), "is empty"),
        (executed(source="# NBVAL_IGNORE_OUTPUT\n1"), "excuses itself"),
        (executed(plain="<A object at 0x7f88fbd03450>"), "a memory address: 0x7f88fbd03450"),
        (executed(plain="BokehModel('1f0e3dad-9990-4345-b743-9f8ffabdffc4')"), "a random id"),
        (executed(plain='{"model_id": 1}'), "a random id: model_id"),
        (executed(plain="/home/ann/book"), "a path of one machine: /home/"),
    ],
)
def test_a_fault_is_found(notebook: NotebookNode, fault: str) -> None:
    (found,) = faults(notebook)
    assert found.startswith("code cell 1: ")
    assert fault in found


def test_tags_errors_stderr_and_widget_state_are_faults() -> None:
    notebook = executed()
    cell = notebook.cells[0]
    cell.metadata.tags = ["nbval-skip"]
    cell.outputs = [
        new_output("stream", name="stderr", text="old"),
        new_output("error", ename="ValueError", evalue="no", traceback=[]),
    ]
    notebook.metadata.widgets = {}
    assert [fault.removeprefix("code cell 1: ") for fault in faults(notebook)] == [
        "the notebook stores the state of widgets, with random ids",
        "it excuses itself from being compared",
        "it writes to stderr",
        "it fails with ValueError",
    ]


WIDGET = """
import ipywidgets
class Twin(ipywidgets.IntSlider):
    def __repr__(self):
        return "Twin(1)"
print("one")
print("two")
Twin(1)
"""


def test_executing_twice_leaves_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("x = 41"), new_code_cell(WIDGET)]), path)
    assert store(execute(path), path)
    first = path.read_bytes()
    assert not store(execute(path), path)
    assert path.read_bytes() == first
    notebook = read(path)
    assert list(faults(notebook)) == []
    stream, result = notebook.cells[1].outputs
    assert stream.text == "one\ntwo\n"
    assert result.data == {"text/plain": "Twin(1)"}
    assert WIDGET_VIEW.encode() not in first


def test_nbval_compares_and_refuses_unexecuted_cells(pytester: pytest.Pytester, root: Path) -> None:
    for name, count, stored in (("a", 1, "42"), ("b", 1, "43"), ("c", None, "42")):
        notebook = executed("6 * 7", count, **{"text/plain": stored})
        nbformat.write(notebook, pytester.path / f"{name}.ipynb")
    (pytester.path / "conftest.py").write_text((CHAPTERS / "conftest.py").read_text())
    pytester.makeini(f"[pytest]\npythonpath = {root} {root / 'widgets'}")
    result = pytester.runpytest_subprocess("--nbval", "--nbval-current-env", "-v")
    result.assert_outcomes(passed=1, failed=1, errors=1)
    for line in ("a*::Cell 0 PASSED*", "b*::Cell 0 FAILED*", "c*::Cell 0 ERROR*"):
        result.stdout.fnmatch_lines([line])
