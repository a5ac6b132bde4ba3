"""Questions are graded by the machine; everything here runs without a browser and a kernel."""

from __future__ import annotations

import html

import pytest

from anonvma_book import Lokier, Machine, MappingError, Script
from anonvma_widgets.asks import ASKS, RESULT, SEAM, outcome_of
from anonvma_widgets.drills import DRILLS, make_drill
from anonvma_widgets.questions import Drill, Exercise, Predict, Verdict
from anonvma_widgets.twin import Twin

GROWTH = "a = mmap(4, 'rw', addr=16)\nb = mmap(3, 'r', addr=32)\nmremap(a, 4, 10)"
REFUSED = f"{GROWTH}\nmremap(22, 6, 8)"


def texts(question: Predict) -> tuple[str, ...]:
    return tuple(asked.truth for asked in question.asked)


def test_the_machine_knows_the_answers() -> None:
    names = ("vmas", "units", "spaces", "next", "index 24", "seam 24", "result", "wraps")
    assert texts(Predict(GROWTH, *names)) == (
        "3", "2", "1", "26", "A14", SEAM[1], RESULT[0], "no",
    )  # fmt: skip
    assert texts(Predict(REFUSED, "result", "vmas")) == ("EFAULT", "3")
    (row,) = texts(Predict(GROWTH, "vmas row"))
    assert row == "................AaaaaaaaAa======Aaa---.........."
    (row,) = texts(Predict(GROWTH, "units row"))
    assert row == "................wwwwwwwwww......rrr............."


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
    assert texts(Predict(f"a = mmap(4, 'rw', addr=6)\nmmap(1, addr=40)\n{line}", "seam 10")) == (
        seam,
    )


def test_a_wrong_answer_stands_beside_the_truth() -> None:
    verdict = Predict(GROWTH, "vmas", "index 24").check("2", "a14")
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
    question = Predict(GROWTH, "vmas row")
    field = question.fields[0]
    assert field.value == "................Aaaa----........Aaa---.........."
    field.value = "................AaaaaaaaaA======Aaa---.........."
    verdict = question.check()
    assert verdict.rows[:3] == (
        "yours   ................AaaaaaaaaA======Aaa---..........",
        "it is   ................AaaaaaaaAa======Aaa---..........",
        "                                ^^",
    )
    assert question.check(*texts(question)).right


def test_clicking_check_grades_what_the_fields_hold() -> None:
    question = Predict(GROWTH, "seam 24", "vmas")
    question.check_button.click()
    assert "Answer every question first." in question.feedback.html
    question.fields[0].value = SEAM[1]
    question.fields[1].value = " 3 "
    question.check_button.click()
    assert "<b>Right.</b>" in question.feedback.html
    question.fields[1].value = "<b>4</b>"
    question.check_button.click()
    assert "You said &lt;b&gt;4&lt;/b&gt;; it is 3." in question.feedback.html


def test_a_refusal_is_told_with_its_numbers() -> None:
    verdict = Predict(REFUSED, "result").check("ENOMEM")
    assert not verdict.right
    assert verdict.sentences[-1] == (
        "The machine: mremap: range 22..28 leaves its unit 16..26 (EFAULT); nothing changed."
    )
    assert verdict.rows == ()


def test_the_text_has_the_question_and_the_options_and_not_the_answer() -> None:
    question = Predict(GROWTH, "vmas", "seam 24")
    text = question._repr_mimebundle_()["text/plain"]
    assert text == repr(question) == repr(Predict(GROWTH, "vmas", "seam 24"))
    assert text.startswith("Predict: The next call is `mremap(a, 4, 10)`.\npage   0 ")
    assert text.endswith(
        "? How many vmas are there then? (a number)\n"
        "? What is there then between page 23 and page 24?\n"
        "  - one vma: merged\n  - two vmas in one unit: grouped\n  - two units\n"
        "  - no seam: a page is free"
    )
    assert "A14" not in text


def test_settings_of_the_machine_are_taken() -> None:
    small = Lokier.classroom(index_bits=4)
    question = Predict("mmap(40, 'rw', addr=4)", "vmas", "spaces", scheme=small, task_pages=60)
    assert texts(question) == ("3", "3")
    assert "nothing is mapped" in question.plain()


@pytest.mark.parametrize("name", ["colour", "index", "seam x"])
def test_an_unknown_ask_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=name.split()[0]):
        Predict(GROWTH, name)


def test_no_ask_fails_on_an_outcome() -> None:
    for script in (GROWTH, REFUSED):
        outcome = outcome_of(script)
        for ask in ASKS.values():
            assert isinstance(ask.truth(outcome, 20), str)


# Exercises


def three_pages(machine: Machine) -> str | None:
    pages = sum(vma.pages for vma in machine.processes[1].vmas)
    return None if pages == 3 else f"There are {pages} pages; three are wanted."


def test_a_script_is_judged_by_what_it_does() -> None:
    exercise = Exercise("map `three` pages", three_pages, start="mmap(2)\n")
    assert exercise.plain() == (
        "Exercise: map `three` pages\nanswer: a script, one call a line\nit begins with:\nmmap(2)\n"
    )
    field = exercise.fields[0]
    exercise.check_button.click()
    assert "There are 2 pages; three are wanted." in exercise.feedback.html
    assert "vmas   .Aa--" in exercise.feedback.html
    field.value = "mmap(3)"
    assert exercise.check().right
    exercise.restart()
    assert (field.value, exercise.feedback.html) == ("mmap(2)\n", "")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("", "Write a script first."),
        ("# only a comment", "Write a script first."),
        ("mmap(3)\nmunmap(1)", "line 2: munmap needs length. Nothing was carried out."),
        ("mmap(3)\nmunmap(1, 0)", "line 2: munmap: length is 0 (EINVAL). Nothing was carried out."),
        ("import os", "line 1: not a call: import os. Nothing was carried out."),
    ],
)
def test_a_script_that_cannot_run_gets_one_sentence(script: str, words: str) -> None:
    verdict = Exercise("map three pages", three_pages).check(script)
    assert not verdict.right
    assert words in str(verdict)


def test_a_script_after_which_no_process_is_left_is_judged_too() -> None:
    exercise = Exercise("end it", lambda machine: None if not machine.processes else "It lives.")
    assert exercise.check("exit()").right


def test_a_function_is_called_and_its_errors_are_told() -> None:
    def doubles(answer: object) -> str | Verdict | None:
        assert callable(answer)
        return None if answer(3) == 6 else Verdict(False, "Hm.", (f"It gave {answer(3)}.",))

    exercise = Exercise("double it", doubles, start=None)
    assert exercise.plain() == "Exercise: double it\nanswer: Python, see below"
    assert exercise.check(lambda number: number + number).right
    assert str(exercise.check(lambda number: number)) == "Hm.\nIt gave 3."
    assert "It raised ZeroDivisionError: " in str(exercise.check(lambda number: number / 0))
    assert repr(exercise.check(lambda number: number)) == "Hm.\nIt gave 3."


# Drills


@pytest.mark.parametrize("kind", DRILLS)
def test_a_seed_gives_always_the_same_and_every_answer_comes(kind: str) -> None:
    truths = set()
    for seed in range(24):
        variant = make_drill(kind, seed)
        assert variant == make_drill(kind, seed)
        assert str(Script.read(variant.script)) == variant.script
        question = Predict(*(variant.script, *variant.asks))
        truths.add(texts(question)[0])
        assert question.check(*texts(question)).right
    assert truths == set(DRILLS[kind].answers)


def test_a_drill_goes_on_and_counts_the_first_verdict() -> None:
    drill = Drill("seam", seed=3)
    first = repr(drill)
    assert first == repr(Drill("seam", seed=3)) == drill._repr_mimebundle_()["text/plain"]
    drill.question.check_button.click()
    assert drill.score.html == ""
    assert not drill.check("x", "y").right
    assert drill.check(*texts(drill.question)).right
    assert "0 of 1 right" in drill.score.html
    drill.another_button.click()
    assert repr(drill) == repr(Drill("seam", seed=4)) != first
    drill.check(*texts(drill.question))
    assert "1 of 2 right" in drill.score.html


def test_an_unknown_drill_is_an_error() -> None:
    with pytest.raises(ValueError, match="no drill 'x'; there are count, seam"):
        Drill("x")


def test_a_setup_that_is_refused_is_an_error_of_the_author() -> None:
    with pytest.raises(ValueError, match="line 1: munmap: length is 0"):
        Predict("munmap(1, 0)\nmmap(1)", "vmas")
    assert isinstance(outcome_of("munmap(1, 0)").error, MappingError)


def test_a_twin_is_the_text_of_a_process_as_html_too() -> None:
    machine = Machine(Lokier.classroom(), task_pages=16)
    machine.run("mmap(3, 'rw', addr=2)")
    twin = Twin(machine.processes[1])
    assert repr(twin) == str(machine.processes[1])
    assert html.unescape(twin._repr_html_()) == f"<pre>{twin!r}</pre>"
