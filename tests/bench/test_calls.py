"""Whoever is measured does the same: after every call all show the same lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.calls import Call, Caller, Intervals, Kernel, Model, mixed, plain, run

VMAS, CALLS = 10, 400


@pytest.mark.parametrize(("workload", "others"), [(mixed, [Kernel]), (plain, [Kernel, Intervals])])
def test_all_do_the_same(
    workload: Callable[[int, int], list[Call]], others: list[type[Caller]]
) -> None:
    makers: list[type[Caller]] = [Model, *others]
    model, *rest = everybody = [maker(VMAS) for maker in makers]
    try:
        before = model.lines()
        for call in workload(VMAS, CALLS):
            for who in everybody:
                run(who.ready([call]))
            assert [who.lines() for who in rest] == [model.lines()] * len(rest), call
        assert model.lines() == before
        assert len(before) == VMAS
    finally:
        for who in everybody:
            who.close()
