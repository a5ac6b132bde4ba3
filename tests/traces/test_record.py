"""``anonvma-book record`` with the real strace, and the replay of what it wrote."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anonvma_book.schemes import AnonVmaChain, Lokier, Scheme
from anonvma_book.traces import load, replay

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "anonvma_book.cli"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is there on Linux alone")

MAPS_AND_FORKS = "import mmap, os; m = mmap.mmap(-1, 1 << 20); os.fork() or os._exit(0); os.wait()"


def run(folder: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = ENVIRONMENT | ({} if path is None else {"PATH": path})
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", ["mine.strace", "mine.strace.xz"])
@pytest.mark.parametrize("scheme", [Lokier.as_written(), AnonVmaChain()], ids=["lokier", "chain"])
def test_a_recording_can_be_replayed(tmp_path: Path, name: str, scheme: Scheme) -> None:
    done = run(tmp_path, "record", "-o", name, "--", sys.executable, "-c", MAPS_AND_FORKS)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(f"{name}: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    tally = replay(load(str(tmp_path / name)), scheme)
    assert tally.processes == 2
    assert tally.calls > 20


def test_the_names_of_recordings(tmp_path: Path) -> None:
    for _ in range(2):
        assert run(tmp_path, "record", "--", "true", "-o", "x").returncode == 0
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == ["true-2.strace.xz", "true.strace.xz"]


def test_the_program_keeps_its_input_and_output(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "record", "--", "cat"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        input="in and out",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "in and out"


def test_a_program_that_fails(tmp_path: Path) -> None:
    done = run(tmp_path, "record", "--", "sh", "-c", "exit 7")
    assert done.returncode == 1
    assert done.stderr.endswith("calls (the program's status was 7)\n")


def test_what_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path, "record", "--", "no-such-program")
    assert (done.returncode, done.stderr) == (
        2,
        "anonvma-book: record: there is no program 'no-such-program'\n",
    )
    assert "record: no program;" in run(tmp_path, "record").stderr
    done = run(tmp_path, "record", "--", sys.executable, path=str(tmp_path))
    assert (done.returncode, done.stderr) == (
        2,
        "anonvma-book: record: strace is not installed; on Debian: apt-get install strace\n",
    )
    done = run(tmp_path, "record", "-o", "no/where.strace", "--", "true")
    assert (done.returncode, done.stderr) == (
        2,
        "anonvma-book: no/where.strace: No such file or directory\n",
    )
    assert list(tmp_path.iterdir()) == []


def start(folder: Path) -> subprocess.Popen[bytes]:
    """A recording of a program that has mapped something, and sleeps; in a session of its own."""
    program = "import mmap, time; m = mmap.mmap(-1, 1 << 20); print(1, flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [*COMMAND, "record", "-o", "cut.strace.xz", "--", sys.executable, "-c", program],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"1\n"
    return process


def test_an_interrupt_ends_the_program_and_keeps_the_recording(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 1
    assert replay(load(str(tmp_path / "cut.strace.xz")), AnonVmaChain()).calls > 20


def test_a_recording_that_is_killed_leaves_its_text(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
    time.sleep(0.1)
    assert [path.name for path in tmp_path.iterdir()] == ["cut.strace"]
    assert replay(load(str(tmp_path / "cut.strace")), AnonVmaChain()).calls > 20


def test_a_text_that_ends_within_a_call_can_be_replayed(tmp_path: Path) -> None:
    text = '1 execve("/bin/x", ["x"], 0x1 /* 1 var */) = 0\n1 brk(NULL) = 0x5000\n1 munmap(0x40'
    (tmp_path / "cut.strace").write_text(text, encoding="utf-8")
    assert replay(load(str(tmp_path / "cut.strace")), Lokier.as_written()).calls == 2


def test_strace_is_installed_for_these_tests() -> None:
    assert shutil.which("strace"), "make tools installs it, or says how"
