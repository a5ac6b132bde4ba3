r"""Questions that the machine answers, as widgets: predictions, exercises, drills, progress.

    Predict("a = mmap(4, 'rw', addr=4)\nmremap(a, 4, 8)", "vmas", "index 9")

What is asked and how it is graded is in ``anonvma_book.questions``; here each question gets a
window. It carries its spec, without the answer, and passes messages. Each works with a mouse,
from the keyboard, and from Python: ``question.check("1", "A5")``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from anonvma_book.picture.language import language_json
from anonvma_book.questions import drill, exercise, predict
from anonvma_book.questions.exercise import Judge
from anonvma_book.questions.question import Json, Question
from anonvma_book.questions.verdict import Verdict
from anonvma_widgets.esm import bundle, read

__all__ = ["Drill", "Exercise", "Predict", "Progress", "Verdict"]

ENTRY = "questions.js"


class Window(anywidget.AnyWidget):
    """What the browser shows: a spec, the last verdict, the hints that were asked for."""

    _esm = bundle(ENTRY)
    _css = read("questions.css")

    spec = traitlets.Dict().tag(sync=True)
    verdict = traitlets.Dict().tag(sync=True)
    help = traitlets.List(traitlets.Unicode()).tag(sync=True)
    language = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, spec: Json) -> None:
        super().__init__(spec=spec)
        self.set_trait("language", language_json())

    def show(self, reply: Json) -> None:
        """Change what a reply names."""
        for name, value in reply.items():
            setattr(self, name, value)


class Shown:
    """What a cell may end with: a window where there is a browser, text everywhere else."""

    window: Window

    def plain(self) -> str:
        """The same as text, for paper, for a page without a kernel and for comparison."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.plain()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[Json, Json]:
        made = self.window._repr_mimebundle_(**kwargs)
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        return {**data, "text/plain": self.plain()}, metadata


class Asking(Shown):
    """A question with its window."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.window = Window(question.spec())
        self.window.on_msg(lambda _widget, message, _buffers: self.handle(message))

    def handle(self, message: object) -> None:
        """Answer a message of the browser's."""
        for reply in self.question.handle(message):
            self.window.show(reply)

    def check(self, *answers: Any) -> Verdict:
        """Grade answers, one a field, and show the verdict."""
        verdict = self.question.grade(*answers)
        self.window.show(self.question.reply(verdict))
        return verdict

    def plain(self) -> str:
        """The question as text."""
        return self.question.plain()


class Predict(Asking):
    """What will the last call of ``script`` do? ``asks`` are names such as "vmas", "index 24".

    All of them are told in ``anonvma_book.questions``. ``settings`` are those of a machine; unless
    given, it is the classroom's.
    """

    def __init__(self, script: str, *asks: str, **settings: object) -> None:
        super().__init__(predict.Predict(script, *asks, **settings))


class Exercise(Asking):
    """A task whose answer is run, and judged by what it does.

    ``judge`` is given a machine that has run the reader's script, or with ``start=None`` the
    Python value that the reader passed to ``check``. It returns what is still missing, in words;
    nothing where the task is done; a Verdict where there is more to say. ``hints`` and
    ``solution`` are opened one after the other. ``settings`` are those of the machine.
    """

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
        task = exercise.Exercise(
            text, judge, start=start, hints=hints, solution=solution, **settings
        )
        self.start = start
        super().__init__(task)


class Drill(Asking):
    """One prediction after another of the kind ``kind``; each seed gives always the same one."""

    def __init__(self, kind: str, seed: int = 1) -> None:
        self.drill = drill.Drill(kind, seed)
        super().__init__(self.drill)

    @property
    def results(self) -> dict[int, bool]:
        """The first verdict on each seed."""
        return self.drill.results

    def another(self) -> None:
        """The next variant."""
        self.window.show(self.drill.another())


class Progress(Shown):
    """A chapter's questions with what became of each; the browser keeps it, and can forget it."""

    def __init__(self) -> None:
        self.window = Window({"kind": "progress"})

    def plain(self) -> str:
        """What it is, in words: what it shows is the browser's own."""
        return "Progress: what you have answered in this chapter; your browser keeps it."
