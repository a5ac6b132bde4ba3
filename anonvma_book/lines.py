"""A file of findings, one JSON value a line: what was cut off while it wrote goes on from there.

A line is written at once and whole; one without its end was being written when something ended
the writer, and is taken out when the file is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from anonvma_book.errors import TraceError

Read = TypeVar("Read")


def append(store: Path, value: object) -> None:
    """Write one value down, at once."""
    with store.open("a", encoding="utf-8") as file:
        file.write(json.dumps(value) + "\n")


def read(store: Path, parse: Callable[[Any], Read], what: str) -> list[Read]:
    """What ``parse`` makes of each value; nothing where there is no file yet.

    Raises :class:`TraceError`, "not ``what``", for a line that is not one, and leaves the file as
    it is then.
    """
    if not store.exists():
        return []
    whole = store.read_bytes()
    *lines, torn = whole.split(b"\n")
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(parse(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            raise TraceError(store.name, number, f"not {what}") from None
    if torn:
        store.write_bytes(whole[: len(whole) - len(torn)])
    return found
