"""Replays on the workers of a Dask cluster: a local one of two processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from anonvma_book.errors import AnonvmaError
from anonvma_book.schemes import SCHEMES
from anonvma_book.traces.compare_command import dask
from anonvma_book.traces.many import Item, run
from anonvma_book.traces.measure import Measured

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a scheduler with two workers listens."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def fails(item: Item) -> Measured:
    raise ValueError(f"not {item.label}")


def test_the_outcomes_are_those_of_processes(address: str, tmp_path: Path) -> None:
    arguments = ["replay", "sqlite_100k", "--compare", "--json", "--quiet"]
    command = [sys.executable, "-m", "anonvma_book.cli", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    told = []
    for more in ([], ["--dask", address, "--results", str(tmp_path / "a.jsonl")]):
        done = subprocess.run(
            [*command, *more], env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert told[0] == told[1]
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 7


def test_failures_are_named(address: str) -> None:
    items = [Item("sqlite_100k", name, kind()) for name, kind in SCHEMES.items()]
    with dask(address) as executor:
        outcomes = run(items, executor, worker=fails)
    said = [f"ValueError: not {name}" for name in SCHEMES]
    assert [outcome.error for outcome in outcomes] == said


def test_no_cluster() -> None:
    with (
        pytest.raises(AnonvmaError, match=r"--dask: no cluster at tcp://127\.0\.0\.1:1"),
        dask("tcp://127.0.0.1:1", timeout=1),
    ):
        pass
