"""What a reader can be asked about one call, and how the machine knows the answer.

outcome   the state before a script's last call, and the state after it or the refusal
ask       one thing to say about an outcome, such as "vmas" or "index 24"
truth     the answer, read from the outcome; nothing is written down in the question
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from anonvma_book import Call, Lokier, Machine, MappingError, Script, State, Step, Vma, space_name
from anonvma_book.picture.narrate import narrate, narrate_error
from anonvma_book.picture.text import unit_row, vma_row

PID = 1
TASK_PAGES = 48

SEAM = ("one vma: merged", "two vmas in one unit: grouped", "two units", "no seam: a page is free")
RESULT = ("it is carried out", "EFAULT", "EINVAL", "ENOMEM")
YES_NO = ("yes", "no")


class Outcome(NamedTuple):
    """What a script's last call did: ``step``, or ``error`` where it was refused."""

    call: Call
    before: State
    after: State
    step: Step | None
    error: MappingError | None

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        if self.step is not None:
            return narrate(self.step, self.before, self.after)
        assert self.error is not None
        text, code = narrate_error(self.error)
        return f"{text} ({code}); nothing changed."


def new_machine(**settings: object) -> Machine:
    """The classroom's machine, 64 indexes and 48 pages, but for what ``settings`` say."""
    return Machine(**{"scheme": Lokier.classroom(), "task_pages": TASK_PAGES} | settings)  # type: ignore[arg-type]


def outcome_of(script: str, **settings: object) -> Outcome:
    """Run ``script``, whose last call may be refused; ScriptError where an earlier one is."""
    machine = new_machine(**settings)
    *setup, call = Script.read(script).calls
    machine.run(Script(tuple(setup)))
    before = machine.state
    try:
        step = machine.apply(call)
    except MappingError as error:
        return Outcome(call, before, machine.state, None, error)
    return Outcome(step.call, before, machine.state, step, None)


def vma_at(state: State, page: int) -> Vma | None:
    """The vma of process 1 that has ``page``."""
    return next((vma for vma in state.mm(PID).vmas if vma.start <= page < vma.end), None)


def index_at(state: State, page: int) -> str:
    """The index of ``page`` as it is written, such as A26; "free" where nothing is mapped."""
    vma = vma_at(state, page)
    if vma is None or vma.space is None:
        return "free"
    return f"{space_name(vma.space)}{vma.index_of(page)}"


def seam_at(state: State, page: int) -> str:
    """What stands between ``page - 1`` and ``page``: one of SEAM."""
    left, right = vma_at(state, page - 1), vma_at(state, page)
    if left is None or right is None:
        return SEAM[3]
    if left == right:
        return SEAM[0]
    together = any(unit.start < page < unit.end for unit in state.mm(PID).units)
    return SEAM[1] if together else SEAM[2]


class Ask(NamedTuple):
    """A question with ``{page}`` in it, its truth, the options to choose from or none (typed)."""

    text: str
    truth: Callable[[Outcome, int], str]
    options: tuple[str, ...] = ()
    form: str = ""

    @property
    def exact(self) -> bool:
        """Whether capitals count."""
        return self.form == "row"


ASKS = {
    "vmas": Ask(
        "How many vmas are there then?",
        lambda outcome, page: str(len(outcome.after.mm(PID).vmas)),
        form="a number",
    ),
    "units": Ask(
        "How many units does the user see then?",
        lambda outcome, page: str(len(outcome.after.mm(PID).units)),
        form="a number",
    ),
    "spaces": Ask(
        "How many address spaces are there then?",
        lambda outcome, page: str(len(outcome.after.spaces)),
        form="a number",
    ),
    "next": Ask(
        "Where does the counter of the current address space stand then?",
        lambda outcome, page: str(outcome.after.space(outcome.after.mm(PID).space).next),
        form="a number",
    ),
    "index": Ask(
        "Which index has page {page} then?",
        lambda outcome, page: index_at(outcome.after, page),
        form="like A26, or free",
    ),
    "seam": Ask(
        "What is there then between page {left} and page {page}?",
        lambda outcome, page: seam_at(outcome.after, page),
        SEAM,
    ),
    "result": Ask(
        "What does the kernel say?",
        lambda outcome, page: outcome.error.code if outcome.error else RESULT[0],
        RESULT,
    ),
    "wraps": Ask(
        "Does the counter wrap?",
        lambda outcome, page: YES_NO[outcome.after.mm(PID).space == outcome.before.mm(PID).space],
        YES_NO,
    ),
    "vmas row": Ask(
        "Change the row of vmas into what it is then.",
        lambda outcome, page: vma_row(outcome.after.mm(PID).vmas, outcome.after.task_pages),
        form="row",
    ),
    "units row": Ask(
        "Change the row of units into what it is then.",
        lambda outcome, page: unit_row(outcome.after.mm(PID).units, outcome.after.task_pages),
        form="row",
    ),
}
"""Every ask by name; one with a {page} is written with it: "index 24", "seam 20"."""


class Asked(NamedTuple):
    """An ask about one outcome."""

    ask: Ask
    page: int
    outcome: Outcome

    @property
    def text(self) -> str:
        """The question."""
        return self.ask.text.format(page=self.page, left=self.page - 1)

    @property
    def truth(self) -> str:
        """The answer that the machine gives."""
        return self.ask.truth(self.outcome, self.page)

    @property
    def start(self) -> str:
        """What the field holds at first: a row as it was before the call."""
        if not self.ask.exact:
            return ""
        before = self.outcome.before
        return self.ask.truth(self.outcome._replace(after=before), self.page)

    def is_right(self, answer: str) -> bool:
        """Whether ``answer`` is the truth; only rows are taken to the letter."""
        given, truth = answer.strip(), self.truth
        return given == truth if self.ask.exact else given.casefold() == truth.casefold()


def read_ask(name: str, outcome: Outcome) -> Asked:
    """The ask called ``name``, which may end with a page: "vmas", "index 24"."""
    words = name.split()
    page = int(words.pop()) if words[-1].isdigit() else 0
    ask = ASKS.get(" ".join(words))
    if ask is None:
        raise ValueError(f"no ask {name!r}; there are {', '.join(ASKS)}")
    if "{page}" in ask.text and not page:
        raise ValueError(f"{name!r} needs a page, like '{name} 24'")
    return Asked(ask, page, outcome)
