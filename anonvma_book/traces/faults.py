"""The page faults of a trace: when a page was first touched, and how.

    18 1 7ffe38663 1 w     after line 18, process 1 wrote to one page, 0x7ffe38663

A replay needs them for two things that no call does: a stack grows down, and the first write to a
mapping changes what it may merge with, under some schemes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from anonvma_book.errors import TraceError
from anonvma_book.traces.source import numbered_lines, shortened


class Fault(NamedTuple):
    """Faults on ``pages`` pages from ``page``, in process ``pid``, after line ``after_line``.

    ``access`` is r, w or x; ``present`` says that the page was there and lacked a permission.
    """

    after_line: int
    pid: int
    page: int
    pages: int
    access: str
    present: bool

    @property
    def end(self) -> int:
        """One past the last page."""
        return self.page + self.pages


def read_faults(path: Path) -> list[Fault]:
    """The faults of a NAME.faults.xz file, in order."""
    return parse_faults(numbered_lines(path), path.name)


def parse_faults(lines: Iterable[tuple[int, str]], source: str) -> list[Fault]:
    """The faults in numbered lines. TraceError names ``source`` and a line that is not one."""
    faults: list[Fault] = []
    touched = 0
    for number, text in lines:
        if not text or text.startswith("#"):
            continue
        found = _FAULT.fullmatch(text)
        if found is None:
            raise TraceError(source, number, f"not a fault: {shortened(text)}")
        line, pid, page, pages, access, present = found.groups()
        touched += int(pages)
        if touched > MOST_PAGES:
            raise TraceError(source, number, f"more than {MOST_PAGES:,} pages are touched")
        faults.append(Fault(int(line), int(pid), int(page, 16), int(pages), access, present == "p"))
    return faults


MOST_PAGES = 1 << 22
"""Pages of all faults of a trace together, 16 GiB: a replay makes an entry for each."""

_FAULT = re.compile(r"(\d{1,9}) (\d{1,9}) ([0-9a-f]{1,13}) (\d{1,9}) ([rwx])(p?)", re.ASCII)
