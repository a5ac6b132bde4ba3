"""The lines of a text file, which may be compressed: what all the readers start from.

A trace is somebody else's text. A line may be very long, the bytes may not be text, and the
compressed data may be cut off: each of these is one clear error, or a replacement character.
"""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from anonvma_book.errors import AnonvmaError, TraceError

LONGEST_LINE = 1 << 20  # characters; strace cuts the strings that it prints
LONGEST_NAME = 200  # characters of a file's name, where it is shown
LARGEST_FILE = 1 << 30  # characters; a small file may hold many, compressed


def numbered_lines(path: Path, with_ends: bool = False) -> Iterator[tuple[int, str]]:
    """The lines of ``path`` with their numbers, which count from 1, with or without their ends.

    A name that ends in .xz or .gz is decompressed. AnonvmaError where the file cannot be read,
    TraceError where a line or the whole is too long, or the compressed data is broken.
    """
    number = size = 0
    try:
        with open_text(path) as file:
            while text := file.readline(LONGEST_LINE):
                number += 1
                if len(text) >= LONGEST_LINE:
                    raise TraceError(path.name, number, "the line is longer than a million")
                size += len(text)
                if size > LARGEST_FILE:
                    raise TraceError(path.name, number, "the file holds more than 1 GiB of text")
                yield number, text if with_ends else text.rstrip("\r\n")
    except EOFError as error:
        raise TraceError(path.name, number + 1, "the compressed data is cut off") from error
    except (lzma.LZMAError, gzip.BadGzipFile, zlib.error) as error:
        raise TraceError(path.name, number + 1, "the compressed data is broken") from error
    except OSError as error:
        raise AnonvmaError(f"{path}: {error.strerror or error}") from error


def open_text(path: Path) -> IO[str]:
    """``path`` opened for reading as text of any system; bytes that are not UTF-8 are replaced."""
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig", errors="replace")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace")
    return path.open(encoding="utf-8-sig", errors="replace")


def shortened(text: str, most: int = 80) -> str:
    """``text`` as an error message quotes it: printable, on one line, not longer than ``most``.

    >>> print(shortened("mmap(NULL, 4096" + "0" * 100, 24))
    mmap(NULL, 409600000 ...
    """
    if len(text) > most:
        text = text[: most - 4] + " ..."
    return "".join(char if char.isprintable() else "?" for char in text)
