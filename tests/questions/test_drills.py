"""Drills: three hundred seeds of each kind are well-formed, and no answer is rare."""

from __future__ import annotations

from collections import Counter

import pytest

from anonvma_book import Script
from anonvma_book.questions import DRILLS, Predict, make_drill

SEEDS = range(300)


@pytest.mark.parametrize("kind", DRILLS)
def test_three_hundred_seeds_of_each_kind(kind: str) -> None:
    answers: Counter[str] = Counter()
    second: set[str] = set()
    texts = set()
    for seed in SEEDS:
        variant = make_drill(kind, seed)
        assert str(Script.read(variant.script)) == variant.script
        assert variant.script.count("\n") >= 1, "something is there before the call"
        question = Predict(variant.script, *variant.asks, **variant.settings)
        truths = [asked.truth for asked in question.asked]
        assert question.grade(*truths).right
        for asked, truth in zip(question.asked, truths, strict=True):
            assert not asked.ask.options or truth in asked.ask.options
        answers[truths[0]] += 1
        second.update(truths[1:])
        texts.add(question.plain())
    assert set(answers) == set(DRILLS[kind].answers)
    assert min(answers.values()) > len(SEEDS) / len(answers) / 2, "no answer is rare"
    assert len(second) >= 3 or not variant.asks[1:]
    assert len(texts) > 0.75 * len(SEEDS), "few are the same"


@pytest.mark.parametrize("kind", DRILLS)
def test_a_seed_gives_always_the_same(kind: str) -> None:
    scripts = [make_drill(kind, seed)[:2] for seed in range(3)]
    assert scripts == [make_drill(kind, seed)[:2] for seed in range(3)]
