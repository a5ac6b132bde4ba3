"""What a notebook's widgets show, beside its stored outputs."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from anonvma_book.errors import AnonvmaError
from anonvma_book.recipe import session_of
from anonvma_widgets.publish.capture import SHOWN, capture

SOURCES = (
    "from anonvma_widgets import Lab, Player\nfrom anonvma_widgets.questions import Predict",
    "script = 'a = mmap(4)\\nfork()'",
    "Lab(script=script, at=1)",
    "Predict(script, 'vmas')",
    "Player('a split')",
    "1 + 1",
)


def stored(*sources: str) -> NotebookNode:
    """A notebook whose cells say that each of them gave ``1``."""
    result = new_output("execute_result", data={"text/plain": "1"}, execution_count=1)
    cells = [new_code_cell(source, outputs=[deepcopy(result)]) for source in sources]
    for cell in cells[:2]:
        cell.outputs = []
    notebook: NotebookNode = new_notebook(cells=[new_markdown_cell("# One"), *cells])
    return notebook


def test_what_widgets_show_stands_beside_what_is_stored(tmp_path: Path) -> None:
    notebook = stored(*SOURCES)
    before = nbformat.writes(notebook)
    made = capture(notebook, tmp_path)
    assert nbformat.writes(notebook) == before
    assert made.metadata.anonvma["sources"] == list(SOURCES)
    outputs = [output for cell in made.cells[1:] for output in cell.outputs]
    assert [output.data["text/plain"] for output in outputs] == ["1"] * 4
    lab, predict, player, number = (output.data.get(SHOWN) for output in outputs)
    assert number is None
    assert (lab["kind"], lab["live"], player["kind"], player["live"]) == (
        *("player", True),
        *("player", False),
    )
    assert session_of(lab["recipe"]).history_json() == lab["history"]
    assert len(player["history"]["scenes"]) == 5
    assert predict["spec"]["title"] == "Predict"
    assert (predict["cells"], predict["place"]) == ([0, 1, 3], 0)
    assert nbformat.writes(capture(notebook, tmp_path)) == nbformat.writes(made)


def test_a_cell_that_fails_is_said(tmp_path: Path) -> None:
    with pytest.raises(AnonvmaError, match="a cell fails: ZeroDivisionError: division by zero"):
        capture(stored("1 / 0"), tmp_path)
