"""``anonvma-book replay`` as a reader runs it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from anonvma_book.traces import BUNDLED
from anonvma_book.traces.command import PRESETS

COMMAND = [sys.executable, "-m", "anonvma_book.cli", "replay"]
ROOT = Path(__file__).parents[2]
RECORDED = Path(__file__).parent / "recorded.strace"


def run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command, run in a folder."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def fails(*arguments: str) -> str:
    """What the command says on one line when it fails."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("anonvma-book: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("anonvma-book: ").rstrip("\n")


@pytest.mark.parametrize("arguments", [(), ("--list",), ("py_numpy", "--list")])
def test_without_a_trace_it_lists_the_bundled_ones(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n{name}  " in done.stdout for name in BUNDLED)


TABLE = """\
2^32 indexes an address space, proportion 1, minimum 2^12

a.strace
5 calls, 1 that had failed left out; 1 program
----------------------------------------------------------
reservations of mmap                        above    below
----------------------------------------------------------
vmas of one process at its peak                 3        1
units of that process then                      1        1
boundaries that cannot merge                    2        0
line of the trace at the peak                   4        2
mappings that claimed a reservation             0        2
allocations from the counter                    3        1
growth that needed one more vma                 0        0
wraps of the counter                            0        0
indexes handed out                         12,291    4,097
calls on memory that is not in the trace        1        1
----------------------------------------------------------
"""

OWN = """\
7 execve("prog") = 0
7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x30000
7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x2f000
7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x2e000
7 mprotect(0x90000, 4096, PROT_READ) = 0
7 munmap(0x1, 1) = -1 EINVAL (Invalid argument)
"""


def test_a_table_of_a_readers_own_trace(tmp_path: Path) -> None:
    (tmp_path / "a.strace").write_text(OWN)
    done = run("a.strace", "--preset", "a-million", folder=tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", TABLE)


def test_one_side_and_two_traces() -> None:
    done = run("sqlite_100k", str(RECORDED), "--side", "below")
    assert done.returncode == 0
    assert done.stdout.startswith("2^32 indexes an address space, proportion 1, minimum 2^22\n")
    assert "\nsqlite_100k: SQLite" in done.stdout
    assert f"\n{RECORDED}\n" in done.stdout
    assert "below" in done.stdout
    assert "above" not in done.stdout


def test_json() -> None:
    done = run("py_numpy", "--json", "--preset", "a-million", "--proportion", "0.5")
    told = json.loads(done.stdout)
    assert told["scheme"] == {
        "index_bits": 32,
        "proportion": 0.5,
        "minimum": 4096,
        "mremap_reserves": "exclusive",
    }
    assert list(told["traces"]["py_numpy"]) == ["above", "below"]
    below = told["traces"]["py_numpy"]["below"]
    assert below["boundaries"] == below["vmas"] - below["units"]


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_and_changes(preset: str) -> None:
    arguments = ["sqlite_100k", "--json", "--preset", preset, "--index-bits", "20"]
    told = json.loads(run(*arguments, "--minimum", "2^8").stdout)
    assert (told["scheme"]["index_bits"], told["scheme"]["minimum"]) == (20, 256)


def test_an_unknown_trace_lists_the_bundled_ones() -> None:
    said = fails("py_numpy", "no_such_trace")
    assert said == (
        "no trace and no file 'no_such_trace'; the bundled traces are " + ", ".join(BUNDLED)
    )


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--index-bits", "x", "--index-bits is a whole number such as 4096 or 2^12, not 'x'"),
        ("--index-bits", "99", "index_bits is a whole number from 1 to 64, not 99"),
        ("--minimum", "-1", "--minimum is a whole number such as 4096 or 2^12, not '-1'"),
        ("--proportion", "some", "--proportion is a number, not 'some'"),
        ("--proportion", "-1", "proportion is a number of 0 or more, not -1.0"),
        ("--proportion", "nan", "proportion is a number of 0 or more, not nan"),
    ],
)
def test_wrong_settings(option: str, value: str, said: str) -> None:
    assert fails("py_numpy", f"{option}={value}") == said


def test_a_malformed_line(tmp_path: Path) -> None:
    path = tmp_path / "a.strace"
    path.write_text(OWN + "7 mmap(NULL, 4096) = 0x1000\n")
    assert fails(str(path)) == (
        "a.strace, line 7: 2 arguments are too few: 7 mmap(NULL, 4096) = 0x1000"
    )
    path.write_text("not a trace\n")
    assert "no memory call" in fails(str(path))


def test_a_mapping_that_is_too_large_for_the_index_bits(tmp_path: Path) -> None:
    path = tmp_path / "a.strace"
    path.write_text(OWN.replace("4096", "0x400000000"))
    assert "more index bits are needed" in fails(str(path), "--preset", "classroom")


def on_a_terminal(*arguments: str) -> bytes:
    """What the command writes to a terminal as stderr."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=its
    ) as process:
        os.close(its)
        written = b""
        try:
            while part := os.read(ours, 4096):
                written += part
        except OSError:  # the other end is closed
            pass
        assert process.wait(timeout=120) == 0
    os.close(ours)
    return written


def test_a_progress_bar_on_a_terminal_alone() -> None:
    written = on_a_terminal("py_numpy")
    assert b"py_numpy below [########################] 100 %" in written
    assert written.endswith(b" \r")  # and is wiped away
    assert on_a_terminal("py_numpy", "--quiet") == b""
    assert run("sqlite_100k").stderr == ""
