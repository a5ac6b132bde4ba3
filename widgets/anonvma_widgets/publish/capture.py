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

import asyncio
import atexit
import copy
import json
import signal
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from anonvma_book.errors import AnonvmaError
from anonvma_widgets.publish.slices import needed_cells

SHOWN = "application/vnd.anonvma.shown+json"
KINDS = ("player", "question", "progress")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT = 120  # seconds
KILL_EVERY = 0.2  # seconds, where a run was interrupted before it had a kernel

TELL = "from anonvma_widgets.publish.telling import tell as _tell; _tell({path!r})"


def capture(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """``notebook`` with the JSON of its widgets; it is run in ``folder``, and is left as it is.

    Raises :class:`AnonvmaError` where a cell fails.
    """
    return beside_stored(notebook, *_run(notebook, folder))


def beside_stored(
    notebook: NotebookNode, outputs: Sequence[Sequence[NotebookNode]], told: dict[str, Any]
) -> NotebookNode:
    """``notebook`` with what its widgets show.

    ``outputs`` are each code cell's, of a run in whose kernel :func:`telling.tell` wrote ``told``.
    """
    made = copy.deepcopy(notebook)
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    sources = [cell.source for cell in cells]
    for number, (cell, run) in enumerate(zip(cells, outputs, strict=True)):
        models = [_model(output) for output in run if "data" in output]
        results = [output for output in cell.outputs if "data" in output]
        for place, (output, model) in enumerate(zip(results, models, strict=False)):
            if model is not None and model in told:
                shown = told[model]
                if shown["kind"] == "question":
                    shown = {**shown, "cells": needed_cells(sources, number), "place": place}
                output.data[SHOWN] = shown
    made.metadata["anonvma"] = {"sources": sources}
    return made


def _run(notebook: NotebookNode, folder: Path) -> tuple[list[list[NotebookNode]], dict[str, Any]]:
    """Run a copy. The outputs of each code cell; what the widgets show."""
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
            _execute(client)
        except CellExecutionError as error:
            raise AnonvmaError(f"a cell fails: {error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            raise AnonvmaError(f"a cell is not done in {CELL_TIMEOUT} seconds") from None
        except DeadKernelError:
            raise AnonvmaError("its kernel was ended while a cell ran") from None
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return [cell.outputs for cell in running.cells[:-1] if cell.cell_type == "code"], told


def _execute(client: NotebookClient) -> None:
    """Run all cells. An interrupt ends the kernel.

    A thread does it, since nbclient in the first one takes the signals that end a command.
    """
    with ThreadPoolExecutor(1) as thread:
        run = thread.submit(client.execute, stderr=DEVNULL)  # what a kernel says at its start
        try:
            run.result()
        except KeyboardInterrupt:
            while not run.done():
                with suppress(RuntimeError):  # it is not there yet, or not any more
                    if client.km is not None:
                        asyncio.run(ensure_async(client.km.signal_kernel(signal.SIGKILL)))
                wait([run], KILL_EVERY)
            atexit.unregister(client._cleanup_kernel)  # it may have been left, and would fail
            raise


def shown_in(output: NotebookNode) -> dict[str, Any] | None:
    """The JSON of the widget that an output showed; None where it is none of ours."""
    found = output.get("data", {}).get(SHOWN)
    return found if isinstance(found, dict) and found.get("kind") in KINDS else None


def _model(output: NotebookNode) -> str | None:
    view = output.data.get(WIDGET_VIEW)
    return None if view is None else str(view["model_id"])
