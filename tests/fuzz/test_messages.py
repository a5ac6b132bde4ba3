"""What a page says to Python: a lab's and a question's messages, of any type and nested anyhow.

A reply is JSON that can be sent as UTF-8; a message that is refused changes nothing. Bounds: a
script has at most LONGEST_SCRIPT characters, the answers to a question LONGEST_ANSWER, all
pictures of a history MOST_ROWS rows, and a mapping MOST_PIECES vmas.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anonvma_book.errors import AnonvmaError
from anonvma_book.history import MOST_ROWS
from anonvma_book.inpage import PagePython
from anonvma_book.questions import Drill, Exercise, Predict, Question
from anonvma_book.questions.question import LONGEST_ANSWER
from anonvma_book.recipe import recipe, session_of
from anonvma_book.scenarios import SCENARIOS
from anonvma_book.schemes import SCHEMES
from anonvma_book.session import ACTIONS, LONGEST_SCRIPT, Session
from anonvma_book.settings import MOST_PIECES, settings_json
from tests.fuzz.bounds import bounded, refusal
from tests.fuzz.test_scripts import scripts
from tests.fuzz.texts import HALF, json_values, mutated, raw

whole = st.integers(-2, 12) | st.sampled_from([10**30, -(10**30), True, 1.5, None])
sensible = {
    "text": scripts,
    "at": whole,
    "first": whole,
    "gone": whole,
    "keep": st.booleans(),
    "pid": whole,
    "page": whole,
    "version": whole,
    "name": st.sampled_from([*SCENARIOS]) | raw,
    "names": st.lists(st.sampled_from([*SCHEMES]) | raw, max_size=4),
    "settings": st.dictionaries(
        st.sampled_from([*settings_json(Session().machine), "__class__", "brk_start"]),
        st.one_of(
            st.sampled_from([*SCHEMES, "top-down", "below", "shared", "1/3", "0.5", "1e9", "nan"]),
            st.sampled_from([0, 1, 3, 6, 48, 64, 2**32, 10**30, float("inf"), float("nan")]),
            json_values,
        ),
        max_size=3,
    ),
}
messages = st.one_of(
    st.builds(
        lambda kind, rest: {"type": kind, **rest},
        st.sampled_from([*ACTIONS]) | st.sampled_from(["", "__init__", "take", "machine"]),
        st.fixed_dictionaries(
            {}, optional={name: value | json_values for name, value in sensible.items()}
        ),
    ),
    json_values,
)


def seen(session: Session) -> tuple[object, ...]:
    """All that a page can see of a session, but for how it was asked."""
    shown = session.history_json()
    return session.machine.state, shown["position"], str(session.machine.script), shown["settings"]


def sent(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The replies as the other side gets them."""
    text = json.dumps(replies, ensure_ascii=False, allow_nan=False)
    back: list[dict[str, Any]] = json.loads(text.encode("utf-8"))
    return back


@settings(max_examples=20)
@given(st.lists(messages, max_size=5))
@example([{"type": "settings", "settings": {"index_bits": [[]], "layout": {"<b>": 1}}}])
@example([{"type": "call", "text": f"mmap('{HALF}')"}, {"type": "scenario", "name": HALF}])
@example([{"type": "splice", "first": 0, "gone": 1, "text": "", "x": HALF}])
@example([{"type": ["undo"]}, {"type": "walk", "pid": [1], "page": {}}])
def test_a_lab_answers_every_message(asked: list[object]) -> None:
    session = Session("a fork")
    for message in asked:
        before = seen(session)
        replies = sent(session.handle(message))
        if not replies or any(reply["type"] == "error" for reply in replies):
            assert seen(session) == before
        session.machine.check()
    made = recipe(session)  # None where something is undone
    assert made is None or session_of(json.loads(json.dumps(made))).history_json()


def deep(levels: int) -> list[object]:
    made: list[object] = []
    for _ in range(levels):
        made = [made]
    return made


@pytest.mark.parametrize("levels", [900, 100_000])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("settings", "settings"), ("walk", "pid"), ("call", "text"), ("beside", "names")],
)
def test_nesting_is_no_way_in(kind: str, name: str, levels: int) -> None:
    session, nest = Session(), deep(levels)
    value = {"index_bits": nest} if name == "settings" else nest
    (reply,) = session.handle({"type": kind, name: value, "page": 1})
    assert reply["type"] == "error"
    assert session.handle({"type": nest}) == []
    assert Predict("mmap(1)", "vmas").handle({"kind": "check", "answers": [nest]}) == []


FORKS = "fork()\n" * (LONGEST_SCRIPT // 7)
PAGES = "mmap(40)\n" + "".join(f"fault({page})\n" for page in range(1, 41)) + FORKS[:-700]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("splice", FORKS),
        ("rewrite", PAGES),
        ("script", "mmap(1)\nmmap(1, 'r')\n" * 600),
    ],
    ids=["forks", "pages", "vmas"],
)
def test_a_history_that_could_not_be_shown_is_refused(kind: str, text: str) -> None:
    session = Session()
    session.handle({"type": "settings", "settings": {"task_pages": 64 * MOST_PIECES}})
    before = seen(session)
    with bounded(seconds=20, megabytes=100):
        (reply,) = session.handle({"type": kind, "text": text, "first": 0, "gone": 0})
    assert f"{MOST_ROWS:,} that can be shown" in reply["message"]
    assert seen(session) == before


def test_a_mapping_is_not_cut_into_more_vmas_than_can_be_shown() -> None:
    session = Session()
    (reply,) = session.handle({"type": "settings", "settings": {"task_pages": 2**32}})
    assert reply["message"].startswith("task_pages is at most 64 times the 64 indexes")
    (reply,) = session.handle({"type": "settings", "settings": {"task_pages": 64 * MOST_PIECES}})
    assert reply["type"] == "history"
    with bounded(seconds=5, megabytes=20):
        session.handle({"type": "call", "text": f"mmap({64 * MOST_PIECES - 1})"})
    assert len(session.machine.processes[1].vmas) == MOST_PIECES


def test_a_scheme_is_compared_once_however_often_it_is_named() -> None:
    session = Session("a fork")
    with bounded(seconds=5, megabytes=20):
        session.handle({"type": "beside", "names": [*SCHEMES] * 5000})
    assert len(session.beside) == len(SCHEMES)


# Questions

GROWN = "a = mmap(4, 'rw', addr=16)\nb = mmap(3, 'rw', addr=36)\nmremap(a, 4, 10)"
ALL = ("vmas", "index 24", "seam 24", "vmas row", "vmas drawn")
DRAWN = "16..24 rw A12 group\n24..26 rw A26"
RIGHT = ["2", "A14", "one vma: merged", "................Aaaa", DRAWN]
PREDICT = Predict(GROWN, *ALL)
answers = st.one_of(mutated(RIGHT), raw, st.sampled_from(["9" * 5000, "\u0661", "\u00b2", "-1"]))
told = st.one_of(
    st.builds(
        lambda kind, given: {"kind": kind, "answers": given},
        st.sampled_from(["check", "help", "another", "", "grade"]) | json_values,
        st.lists(answers | json_values, max_size=6) | st.lists(answers, min_size=5, max_size=5),
    ),
    json_values,
)


@settings(max_examples=40)
@given(st.lists(answers, min_size=5, max_size=5))
@example(["9" * 5000, "x", "x", "x", f"{'9' * 5000}..1 rw A1"])
@example(["1", "x", "x", "x", f"1..2 rw A{'9' * 5000}"])
@example(["1", HALF, "x", "x", "1..2 rw A1.." + "9" * 5000])
def test_any_answer_is_graded(given: list[str]) -> None:
    (reply,) = sent(PREDICT.handle({"kind": "check", "answers": given}))
    assert isinstance(reply["verdict"]["right"], bool)


@pytest.fixture(scope="module")
def asked() -> list[Question]:
    judged = Exercise("Map.", lambda machine: None, hints=["h"], solution="s")
    return [PREDICT, judged, Drill("count")]


@settings(max_examples=25)
@given(message=told)
def test_a_question_answers_every_message(asked: list[Question], message: object) -> None:
    for question in asked:
        for reply in sent(question.handle(message)):
            assert reply.keys() <= {"verdict", "spec", "help"}


@settings(max_examples=25)
@given(text=scripts)
def test_an_exercise_runs_any_script(asked: list[Question], text: str) -> None:
    (reply,) = sent(asked[1].handle({"kind": "check", "answers": [text]}))
    assert "raised" not in "".join(reply["verdict"]["sentences"])


def test_a_long_answer_is_not_read(asked: list[Question]) -> None:
    for question, count in ((asked[0], 5), (asked[1], 1)):
        with bounded(seconds=1, megabytes=8):
            long = ["\n" * (LONGEST_ANSWER + 1), *["x"] * (count - 1)]
            (reply,) = question.handle({"kind": "check", "answers": long})
        assert "at most 20000 characters" in reply["verdict"]["sentences"][0]
        assert not reply["verdict"]["counts"]


# The Python of a page


RECIPE = recipe(Session("a fork"))


@settings(max_examples=10)
@given(messages, json_values)
def test_the_python_of_a_page_says_what_is_wrong(message: object, other: object) -> None:
    python = PagePython()
    made = {"lab": "lab-1", "recipe": RECIPE, "message": message}
    json.loads(python.answer(json.dumps(made)))
    assert RECIPE is not None
    wrong = {**made, "lab": "lab-2", "recipe": {**RECIPE, "settings": {"scheme": other}}}
    if refusal(AnonvmaError, lambda: python.answer(json.dumps(wrong))) is not None:
        assert "lab-2" not in python.sessions
