"""The whole book as a static site: pages, and beside them once what they share.

    index.html         what the book is, a lab at once, and the contents
    05-groups.html     a page for each chapter
    assets/            style sheet, BokehJS, the labs' scripts and data, and the search
    notebooks/         the chapters, to download
    .anonvma-book      the marker by which a folder is known as one that may be replaced

Everything is a file that a page names relative to itself, and classic scripts: it opens from a
disk as it does from any server, under any path. The site is made in a new folder, which takes the
old one's place when it is whole.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from nbformat import NotebookNode

from anonvma_book.errors import AnonvmaError
from anonvma_book.files import naming
from anonvma_book.recipe import recipe
from anonvma_book.session import Session
from anonvma_widgets.publish import npm
from anonvma_widgets.publish.glossary import APPENDIX, glossary
from anonvma_widgets.publish.page import (
    Neighbour,
    PageExporter,
    Place,
    css,
    encoded,
    page_script,
    shared_script,
)
from anonvma_widgets.publish.pageparts import Body
from anonvma_widgets.publish.pyodide import python_asset
from anonvma_widgets.publish.search import index_json, sections
from anonvma_widgets.publish.shared import bokehjs_text, script_json
from anonvma_widgets.publish.words import plain_html

MARKER = ".anonvma-book"
FRONT_SCENARIO, FRONT_STEP = "the counter wraps", 5

ASSETS = "assets"
SCRIPTS = ("bokeh.js", "shared.js", "page.js")
PYTHON = "assets/python.js"


@dataclass(frozen=True)
class Launch:
    """Where a reader can run the notebooks: addresses that are linked where they are given."""

    repository: str = ""
    branch: str = "main"
    hub: str = ""

    def links(self, notebook: str) -> list[tuple[str, str]]:
        """Words and address of each way to run a notebook of the book's folder ``chapters``."""
        if not self.repository:
            return []
        path = f"chapters/{notebook}"
        made = [("Open in Binder", binder(self.repository, self.branch, path))]
        if self.hub:
            name = self.repository.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
            made.append(
                (
                    "Open on the hub",
                    f"{self.hub.rstrip('/')}/hub/user-redirect/git-pull"
                    f"?repo={encoded(self.repository)}&branch={encoded(self.branch)}"
                    f"&urlpath={encoded(f'lab/tree/{name}/{path}')}",
                )
            )
        return made


def binder(repository: str, branch: str, path: str) -> str:
    """The address that opens a notebook of a repository in Binder.

    >>> binder("https://github.com/a/b", "main", "chapters/x.ipynb")
    'https://mybinder.org/v2/gh/a/b/main?labpath=chapters%2Fx.ipynb'
    """
    parts = urlparse(repository)
    name = parts.path.strip("/").removesuffix(".git")
    source = f"gh/{name}" if parts.hostname == "github.com" else f"git/{encoded(repository)}"
    return f"https://mybinder.org/v2/{source}/{encoded(branch)}?labpath={encoded(path)}"


def check_folder(folder: Path) -> None:
    """AnonvmaError if ``folder`` is somebody's: neither empty nor a site that was made before."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise AnonvmaError(f"{folder}: not a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise AnonvmaError(f"{folder}: it has files that are not of this book; give another folder")


def write_site(
    captured: Mapping[str, NotebookNode],
    sources: Path,
    folder: Path,
    launch: Launch = Launch(),
    *,
    python: bool = True,
) -> None:
    """Write the site of these chapters, by file name, into ``folder``; all of it or nothing.

    ``sources`` has the stored notebooks; with ``python`` labs take new calls, and questions are
    checked. Raises :class:`AnonvmaError` for a folder of others.
    """
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        made = scratch / "new"
        made.mkdir()
        write_pages(captured, sources, made, launch, PYTHON if python else "")
        write_assets(made / ASSETS, python=python)
        if folder.exists():
            folder.rename(scratch / "old")
        try:
            made.rename(folder)
        except BaseException:
            if (scratch / "old").exists():
                (scratch / "old").rename(folder)
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_pages(
    captured: Mapping[str, NotebookNode], sources: Path, folder: Path, launch: Launch, python: str
) -> None:
    """The pages, the notebooks, and the search of the site."""
    exporter = PageExporter()
    bodies = {name: exporter.body(notebook) for name, notebook in sorted(captured.items())}
    book = [neighbour(name, body) for name, body in bodies.items()]
    meanings = glossary(captured[APPENDIX]) if APPENDIX in captured else {}
    (folder / "notebooks").mkdir()
    for place, (name, notebook) in enumerate(sorted(captured.items())):
        around = Place(
            page=book[place].page,
            book=book,
            previous=book[place - 1] if place else None,
            following=book[place + 1] if place + 1 < len(book) else None,
            launches=launch.links(name),
            notebook=f"notebooks/{name}",
            scripts=[f"{ASSETS}/{script}" for script in SCRIPTS],
            python=python,
        )
        html, _ = exporter.from_notebook_node(notebook, {"place": around, "glossary": meanings})
        write(folder / book[place].page, html)
        copy = folder / "notebooks" / name
        with naming(copy):
            copy.write_bytes((sources / name).read_bytes())
    write(folder / "index.html", front(exporter, book, python))
    (folder / ASSETS).mkdir()
    write(folder / ASSETS / "search.js", search_script(bodies))
    write(folder / MARKER, "Made by anonvma-book html: this folder is replaced as a whole.\n")
    os.chmod(folder, 0o755)


def neighbour(name: str, body: Body) -> Neighbour:
    """A page as the contents name it."""
    page = Path(name).stem + ".html"
    return Neighbour(page, body.title, body.line, body.questions)


def front(exporter: PageExporter, book: list[Neighbour], python: str) -> str:
    """The first page, with a lab that is there at once."""
    session = Session(FRONT_SCENARIO, at=FRONT_STEP)
    shown = {
        "kind": "player",
        "live": True,
        "history": session.history_json(),
        "recipe": recipe(session),
    }
    place = Place(
        page="index.html",
        book=book,
        scripts=[f"{ASSETS}/{script}" for script in SCRIPTS],
        python=python,
    )
    twin = plain_html("\n\n".join(session.words()))
    return exporter.front(place=place, shown=script_json(shown), twin=twin)


def search_script(bodies: Mapping[str, Body]) -> str:
    """MiniSearch, and the sections of all pages."""
    found = [
        section
        for name, body in bodies.items()
        for section in sections(Path(name).stem + ".html", body.title, body.texts)
    ]
    minisearch = npm.package("minisearch") / "dist" / "umd" / "index.js"
    library = minisearch.read_text(encoding="utf-8").partition("//# sourceMappingURL")[0]
    return f"{library}\nglobalThis.anonvmaSections = {script_json(index_json(found))};\n"


def write_assets(folder: Path, *, python: bool) -> None:
    """What all pages share."""
    write(folder / "page.css", css())
    write(folder / "bokeh.js", bokehjs_text())
    write(folder / "shared.js", shared_script())
    write(folder / "page.js", page_script())
    if python:
        write(folder / Path(PYTHON).name, python_asset())


def write(path: Path, text: str) -> None:
    """A file of the site."""
    with naming(path):
        path.write_text(text, encoding="utf-8", newline="\n")
