"""``anonvma-book html``: the book as a static site.

anonvma-book html                                into the folder site/
anonvma-book html --output public                into another
anonvma-book html --repository URL --hub URL     with links that open the notebooks there
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import as_completed
from pathlib import Path
from urllib.parse import urlparse

from nbformat import NotebookNode

from anonvma_book.errors import AnonvmaError
from anonvma_book.files import check_writable, naming
from anonvma_book.workers import Workers
from anonvma_widgets.publish import npm
from anonvma_widgets.publish.capture import capture
from anonvma_widgets.publish.chapters import chosen, read
from anonvma_widgets.publish.site import Launch, check_folder, write_site


def main(arguments: list[str]) -> int:
    """Make the site. Raises :class:`AnonvmaError` for what a reader can get wrong."""
    args = parser().parse_args(arguments)
    launch = Launch(checked(args.repository), args.branch, checked(args.hub))
    if launch.hub and not launch.repository:
        raise AnonvmaError("--hub needs --repository: the hub gets the notebooks from there")
    output = args.output.absolute()
    check_folder(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    beside = output.with_name(f".{output.name}-new")
    with naming(output, beside):
        check_writable(beside)  # before the work, not after it
    for name in ("minisearch", *(["pyodide"] if args.python else [])):
        npm.package(name)  # before the work, not after it
    paths = chosen([])
    captured = capture_all(paths)
    write_site(captured, paths[0].parent, output, launch, python=args.python)
    say(f"{output / 'index.html'}: {len(paths)} chapters, {size(output)}")
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="anonvma-book html",
        description="Make the book as a static site: a page for each chapter, labs that play "
        "without a kernel, a search. It opens from a disk as it does from any server.",
        allow_abbrev=False,
    )
    option = made.add_argument
    option(
        "--output", type=Path, default=Path("site"), metavar="FOLDER",
        help="where the site goes; one that was made before is replaced (default: %(default)s)",
    )  # fmt: skip
    option("--repository", default="", metavar="URL", help="where the notebooks are, for Binder")
    option("--branch", default="main", metavar="NAME", help="its branch (default: %(default)s)")
    option("--hub", default="", metavar="URL", help="a JupyterHub with nbgitpuller")
    option(
        "--without-python", dest="python", action="store_false",
        help="leave Python out, some 9 MB: labs then only play, and nothing is checked",
    )  # fmt: skip
    return made


def checked(url: str) -> str:
    """The address, which is one of the web. Raises :class:`AnonvmaError`."""
    if url and (urlparse(url).scheme not in ("http", "https") or not urlparse(url).hostname):
        raise AnonvmaError(f"{url!r}: not an address that begins with https://")
    return url


def capture_all(paths: Sequence[Path]) -> dict[str, NotebookNode]:
    """Run the chapters, as many at a time as there are cores; each by its file name."""
    made: dict[str, NotebookNode] = {}
    with Workers(min(os.cpu_count() or 1, len(paths)), "spawn") as workers:
        runs = {workers.submit(capture_one, path): path for path in paths}
        for run in as_completed(runs):
            made[runs[run].name] = run.result()
            say(f"{len(made):>2} of {len(paths)}  {runs[run].stem}")
    return made


def capture_one(path: Path) -> NotebookNode:
    """Run one chapter. Raises :class:`AnonvmaError` with its name."""
    try:
        return capture(read(path), path.parent)
    except AnonvmaError as error:
        raise AnonvmaError(f"{path.name}: {error}") from None


def size(folder: Path) -> str:
    """How large all files of a folder are."""
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{total / 2**20:.1f} MiB"


def say(line: str) -> None:
    """Tell how far it is."""
    print(line, file=sys.stderr, flush=True)
