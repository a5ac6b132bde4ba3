"""What the tests of slides, pages and Python in a page share: chapters captured once a session.

A chapter is run for this, so it is done once for all workers: the first that needs a chapter
makes it, and the others read the file.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from anonvma_widgets.publish.capture import capture
from tests.notebooks import CHAPTERS, read


def captured(name: str, folder: Path) -> NotebookNode:
    """The chapter of that file name with what its widgets show; kept in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            made = capture(read(CHAPTERS / name), CHAPTERS)
            part = kept.with_suffix(".part")
            nbformat.write(made, part)
            os.replace(part, kept)
    return read(kept)
