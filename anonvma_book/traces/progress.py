"""A progress bar on one line of a terminal; nothing where the output goes elsewhere.

py_numpy below [##########..............]  43 %
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

from anonvma_book.errors import printable

WIDTH = 24  # characters between the brackets
INTERVAL = 0.05  # seconds between two drawings


class ProgressBar:
    """Draws on ``stream`` while a ``with`` block runs, and wipes itself away at its end.

    Calling it says how many of how many are done. ``quiet`` keeps it silent in any case.
    """

    def __init__(self, stream: TextIO, quiet: bool = False) -> None:
        self.stream = stream
        self.shown = stream.isatty() and not quiet
        self.label = ""
        self._drawn = -INTERVAL
        self._length = 0

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._length:
            self._write("")
            self.stream.write("\r")
            self.stream.flush()

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are done; not oftener than INTERVAL."""
        if not self.shown or (time.monotonic() - self._drawn < INTERVAL and done < total):
            return
        self._drawn = time.monotonic()
        self._write(bar(self.label, done, total))
        self.stream.flush()

    def _write(self, text: str) -> None:
        text = printable(text)
        self.stream.write("\r" + text.ljust(self._length))
        self._length = len(text)


def bar(label: str, done: int, total: int) -> str:
    """The text of the bar.

    >>> bar("py_numpy", 1, 4)
    'py_numpy [######..................]  25 %'
    """
    part = done / total if total else 1.0
    filled = round(part * WIDTH)
    return f"{label} [{'#' * filled}{'.' * (WIDTH - filled)}] {part:4.0%}".replace("%", " %")
