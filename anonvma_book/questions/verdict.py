"""What became of an answer, in words, with what stands beside what.

verdict   right or not, a head, sentences, and rows of text that stand under each other
drawing   two rows of vmas: the reader's, and the machine's
"""

from __future__ import annotations

from typing import Any, NamedTuple

from anonvma_book.questions.drawn import Drawing

RIGHT = "Right."
WRONG = "No."
NOT_YET = "Not yet."


class Verdict(NamedTuple):
    """What became of an answer; ``counts`` is False where there was no answer to grade."""

    right: bool
    head: str
    sentences: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    counts: bool = True

    def __str__(self) -> str:
        return "\n".join((self.head, *self.sentences, *self.rows))

    def __repr__(self) -> str:
        return str(self)

    def json(self) -> dict[str, Any]:
        """The same for the browser."""
        return {
            "right": self.right,
            "head": self.head,
            "sentences": list(self.sentences),
            "rows": list(self.rows),
            "drawings": [drawing.json() for drawing in self.drawings],
            "counts": self.counts,
        }


UNANSWERED = Verdict(False, "Answer every question first.", counts=False)


def compared(name: str, one: str, other_name: str, other: str) -> list[str]:
    r"""Two rows under each other, and a mark under every place where they differ.

    >>> print("\n".join(compared("yours", "..Aa", "it is", "..Aaa")))
    yours   ..Aa
    it is   ..Aaa
                ^
    """
    length = max(len(one), len(other))
    pairs = zip(one.ljust(length), other.ljust(length), strict=True)
    marks = "".join("^" if a != b else " " for a, b in pairs).rstrip()
    lines = [f"{name:<8}{one}", f"{other_name:<8}{other}", " " * 8 + marks]
    return lines if marks else lines[:2]
