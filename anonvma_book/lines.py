"""A file of findings, one JSON value a line: what was cut off while it wrote goes on from there.

A line is written at once and whole; one that was being written when something ended the writer
is taken out when the file is read. Nothing else of a file is ever taken out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from anonvma_book.errors import AnonvmaError, TraceError
from anonvma_book.files import naming

Read = TypeVar("Read")

BEGIN = b'{"key": "'
"""How every line begins; by it a line that was cut off is known as one of ours."""


def append(store: Path, key: str, values: Mapping[str, object]) -> None:
    """Write one finding down, at once."""
    with naming(store), store.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps({"key": key, **values}) + "\n")


def read(store: Path, parse: Callable[[Any], Read], what: str) -> list[Read]:
    """What ``parse`` makes of each value. The file is made where it is not there, so that one
    that cannot be written is known before the work.

    Raises :class:`TraceError`, "not ``what``", for a line that is not one, and leaves the file as
    it is then.
    """
    if store.exists() and not store.is_file():
        raise AnonvmaError(f"{store}: not a file")
    with store.open("ab"):
        whole = store.read_bytes()
    found = []
    for number, line in enumerate(whole.splitlines(keepends=True), 1):
        try:
            if line.strip():
                found.append(parse(json.loads(line)))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            if not _cut_off(line):
                raise TraceError(store.name, number, f"not {what}") from None
            os.truncate(store, len(whole) - len(line))
            return found
    if whole and not whole.endswith((b"\n", b"\r")):  # an editor saved it so
        with naming(store), store.open("ab") as file:
            file.write(b"\n")
    return found


@contextmanager
def resuming(store: Path | None) -> Iterator[None]:
    """Let an interrupt of the block say how to go on, where what it finds is written down."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if store is not None:
            stop.add_note(f"to go on: the same command, with --results {store}")
        raise


def _cut_off(line: bytes) -> bool:
    """Whether it is the beginning of one of our lines: the last, since only that has no end."""
    return not line.endswith((b"\n", b"\r")) and (
        line.startswith(BEGIN) or BEGIN.startswith(line)
    )
