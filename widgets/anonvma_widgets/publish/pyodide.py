"""Python for the site's pages: Pyodide and the book's engine, as one script that asks for nothing.

A page adds the script when its reader first needs Python. It sets

    globalThis.anonvmaPython = {files: {name: base64 of gzip}, worker: "..."}

and the worker, made from that text, unpacks the files and runs them (static/pythonworker.js). So
nothing is fetched, and a page that was opened from a file has the same Python as any other.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import anonvma_book
from anonvma_widgets.publish import npm
from anonvma_widgets.publish.shared import script_json

FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
STDLIB = "python_stdlib.zip"
LOCK_FILE = "pyodide-lock.json"
ENGINE = "engine.zip"
WORKER = Path(__file__).parent / "static" / "pythonworker.js"

NO_ENGINE = ("chapters", "live", "twin")
"""Folders of the package that a page has no use for."""

NO_STDLIB = (
    *("_pyrepl", "ctypes", "doctest.py", "ftplib.py", "imaplib.py", "mailbox.py"),
    *("multiprocessing", "optparse.py", "pdb.py", "poplib.py", "pydoc.py", "smtplib.py"),
    *("sqlite3", "turtle.py", "unittest", "wsgiref", "xml", "xmlrpc"),
)
"""What of the standard library needs a terminal, a network, a database or processes."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive: the same files give the same bytes."""


@cache
def python_asset() -> str:
    """The script. Raises :class:`AnonvmaError` where Pyodide is not there and cannot be got."""
    folder = npm.package("pyodide")
    files = {name: (folder / name).read_bytes() for name in FILES}
    files[STDLIB] = stdlib_zip(folder / STDLIB)
    files[LOCK_FILE] = without_packages((folder / LOCK_FILE).read_bytes())
    files[ENGINE] = engine_zip()
    given = {
        "files": {name: packed(content) for name, content in files.items()},
        "worker": WORKER.read_text(encoding="utf-8"),
    }
    return f"globalThis.anonvmaPython = {script_json(given)};\n"


def packed(content: bytes) -> str:
    """Bytes, gzipped, as text."""
    return b64encode(gzip.compress(content, 9, mtime=0)).decode()


def engine_zip() -> bytes:
    """The engine's modules, as an archive to be put on Python's path."""
    root = Path(anonvma_book.__file__).parent
    names = [path.relative_to(root) for path in sorted(root.rglob("*.py"))]
    kept = [name for name in names if name.parts[0] not in NO_ENGINE]
    return _zip((f"anonvma_book/{name.as_posix()}", (root / name).read_bytes()) for name in kept)


def stdlib_zip(path: Path) -> bytes:
    """What of the standard library a page may use."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.split("/")[0] not in NO_STDLIB]
        return _zip((name, archive.read(name)) for name in names)


def without_packages(lock_file: bytes) -> bytes:
    """What Pyodide says of itself, without the packages that it could get from elsewhere."""
    return json.dumps({**json.loads(lock_file), "packages": {}}).encode()


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive whose files are not packed: it is packed as a whole, which makes it smaller."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as made:
        for name, content in files:
            made.writestr(zipfile.ZipInfo(name, LONG_AGO), content)
    return archive.getvalue()
