"""What the tests of slides, pages and Python in a page share: chapters captured once a session.

A chapter is run when its stored outputs are compared, and captured in that run, by the worker
that compares it. What somebody needs before that is run for them, once for all workers.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from anonvma_book.files import replacing
from anonvma_widgets.publish.capture import capture
from tests.notebooks import CHAPTERS, read


def captures(config: pytest.Config) -> Path | None:
    """Where all workers find the captured chapters; None in a process that has no others."""
    if not hasattr(config, "workerinput"):
        return None
    return Path(config.getoption("basetemp")).parent / "captured"


def captured(name: str, folder: Path) -> NotebookNode:
    """The chapter of that file name with what its widgets show; kept in ``folder``."""
    with alone(name, folder) as kept:
        if not kept.exists():
            keep(capture(read(CHAPTERS / name), CHAPTERS), kept)
    return read(kept)


@contextmanager
def alone(name: str, folder: Path) -> Iterator[Path]:
    """The file that the chapter is kept in; no other worker has it while the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


def keep(notebook: NotebookNode, path: Path) -> None:
    """Write all of the file, or none of it."""
    with replacing(path) as part:
        nbformat.write(notebook, part)
