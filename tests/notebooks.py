"""Stored chapters: what makes one fit to be compared, and how one is made so.

lecture    a chapter that teaches; the appendix is only to look things up in
transport  MIME types that only carry a live widget to the browser; their content is random
fault      a sentence that says why nbval would compare nothing, or something random
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
APPENDIX = CHAPTERS / "15-appendix.ipynb"

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
TRANSPORT = (
    WIDGET_VIEW,
    "application/javascript",
    "application/vnd.bokehjs_load.v0+json",
    "application/vnd.bokehjs_exec.v0+json",
)

# What nbval takes as leave not to compare a cell, as a comment or as a tag.
EXCUSE = re.compile(r"(?i)(nbval|pytest_validate)[-_](ignore[-_]output|skip)")

RANDOM = {
    "a memory address": re.compile(r"0x[0-9a-fA-F]{8,}"),
    "a random id": re.compile(
        r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
        r"|\b[0-9a-f]{32}\b|IPY_MODEL_|model_id"
    ),
    "a path of one machine": re.compile(r"/(home|root|tmp|Users)/|/site-packages/|/ipykernel_\d"),
}


def chapters() -> list[Path]:
    """The book's chapters, in order."""
    return sorted(CHAPTERS.glob("*.ipynb"))


def lectures() -> list[Path]:
    """The chapters that teach, in order."""
    return [path for path in chapters() if path != APPENDIX]


def read(path: Path) -> NotebookNode:
    """The notebook at ``path``."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def slide_type(cell: NotebookNode) -> str:
    """Where the cell stands on the slides."""
    return str(cell.metadata.get("slideshow", {}).get("slide_type"))


def text_of(notebook: NotebookNode) -> str:
    """All markdown of the notebook."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def headings(notebook: NotebookNode) -> list[str]:
    """The headings, in order, as they are displayed."""
    text = re.sub(r"```.*?```", "", text_of(notebook), flags=re.DOTALL)
    return [re.sub(r"[`*]", "", heading).strip() for heading in HEADING.findall(text)]


def heading_id(heading: str) -> str:
    """What follows ``#`` in a link to the heading, in JupyterLab and in nbconvert."""
    return heading.replace(" ", "-")


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def faults(notebook: NotebookNode) -> Iterator[str]:
    """Why the stored outputs cannot be compared strictly; nothing if they can."""
    if "widgets" in notebook.metadata:
        yield "the notebook stores the state of widgets, with random ids"
    for number, cell in enumerate(code_cells(notebook), 1):
        for fault in cell_faults(cell, number):
            yield f"code cell {number}: {fault}"


def cell_faults(cell: NotebookNode, number: int) -> Iterator[str]:
    """The faults of the code cell that has to be counted ``number``."""
    if not cell.source.strip():
        yield "it is empty"
    if cell.execution_count is None:
        yield "it was not executed: nbval would compare nothing"
    elif cell.execution_count != number:
        yield f"it was executed as number {cell.execution_count}"
    tags = cell.metadata.get("tags", [])
    if any(EXCUSE.search(text) for text in (cell.source, *tags)):
        yield "it excuses itself from being compared"
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            yield "it writes to stderr"
        if output.output_type == "error" and "raises-exception" not in tags:
            yield f"it fails with {output.ename}"
        text = json.dumps(output)
        for what, pattern in RANDOM.items():
            if found := pattern.search(text):
                yield f"its output holds {what}: {found.group()}"


def strip(notebook: NotebookNode) -> None:
    """Take out what differs from one execution to the next, in place."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in code_cells(notebook):
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            for transport in TRANSPORT:
                output.get("data", {}).pop(transport, None)
                output.get("metadata", {}).pop(transport, None)
