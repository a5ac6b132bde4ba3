"""The mappings of a process at one line of a trace, as the kernel listed them in smaps.

snapshot  a section of a NAME.maps.xz file: one process, when lines 1 to ``line`` are done
area      one line of it: a mapping, here in pages
exact     that no call came in between, so that the snapshot can be compared with a replay
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from anonvma_book.errors import TraceError
from anonvma_book.traces.source import numbered_lines, shortened

PAGE_SHIFT = 12


class Area(NamedTuple):
    """One mapping. ``anonymous``: private memory without a file, which a scheme gives indexes.

    What the kernel maps for itself, such as [vdso], counts as a file.
    """

    start: int
    end: int
    protection: str
    anonymous: bool
    growsdown: bool = False
    name: str = ""


class Snapshot(NamedTuple):
    """The areas of process ``pid`` in order of address, after line ``line``.

    ``reason`` is ``exec`` (the process has a new program), ``mid`` or ``exit``.
    """

    line: int
    pid: int
    reason: str
    exact: bool
    areas: tuple[Area, ...]


def read_snapshots(path: Path, task_pages: int) -> list[Snapshot]:
    """The snapshots of a file; mappings at or above page ``task_pages`` are left out."""
    return parse_snapshots(numbered_lines(path), path.name, task_pages)


def parse_snapshots(
    lines: Iterable[tuple[int, str]], source: str, task_pages: int
) -> list[Snapshot]:
    """The snapshots in numbered lines. TraceError names ``source`` and a line that is not one."""
    snapshots: list[tuple[re.Match[str], list[Area]]] = []
    for number, text in lines:
        if found := _HEADER.match(text):
            snapshots.append((found, []))
        elif snapshots and (found := _AREA.fullmatch(text)):
            area, areas = _area(found), snapshots[-1][1]
            if area.start >= area.end or (areas and area.start < areas[-1].end):
                raise TraceError(source, number, f"out of order: {shortened(text)}")
            if area.start < task_pages:
                areas.append(area)
        elif text and not text.startswith("#"):
            raise TraceError(source, number, f"not a mapping: {shortened(text)}")
    return [
        Snapshot(int(found[1]), int(found[2]), found[3], found[4] == "1", tuple(areas))
        for found, areas in snapshots
    ]


def _area(found: re.Match[str]) -> Area:
    start, end, permissions, backing, flags, name = found.groups()
    kernel_own = name.startswith("[") and name not in ("[heap]", "[stack]")
    shared = permissions[3] == "s"
    return Area(
        int(start, 16) >> PAGE_SHIFT,
        int(end, 16) >> PAGE_SHIFT,
        permissions[:3].replace("-", "") or "none",
        backing == "anon" and not shared and not kernel_own,
        "gd" in flags.split(","),
        name,
    )


_HEADER = re.compile(
    r"@ line=(\d{1,9}) tgid=(\d{1,9}) reason=(exec|mid|exit) exact=([01])(?!\S)", re.ASCII
)
_AREA = re.compile(
    r"([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-][w-][x-][ps]) [0-9a-f]{1,16} (anon|file)"
    r" \d{1,15} \d{1,15} \d{1,15} ([a-z,]{0,120}) ?(.*)",
    re.ASCII,
)
