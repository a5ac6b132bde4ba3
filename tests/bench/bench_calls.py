"""Calls a second: the model, the running kernel and a tree of intervals, on the same calls.

They take turns, so that a noisy moment hits all of them, and have the same lines throughout.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.bench.calls import SIZES, Call, Caller, Intervals, Kernel, Model, mixed, plain, run

CALLS = 1_000
CASES = [(Kernel, mixed), (Model, mixed), (Kernel, plain), (Model, plain), (Intervals, plain)]


@pytest.mark.parametrize(
    ("maker", "workload"), CASES, ids=[f"{who.__name__}-{what.__name__}" for who, what in CASES]
)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("turn", range(2))
def bench_calls(
    benchmark: BenchmarkFixture,
    maker: type[Caller],
    workload: Callable[[int, int], list[Call]],
    size: int,
    turn: int,
) -> None:
    """Time ``CALLS`` calls several times; they end where they began."""
    who = maker(size)
    try:
        before = who.lines()
        ready = who.ready(workload(size, CALLS))
        benchmark.extra_info |= {"what": workload.__name__, "who": who.name, "size": size}
        benchmark.extra_info["each"] = CALLS
        benchmark.pedantic(run, args=(ready,), rounds=15, warmup_rounds=1)
        assert who.lines() == before
        assert len(before) == size
    finally:
        who.close()
