"""What can be asked about a call: the machine knows the answer, the question does not hold it."""

from __future__ import annotations

import json

import pytest

from anonvma_book import Lokier, MappingError
from anonvma_book.questions import ASKS, AnswerError, Predict, outcome_of, read_ask
from anonvma_book.questions.asks import CLAIM, DIFFERENCE, GROWTH, RESULT, STACK
from anonvma_book.questions.outcome import SEAM

GROWN = "a = mmap(4, 'rw', addr=16)\nb = mmap(3, 'r', addr=32)\nmremap(a, 4, 10)"
REFUSED = f"{GROWN}\nmremap(22, 6, 8)"
FAMILY = """\
a = mmap(2, 'rw', addr=8)
fault(a)
fault(a + 1)
child = fork()
second = fork()
child.munmap(a + 1, 1)
"""


def truth(script: str, name: str, **settings: object) -> str:
    return read_ask(name, outcome_of(script, **settings)).truth


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("vmas", "3"),
        ("units", "2"),
        ("spaces", "1"),
        ("next", "26"),
        ("index 24", "A14"),
        ("index 3", "free"),
        ("seam 24", SEAM[1]),
        ("result", RESULT[0]),
        ("wraps", "no"),
        ("difference", DIFFERENCE[3]),
        ("growth", GROWTH[2]),
        ("line 16 20", "yes"),
        ("line 16 24", "no"),
        ("line 16 3", "no"),
        ("vmas row", "................AaaaaaaaAa======Aaa---.........."),
        ("units row", "................wwwwwwwwww......rrr............."),
        ("vmas drawn", "16..24 rw A0 group\n24..26 rw A14\n32..35 r A8"),
    ],
)
def test_the_machine_knows_the_answer(name: str, answer: str) -> None:
    assert truth(GROWN, name) == answer


@pytest.mark.parametrize(
    ("line", "seam"),
    [
        ("mmap(2, 'rw', addr=10)", SEAM[0]),
        ("mmap(2, 'r', addr=10)", SEAM[2]),
        ("mmap(9, 'rw', addr=10)", SEAM[1]),
        ("mmap(2, 'rw', addr=11)", SEAM[3]),
    ],
)
def test_every_seam(line: str, seam: str) -> None:
    assert truth(f"a = mmap(4, 'rw', addr=6)\nmmap(1, addr=40)\n{line}", "seam 10") == seam


@pytest.mark.parametrize(
    ("script", "growth"),
    [
        ("mmap(4, addr=8)\nmremap(8, 4, 6)", GROWTH[0]),
        ("mmap(4, addr=8)\nmremap(8, 4, 10)", GROWTH[1]),
        ("mmap(4, addr=8)\nmmap(2, 'r', addr=30)\nmremap(8, 4, 10)", GROWTH[2]),
        ("mmap(4, addr=8)\nmmap(2, 'r', addr=12)\nmremap(8, 4, 10)", GROWTH[3]),
        ("mmap(4, addr=8)\nmremap(8, 9, 10)", GROWTH[4]),
    ],
)
def test_every_growth(script: str, growth: str) -> None:
    assert truth(script, "growth") == growth


def test_both_sides_of_a_claim() -> None:
    before = "mmap(4, 'rw', addr=8)\nmmap(2, 'rw', addr=13)"
    assert truth(before, "claims") == CLAIM[0]
    after = "mmap(4, 'rw', addr=8)\nmmap(2, 'rw', addr=5)"
    assert truth(after, "claims", scheme=Lokier.classroom(side="below")) == CLAIM[1]
    assert truth(after, "claims") == CLAIM[2]


@pytest.mark.parametrize(
    ("page", "answer"), [(28, STACK[0]), (25, STACK[1]), (31, STACK[2]), (44, STACK[3])]
)
def test_every_fault_at_a_stack(page: int, answer: str) -> None:
    setup = "mmap(3, 'rw', addr=30, growsdown=True)\nmmap(2, 'rw', addr=10)"
    assert truth(f"{setup}\nfault({page})", "stack") == answer


@pytest.mark.parametrize(
    ("name", "answer"),
    [("hits 8", "3"), ("hits 9", "2"), ("candidates 9", "2"), ("misses 9", "0"), ("misses 8", "0")],
)
def test_a_walk_is_taken_after_the_call(name: str, answer: str) -> None:
    assert truth(FAMILY, name) == answer


def test_who_wrote_is_looked_at_in_vain() -> None:
    written = f"{FAMILY}second.fault(a)"
    assert truth(written, "candidates 8") == "3"
    assert truth(written, "hits 8") == "2"
    assert truth(written, "misses 8") == "1"
    assert truth(written, "misses 40") == "0"


def test_a_refusal_is_an_outcome() -> None:
    assert truth(REFUSED, "result") == "EFAULT"
    assert truth(REFUSED, "vmas") == "3"
    assert isinstance(outcome_of("munmap(1, 0)").error, MappingError)


def test_a_setup_that_is_refused_is_an_error_of_the_author() -> None:
    with pytest.raises(ValueError, match="line 1: munmap: length is 0"):
        outcome_of("munmap(1, 0)\nmmap(1)")


@pytest.mark.parametrize("name", ["colour", "index", "seam x", "vmas 3", "line 3", ""])
def test_an_unknown_ask_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=name.split()[0] if name else "no ask"):
        read_ask(name, outcome_of(GROWN))


def test_rows_and_drawings_need_a_small_task() -> None:
    with pytest.raises(ValueError, match="at most 64 pages"):
        Predict("mmap(4)", "vmas drawn", task_pages=100)


def test_no_ask_fails_on_an_outcome() -> None:
    for script in (GROWN, REFUSED, FAMILY, "mmap(1)", "brk(30)"):
        outcome = outcome_of(script)
        for name, ask in ASKS.items():
            asked = read_ask(" ".join([name, *("8", "9")[: ask.pages]]), outcome)
            assert isinstance(asked.truth, str)
            assert not ask.options or asked.truth in ask.options


def test_the_spec_holds_no_answer() -> None:
    question = Predict(GROWN, "vmas", "seam 24", "index 24", "vmas row", "vmas drawn")
    spec = json.dumps(question.spec())
    for asked in question.asked:
        if asked.ask.kind in ("text", "row", "drawn"):
            assert json.dumps(asked.truth)[1:-1] not in spec
    assert "truth" not in spec
    assert "A14" not in spec
    assert spec == json.dumps(Predict(*(GROWN, *question.names)).spec())


@pytest.mark.parametrize("answer", ["three", "-3", "3.0", "2 vmas"])
def test_what_is_no_number_is_not_graded(answer: str) -> None:
    asked = read_ask("vmas", outcome_of(GROWN))
    with pytest.raises(AnswerError, match="A number is wanted"):
        asked.grade(answer)
    assert asked.grade(" 03 ").right
