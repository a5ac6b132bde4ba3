"""What a reader can be asked about one call, and how the machine knows the answer.

ask       one thing to say about an outcome, such as "vmas" or "index 24"
truth     the answer, read from the outcome; nothing is written down in the question
kind      how it is answered: choice, number, text, row (typed over), drawn (on a strip of pages)

An ask with pages in its text is written with them: "index 24", "line 4 20".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from anonvma_book.errors import MappingError
from anonvma_book.events import Claimed, Placed
from anonvma_book.picture.text import WIDEST, unit_row, vma_row
from anonvma_book.questions.drawn import (
    FORM,
    AnswerError,
    Drawing,
    pieces_of,
    read_pieces,
    text_of,
)
from anonvma_book.questions.outcome import PID, SEAM, Outcome, index_at, seam_at, vma_at
from anonvma_book.questions.verdict import compared
from anonvma_book.reverse_map import Walk
from anonvma_book.vma import compatible

RESULT = ("it is carried out", "EFAULT", "EINVAL", "ENOMEM")
YES_NO = ("yes", "no")
DIFFERENCE = (
    "two or more fewer",
    "one fewer",
    "as many as now",
    "one more",
    "two or more more",
)
CLAIM = (
    "the vma before it had reserved them",
    "the vma after it had reserved them",
    "nobody had: the counter gives fresh ones",
)
GROWTH = (
    "the last vma grows: its reservation is enough",
    "the fresh indexes go on in line: one vma",
    "the fresh indexes jump: one vma more, grouped",
    "it moves to another place",
    "it is refused",
)
STACK = (
    "the lowest vma grows down: its reservation is enough",
    "a vma more, grouped with the one above it",
    "nothing: the page is mapped already",
    "the process gets a SIGSEGV",
)

LONGEST_NUMBER = 20
"""Digits of a number in an answer: more than any count here has."""

Truth = Callable[[Outcome, tuple[int, ...]], str]


class Ask(NamedTuple):
    """A question, its truth, and how it is answered.

    ``text`` may hold {page}, {left} (the page before it) and {other}; ``options`` are to be
    chosen from; ``form`` says what to type; ``unit`` stands behind the field; ``calls`` says
    that the picture of a state does not tell enough, so the calls are shown as well.
    """

    text: str
    truth: Truth
    options: tuple[str, ...] = ()
    form: str = ""
    unit: str = ""
    calls: bool = False

    @property
    def kind(self) -> str:
        """How it is answered: choice, number, row, drawn or text."""
        if self.options:
            return "choice"
        return {"a number": "number", "row": "row", FORM: "drawn"}.get(self.form, "text")

    @property
    def pages(self) -> int:
        """How many pages its name needs."""
        return ("{page}" in self.text) + ("{other}" in self.text)


def _difference(outcome: Outcome, pages: tuple[int, ...]) -> str:
    more = len(outcome.after.mm(PID).vmas) - len(outcome.before.mm(PID).vmas)
    return DIFFERENCE[max(-2, min(2, more)) + 2]


def _claims(outcome: Outcome, pages: tuple[int, ...]) -> str:
    for event in outcome.step.events if outcome.step else ():
        if isinstance(event, Claimed):
            return CLAIM[event.neighbour.start > event.vma.start]
    return CLAIM[2]


def _growth(outcome: Outcome, pages: tuple[int, ...]) -> str:
    step = outcome.step
    if step is None:
        return GROWTH[4]
    if step.call.name == "mremap" and step.result != step.arguments["old"]:
        return GROWTH[3]
    fresh = [event.vma for event in step.events if isinstance(event, Placed)]
    if not fresh:
        return GROWTH[0]
    return GROWTH[1 if seam_at(outcome.after, fresh[0].start) == SEAM[0] else 2]


def _stack(outcome: Outcome, pages: tuple[int, ...]) -> str:
    if outcome.step is None:
        return STACK[3]
    page = outcome.step.arguments.get("page")
    if not isinstance(page, int) or vma_at(outcome.before, page) is not None:
        return STACK[2]
    fresh = any(isinstance(event, Placed) for event in outcome.step.events)
    return STACK[1 if fresh else 0]


def _line(outcome: Outcome, pages: tuple[int, ...]) -> str:
    one, other = (vma_at(outcome.after, page) for page in pages)
    return YES_NO[one is None or other is None or not compatible(one, other)]


def _walk(outcome: Outcome, page: int) -> Walk:
    try:
        return outcome.machine.reverse_map(PID, page)
    except MappingError:
        return Walk(0, 0, None, ())


def _counts(unit: str, text: str, truth: Callable[[Outcome], int]) -> Ask:
    return Ask(text, lambda outcome, pages: str(truth(outcome)), form="a number", unit=unit)


def _walks(unit: str, text: str, truth: Callable[[Walk], int]) -> Ask:
    return Ask(
        text,
        lambda outcome, pages: str(truth(_walk(outcome, pages[0]))),
        form="a number",
        unit=unit,
        calls=True,
    )


ASKS = {
    "vmas": _counts(
        "vmas", "How many vmas are there then?", lambda outcome: len(outcome.after.mm(PID).vmas)
    ),
    "units": _counts(
        "units",
        "How many units does the user see then?",
        lambda outcome: len(outcome.after.mm(PID).units),
    ),
    "spaces": _counts(
        "spaces",
        "How many address spaces are there then?",
        lambda outcome: len(outcome.after.spaces),
    ),
    "next": _counts(
        "",
        "Where does the counter of the current address space stand then?",
        lambda outcome: outcome.after.space(outcome.after.mm(PID).space).next,
    ),
    "difference": Ask(
        "How many vmas are there then, compared with now?", _difference, DIFFERENCE
    ),
    "index": Ask(
        "Which index has page {page} then?",
        lambda outcome, pages: index_at(outcome.after, pages[0]),
        form="like A26, or free",
    ),
    "line": Ask("Do page {page} and page {other} lie on one straight line then?", _line, YES_NO),
    "seam": Ask(
        "What is there then between page {left} and page {page}?",
        lambda outcome, pages: seam_at(outcome.after, pages[0]),
        SEAM,
    ),
    "claims": Ask("Where do the indexes of the new pages come from?", _claims, CLAIM),
    "growth": Ask("How does it grow?", _growth, GROWTH),
    "stack": Ask("What does the fault do?", _stack, STACK),
    "result": Ask(
        "What does the kernel say?",
        lambda outcome, pages: outcome.error.code if outcome.error else RESULT[0],
        RESULT,
    ),
    "wraps": Ask(
        "Does the counter wrap?",
        lambda outcome, pages: YES_NO[outcome.after.mm(PID).space == outcome.before.mm(PID).space],
        YES_NO,
    ),
    "candidates": _walks(
        "vmas",
        "How many vmas does a reverse walk from page {page} of process 1 look at then?",
        lambda walk: len(walk.candidates),
    ),
    "hits": _walks(
        "processes",
        "How many processes then map what process 1 has at page {page}, process 1 included?",
        lambda walk: len(walk.hits),
    ),
    "misses": _walks(
        "vmas",
        "At how many vmas does a reverse walk from page {page} of process 1 look in vain then?",
        lambda walk: len(walk.candidates) - len(walk.hits),
    ),
    "vmas row": Ask(
        "Change the row of vmas into what it is then.",
        lambda outcome, pages: vma_row(outcome.after.mm(PID).vmas, outcome.after.task_pages),
        form="row",
    ),
    "units row": Ask(
        "Change the row of units into what it is then.",
        lambda outcome, pages: unit_row(outcome.after.mm(PID).units, outcome.after.task_pages),
        form="row",
    ),
    "vmas drawn": Ask(
        "Draw the vmas as they are then.",
        lambda outcome, pages: text_of(pieces_of(outcome.after.mm(PID).vmas)),
        form=FORM,
    ),
}
"""Every ask by name."""


class Graded(NamedTuple):
    """An answer beside the truth: a sentence, rows, a drawing; which of them, by the ask's kind."""

    right: bool
    sentences: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()


class Asked(NamedTuple):
    """An ask about one outcome."""

    ask: Ask
    pages: tuple[int, ...]
    outcome: Outcome

    @property
    def text(self) -> str:
        """The question."""
        page, other = (*self.pages, 0, 0)[:2]
        return self.ask.text.format(page=page, left=page - 1, other=other)

    @property
    def truth(self) -> str:
        """The answer that the machine gives."""
        return self.ask.truth(self.outcome, self.pages)

    @property
    def start(self) -> str:
        """What the field holds at first: a row or a drawing as it was before the call."""
        if self.ask.kind not in ("row", "drawn"):
            return ""
        return self.ask.truth(self.outcome._replace(after=self.outcome.before), self.pages)

    def field(self) -> dict[str, Any]:
        """The field for the browser, without the answer."""
        return {
            "kind": self.ask.kind,
            "text": self.text,
            "options": list(self.ask.options),
            "form": "" if self.ask.kind == "row" else self.ask.form,
            "unit": self.ask.unit,
            "start": self.start,
            "pages": self.outcome.before.task_pages,
        }

    def plain(self) -> list[str]:
        """The question as lines of text, with its options."""
        form = f" ({self.ask.form})" if self.ask.form and self.ask.kind != "row" else ""
        return [f"? {self.text}{form}", *(f"  - {option}" for option in self.ask.options)]

    def grade(self, answer: str) -> Graded:
        """``answer`` beside the truth; AnswerError where it cannot be read."""
        given, truth, kind = answer.strip(), self.truth, self.ask.kind
        if kind == "drawn":
            return self._grade_drawn(given)
        if kind == "row":
            if given == truth:
                return Graded(True, (f"{self.text} Yes, to the letter.",))
            return Graded(False, rows=tuple(compared("yours", given, "it is", truth)))
        if kind == "number" and not (given.isdecimal() and len(given) <= LONGEST_NUMBER):
            raise AnswerError(f"{self.text} A number is wanted, not {given[:LONGEST_NUMBER]!r}.")
        right = given.casefold() == truth.casefold()
        if kind == "number":
            right = int(given) == int(truth)
        said = f"{truth}, as you said." if right else f"You said {given}; it is {truth}."
        return Graded(right, (f"{self.text} {said}",))

    def _grade_drawn(self, given: str) -> Graded:
        task = self.outcome.after.task_pages
        truth = pieces_of(self.outcome.after.mm(PID).vmas)
        drawing = Drawing(read_pieces(given, task), truth, task)
        if drawing.right:
            return Graded(True, (f"{self.text} Yes, every one.",), drawings=(drawing,))
        return Graded(False, (drawing.sentence(),), (*drawing.rows(), ""), (drawing,))


def read_ask(name: str, outcome: Outcome) -> Asked:
    """The ask called ``name``, which may end with pages; ValueError where there is none."""
    words = name.split()
    pages: list[int] = []
    while words and words[-1].isdecimal():
        pages.insert(0, int(words.pop()))
    ask = ASKS.get(" ".join(words))
    if ask is None:
        raise ValueError(f"no ask {name!r}; there are {', '.join(ASKS)}")
    if len(pages) != ask.pages:
        example = " ".join([name.split()[0], *("24", "30")[: ask.pages]])
        raise ValueError(f"{name!r} needs {ask.pages} pages, like {example!r}")
    if ask.kind in ("row", "drawn") and outcome.before.task_pages > WIDEST:
        raise ValueError(f"{name!r} needs a task of at most {WIDEST} pages")
    return Asked(ask, tuple(pages), outcome)
