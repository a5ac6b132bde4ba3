"""The bundled traces under today's rules: every border is where the kernel had it."""

from __future__ import annotations

import pytest

from anonvma_book.schemes import SCHEMES, AnonVmaChain, Lokier, Scheme
from anonvma_book.traces import BUNDLED, load
from anonvma_book.traces.borders import compare, unlike
from anonvma_book.traces.snapshots import Area
from anonvma_book.vma import FILE, Vma

RIVALS = [kind() for kind in SCHEMES.values() if kind not in (AnonVmaChain, Lokier)]


@pytest.mark.parametrize("name", BUNDLED)
def test_coverage_and_borders_are_exact_under_todays_rules(name: str) -> None:
    trace = load(name)
    compared = list(compare(trace, AnonVmaChain()))
    assert len(compared) == sum(shot.exact for shot in trace.snapshots)
    for found in compared:
        assert (found.coverage, found.borders) == ([], []), found.snapshot[:3]


@pytest.mark.parametrize("rule", ["anon_vma", "fork-child"])
def test_a_rule_that_is_missing_is_noticed(rule: str) -> None:
    compared = list(compare(load("postgres"), AnonVmaChain(without=[rule])))
    assert any(found.borders for found in compared)
    assert not any(found.coverage for found in compared)


def test_faults_that_are_missing_are_noticed() -> None:
    """Without them nothing was ever written, so that nothing is kept apart."""
    trace = load("redis_bgsave")._replace(faults=[])
    assert any(found.borders for found in compare(trace, AnonVmaChain()))


@pytest.mark.parametrize("scheme", RIVALS, ids=lambda scheme: type(scheme).__name__)
@pytest.mark.parametrize("name", ["sqlite_100k", "c_realloc"])
def test_the_other_schemes_map_the_same_pages(name: str, scheme: Scheme) -> None:
    for found in compare(load(name), scheme):
        assert found.coverage == [], found.snapshot[:3]


def test_unlike() -> None:
    vmas = [Vma(2, 4, "rw", space=0), Vma(4, 6, "rw", space=1), Vma(8, 9, "r", FILE)]
    areas = [Area(2, 4, "rw", True), Area(4, 6, "r", True), Area(8, 10, "r", False)]
    assert unlike(vmas, areas) == [
        "4..6 r: only in the snapshot",
        "4..6 rw: only in the replay",
    ]
