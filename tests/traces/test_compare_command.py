"""``anonvma-book replay --compare`` as a reader runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anonvma_book.schemes import SCHEMES

COMMAND = [sys.executable, "-m", "anonvma_book.cli", "replay"]
ROOT = Path(__file__).parents[2]
LABELS = [name for name in SCHEMES if name != "lokier"] + ["lokier above", "lokier below"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'widgets'}"},
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_a_table_and_what_it_says_of_postgres(tmp_path: Path) -> None:
    store = tmp_path / "a.jsonl"
    arguments = ["postgres", "--compare", "--preset", "a-million", "--results", str(store)]
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "postgres: PostgreSQL with its server processes"
    assert [line[:14].strip() for line in lines[4:-1]] == LABELS
    told = json.loads(run(*arguments, "--json").stdout)["traces"]["postgres"]
    assert list(told) == LABELS
    for found in told.values():
        assert found["units"] == (24 if found["peak_line"] == 362 else 25)
        assert found["unseen"] == 0
        assert found["walks"] < found["hits"] == told["pte_chains"]["hits"]  # every walk is exact
        assert found["candidates"] >= found["hits"]
        assert found["forbidden"] <= found["boundaries"] == found["vmas"] - found["units"]
    # What goes by address alone forbids no merge.
    assert told["pte_chains"]["forbidden"] == told["anonmm"]["forbidden"] == 0
    assert told["pte_chains"]["candidates_per_hit"] == 1
    assert told["lokier below"]["indexes"] < told["lokier above"]["indexes"]
    told = run(*arguments, "--markdown").stdout.splitlines()
    assert told[0] == f"| forbidden borders / vmas | {' | '.join(LABELS)} |"
    assert told[2].startswith("| postgres | 0 / 25 | 0 / 25 |")
    assert [line.split("|")[1].strip() for line in told[6:]] == LABELS


@pytest.mark.parametrize("name", [name for name in SCHEMES if name != "lokier"])
def test_one_scheme(name: str) -> None:
    done = run("sqlite_100k", "--scheme", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"\nscheme +{name}\n", done.stdout)
    assert "allocations from the counter" not in done.stdout
    told = json.loads(run("sqlite_100k", "--scheme", name, "--json").stdout)
    assert told["scheme"] == {"name": name}
    assert told["traces"]["sqlite_100k"][name]["vmas"] == 8


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--jobs", "2"], "--jobs goes with --compare"),
        (["--compare", "--jobs", "0"], "--jobs is 1 or more, not 0"),
        (["nothing", "--compare"], "no trace and no file 'nothing'"),
        (["--compare", "--index-bits", "99"], "index_bits is a whole number from 1 to 64"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"anonvma-book: {said}")


def test_a_failed_replay_is_named_and_the_others_are_printed(tmp_path: Path) -> None:
    path = tmp_path / "a.strace"
    large = "mmap(NULL, 0x400000000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)"
    path.write_text(f"1 {large} = 0x10000\n")
    done = run(str(path), "--compare", "--preset", "classroom", "--side", "below")
    assert done.returncode == 1
    assert done.stderr.startswith(f"anonvma-book: {path} under lokier below failed: SettingError")
    assert done.stderr.count("\n") == 1
    assert "\nlokier below    failed" in done.stdout
    assert "\nanonmm               1" in done.stdout


def test_an_interrupted_comparison_goes_on_where_it_was(tmp_path: Path) -> None:
    store = tmp_path / "a.jsonl"
    arguments = ["sqlite_100k", "postgres", "--compare", "--jobs", "1", "--results", str(store)]
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        while not (store.exists() and store.read_text().count("\n") > 1):
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 130
        said = f"interrupted; to go on: the same command, with --results {store}"
        assert process.stderr.read() == f"anonvma-book: {said}\n"
    before = store.read_text()
    assert before.count("\n") < 14
    assert run(*arguments).returncode == 0
    assert store.read_text().startswith(before)
    assert store.read_text().count("\n") == 14
