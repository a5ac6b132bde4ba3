"""Traces of anybody's: what strace wrote, snapshots and faults, in files that may be broken.

Bounds: a line has at most 2**20 characters and a file 2**30, also when it is compressed; a line
costs what its call costs, at most MOST_VMAS vmas; all faults together MOST_PAGES pages.
"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anonvma_book.errors import AnonvmaError, SettingError, TraceError
from anonvma_book.exhaustive import worlds
from anonvma_book.live.maps import border_of, flags_of
from anonvma_book.schemes import AnonVmaChain, Lokier, Scheme
from anonvma_book.traces import many, source
from anonvma_book.traces.call_text import FORKS, PARSERS
from anonvma_book.traces.faults import MOST_PAGES, parse_faults
from anonvma_book.traces.library import TASK_PAGES, Trace, load
from anonvma_book.traces.measure import Measured
from anonvma_book.traces.replay import MOST_VMAS, Replay, replay
from anonvma_book.traces.snapshots import parse_snapshots
from anonvma_book.traces.source import LONGEST_LINE, numbered_lines
from anonvma_book.traces.strace import parse_strace
from tests.fuzz.bounds import bounded, refusal
from tests.fuzz.texts import mutated, raw

R, RW = "PROT_READ", "PROT_READ|PROT_WRITE"
ANON = "MAP_PRIVATE|MAP_ANONYMOUS"
REAL = [
    '1 execve("/bin/ls", ["ls", "-l"], 0x7ffd /* 20 vars */) = 0',
    f"1 mmap(NULL, 8192, {RW}, {ANON}, -1, 0) = 0x7f617290d000",
    f"1 mmap(0x7f6000000000, 134217728, PROT_NONE, {ANON}|MAP_NORESERVE, -1, 0) = 0x7f6000000000",
    f"1 mmap(NULL, 4096, {R}, MAP_PRIVATE, 3</lib/a.so>, 0) = 0x7f617290f000",
    f"1 mmap(NULL, 65536, {RW}, {ANON}|MAP_GROWSDOWN|MAP_STACK, -1, 0) = 0x7f617280d000",
    f"1 mprotect(0x7f617290d000, 4096, {R}) = 0",
    "1 munmap(0x7f617290d000, 4096) = 0",
    "1 mremap(0x7f617290e000, 4096, 20480, MREMAP_MAYMOVE) = 0x7f6172a00000",
    "1 mremap(0x7f617290e000, 0, 4096, MREMAP_FIXED, 0x7f6172b00000) = 0x7f6172b00000",
    "1 brk(NULL) = 0x5581e000",
    "1 brk(0x55820000) = 0x55820000",
    "1 madvise(0x7f617290d000, 4096, MADV_DONTFORK) = 0",
    "1 shmat(5, NULL, 0) = 0x7f6172c00000",
    "1 shmdt(0x7f6172c00000) = 0",
    "1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 2",
    "1 clone3({flags=CLONE_VM|CLONE_THREAD, stack_size=0x7fff00} => {parent_tid=[3]}) = 3",
    "1 vfork( <unfinished ...>",
    f"2 mmap(NULL, 4096, {RW}, {ANON}, -1, 0 <unfinished ...>",
    "2 <... mmap resumed>) = 0x7f6172d00000",
    "1 <... vfork resumed>) = 4",
    "2 brk(0x55830000) = -1 ENOMEM (Cannot allocate memory)",
    "4 exit_group(0) = ?",
    "2 +++ exited with 0 +++",
    "3 +++ superseded by execve in pid 1 +++",
    "[pid 7] 10:02:03.000456 [00007f61] brk(NULL) = 0x1000",
    "--- SIGCHLD {si_signo=SIGCHLD} ---",
]
WORDS = [*PARSERS, *FORKS, "NULL", "= 0", "= -5", "0x", "|", "/*", "*/", "<", '"', "\\", "2 ", "?"]
lines = st.lists(mutated(REAL, more=WORDS) | raw, max_size=25)
SHOTS = [
    "@ line=1 tgid=1 reason=exec exact=1",
    "@ line=3 tgid=2 reason=mid exact=0",
    "5581d000-5581e000 rw-p 00000000 anon 4 4 0 rd,wr,ac [heap]",
    "7f617290d000-7f617290f000 r-xp 00001000 file 8 8 8 rd,ex /lib/a.so",
    "7ffd00000000-7ffd00021000 rw-p 00000000 anon 132 12 12 rd,wr,gd [stack]",
]
FAULTS = ["1 1 7f617290d 1 w", "2 1 7ffcffff0 3 r", "3 2 7f617290e 2 wp", "1 1 0 999999999 w"]


def numbered(text: list[str]) -> list[tuple[int, str]]:
    return list(enumerate(text, 1))


schemes: st.SearchStrategy[Scheme] = st.sampled_from(
    [Lokier.as_written(), Lokier(16, 1, 4), Lokier.classroom(), AnonVmaChain()]
)


@settings(max_examples=80)
@given(lines, st.lists(st.sampled_from(SHOTS), max_size=6), schemes)
@example(["1 brk(NULL) = -5", "1 fork() = 1", "1 fork() = 2", "2 fork() = 1"], [], Lokier())
@example([f"1 mmap(NULL, {2**63}, {RW}, {ANON}, -1, 0) = {2**63}"], [], Lokier())
@example(["1 execve() = 0", "2 brk(NULL) = 18446744073709551615"], SHOTS[:1], Lokier())
def test_a_trace_is_replayed_or_one_line_is_wrong(
    text: list[str], shots: list[str], scheme: Scheme
) -> None:
    for lines in (text, [line for line in text if reads(line)]):
        replayed_or_refused(lines, shots, scheme)


def reads(line: str) -> bool:
    """Whether nothing is wrong with a line as such."""
    error = refusal(TraceError, lambda: parse_strace([(1, line)], "x"))
    return error is None or "no memory call so far" in str(error)


def replayed_or_refused(text: list[str], shots: list[str], scheme: Scheme) -> None:
    """Replay it all: one error says what is wrong, or every rule holds at the end."""
    try:
        calls = parse_strace(numbered(text), "x")
        snapshots = parse_snapshots(numbered(shots), "x.maps", TASK_PAGES)
        running = Replay(Trace("x", calls, snapshots, []), scheme, pages=True)
        running.run()
    except (TraceError, SettingError) as error:
        said = str(error)
        assert said.isprintable()
        assert len(said) < 300
        return
    for machine in running.threads.machines:
        machine.check()


@settings(max_examples=60)
@given(st.lists(mutated(SHOTS) | st.sampled_from(SHOTS) | raw, max_size=6))
def test_a_snapshot_is_read_or_one_line_is_wrong(text: list[str]) -> None:
    error = refusal(TraceError, lambda: parse_snapshots(numbered(text), "x", TASK_PAGES))
    assert error is None or 1 <= error.line <= len(text)


@settings(max_examples=60)
@given(st.lists(mutated(FAULTS) | raw, max_size=6))
def test_faults_are_read_or_one_line_is_wrong(text: list[str]) -> None:
    error = refusal(TraceError, lambda: parse_faults(numbered(text), "x"))
    assert error is None or 1 <= error.line <= len(text)


def test_a_fault_of_a_billion_pages_is_refused() -> None:
    with bounded(seconds=1, megabytes=2), pytest.raises(TraceError, match="pages are touched"):
        parse_faults([(1, "1 1 0 999999999 w")], "x")
    many_lines = numbered([f"1 1 0 {MOST_PAGES // 4} w"] * 5)
    with pytest.raises(TraceError, match=f"^x, line 5: more than {MOST_PAGES:,} pages"):
        parse_faults(many_lines, "x")


def test_a_process_is_not_cut_into_more_vmas_than_linux_lets_be() -> None:
    sizes = {1: 1000, 2**40: MOST_VMAS - 500}  # vmas, by address
    text = [
        f"1 mmap(NULL, {size * 64 * 4096}, {RW}, {ANON}, -1, 0) = {start * 4096}"
        for start, size in sizes.items()
    ]
    trace = Trace("x", parse_strace(numbered(text), "x"), [], [])
    with bounded(seconds=2, megabytes=10), pytest.raises(SettingError, match="x, line 2: mmap"):
        replay(trace, Lokier(index_bits=6, proportion=0, minimum=0))


# Files


def whole_file(kind: str, text: bytes) -> bytes:
    if kind == ".gz":
        return gzip.compress(text)
    return lzma.compress(text) if kind else text


TRACE = "\n".join(REAL).encode()
file_changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=3)


@settings(max_examples=60)
@given(
    st.sampled_from(["", ".gz", ".xz"]),
    st.just(TRACE) | st.binary(max_size=200),
    st.floats(0, 1),
    file_changes,
    st.booleans(),
)
def test_a_broken_file_is_one_error(
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    text: bytes,
    kept: float,
    changes: list[tuple[float, int]],
    packed: bool,
) -> None:
    content = bytearray(whole_file(kind, text) if packed else text)
    del content[round(kept * len(content)) :]
    for where, byte in changes:
        if content:
            content[int(where * len(content)) % len(content)] ^= byte
    path = tmp_path_factory.getbasetemp() / f"x.strace{kind}"
    path.write_bytes(content)
    for read in (lambda: list(numbered_lines(path)), lambda: load(str(path))):
        error = refusal(AnonvmaError, read)
        assert error is None or "x.strace" in str(error)


@pytest.mark.parametrize("kind", [".gz", ".xz"])
def test_a_line_that_does_not_end_is_not_read_to_its_end(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.strace{kind}"
    path.write_bytes(whole_file(kind, b"(" * (20 * LONGEST_LINE)))
    with bounded(seconds=10, megabytes=20), pytest.raises(TraceError, match="longer than"):
        list(numbered_lines(path))


def test_a_small_file_may_not_hold_more_text_than_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 10**5)
    path = tmp_path / "x.strace.xz"
    path.write_bytes(lzma.compress(b"1 munmap(0, 0) = 0\n" * 10**5))
    assert path.stat().st_size < 10**4
    with pytest.raises(TraceError, match="holds more than 1 GiB"):
        load(str(path))


QUOTED = '1 execve("'


@pytest.mark.parametrize("piece", ['"', "(", "<", "/*", "\\", " ", ") = ", "1", "A|", "<... x"])
@pytest.mark.parametrize("begin", ["1 mmap(", QUOTED, "1 clone(flags="])
def test_a_long_line_takes_no_more_than_its_length(begin: str, piece: str) -> None:
    text = begin + piece * (50_000 // len(piece))
    with bounded(seconds=4, megabytes=40):
        refusal(TraceError, lambda: parse_strace([(1, text)], "x"))


# Stores, and the kernel's own lines

told = st.one_of(
    st.just(json.dumps({"key": "k", **Measured().as_dict()})),
    st.just('{"key": "k", "levels": [[1, 2, 3, 4]], "broken": ""}'),
)
values = st.sampled_from(["1e999", "NaN", "-Infinity", '"x"', "[]", "{}", "null", "9" * 5000])


@pytest.mark.parametrize("read", [many.read_store, worlds.read_store])
@settings(max_examples=40)
@given(store=st.lists(told.flatmap(lambda one: mutated([one])) | raw, max_size=3), value=values)
def test_a_store_is_read_or_one_line_is_wrong(
    tmp_path_factory: pytest.TempPathFactory,
    read: Callable[[Path], dict[str, object]],
    store: list[str],
    value: str,
) -> None:
    path = tmp_path_factory.getbasetemp() / "found.jsonl"
    text = "\n".join(store).replace(": 0", f": {value}").replace("[1,", f"[{value},")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found: dict[str, object] = {}
    error = refusal(AnonvmaError, lambda: found.update(read(path)))
    assert error is None or "found.jsonl, line " in str(error)
    for measured in found.values():
        if isinstance(measured, Measured):
            assert f"{measured.vmas:,} {measured.candidates_per_hit:.2f}"


def test_a_store_that_is_nested_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "found.jsonl"
    path.write_text("[" * 10**6 + "\n")
    for read in (many.read_store, worlds.read_store):
        with pytest.raises(TraceError, match=r"^found\.jsonl, line 1: not "):
            read(path)


@settings(max_examples=50)
@given(mutated(["1000004000-1000006000 rw-p 00000000 00:00 0", "VmFlags: rd wr mr"]) | raw)
def test_a_line_of_maps_is_read_or_a_value_error(text: str) -> None:
    line = text.encode("utf-8", "replace")
    border = refusal(ValueError, lambda: border_of(line, 0x1000000000, 4096))
    assert border is None or type(border) in (ValueError, UnicodeDecodeError)
    refusal(UnicodeDecodeError, lambda: flags_of(line))
