"""Files that are there whole or not at all, and errors that name the file.

    with replacing(path) as part:
        part.write_text(text)           path is what it was until all is written

part    a hidden file beside ``path``, which takes its place at the end
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def naming(path: Path, also: Path | None = None) -> Iterator[None]:
    """Let an ``OSError`` name ``path`` where it names no file, as on a full disk, or ``also``."""
    try:
        yield
    except OSError as error:
        if error.filename in (None, str(also), also):
            error.filename = str(path)
            error.filename2 = None
        raise


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write, which replaces ``path`` when the block ends, and goes where it fails.

    What is no regular file, such as a pipe, is written itself.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with naming(path):
            yield target
        return
    part = target.with_name(f".{target.name}.part")
    with naming(path, part):
        try:
            yield part
            os.replace(part, target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


def write_whole(path: Path, text: str) -> None:
    r"""Write a text file, with "\n" at the end of its lines everywhere; all of it or nothing."""
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def check_writable(path: Path) -> None:
    """OSError where ``path`` cannot be written; what is there stays as it is."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        return
    part = Path(os.path.realpath(path)).with_name(f".{path.name}.part")
    with naming(path, part):
        part.touch()
        part.unlink()
