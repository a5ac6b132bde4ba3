"""Which chapters a command is about.

5               the chapter of that number
05-groups       of that name
talk/x.ipynb    or any notebook, by its path
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from anonvma_book.errors import AnonvmaError
from anonvma_book.lab_command import books_chapters


def chosen(names: Sequence[str]) -> list[Path]:
    """The notebooks of those names; all chapters of the book if there is no name."""
    if not names:
        return sorted(books_chapters()[0].glob("*.ipynb"))
    return [find(name) for name in names]


def find(name: str) -> Path:
    """One notebook. Raises :class:`AnonvmaError` if there is none of that name."""
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path
    every = sorted(books_chapters()[0].glob("*.ipynb"))
    for chapter in every:
        number = chapter.stem.partition("-")[0]
        same_number = name.isdecimal() and int(name) == int(number)
        if same_number or name in (chapter.stem, chapter.name):
            return chapter
    numbers = ", ".join(str(int(chapter.stem.partition("-")[0])) for chapter in every)
    raise AnonvmaError(f"{name!r}: no chapter and no notebook; the chapters are {numbers}")


def read(path: Path) -> NotebookNode:
    """The notebook in a file. Raises :class:`AnonvmaError` where it is none."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        slides = [cell.metadata.get("slideshow", {}) for cell in notebook.cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AnonvmaError(f"{path}: not a notebook") from error
    except (nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        raise AnonvmaError(f"{path}: not a notebook") from error
    if not all(isinstance(each, dict) for each in slides):
        raise AnonvmaError(f"{path}: a cell's slideshow is not what JupyterLab writes")
    return notebook
