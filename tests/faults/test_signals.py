"""Commands that are ended in the middle: what was saved is kept, nobody is left, a line is said."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from anonvma_book.exhaustive.worlds import read_store as read_search
from anonvma_book.schemes import AnonVmaChain
from anonvma_book.traces import load, replay
from anonvma_book.traces.many import read_store as read_replays
from tests.faults.places import Done, alive, run, start

SECONDS = 60
SAID = {
    signal.SIGINT: (130, "interrupted"),
    signal.SIGTERM: (143, "ended by SIGTERM"),
    signal.SIGHUP: (129, "the terminal was closed"),
    signal.SIGKILL: (-9, ""),
}

REPLAY = ("replay", "sqlite_100k", "postgres", "--compare", "--jobs", "2", "--results", "a.jsonl")
SEARCH = ("search", "--pages", "2", "--depth", "2", "--jobs", "2", "--results", "a.jsonl")
SHORT = ("replay", "sqlite_100k", "--compare", "--jobs", "1", "--results", "a.jsonl")


def until(there: Callable[[], object]) -> None:
    """Return when it is so."""
    end = time.monotonic() + SECONDS
    while not there():
        assert time.monotonic() < end
        time.sleep(0.01)


def end(process: subprocess.Popen[str], number: int, *, group: bool = False) -> Done:
    """Send a signal, to the whole group as a terminal does, or to the first process alone."""
    if group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    out, err = process.communicate(timeout=SECONDS)
    until(lambda: not alive(process.pid))
    return Done(process.returncode, out, err)


@pytest.mark.parametrize(
    ("number", "group"),
    [
        (signal.SIGINT, True),
        (signal.SIGINT, False),
        (signal.SIGTERM, True),
        (signal.SIGTERM, False),
        (signal.SIGHUP, True),
        (signal.SIGKILL, False),
    ],
)
@pytest.mark.parametrize(
    ("arguments", "read"), [(REPLAY, read_replays), (SEARCH, read_search)], ids=["replay", "search"]
)
def test_what_was_found_is_kept_and_nobody_is_left(
    tmp_path: Path,
    arguments: tuple[str, ...],
    read: Callable[[Path], dict[str, object]],
    number: signal.Signals,
    group: bool,
) -> None:
    store = tmp_path / "a.jsonl"
    with start(tmp_path, *arguments) as process:
        until(lambda: store.exists() and store.stat().st_size)
        done = end(process, number, group=group)
    status, said = SAID[number]
    note = "; to go on: the same command, with --results a.jsonl" if said else ""
    line = f"anonvma-book: {said}{note}\n" if said else ""
    assert done == (status, "", line)
    before = store.read_bytes()
    assert len(read(store)) > 0
    assert before.startswith(store.read_bytes())  # no more than a line that was not whole is out
    assert before.count(b"\n") == len(read(store))


@pytest.mark.parametrize("arguments", [SHORT, SEARCH], ids=["replay", "search"])
def test_it_goes_on_from_there(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    store = tmp_path / "a.jsonl"
    with start(tmp_path, *arguments) as process:
        until(lambda: store.exists() and store.stat().st_size)
        end(process, signal.SIGKILL)
    before = store.read_bytes() + b'{"key": "1 cut o'
    store.write_bytes(before)
    done = run(tmp_path, *arguments)
    assert (done.status, done.err) == (0, "")
    lines = store.read_bytes().splitlines()
    assert lines[: before.count(b"\n")] == before.splitlines()[:-1]
    assert len(set(lines)) == len(lines)
    again = run(tmp_path, *arguments)
    assert again.out == done.out
    assert store.read_bytes().splitlines() == lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_twin_says_where_to_go_on(tmp_path: Path, number: signal.Signals) -> None:
    with start(tmp_path, "twin", "--calls", "9999999", "--seed", "5") as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until(children.read_text)  # the process that it drives
        time.sleep(0.5)
        done = end(process, number, group=True)
    status, said = SAID[number]
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"anonvma-book: {said}; ")
    assert " calls without a disagreement; to go on: anonvma-book twin --calls " in done.err
    assert done.err.count("\n") == 1


# Recording


SLEEPS = ("record", "-o", "a.strace.xz", "--", "sh", "-c", "echo begun; exec sleep 60")


def begun(process: subprocess.Popen[str], text: Path) -> None:
    """Return when the program of SLEEPS runs, and its first calls are written down."""
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    until(lambda: b"execve" in text.read_bytes())


@pytest.mark.parametrize(
    ("number", "group", "status"),
    [(signal.SIGINT, True, 130), (signal.SIGTERM, False, 143), (signal.SIGTERM, True, 143)],
)
def test_a_recording_ends_with_its_program(
    tmp_path: Path, number: signal.Signals, group: bool, status: int
) -> None:
    with start(tmp_path, *SLEEPS) as process:
        begun(process, tmp_path / "a.strace")
        done = end(process, number, group=group)
    assert done.status == 1
    assert done.err.endswith(f" calls (the program's status was {status})\n")
    assert [path.name for path in tmp_path.iterdir()] == ["a.strace.xz"]
    assert replay(load(str(tmp_path / "a.strace.xz")), AnonVmaChain()).calls > 10


def test_a_recording_goes_on_where_the_command_is_killed(tmp_path: Path) -> None:
    text = tmp_path / "a.strace"
    with start(tmp_path, *SLEEPS[:-1], "echo begun; sleep 0.5; true") as process:
        begun(process, text)
        end(process, signal.SIGKILL)
    until(lambda: b"exited with 0" in text.read_bytes().splitlines()[-1])
    whole = text.read_bytes()
    again = run(tmp_path, *SLEEPS)
    assert again.status == 2
    assert again.err.startswith("anonvma-book: record: a.strace is there, perhaps from a recording")
    assert text.read_bytes() == whole


# Publishing


def chapter(path: Path, *cells: str) -> None:
    """A notebook of these cells."""
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_slides_that_are_interrupted_leave_the_old_ones(
    tmp_path: Path, number: signal.Signals
) -> None:
    chapter(
        tmp_path / "a.ipynb",
        "import os, pathlib, time",
        "_ = pathlib.Path('pid').write_text(f'{os.getpid()}.')",
        "time.sleep(60)",
    )
    (tmp_path / "slides").mkdir()
    old = tmp_path / "slides" / "a.slides.html"
    old.write_text("the old ones")
    pid = tmp_path / "pid"
    with start(tmp_path, "slides", "a.ipynb") as process:
        until(lambda: pid.exists() and pid.read_text().endswith("."))
        done = end(process, number, group=True)
    status, said = SAID[number]
    assert done == (status, "", f"anonvma-book slides: {said}\n" if said else "")
    assert list((tmp_path / "slides").iterdir()) == [old]
    assert old.read_text() == "the old ones"
    kernel = int(pid.read_text().rstrip("."))
    until(lambda: not alive(kernel))
