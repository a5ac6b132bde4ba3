"""The sentences: those of the drawings word for word, and one for every way a call can end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from anonvma_book import Call, Lokier, Machine, MappingError, ScriptError
from anonvma_book.calls import SIGNATURES
from anonvma_book.picture.narrate import TELLERS, narrate, narrate_error
from tests.picture.histories import HISTORIES, MACHINES, History, play
from tests.picture.sentences import SENTENCES


def told(*script: str, scheme: Lokier | None = None, **settings: Any) -> str:
    """The sentence on the last line of a script."""
    machine = Machine(scheme or Lokier.classroom(), **({"task_pages": 48} | settings))
    machine.run("\n".join(script[:-1]))
    before = machine.state
    (step,) = machine.run(script[-1])
    return narrate(step, before, machine.state)


REFERENCE = (
    (
        "a = mmap(6, 'rw', addr=2)",
        "mmap put 6 pages at 2: the counter gives A0..6, with 6 more reserved.",
    ),
    (
        "b = mmap(3, 'rw', addr=10)",
        "mmap put 3 pages at 10, two pages behind A0..6: it claims A8..11 from the reservation, "
        "and the hole keeps A6..8.",
    ),
    (
        "c = mmap(4, 'rw', addr=16)",
        "mmap put 4 pages at 16: A8..11 reserves 1 and a claim needs 7, so the counter gives "
        "A12..16, with 4 more reserved.",
    ),
    (
        "d = mmap(3, 'r', addr=30)",
        "mmap put 3 pages at 30: A12..16 reserves 4 and a claim needs 13, so the counter gives "
        "A20..23, with 3 more reserved.",
    ),
    (
        "mremap(c, 4, 10)",
        "mremap grew the unit at 16 from 4 to 10 pages: its reservation held 4, so a second vma "
        "took A26..28 and reserves 10 more.",
    ),
    (
        "e = mmap(4, 'rw', addr=40)",
        "mmap put 4 pages at 40: A20..23 reserves 3 and a claim needs 11, so the counter gives "
        "A38..42, with 4 more reserved.",
    ),
    (
        "munmap(e, 4)",
        "munmap removed pages 40..44: one vma is gone. No neighbour continues A38..46, so these "
        "8 indexes are given up.",
    ),
    (
        "f = mmap(10, 'rw', addr=36)",
        "mmap put 10 pages at 36. Space A has 18 indexes left and 20 are needed, so space B "
        "opens: B0..10, with 10 more reserved.",
    ),
)


def test_reference_history() -> None:
    lines = [line for line, _ in REFERENCE]
    for number, (_, sentence) in enumerate(REFERENCE, 1):
        assert told(*lines[:number]) == sentence


def test_drawing_of_a_split() -> None:
    assert told("mmap(12, 'rw', addr=6)", "mprotect(10, 4, 'r')") == (
        "mprotect made pages 10..14 read-only. One vma became three; no index changed."
    )


def test_drawing_of_a_group() -> None:
    assert told("mmap(4, 'rw', addr=2)", "mmap(3, 'rw', addr=18)", "mremap(2, 4, 10)") == (
        "mremap grew the unit at 2 from 4 to 10 pages: its reservation held 4, so a second vma "
        "took A14..16 and reserves 10 more."
    )


@pytest.mark.parametrize(
    ("script", "settings", "sentence"),
    SENTENCES,
    ids=[f"{case[0][-1]}-{n}" for n, case in enumerate(SENTENCES)],
)
def test_sentence(script: tuple[str, ...], settings: dict[str, Any], sentence: str) -> None:
    assert told(*script, **settings) == sentence


def test_every_call_is_told() -> None:
    assert set(TELLERS) == set(SIGNATURES)


def test_names_in_a_script_are_told_as_pages() -> None:
    assert told("a = mmap(4, addr=2)", "munmap(a + 20, 3)") == (
        "munmap found no page mapped in 22..25; nothing changed."
    )


def test_error_of_a_call() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    with pytest.raises(MappingError) as caught:
        machine.apply(Call.make("mremap", old=16, old_length=8, new_length=9))
    assert narrate_error(caught.value) == ("mremap: page 16 is not mapped", "EFAULT")


def test_error_in_a_script_keeps_its_line() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    with pytest.raises(ScriptError) as caught:
        machine.run("mmap(4)\nmunmap(1, 0)")
    assert narrate_error(caught.value) == ("line 2: munmap: length is 0", "EINVAL")


def test_error_without_an_errno() -> None:
    assert narrate_error(ScriptError(3, "not a call: 7")) == ("line 3: not a call: 7", "")
    assert narrate_error(KeyError()) == ("KeyError", "")


@given(MACHINES, HISTORIES)
def test_any_history_gives_one_or_two_sentences(machine: Machine, history: History) -> None:
    for step, before, after in play(machine, history):
        text = narrate(step, before, after)
        assert text.endswith(".")
        assert "  " not in text
        assert text.startswith(step.call.name)
        assert len(re.findall(r"\.(?= |$)", text)) in (1, 2)
        assert re.search(r"\b(1|one) (page|vma|indexe|space)s\b", text) is None
