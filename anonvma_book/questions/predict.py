"""What will the last call of a script do? The machine runs it and shows the difference."""

from __future__ import annotations

from typing import Any

from anonvma_book.picture.text import WIDEST, picture_rows, text_picture, vma_row
from anonvma_book.questions.asks import read_ask
from anonvma_book.questions.drawn import AnswerError
from anonvma_book.questions.outcome import PID, Outcome, outcome_of
from anonvma_book.questions.question import Question
from anonvma_book.questions.verdict import RIGHT, UNANSWERED, WRONG, Verdict, compared
from anonvma_book.state import State


class Predict(Question):
    """What will the last call of ``script`` do? ``asks`` are names such as "vmas", "index 24".

    ``settings`` are those of a machine; unless given, it is the classroom's. The answers are
    nowhere in the question: the machine runs the script.
    """

    title = "Predict"

    def __init__(self, script: str, *asks: str, **settings: object) -> None:
        self.names = asks
        self.outcome = outcome_of(script, **settings)
        self.asked = tuple(read_ask(name, self.outcome) for name in asks)
        super().__init__(
            f"The next call is `{self.outcome.call}`.",
            self._body(),
            [asked.field() for asked in self.asked],
        )

    @property
    def name(self) -> str:
        """The call, and what is asked about it."""
        return f"`{self.outcome.call}`: {', '.join(self.names)}"

    def _body(self) -> str:
        """The state before the call, and the calls that led to it where they are needed."""
        before = self.outcome.before
        picture = text_picture(before) if before.mm(PID).vmas else "nothing is mapped"
        if not any(asked.ask.calls for asked in self.asked):
            return picture
        return f"{self.outcome.setup.strip()}\n\n{families(before) or picture}"

    def plain(self) -> str:
        """The question with its options."""
        return "\n".join([super().plain(), *(line for each in self.asked for line in each.plain())])

    def grade(self, *answers: Any) -> Verdict:
        """Right or not, each answer beside the truth, and what the call did."""
        given = [str(answer) for answer in answers if answer is not None]
        pairs = list(zip(self.asked, given, strict=False))
        if len(given) != len(self.asked) or not all(map(_answered, pairs)):
            return UNANSWERED
        try:
            graded = [asked.grade(answer) for asked, answer in pairs]
        except AnswerError as error:
            return Verdict(False, "That cannot be graded yet.", (str(error),), counts=False)
        right = all(each.right for each in graded)
        return Verdict(
            right,
            RIGHT if right else WRONG,
            (
                *(sentence for each in graded for sentence in each.sentences),
                f"The machine: {self.outcome.sentence}",
            ),
            (*(row for each in graded for row in each.rows), *change(self.outcome)),
            tuple(drawing for each in graded for drawing in each.drawings),
        )


def _answered(pair: tuple[Any, str]) -> bool:
    """An empty drawing is an answer: nothing is mapped."""
    asked, answer = pair
    return asked.ask.kind == "drawn" or bool(answer.strip())


def families(state: State) -> str:
    """The row of vmas of each process, if there are several and the rows are short enough."""
    if len(state.mms) == 1 or state.task_pages > WIDEST:
        return ""
    page, *_ = picture_rows(state.mms[0], state.task_pages)
    rows = [f"process {mm.pid:<3}{vma_row(mm.vmas, state.task_pages)}" for mm in state.mms]
    return "\n".join([f"page       {page.removeprefix('page').strip()}", *rows])


def change(outcome: Outcome) -> list[str]:
    """The row of vmas before and after, if it is short enough to be one."""
    task = outcome.before.task_pages
    if task > WIDEST or outcome.error is not None:
        return []
    before, after = (vma_row(state.mm(PID).vmas, task) for state in (outcome.before, outcome.after))
    return compared("before", before, "after", after)
