"""Predictions, exercises and drills, graded by the machine; the messages of a browser."""

from __future__ import annotations

import json

import pytest

from anonvma_book import Lokier, Machine
from anonvma_book.questions import DRILLS, Drill, Exercise, Predict, Verdict
from anonvma_book.questions.outcome import SEAM
from tests.questions.test_asks import FAMILY, GROWN, REFUSED


def test_a_wrong_answer_stands_beside_the_truth() -> None:
    verdict = Predict(GROWN, "vmas", "index 24").grade("2", "a14")
    assert not verdict.right
    assert (
        str(verdict)
        == """\
No.
How many vmas are there then? You said 2; it is 3.
Which index has page 24 then? A14, as you said.
The machine: mremap grew the unit at 16 from 4 to 10 pages: its reservation held 4, so a second \
vma took A14..16 and reserves 10 more.
before  ................Aaaa----........Aaa---..........
after   ................AaaaaaaaAa======Aaa---..........
                            ^^^^^^^^^^^^"""
    )


def test_a_row_is_compared_letter_by_letter() -> None:
    question = Predict(GROWN, "vmas row")
    assert question.fields[0]["start"] == "................Aaaa----........Aaa---.........."
    verdict = question.grade("................AaaaaaaaaA======Aaa---..........")
    assert verdict.rows[:3] == (
        "yours   ................AaaaaaaaaA======Aaa---..........",
        "it is   ................AaaaaaaaAa======Aaa---..........",
        "                                ^^",
    )
    assert question.grade(question.asked[0].truth).right


@pytest.mark.parametrize("answers", [(), ("3",), ("3", ""), ("3", " "), ("3", None)])
def test_every_question_has_to_be_answered(answers: tuple[str, ...]) -> None:
    verdict = Predict(GROWN, "vmas", "index 24").grade(*answers)
    assert (str(verdict), verdict.counts) == ("Answer every question first.", False)


def test_a_refusal_is_told_with_its_numbers() -> None:
    verdict = Predict(REFUSED, "result").grade("ENOMEM")
    assert not verdict.right
    assert verdict.sentences[-1] == (
        "The machine: mremap: range 22..28 leaves its unit 16..26 (EFAULT); nothing changed."
    )
    assert verdict.rows == ()


def test_the_text_has_the_question_and_the_options() -> None:
    text = Predict(GROWN, "vmas", "seam 24").plain()
    assert text.startswith("Predict: The next call is `mremap(a, 4, 10)`.\npage   0 ")
    assert text.endswith(
        "? How many vmas are there then? (a number)\n"
        "? What is there then between page 23 and page 24?\n"
        "  - one vma: merged\n  - two vmas in one unit: grouped\n  - two units\n"
        "  - no seam: a page is free"
    )


def test_where_pages_matter_the_calls_are_shown() -> None:
    body = Predict(f"{FAMILY}fault(a)", "hits 8").body
    assert body.startswith("a = mmap(2, 'rw', addr=8)\nfault(a)\n")
    assert "child.munmap(a + 1, 1)\n\npage       0       8" in body
    assert body.endswith(
        "process 1  ........Aa--....................................\n"
        "process 2  ........A---....................................\n"
        "process 3  ........Aa--...................................."
    )
    assert "mmap(2" not in Predict(f"{FAMILY}fault(a)", "vmas").body


def test_settings_of_the_machine_are_taken() -> None:
    small = Lokier.classroom(index_bits=4)
    question = Predict("mmap(40, 'rw', addr=4)", "vmas", "spaces", scheme=small, task_pages=60)
    assert question.grade("3", "3").right
    assert "nothing is mapped" in question.plain()


# What a browser says


def test_a_message_gets_a_verdict_with_a_number() -> None:
    question = Predict(GROWN, "vmas")
    (first,) = question.handle({"kind": "check", "answers": ["2"]})
    (second,) = question.handle({"kind": "check", "answers": ["2"]})
    assert first["verdict"]["number"] == 1
    assert second["verdict"]["number"] == 2
    assert first["verdict"]["head"] == "No."
    assert json.loads(json.dumps(first)) == first


@pytest.mark.parametrize(
    "message",
    [
        None,
        "check",
        {},
        {"kind": "check"},
        {"kind": "check", "answers": "3"},
        {"kind": "check", "answers": ["1", "2"]},
        {"kind": "another"},
        {"kind": "help"},
    ],
)
def test_a_message_that_makes_no_sense_gets_no_reply(message: object) -> None:
    assert Predict(GROWN, "vmas").handle(message) == []


def test_a_key_depends_on_the_question_alone() -> None:
    key = Predict(GROWN, "vmas").key
    assert key == Predict(GROWN, "vmas").key
    assert len({key, Predict(GROWN, "units").key, Predict(REFUSED, "vmas").key}) == 3


# Exercises


def three_pages(machine: Machine) -> str | None:
    pages = sum(vma.pages for vma in machine.processes[1].vmas)
    return None if pages == 3 else f"There are {pages} pages; three are wanted."


def test_a_script_is_judged_by_what_it_does() -> None:
    exercise = Exercise("map `three` pages", three_pages, start="mmap(2)\n")
    assert exercise.plain() == (
        "Exercise: map `three` pages\nanswer: a script, one call a line\nit begins with:\nmmap(2)\n"
    )
    verdict = exercise.grade("mmap(2)\n")
    assert "There are 2 pages; three are wanted." in str(verdict)
    assert "vmas   .Aa--" in str(verdict)
    assert exercise.grade("mmap(3)").right


@pytest.mark.parametrize(
    ("script", "words", "counts"),
    [
        ("", "Write a script first.", False),
        ("# only a comment", "Write a script first.", False),
        ("mmap(3)\nmunmap(1)", "line 2: munmap needs length. Nothing was carried out.", True),
        ("mmap(3)\nmunmap(1, 0)", "line 2: munmap: length is 0 (EINVAL). Nothing was", True),
        ("import os", "line 1: not a call: import os. Nothing was carried out.", True),
    ],
)
def test_a_script_that_cannot_run_gets_one_sentence(script: str, words: str, counts: bool) -> None:
    verdict = Exercise("map three pages", three_pages).grade(script)
    assert (verdict.right, verdict.counts) == (False, counts)
    assert words in str(verdict)


def test_a_script_after_which_no_process_is_left_is_judged_too() -> None:
    exercise = Exercise("end it", lambda machine: None if not machine.processes else "It lives.")
    assert exercise.grade("exit()").right


def test_a_function_is_called_and_its_errors_are_told() -> None:
    def doubles(answer: object) -> str | Verdict | None:
        assert callable(answer)
        return None if answer(3) == 6 else Verdict(False, "Hm.", (f"It gave {answer(3)}.",))

    exercise = Exercise("double it", doubles, start=None)
    assert exercise.plain() == "Exercise: double it\nanswer: Python, see below"
    assert exercise.grade(lambda number: number + number).right
    assert repr(exercise.grade(lambda number: number)) == "Hm.\nIt gave 3."
    assert "It raised ZeroDivisionError: " in str(exercise.grade(lambda number: number / 0))
    assert not exercise.grade().counts


def test_hints_come_one_at_a_time_and_the_solution_last() -> None:
    exercise = Exercise("map", three_pages, hints=("a hint", "more"), solution="mmap(3)")
    everywhere = json.dumps(exercise.spec()) + exercise.plain()
    assert not any(text in everywhere for text in ("a hint", "more", "mmap(3)"))
    assert exercise.spec()["help_steps"] == 3
    told = [exercise.handle({"kind": "help"}) for _ in range(4)]
    assert told == [
        [{"help": ["a hint"]}],
        [{"help": ["a hint", "more"]}],
        [{"help": ["a hint", "more", "mmap(3)"]}],
        [{"help": ["a hint", "more", "mmap(3)"]}],
    ]


# Drills


def test_a_drill_goes_on_and_counts_the_first_verdict() -> None:
    drill = Drill("seam", seed=3)
    first = drill.plain()
    assert first == Drill("seam", seed=3).plain()
    assert not drill.grade("", "").counts
    assert drill.results == {}
    assert not drill.grade("x", "7").right
    assert drill.grade(*(asked.truth for asked in drill.question.asked)).right
    assert drill.results == {3: False}
    (reply,) = drill.handle({"kind": "another"})
    assert reply["spec"]["seed"] == 4
    assert reply["spec"]["key"] == "drill-seam"
    assert reply["verdict"] == {}
    assert drill.plain() == Drill("seam", seed=4).plain() != first
    drill.grade(*(asked.truth for asked in drill.question.asked))
    assert drill.results == {3: False, 4: True}


def test_an_unknown_drill_is_an_error() -> None:
    with pytest.raises(ValueError, match=f"no drill 'x'; there are {', '.join(DRILLS)}"):
        Drill("x")


def test_an_option_is_taken_as_it_is_written() -> None:
    assert Predict(GROWN, "seam 24").grade(SEAM[1].upper()).right
