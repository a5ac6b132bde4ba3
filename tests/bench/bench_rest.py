"""Reverse walks, fork, undo, the replay of real programs, and the memory of a vma."""

from __future__ import annotations

import os
import random
import tracemalloc

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from anonvma_book import Lokier, Machine
from anonvma_book.traces.library import BUNDLED, load
from anonvma_book.traces.replay import Replay
from tests.bench.calls import SIZES, SLOT, Kernel, Model, mixed, run

WALKS, STEPS = 2_000, 10_000


@pytest.mark.parametrize("size", SIZES)
def bench_walks(benchmark: BenchmarkFixture, size: int) -> None:
    """From pages to all their mappings, with the pages shared by three processes."""
    init = Model(size).process
    pages = [SLOT * (slot + 1) for slot in random.Random(2004).choices(range(size), k=WALKS)]
    for page in pages:
        init.fault(page, write=False)
    for _ in range(2):
        init.fork()

    def walk() -> int:
        return sum(len(init.machine.reverse_map(1, page).hits) for page in pages)

    benchmark.extra_info |= {"what": "walks", "who": "anonvma_book", "size": size, "each": WALKS}
    assert benchmark.pedantic(walk, rounds=5, warmup_rounds=1) == 3 * WALKS


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]])
def bench_fork(benchmark: BenchmarkFixture, size: int) -> None:
    """A child with as many vmas, and its end."""
    init = Model(size).process
    benchmark.extra_info |= {"what": "forks", "who": "anonvma_book", "size": size, "each": 1}
    benchmark.pedantic(lambda: init.fork().exit(), rounds=10, warmup_rounds=1)
    assert len(init.vmas) == size


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]])
def bench_fork_by_the_kernel(benchmark: BenchmarkFixture, size: int) -> None:
    """The same of this process, which has its own vmas besides; the parent's time."""
    kernel = Kernel(size)

    def fork() -> None:
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)

    benchmark.extra_info |= {"what": "forks", "who": kernel.name, "size": size, "each": 1}
    benchmark.pedantic(fork, rounds=10, warmup_rounds=1)
    kernel.close()


def bench_undo(benchmark: BenchmarkFixture) -> None:
    """10,000 recorded steps are taken back, and done again."""
    model = Model(1_000)
    machine = model.process.machine
    machine.record = True
    run(model.ready(mixed(1_000, STEPS)))
    assert machine.position == STEPS

    def undo_and_redo() -> None:
        machine.go_to(0)
        machine.go_to(STEPS)

    benchmark.extra_info |= {"what": "undos and redos", "who": "anonvma_book", "size": 1_000}
    benchmark.extra_info["each"] = 2 * STEPS
    benchmark.pedantic(undo_and_redo, rounds=3)


def bench_replay(benchmark: BenchmarkFixture) -> None:
    """Twelve programs, every call and every page fault that made a page."""
    traces = [load(name) for name in BUNDLED]
    events = sum(len(trace.calls) + len(trace.faults) for trace in traces)

    def replay() -> int:
        return sum(Replay(trace, Lokier.as_written(), pages=True).run().calls for trace in traces)

    benchmark.extra_info |= {"what": "calls and faults of traces", "who": "anonvma_book"}
    benchmark.extra_info |= {"size": None, "each": events}
    assert benchmark.pedantic(replay, rounds=1) > 0


def bench_memory(benchmark: BenchmarkFixture) -> None:
    """Bytes that Python keeps for a vma, of 30,000."""
    tracemalloc.start()
    model = benchmark.pedantic(Model, args=(SIZES[-1],), rounds=1)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    benchmark.extra_info |= {"what": "bytes a vma", "who": "anonvma_book", "size": SIZES[-1]}
    benchmark.extra_info["bytes"] = taken / len(model.process.vmas)
    assert isinstance(model.process.machine, Machine)
