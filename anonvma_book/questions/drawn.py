"""Vmas as a reader expects them: drawn on a strip of pages, or typed, one a line.

    16..24 rw A12 group
    24..26 rw A26

piece     the pages, the protection, the first index, and the flag that joins it to the next one
index     a space's letter and the first index; "file" for a file mapping, "?" while it is open
drawing   the reader's pieces and the machine's, and which of them the other has as well

The strip and the text are two forms of the same: an answer is always the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from anonvma_book.errors import AnonvmaError
from anonvma_book.vma import PROTECTIONS, Vma, space_name

FORM = "one a line, like 16..24 rw A12 group"
OPEN, FILE = "?", "file"
GROUP = "group"

LINE = re.compile(
    r"(?P<start>\d{1,20})\s*\.\.\s*(?P<end>\d{1,20})[\s,]+(?P<protection>[a-z]{1,9})[\s,]+"
    r"(?P<index>\?|file|[A-Za-z]{1,9}\d{1,20})(?:\.\.(?P<index_end>\d{1,20}))?"
    r"(?:[\s,]+(?P<group>group))?"
)


class AnswerError(AnonvmaError, ValueError):
    """An answer that cannot be read; nothing was graded."""


class Piece(NamedTuple):
    """One vma as it is drawn.

    >>> str(Piece(16, 24, "rw", "A12", group=True))
    '16..24 rw A12 group'
    """

    start: int
    end: int
    protection: str
    index: str  # type: ignore[assignment]  # the kernel's name, over tuple.index
    group: bool = False

    def __str__(self) -> str:
        group = f" {GROUP}" if self.group else ""
        return f"{self.start}..{self.end} {self.protection} {self.index}{group}"


def pieces_of(vmas: Iterable[Vma]) -> tuple[Piece, ...]:
    """What a reader has to draw for these vmas; reservations are not drawn."""
    return tuple(
        Piece(
            vma.start,
            vma.end,
            vma.protection,
            FILE if vma.space is None else f"{space_name(vma.space)}{vma.pgoff}",
            vma.group,
        )
        for vma in vmas
    )


def text_of(pieces: Iterable[Piece]) -> str:
    """Pieces as text, one a line."""
    return "\n".join(map(str, pieces))


def read_pieces(text: str, task_pages: int) -> tuple[Piece, ...]:
    r"""The pieces that ``text`` names, by address; AnswerError with the line if it cannot be read.

    >>> read_pieces("24..26 rw A26\n16..24 rw A12 group", 48)[0]
    Piece(start=16, end=24, protection='rw', index='A12', group=True)
    """
    pieces = sorted(
        _read_line(line, number, task_pages)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    )
    for left, right in pairwise(pieces):
        if right.start < left.end:
            raise AnswerError(
                f"{left.start}..{left.end} and {right.start}..{right.end} lie on each other"
            )
    for piece in pieces:
        if piece.index == OPEN:
            raise AnswerError(f"the vma at {piece.start}..{piece.end} has no index yet")
    return tuple(pieces)


def _read_line(line: str, number: int, task_pages: int) -> Piece:
    found = LINE.fullmatch(line.strip())
    if found is None:
        raise AnswerError(f"line {number}: a vma is written like 16..24 rw A12 group")
    start, end = int(found["start"]), int(found["end"])
    if not 0 <= start < end <= task_pages:
        raise AnswerError(f"line {number}: {start}..{end} is not a range within 0..{task_pages}")
    if found["protection"] not in PROTECTIONS:
        raise AnswerError(f"line {number}: there is no protection {found['protection']!r}")
    index = found["index"] if found["index"] == FILE else found["index"].upper()
    first = int(re.sub(r"\D", "", index) or 0)
    if found["index_end"] is not None and int(found["index_end"]) - first != end - start:
        raise AnswerError(f"line {number}: that is not one index for each page")
    return Piece(start, end, found["protection"], index, found["group"] is not None)


class Drawing(NamedTuple):
    """The reader's pieces above the machine's, on a strip of ``pages`` pages."""

    yours: tuple[Piece, ...]
    truth: tuple[Piece, ...]
    pages: int

    @property
    def right(self) -> bool:
        """Whether the two are the same."""
        return self.yours == self.truth

    def rows(self) -> list[str]:
        """One line a piece: which are right, which are too much, which are missing."""
        marked = [(piece, "right" if piece in self.truth else "not so") for piece in self.yours]
        marked += [(piece, "missing") for piece in self.truth if piece not in self.yours]
        return [f"{mark:<9}{piece}" for piece, mark in sorted(marked)]

    def sentence(self) -> str:
        """How many are right, and how many are missing."""
        right = sum(piece in self.truth for piece in self.yours)
        missing = len(self.truth) - right
        return f"Of the {len(self.yours)} vmas that you drew, right: {right}. Missing: {missing}."

    def json(self) -> dict[str, Any]:
        """For the browser: each piece, and whether the other row has it as well."""
        return {
            "pages": self.pages,
            "yours": _json(self.yours, self.truth),
            "truth": _json(self.truth, self.yours),
        }


def _json(pieces: Sequence[Piece], others: Sequence[Piece]) -> list[dict[str, Any]]:
    return [{**piece._asdict(), "same": piece in others} for piece in pieces]
