"""The Python of a page: labs and questions by their names, and JSON both ways.

A page asks ``answer`` with a text and gets a text back:

    {"lab": "lab-3", "recipe": {..}, "message": {"type": "undo"}}
    {"question": "lab-4", "sources": ["..", ".."], "key": "..", "message": {"kind": "check", ..}}

lab       a session, made from its recipe when it is asked for the first time (see recipe.py)
question  what the last of the cells ``sources`` ends with: the cells of a chapter that it needs,
          run as in a notebook, but with windows that nobody sees; ``seed`` is that of a drill's
          variant, where the page has another than the first
reply     one of the messages that the session or the question answers; the answer is a list

The cells are the book's. What a reader writes is a script or an answer, and is never run as Python.
"""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

from anonvma_book import questions
from anonvma_book.errors import AnonvmaError
from anonvma_book.questions import Drill, Question
from anonvma_book.recipe import session_of
from anonvma_book.scenarios import SCENARIOS
from anonvma_book.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


class Unseen:
    """What a cell shows that is no question: here it has no window."""

    def __init__(self, *given: object, **named: object) -> None:
        pass


class PagePython:
    """The sessions and questions that the page has asked for."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.questions: dict[str, Question] = {}

    def answer(self, request: str) -> str:
        """The replies to one request; what goes wrong is a reply as well."""
        asked: Json = json.loads(request)
        return json.dumps(self._lab(asked) if "lab" in asked else self._question(asked))

    def _lab(self, asked: Json) -> list[Json]:
        name = asked["lab"]
        if name not in self.sessions:
            self.sessions[name] = session_of(asked["recipe"])
        return self.sessions[name].handle(asked["message"])

    def _question(self, asked: Json) -> list[Json]:
        name = asked["question"]
        if name not in self.questions:
            made = self.questions[name] = question_of(asked["sources"], asked["key"])
            if isinstance(made, Drill) and "seed" in asked:
                made.ask(asked["seed"])
        return self.questions[name].handle(asked["message"])


def question_of(sources: Sequence[str], key: str) -> Question:
    """The question that the last of the cells ends with; AnonvmaError if it is another one."""
    found = shown_by(sources)
    if not isinstance(found, Question) or found.key != key:
        raise AnonvmaError("this question could not be made on this page")
    return found


def shown_by(sources: Sequence[str]) -> object:
    """Run cells, one after the other; the value of the last line, if it is an expression."""
    names: Json = {"__name__": "__main__"}
    with _windows(), redirect_stdout(io.StringIO()):
        for source in sources[:-1]:
            _run(ast.parse(source).body, names)
        *body, last = ast.parse(sources[-1]).body
        if not isinstance(last, ast.Expr):
            return None
        _run(body, names)
        return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def _run(body: Sequence[ast.stmt], names: Json) -> None:
    """Run statements. What cannot be imported on a page is missed where it is used, if it is."""
    for statement in body:
        imports = isinstance(statement, ast.Import | ast.ImportFrom)
        with suppress(*([ImportError] if imports else [])):
            exec(compile(ast.Module([statement], []), "<cell>", "exec"), names)


@contextmanager
def _windows() -> Iterator[None]:
    """While cells run: modules in the place of the widgets', with the same names."""
    asked = {name: getattr(questions, name) for name in ("Drill", "Exercise", "Predict", "Verdict")}
    shown = {"Lab": Unseen, "Player": Unseen, "SCENARIOS": SCENARIOS}
    modules: dict[str, Mapping[str, object]] = {
        "anonvma_widgets": shown,
        "anonvma_widgets.lab": shown,
        "anonvma_widgets.player": shown,
        "anonvma_widgets.questions": {**asked, "Progress": Unseen},
        "anonvma_widgets.twin": {"Twin": Unseen},
    }
    before = {name: sys.modules.get(name) for name in modules}
    for name, content in modules.items():
        module = ModuleType(name)
        vars(module).update(content)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                del sys.modules[name]
            else:
                sys.modules[name] = old
