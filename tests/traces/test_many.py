"""Many replays over an executor: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from anonvma_book.errors import AnonvmaError, TraceError
from anonvma_book.schemes import Anonmm, Lokier, PteChains
from anonvma_book.traces.many import Item, append, check, read_store, run, work
from anonvma_book.traces.measure import Measured

ITEMS = [
    Item("sqlite_100k", "anonmm", Anonmm()),
    Item("sqlite_100k", "pte_chains", PteChains()),
    Item("sqlite_100k", "lokier", Lokier.a_million()),
]
DONE = [Measured(vmas=1), Measured(vmas=2), Measured(vmas=3)]


def quick(item: Item) -> Measured:
    return DONE[ITEMS.index(next(other for other in ITEMS if other.label == item.label))]


def one_fails(item: Item) -> Measured:
    if item.label == "pte_chains":
        raise ValueError("no such thing")
    return quick(item)


def one_is_killed(item: Item) -> Measured:
    if item.label == "pte_chains":
        os._exit(9)
    return quick(item)


def threads() -> Executor:
    return ThreadPoolExecutor(2)


def processes() -> Executor:
    return ProcessPoolExecutor(2)


@pytest.mark.parametrize("executor", [threads, processes])
def test_the_outcomes_come_in_order(executor: Callable[[], Executor]) -> None:
    told: list[tuple[int, int]] = []
    outcomes = run(
        ITEMS, executor, progress=lambda done, total: told.append((done, total)), worker=quick
    )
    assert [outcome.measured for outcome in outcomes] == DONE
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("worker", "executor", "said"),
    [
        (one_fails, threads, "ValueError: no such thing"),
        (one_fails, processes, "ValueError: no such thing"),
        (one_is_killed, processes, "the process that did it was ended"),
    ],
)
def test_one_that_fails_is_named_and_the_others_are_done(
    worker: Callable[[Item], Measured],
    executor: Callable[[], Executor],
    said: str,
    tmp_path: Path,
) -> None:
    store = tmp_path / "a.jsonl"
    outcomes = run(ITEMS, executor, store, worker=worker)
    assert [outcome.measured for outcome in outcomes] == [DONE[0], None, DONE[2]]
    assert [outcome.error for outcome in outcomes] == ["", said, ""]
    assert str(outcomes[1].item) == "sqlite_100k under pte_chains"
    assert set(read_store(store)) == {ITEMS[0].key, ITEMS[2].key}  # it is tried again


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    store = tmp_path / "a.jsonl"
    append(store, ITEMS[1], DONE[1])
    with store.open("a", encoding="utf-8") as file:
        file.write('{"key": "cut o')
    done: list[str] = []

    def worker(item: Item) -> Measured:
        done.append(item.label)
        return quick(item)

    for _ in range(2):
        outcomes = run(ITEMS, threads, store, worker=worker)
        assert [outcome.measured for outcome in outcomes] == DONE
    assert sorted(done) == ["anonmm", "lokier"]
    lines = [json.loads(line) for line in store.read_text(encoding="utf-8").splitlines()]
    assert [line["scheme"] for line in lines[:1]] == ["pte_chains"]
    assert len(lines) == 3


def test_what_makes_a_result_another_one(tmp_path: Path) -> None:
    path = tmp_path / "a.strace"
    path.write_text("1 brk(NULL) = 0x5000\n")
    items = [Item(str(path), "x", Lokier()), Item(str(path), "x", Lokier(index_bits=9))]
    other = tmp_path / "b.strace"
    other.write_text("1 brk(NULL) = 0x6000\n")
    items += [Item(str(other), "x", Lokier()), Item(str(other), "x", Anonmm())]
    assert len({item.key for item in items}) == 4
    assert items[0].key == Item(str(path), "y", Lokier()).key


def test_a_store_that_is_none(tmp_path: Path) -> None:
    store = tmp_path / "a.jsonl"
    store.write_text("something\n")
    with pytest.raises(TraceError, match=r"a\.jsonl, line 1: not an outcome of a comparison"):
        read_store(store)
    assert store.read_text() == "something\n"


def test_a_wrong_name_is_said_first() -> None:
    with pytest.raises(AnonvmaError, match="no trace and no file 'nothing'"):
        check([Item("nothing", "x", Lokier())])


def test_the_work_itself_is_the_same_each_time() -> None:
    for item in ITEMS:
        found = work(item)
        assert found == work(item)
        assert (found.vmas, found.units, found.calls) == (8, 8, 262)
        assert found.walks == found.hits == 710
