"""``anonvma-book lab``: JupyterLab on the chapters.

the book's chapters    the folder that came with the book: chapters/ beside the package in the
                       source tree, or inside the package in an installed wheel
the reader's chapters  the folder that JupyterLab opens: in the source tree the same one, else
                       a copy that belongs to the reader, of which nothing is ever overwritten
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from anonvma_book.errors import AnonvmaError
from anonvma_book.files import check_writable, replacing

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

PACKAGE = Path(__file__).resolve().parent
READERS_FOLDER = Path("anonvma-book-chapters")
JUPYTERS_FOLDERS = (
    "IPYTHONDIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
)
"""The variables that name the folders in which Jupyter writes, else in the home folder."""


def add_parser(subparsers: Subparsers) -> None:
    """Add ``lab`` to the subcommands."""
    parser = subparsers.add_parser(
        "lab",
        help="open the chapters in JupyterLab",
        description="Open the chapters in JupyterLab. Every other argument goes on to JupyterLab, "
        "for instance --no-browser or --port 8899.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="FOLDER",
        help="put your copy of the chapters there; what is there already is kept "
        f"(default: the chapters themselves in the source tree, else ./{READERS_FOLDER})",
    )
    parser.set_defaults(run=run, takes_rest=True)


def run(args: argparse.Namespace) -> NoReturn:
    """Prepare the reader's folder, and become JupyterLab. Does not return."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise AnonvmaError(
            "lab: JupyterLab is not installed for this Python: pip install jupyterlab"
        )
    folder = readers_chapters(args.folder)
    os.environ.update(jupyters_folders(os.environ))
    sys.stdout.flush()
    command = [sys.executable, "-m", "jupyterlab", *jupyter_arguments(folder, args.rest)]
    os.execv(sys.executable, command)


def jupyters_folders(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables for folders in which Jupyter can write: none where the home folder is one."""
    try:
        check_writable(Path.home() / ".anonvma-book")
    except (OSError, RuntimeError):  # or there is no home folder
        own = Path(tempfile.mkdtemp(prefix="anonvma-book-"))
        print(f"anonvma-book: JupyterLab cannot write to your home folder: its files go to {own}")
        return {name: str(own / name) for name in JUPYTERS_FOLDERS if name not in environment}
    return {}


def jupyter_arguments(folder: Path, rest: list[str]) -> list[str]:
    """JupyterLab's arguments: the folder, its first chapter, and what the reader added.

    >>> jupyter_arguments(Path("/none"), ["--port", "8899"])[:1]
    ['--ServerApp.root_dir=/none']
    """
    ours = [f"--ServerApp.root_dir={folder}"]
    first = next(iter(sorted(folder.glob("*.ipynb"))), None)
    if first is not None and not any("default_url" in argument for argument in rest):
        ours.append(f"--LabApp.default_url=/lab/tree/{first.name}")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in rest:
        ours.append("--allow-root")  # in a container, root is all there is
    return ours + rest


def books_chapters() -> tuple[Path, bool]:
    """The folder of the book's chapters, and whether it is the source tree's."""
    tree = PACKAGE.parent
    if (tree / "pyproject.toml").is_file() and (tree / "chapters").is_dir():
        return tree / "chapters", True
    if (PACKAGE / "chapters").is_dir():
        return PACKAGE / "chapters", False
    raise AnonvmaError(f"lab: no chapters in {PACKAGE / 'chapters'}: install the book again")


def readers_chapters(chosen: Path | None) -> Path:
    """The folder to open, complete; tells the reader what was copied and what was kept."""
    book, in_tree = books_chapters()
    if chosen is None and in_tree:
        return book
    folder = (chosen or READERS_FOLDER).absolute()
    try:
        copied = copy_missing(book, folder)
    except OSError as error:
        error.add_note("the chapters are copied for you to write in; --folder names another place")
        raise
    print(f"anonvma-book: chapters in {folder}: {copied}")
    return folder


class Copied(NamedTuple):
    """The names of the files that were copied, and of the reader's own that were kept."""

    new: list[str]
    kept: list[str]

    def __str__(self) -> str:
        text = f"{len(self.new)} new"
        if self.kept:
            text += (
                f"; yours differ from the book's and are kept: {', '.join(self.kept)}"
                " (rename one to get the book's)"
            )
        return text


def copy_missing(book: Path, folder: Path) -> Copied:
    """Copy what ``folder`` does not have yet. A file that exists is never written to."""
    new, kept = [], []
    for source in sorted(path for path in book.rglob("*") if path.is_file()):
        name = source.relative_to(book)
        if name.name == "conftest.py" or any(part.startswith((".", "__")) for part in name.parts):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(target):
            with replacing(target) as part:
                part.write_bytes(source.read_bytes())
            new.append(str(name))
        elif not target.is_file() or target.read_bytes() != source.read_bytes():
            kept.append(str(name))
    return Copied(new, kept)
