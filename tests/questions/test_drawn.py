"""Vmas that a reader draws or types: read, compared with the machine's, told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonvma_book.questions import AnswerError, Predict, prepared
from anonvma_book.questions.drawn import Drawing, Piece, pieces_of, read_pieces, text_of
from anonvma_book.vma import Vma
from tests.questions.test_asks import GROWN

RIGHT = "16..24 rw A0 group\n24..26 rw A14\n32..35 r A8"


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        "32..35 r A8\n\n24..26 rw a14\n16..24 rw a0 group\n",
        "16..24 rw A0..8 group\n24 .. 26, rw, A14..16\n32..35  r    A8..11",
    ],
)
def test_there_is_more_than_one_way_to_write_it(text: str) -> None:
    assert Predict(GROWN, "vmas drawn").grade(text).right


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("16..24 rw A0\nsixteen", "line 2: a vma is written like"),
        ("16..24 rw", "line 1: a vma is written like"),
        ("24..16 rw A0", "line 1: 24..16 is not a range within 0..48"),
        ("40..49 rw A0", "line 1: 40..49 is not a range within 0..48"),
        ("1..2 wr A0", "line 1: there is no protection 'wr'"),
        ("16..24 rw A0..9", "line 1: that is not one index for each page"),
        ("1..9 rw A0\n4..5 rw B0", "1..9 and 4..5 lie on each other"),
        ("1..9 rw ?", "the vma at 1..9 has no index yet"),
    ],
)
def test_what_cannot_be_read_is_not_graded(text: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        read_pieces(text, 48)
    verdict = Predict(GROWN, "vmas drawn").grade(text)
    assert (verdict.right, verdict.counts) == (False, False)
    assert words in str(verdict)


def test_the_difference_is_told_vma_by_vma() -> None:
    verdict = Predict(GROWN, "vmas drawn").grade("16..26 rw A0\n32..35 r A8")
    assert not verdict.right
    assert verdict.sentences[0] == "Of the 2 vmas that you drew, right: 1. Missing: 2."
    assert verdict.rows[:5] == (
        "missing  16..24 rw A0 group",
        "not so   16..26 rw A0",
        "missing  24..26 rw A14",
        "right    32..35 r A8",
        "",
    )
    (drawing,) = verdict.json()["drawings"]
    assert [piece["same"] for piece in drawing["yours"]] == [False, True]
    assert [piece["same"] for piece in drawing["truth"]] == [False, False, True]


def test_a_missing_group_is_a_difference() -> None:
    assert not Predict(GROWN, "vmas drawn").grade(RIGHT.replace(" group", "")).right


def test_nothing_is_an_answer_too() -> None:
    question = Predict("mmap(2, addr=4)\nmunmap(4, 2)", "vmas drawn")
    assert question.grade("").right
    assert not question.grade("4..6 rw A0").right


def test_it_begins_with_what_is_there() -> None:
    (field,) = Predict(GROWN, "vmas drawn").fields
    assert field["start"] == "16..20 rw A0\n32..35 r A8"
    assert field["pages"] == 48


def test_a_file_has_no_index() -> None:
    assert pieces_of([Vma(2, 4, "r", "file")]) == (Piece(2, 4, "r", "file"),)
    assert read_pieces("2..4 r file", 8) == (Piece(2, 4, "r", "file"),)


@given(st.randoms(use_true_random=False), st.integers(0, 6))
def test_text_and_pieces_are_one(rng: object, calls: int) -> None:
    machine = prepared(rng, calls)  # type: ignore[arg-type]
    pieces = pieces_of(machine.processes[1].vmas)
    assert read_pieces(text_of(pieces), 48) == pieces
    assert Drawing(pieces, pieces, 48).right
