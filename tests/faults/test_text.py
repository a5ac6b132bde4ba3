"""Text as other systems and other programs leave it, and files that are no text at all."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from anonvma_book import Lokier, Machine, lines
from anonvma_book.errors import AnonvmaError, TraceError
from anonvma_book.session import Session
from anonvma_book.traces import load, replay
from anonvma_book.traces.faults import read_faults
from anonvma_book.traces.library import DATA, cut_off_note
from anonvma_book.traces.snapshots import read_snapshots
from anonvma_book.traces.strace import read_strace
from anonvma_widgets.publish.slices import needed_cells
from tests.faults.places import bound, run

TRACE = lzma.decompress((DATA / "sqlite_100k.strace.xz").read_bytes())

SYSTEMS: dict[str, Callable[[bytes], bytes]] = {
    "windows": lambda text: text.replace(b"\n", b"\r\n"),
    "old mac": lambda text: text.replace(b"\n", b"\r"),
    "mark": lambda text: b"\xef\xbb\xbf" + text,
    "windows with mark": lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"),
    "no last end": lambda text: text.rstrip(b"\n"),
}
SCRIPT = "a = mmap(4, 'rw', addr=2)\nmunmap(a, 1)\n# a comment\n\nb = mmap(3, 'r')\n"

system = pytest.mark.parametrize("written", SYSTEMS.values(), ids=SYSTEMS.keys())


@system
def test_a_trace_of_any_system(tmp_path: Path, written: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.strace"
    path.write_bytes(written(TRACE))
    assert read_strace(path) == read_strace(DATA / "sqlite_100k.strace.xz")
    assert cut_off_note(str(path)) == ""
    path.write_bytes(written(TRACE.replace(b" ", b"\t", 1)))
    assert read_strace(path) == read_strace(DATA / "sqlite_100k.strace.xz")


@system
def test_what_lies_beside_a_trace_too(tmp_path: Path, written: Callable[[bytes], bytes]) -> None:
    for kind, read in (("maps", lambda path: read_snapshots(path, 2**35)), ("faults", read_faults)):
        stored = DATA / f"sqlite_100k.{kind}.xz"
        path = tmp_path / f"a.{kind}"
        path.write_bytes(written(lzma.decompress(stored.read_bytes())))
        assert read(path) == read(stored)


@system
def test_results_of_any_system_are_kept(tmp_path: Path, written: Callable[[bytes], bytes]) -> None:
    store = tmp_path / "a.jsonl"
    lines.append(store, "one", {"value": 1})
    lines.append(store, "two", {"value": 2})
    store.write_bytes(written(store.read_bytes()))
    for more in range(2):
        found = lines.read(store, lambda told: told["key"], "one of ours")
        assert found == ["one", "two", "three"][: 2 + more]
        lines.append(store, "three", {"value": 3})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_scripts(end: str) -> None:
    text = SCRIPT.replace("\n", end)
    expected = Machine(Lokier.classroom(), task_pages=48)
    expected.run(SCRIPT)
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run(text.rstrip())
    assert str(machine.processes[1]) == str(expected.processes[1])
    assert str(machine.script) == str(expected.script)
    session = Session(script=text)
    replies = session.handle({"type": "rewrite", "text": text})
    assert [reply["type"] for reply in replies] == ["history"]
    assert session.end == 3


def test_cells_of_a_chapter() -> None:
    cells = ["x = 1\r\ny = 2\r\n", "def f():\r\n    return x\r\n", "f()\r\n"]
    assert needed_cells(cells, 2) == [0, 1, 2]


# Cut off


@pytest.mark.parametrize("left_out", [1, 4, 9, 13, 14, 16, 20, 40, 60, 64])
def test_a_trace_that_is_cut_off_is_replayed_up_to_there(tmp_path: Path, left_out: int) -> None:
    text = b"1 brk(NULL) = 0x5000\n"
    text += b"1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7fd371a2f000"
    path = tmp_path / "a.strace"
    path.write_bytes(text[:-left_out])
    done = run(tmp_path, "replay", "a.strace", "--side", "below") if left_out == 13 else None
    if done is not None:
        assert done.status == 0
        assert done.err == (
            "anonvma-book: a.strace, line 2: the trace is cut off here, and is replayed up to this "
            "line\n"
        )
    assert [call.name for call in read_strace(path)] == ["brk"]
    assert "a.strace, line 2: the trace is cut off here" in cut_off_note(str(path))
    assert replay(load(str(path)), Lokier.as_written()).calls == 1


def test_a_trace_that_is_cut_off_within_a_character(tmp_path: Path) -> None:
    path = tmp_path / "a.strace"
    path.write_bytes('1 brk(NULL) = 0x5000\n1 execve("/bin/größ'.encode()[:-1])
    assert len(read_strace(path)) == 1
    assert "line 2: the trace is cut off" in cut_off_note(str(path))


@pytest.mark.parametrize(
    ("name", "compress"), [("a.strace.xz", lzma.compress), ("a.strace.gz", gzip.compress)]
)
def test_compressed_data_that_is_cut_off(
    tmp_path: Path, name: str, compress: Callable[[bytes], bytes]
) -> None:
    packed = compress(TRACE)
    (tmp_path / name).write_bytes(packed[: len(packed) // 2])
    done = run(tmp_path, "replay", name)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"anonvma-book: {name}, line ")
    assert done.err.endswith(": the compressed data is cut off\n")


def test_what_is_no_trace(tmp_path: Path) -> None:
    (tmp_path / "empty.strace").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "secret.strace").write_bytes(TRACE)
    (tmp_path / "secret.strace").chmod(0)
    said = {
        "empty.strace": "empty.strace, line 1: no memory call so far: is this from strace?",
        "folder": "folder: a folder, and a trace is a file",
        "pipe": "pipe: not a regular file, and a trace is a file",
        "secret.strace": "secret.strace: Permission denied",
    }
    for name, line in said.items():
        done = run(tmp_path, "replay", name, before=bound)
        assert done == (2, "", f"anonvma-book: {line}\n")


# A file of findings


def key(told: object) -> str:
    assert isinstance(told, dict)
    return str(told["key"])


def test_only_a_line_of_ours_that_was_cut_off_is_taken_out(tmp_path: Path) -> None:
    store = tmp_path / "a.jsonl"
    lines.append(store, "one", {"value": [1, 2, 3]})
    kept = store.read_bytes()
    line = json.dumps({"key": "two", "value": [1, 2, 3]}).encode()
    for length in range(1, len(line)):
        store.write_bytes(kept + line[:length])
        assert lines.read(store, key, "one of ours") == ["one"]
        assert store.read_bytes() == kept
    store.write_bytes(kept + line)
    assert lines.read(store, key, "one of ours") == ["one", "two"]
    assert store.read_bytes() == kept + line + b"\n"
    for other in (b"my notes", b"{}", kept + b"my notes", b"my notes\n" + kept, b'{"key": 1, "a'):
        store.write_bytes(other)
        with pytest.raises(TraceError, match=r"a\.jsonl, line [12]: not one of ours"):
            lines.read(store, key, "one of ours")
        assert store.read_bytes() == other


def test_findings_go_into_a_file(tmp_path: Path) -> None:
    for place in (tmp_path, Path("/dev/full")):
        with pytest.raises(AnonvmaError, match="not a file"):
            lines.read(place, key, "one of ours")
    with pytest.raises(FileNotFoundError, match="nowhere/a"):
        lines.read(tmp_path / "nowhere" / "a", key, "one of ours")
