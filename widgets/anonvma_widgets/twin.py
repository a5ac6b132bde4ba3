"""A process's memory as text, set so that it stays as it is.

A notebook shows plain text too, but takes what looks like ``www.`` for an address in the web and
makes it a link; four pages that may be read and written look like that.
"""

from __future__ import annotations

import html

from anonvma_book import Process

ROWS = slice(1, 6)  # page, units, vmas, group, index: what follows the heading


def preformatted(text: str) -> str:
    """``text`` as HTML that shows it unchanged."""
    return f"<pre>{html.escape(text)}</pre>"


class Twin:
    """The text picture of ``process`` as it is now; with ``rows`` only the rows under the axis.

    >>> from anonvma_book import Lokier, Machine
    >>> machine = Machine(Lokier.classroom(), task_pages=16)
    >>> _ = machine.run("mmap(3, 'rw', addr=2)")
    >>> Twin(machine.processes[1], rows=True)
    page   0       8       16
    units  ..www...........
    vmas   ..Aaa---........
    group
    index    0
    """

    def __init__(self, process: Process, *, rows: bool = False) -> None:
        text = str(process)
        self.text = "\n".join(text.splitlines()[ROWS]) if rows else text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return preformatted(self.text)
