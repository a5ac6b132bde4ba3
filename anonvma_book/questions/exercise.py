"""The reader's script or Python value is run, and a judge says what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from anonvma_book.calls import Script
from anonvma_book.errors import AnonvmaError
from anonvma_book.picture.text import text_picture
from anonvma_book.questions.outcome import new_machine
from anonvma_book.questions.question import Json, Question
from anonvma_book.questions.verdict import NOT_YET, RIGHT, UNANSWERED, Verdict

Judge = Callable[[Any], "Verdict | str | None"]


class Exercise(Question):
    """A task whose answer is run, and judged by what it does.

    ``judge`` is given a machine that has run the reader's script, or with ``start=None`` the
    Python value that the reader passed to ``check``. It returns what is still missing, in words;
    nothing where the task is done; a Verdict where there is more to say. ``start`` is what the
    field holds at first, ``settings`` are those of the machine.

    ``hints`` are given one at a time, and ``solution`` after the last of them; they are sent
    when the reader asks for them, not before. A chapter folds them into the text cell below the
    exercise instead, where they can be read without a kernel too.
    """

    title = "Exercise"

    def __init__(
        self,
        text: str,
        judge: Judge,
        *,
        start: str | None = "",
        hints: Sequence[str] = (),
        solution: str = "",
        **settings: object,
    ) -> None:
        self.judge = judge
        self.start = start
        self.hints = tuple(hints)
        self.solution = solution
        self.settings = settings
        self.opened = 0
        field = {"kind": "script", "text": "Your script:", "start": start}
        super().__init__(text, "", [] if start is None else [field])

    def spec(self) -> Json:
        """The task for the browser, without hints and solution."""
        steps = len(self.hints) + bool(self.solution)
        return {**super().spec(), "hints": len(self.hints), "help_steps": steps}

    def plain(self) -> str:
        """The task, and how to answer."""
        how = "answer: a script, one call a line" if self.fields else "answer: Python, see below"
        start = f"it begins with:\n{self.start}" if self.start else ""
        return "\n".join(filter(None, (super().plain(), how, start)))

    def handle(self, message: object) -> list[Json]:
        """A check, or {"kind": "help"}: the next hint, or the solution after the last one."""
        match message:
            case {"kind": "help"}:
                texts = [*self.hints, *filter(None, [self.solution])]
                self.opened = min(self.opened + 1, len(texts))
                return [{"help": texts[: self.opened]}]
        return super().handle(message)

    def grade(self, *answers: Any) -> Verdict:
        """Run the answer, and ask the judge."""
        if not answers:
            return UNANSWERED
        return self._grade_script(str(answers[0])) if self.fields else self._grade(answers[0])

    def _grade_script(self, script: str) -> Verdict:
        machine = new_machine(**self.settings)
        try:
            if not Script.read(script).calls:
                return Verdict(False, "Write a script first.", counts=False)
            machine.run(script)
        except AnonvmaError as error:
            return Verdict(False, NOT_YET, (f"{error}. Nothing was carried out.",))
        verdict = self._grade(machine)
        picture = text_picture(machine.state, pid=min(machine.processes, default=None))
        return verdict._replace(rows=(*verdict.rows, *picture.splitlines()))

    def _grade(self, answer: object) -> Verdict:
        try:
            missing = self.judge(answer)
        except Exception as error:  # the reader's code may raise anything
            return Verdict(False, NOT_YET, (f"It raised {type(error).__name__}: {error}",))
        if isinstance(missing, Verdict):
            return missing
        return Verdict(False, NOT_YET, (missing,)) if missing else Verdict(True, RIGHT)
