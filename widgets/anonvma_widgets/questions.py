r"""Questions that the machine answers: predictions, exercises and drills.

Predict    what will the last call of a script do? The machine runs it and shows the difference
Exercise   the reader's script or Python value is run, and a judge says what is missing
Drill      fresh variants of a prediction, made from a seed
Verdict    right or not, in words, with rows to compare

    Predict("a = mmap(4, 'rw', addr=4)\nmremap(a, 4, 8)", "vmas", "index 9")

Each works with a mouse, from the keyboard, and from Python: ``question.check("1", "A5")``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import anywidget
import ipywidgets
import traitlets

from anonvma_book import AnonvmaError, Script
from anonvma_book.picture.text import text_picture, vma_row
from anonvma_widgets.asks import PID, Asked, Outcome, new_machine, outcome_of, read_ask
from anonvma_widgets.drills import DRILLS, make_drill

WIDEST_ROW = 64


def _text_of(name: str) -> str:
    return (files("anonvma_widgets") / name).read_text(encoding="utf-8")


class Verdict(NamedTuple):
    """What became of an answer: a head, sentences, and rows of text that stand under each other."""

    right: bool
    head: str
    sentences: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((self.head, *self.sentences, *self.rows))

    def __repr__(self) -> str:
        return str(self)

    @property
    def html(self) -> str:
        """The same for the browser."""
        body = "".join(f"<p>{rich(sentence)}</p>" for sentence in self.sentences)
        rows = f"<pre>{html.escape(chr(10).join(self.rows))}</pre>" if self.rows else ""
        return f'<div class="anonvma-verdict"><p><b>{rich(self.head)}</b></p>{body}{rows}</div>'


RIGHT = "Right."
WRONG = "No."
NOT_YET = "Not yet."
UNANSWERED = Verdict(False, "Answer every question first.")


def rich(text: str) -> str:
    """Text as HTML: escaped, with `code` between backquotes."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


class Words(anywidget.AnyWidget):
    """HTML that changes; the browser tells a screen reader when it does."""

    _esm = _text_of("questions.js")
    _css = _text_of("questions.css")
    html = traitlets.Unicode().tag(sync=True)


class Question(ipywidgets.VBox):
    """A box with a title, a text, fields, buttons, and a place for the verdict."""

    title = "Question"

    def __init__(self, text: str, body: str, fields: Sequence[ipywidgets.Widget]) -> None:
        self.text = text
        self.body = body
        self.fields = tuple(fields)
        self.feedback = Words()
        self.check_button = ipywidgets.Button(description="Check")
        self.check_button.add_class("anonvma-check")
        self.check_button.on_click(lambda _: self.check())
        self.buttons = ipywidgets.HBox([self.check_button])
        for field in self.fields:
            field.add_class("anonvma-field")
            field.layout.width = field.layout.height = "auto"
        super().__init__([self._head(), *self.fields, self.buttons, self.feedback])
        self.add_class("anonvma-question")

    def _head(self) -> Words:
        body = f"<pre>{html.escape(self.body)}</pre>" if self.body else ""
        title = f"<p class='anonvma-title'>{self.title}</p>"
        return Words(html=f"{title}<p>{rich(self.text)}</p>{body}")

    def check(self, *answers: Any) -> Verdict:
        """Grade ``answers``, or what the fields hold, and show the verdict."""
        verdict = self.grade(*(answers or (field.value for field in self.fields)))
        self.feedback.html = verdict.html
        return verdict

    def grade(self, *answers: Any) -> Verdict:
        """The verdict on answers, one a field."""
        raise NotImplementedError

    def plain(self) -> str:
        """The question as text, for paper, for a page without a kernel and for comparison."""
        return "\n".join(filter(None, (f"{self.title}: {self.text}", self.body)))

    def __repr__(self) -> str:
        return self.plain()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": self.plain()}


class Predict(Question):
    """What will the last call of ``script`` do? ``asks`` are names such as "vmas", "index 24".

    ``settings`` are those of a machine; unless given, it is the classroom's. The answers are
    nowhere in the question: the machine runs the script. ``graded`` is told every verdict.
    """

    title = "Predict"

    def __init__(
        self,
        script: str,
        *asks: str,
        graded: Callable[[Verdict], None] | None = None,
        **settings: object,
    ) -> None:
        self.graded = graded
        self.outcome = outcome_of(script, **settings)
        self.asked = tuple(read_ask(name, self.outcome) for name in asks)
        before = self.outcome.before
        picture = text_picture(before) if before.mm(PID).vmas else "nothing is mapped"
        super().__init__(
            f"The next call is `{self.outcome.call}`.",
            picture,
            [_field(asked) for asked in self.asked],
        )

    def plain(self) -> str:
        """The question with its options."""
        lines = [super().plain()]
        for asked in self.asked:
            form = f" ({asked.ask.form})" if asked.ask.form and not asked.ask.exact else ""
            lines.append(f"? {asked.text}{form}")
            lines += [f"  - {option}" for option in asked.ask.options]
        return "\n".join(lines)

    def grade(self, *answers: str) -> Verdict:
        """Right or not, each answer beside the truth, and what the call did."""
        if len(answers) != len(self.asked) or not all(map(_given, answers)):
            return UNANSWERED
        pairs = list(zip(self.asked, map(str, answers), strict=True))
        said = []
        rows: list[str] = []
        for asked, answer in pairs:
            if asked.is_right(answer):
                said.append(f"{asked.text} {_shown(asked)}")
            elif asked.ask.exact:
                rows += compared("yours", answer.strip(), "it is", asked.truth)
            else:
                said.append(f"{asked.text} You said {answer.strip()}; it is {asked.truth}.")
        right = all(asked.is_right(answer) for asked, answer in pairs)
        head = RIGHT if right else WRONG
        sentences = (*said, f"The machine: {self.outcome.sentence}")
        verdict = Verdict(right, head, sentences, (*rows, *change(self.outcome)))
        if self.graded is not None:
            self.graded(verdict)
        return verdict


def _shown(asked: Asked) -> str:
    return "Yes, to the letter." if asked.ask.exact else f"{asked.truth}, as you said."


def _given(answer: object) -> bool:
    return answer is not None and bool(str(answer).strip())


def _field(asked: Asked) -> ipywidgets.Widget:
    if asked.ask.options:
        return ipywidgets.RadioButtons(
            options=asked.ask.options, value=None, description=asked.text
        )
    placeholder = "" if asked.ask.exact else asked.ask.form
    field = ipywidgets.Text(value=asked.start, placeholder=placeholder, description=asked.text)
    if not asked.ask.exact:
        field.add_class("anonvma-short")
    return field


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


def change(outcome: Outcome) -> list[str]:
    """The row of vmas before and after, if it is short enough to be one."""
    task = outcome.before.task_pages
    if task > WIDEST_ROW or outcome.error is not None:
        return []
    before, after = (vma_row(state.mm(PID).vmas, task) for state in (outcome.before, outcome.after))
    return compared("before", before, "after", after)


Judge = Callable[[Any], "Verdict | str | None"]


class Exercise(Question):
    """A task whose answer is run, and judged by what it does.

    ``judge`` is given a machine that has run the reader's script, or with ``start=None`` the
    Python value that the reader passed to ``check``. It returns what is still missing, in words;
    nothing where the task is done; a Verdict where there is more to say. ``start`` is what the
    field holds at first, ``settings`` are those of the machine.
    """

    title = "Exercise"

    def __init__(
        self, text: str, judge: Judge, *, start: str | None = "", **settings: object
    ) -> None:
        self.judge = judge
        self.start = start
        self.settings = settings
        field = ipywidgets.Textarea(value=start or "", rows=8, description="Your script:")
        super().__init__(text, "", [] if start is None else [field])
        if start is None:
            self.check_button.layout.display = "none"
        else:
            again = ipywidgets.Button(description="Start again")
            again.on_click(lambda _: self.restart())
            self.buttons.children = (self.check_button, again)

    def restart(self) -> None:
        """Put the field back to what it held at first."""
        self.fields[0].value = self.start
        self.feedback.html = ""

    def plain(self) -> str:
        """The task, and how to answer."""
        how = "answer: a script, one call a line" if self.fields else "answer: Python, see below"
        start = f"it begins with:\n{self.start}" if self.start else ""
        return "\n".join(filter(None, (super().plain(), how, start)))

    def grade(self, *answers: Any) -> Verdict:
        """Run the answer, and ask the judge."""
        if not answers:
            return UNANSWERED
        return self._grade_script(str(answers[0])) if self.fields else self._grade(answers[0])

    def _grade_script(self, script: str) -> Verdict:
        machine = new_machine(**self.settings)
        try:
            if not Script.read(script).calls:
                return Verdict(False, "Write a script first.")
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


class Drill(ipywidgets.VBox):
    """One prediction after another of the kind ``kind``; each seed gives always the same one."""

    def __init__(self, kind: str, seed: int = 1) -> None:
        if kind not in DRILLS:
            raise ValueError(f"no drill {kind!r}; there are {', '.join(DRILLS)}")
        self.kind = kind
        self.seed = seed
        self.results: dict[int, bool] = {}
        self.score = Words()
        self.another_button = ipywidgets.Button(description="Another one")
        self.another_button.on_click(lambda _: self.another())
        super().__init__()
        self._ask()

    def _ask(self) -> None:
        script, asks = make_drill(self.kind, self.seed)
        self.question = Predict(script, *asks, graded=self._count)
        self.question.buttons.children += (self.another_button, self.score)
        self.children = (self.question,)

    def another(self) -> None:
        """The next variant."""
        self.seed += 1
        self._ask()

    def check(self, *answers: Any) -> Verdict:
        """Grade the variant that is asked now."""
        return self.question.check(*answers)

    def _count(self, verdict: Verdict) -> None:
        """The first verdict on a variant counts."""
        self.results.setdefault(self.seed, verdict.right)
        right = sum(self.results.values())
        self.score.html = f"<p>{right} of {len(self.results)} right</p>"

    def plain(self) -> str:
        """The variant that is asked now, as text."""
        return f"Drill {self.seed}\n{self.question.plain()}"

    def __repr__(self) -> str:
        return self.plain()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": self.plain()}
