"""A chapter is run once more, and what its widgets show is kept beside its stored outputs.

SHOWN    the MIME type under which an output then has the JSON of its widget:
         {"kind": "player", "live": .., "history": .., "recipe": ..}    a lab is live
         {"kind": "question", "spec": .., "cells": [..], "place": ..}   see slices.py for the cells
         {"kind": "progress"}
sources  in the notebook's metadata under "anonvma": the code cells, which ``cells`` count

Everything else of the stored notebook stays: what a chapter says of the machine on which it ran
is what was compared, and the same chapter gives the same bytes.
"""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import nbformat
from ipywidgets.widgets.widget import _instances
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from anonvma_book.errors import AnonvmaError
from anonvma_book.recipe import recipe
from anonvma_widgets.lab import Lab
from anonvma_widgets.player import Player
from anonvma_widgets.publish.slices import needed_cells
from anonvma_widgets.questions import Window

SHOWN = "application/vnd.anonvma.shown+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT = 120  # seconds

TELL = "from anonvma_widgets.publish.capture import tell as _tell; _tell({path!r})"


def capture(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """``notebook`` with the JSON of its widgets; it is run in ``folder``, and is left as it is.

    Raises :class:`AnonvmaError` where a cell fails.
    """
    made = copy.deepcopy(notebook)
    views, told = _run(notebook, folder)
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    sources = [cell.source for cell in cells]
    for number, (cell, models) in enumerate(zip(cells, views, strict=True)):
        results = [output for output in cell.outputs if "data" in output]
        for place, (output, model) in enumerate(zip(results, models, strict=False)):
            if model is not None and model in told:
                shown = told[model]
                if shown["kind"] == "question":
                    shown = {**shown, "cells": needed_cells(sources, number), "place": place}
                output.data[SHOWN] = shown
    made.metadata["anonvma"] = {"sources": sources}
    return made


def _run(notebook: NotebookNode, folder: Path) -> tuple[list[list[str | None]], dict[str, Any]]:
    """Run a copy. For each code cell the widget of every output with data; what they show."""
    running = copy.deepcopy(notebook)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "shown.json"
        running.cells.append(nbformat.v4.new_code_cell(TELL.format(path=str(path))))
        client = NotebookClient(
            running,
            kernel_name="python3",
            timeout=CELL_TIMEOUT,
            store_widget_state=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute(stderr=DEVNULL)  # what a kernel says of itself at its start
        except CellExecutionError as error:
            raise AnonvmaError(f"a cell fails: {error.ename}: {error.evalue}") from None
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in running.cells[:-1] if cell.cell_type == "code"]
    return [[_model(output) for output in cell.outputs if "data" in output] for cell in code], told


def _model(output: NotebookNode) -> str | None:
    view = output.data.get(WIDGET_VIEW)
    return None if view is None else str(view["model_id"])


# In the kernel


def tell(path: str) -> None:
    """Write what every widget of this kernel shows, by its model's id."""
    told = {model: shown(widget) for model, widget in _instances.items()}
    text = json.dumps({model: each for model, each in told.items() if each is not None})
    Path(path).write_text(text, encoding="utf-8")


def shown(widget: object) -> dict[str, Any] | None:
    """One widget as JSON; None for what is not a reader's."""
    if isinstance(widget, Player):
        session = widget.session
        live = isinstance(widget, Lab)
        return {
            "kind": "player",
            "live": live,
            "history": session.history_json(),
            "recipe": recipe(session) if live else None,
        }
    if isinstance(widget, Window):
        progress = widget.spec == {"kind": "progress"}
        return dict(widget.spec) if progress else {"kind": "question", "spec": widget.spec}
    return None
