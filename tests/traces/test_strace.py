"""The reader of strace's output: exact values, odd forms, and somebody else's text."""

from __future__ import annotations

import gzip
import lzma
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonvma_book.errors import AnonvmaError, TraceError
from anonvma_book.traces.call_text import ENDED, SysCall, split_arguments
from anonvma_book.traces.source import LONGEST_LINE
from anonvma_book.traces.strace import parse_strace, read_strace

RECORDED = Path(__file__).parent / "recorded.strace"


def parsed(text: str) -> list[SysCall]:
    return parse_strace(enumerate(text.splitlines(), 1), "x.strace")


def one(line: str) -> SysCall:
    (call,) = parsed(line)
    return call


def test_mmap() -> None:
    assert one(
        "7 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)"
        " = 0x7f617290d000"
    ) == SysCall(
        line=1,
        tid=7,
        name="mmap",
        result=0x7F617290D000,
        length=8192,
        protection="rw",
        flags=frozenset({"MAP_PRIVATE", "MAP_ANONYMOUS"}),
    )


def test_mmap_that_failed() -> None:
    call = one(
        "1 mmap(NULL, 150994944, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_HUGETLB"
        "|21<<MAP_HUGE_SHIFT, -1, 0) = -1 ENOMEM (Cannot allocate memory)"
    )
    assert (call.result, call.errno, call.succeeded) == (-1, "ENOMEM", False)


def test_munmap_and_mprotect() -> None:
    assert one("3 munmap(0x7f6172903000, 38883) = 0") == SysCall(
        1, 3, "munmap", 0, start=0x7F6172903000, length=38883
    )
    assert one("3 mprotect(0x1000, 16384, PROT_NONE) = 0") == SysCall(
        1, 3, "mprotect", 0, start=0x1000, length=16384, flags=frozenset({"PROT_NONE"})
    )
    assert one("3 pkey_mprotect(0x1000, 4096, PROT_READ|PROT_EXEC, 1) = 0").protection == "rx"


def test_mremap() -> None:
    assert one("1 mremap(0x5000, 4096, 8192, MREMAP_MAYMOVE|MREMAP_FIXED, 0x9000) = 0x9000") == (
        SysCall(
            1,
            1,
            "mremap",
            0x9000,
            start=0x5000,
            length=4096,
            new_length=8192,
            to=0x9000,
            flags=frozenset({"MREMAP_MAYMOVE", "MREMAP_FIXED"}),
        )
    )
    assert one("1 mremap(0x5000, 4096, 8192, 0) = 0x5000").to is None


def test_brk_with_and_without_an_address() -> None:
    assert one("1 brk(NULL) = 0x559d1e994000") == SysCall(1, 1, "brk", 0x559D1E994000)
    assert one("1 brk(0x559d1e9b5000) = 0x559d1e9b5000").start == 0x559D1E9B5000


def test_forks() -> None:
    clone = one(
        "1 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD,"
        " child_tidptr=0x7fa367034a10) = 2"
    )
    assert (clone.result, "CLONE_VM" in clone.flags) == (2, False)
    clone3 = one(
        "1 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS, child_tid=0x7fc, exit_signal=0,"
        " stack=0x7fc, stack_size=0x7ff480, tls=0x7fc} => {parent_tid=[3]}, 88) = 3"
    )
    assert (clone3.result, clone3.flags >= {"CLONE_VM", "CLONE_THREAD"}) == (3, True)
    assert one("1 vfork() = 4").flags == {"CLONE_VM", "CLONE_VFORK"}
    assert one("1 fork() = 5").flags == frozenset()


def test_execve_keeps_the_name_alone() -> None:
    assert one('1 execve("sh") = 0').program == "sh"
    line = r'9 execve("/opt/a, b)/prog\"x", ["prog", "= 1"], 0x7ffc /* 35 vars */) = 0'
    assert one(line).program == r"prog\"x"
    assert one('9 execveat(5</tmp>, "a/prog", ["p"], 0x1 /* 3 vars */, 0) = 0').program == "prog"


def test_the_end_of_a_thread() -> None:
    calls = parsed("4 exit_group(1) = ?\n4 +++ exited with 1 +++\n5 +++ killed by SIGKILL +++")
    assert [(call.tid, call.name, call.result) for call in calls] == [
        (4, "exit_group", None),
        (4, ENDED, None),
        (5, ENDED, None),
    ]


@pytest.mark.parametrize(
    "prefix",
    [
        "12 ",
        "12    ",
        "12<python3> ",
        "[pid    12] ",
        "12  10:02:03 ",
        "12  10:02:03.000456 ",
        "12  1795501152.795939 ",
        "12       0.000123 ",
        "12  10:02:03 (+     0.000123) ",
        "12  [   11] ",
        "12  [00007f4a5c0b9c5b] ",
    ],
)
def test_prefixes(prefix: str) -> None:
    assert one(f"{prefix}munmap(0x1000, 4096) = 0") == SysCall(
        1, 12, "munmap", 0, start=0x1000, length=4096
    )


def test_a_trace_of_one_process_has_no_tid() -> None:
    assert one("munmap(0x1000, 4096) = 0").tid == 0
    assert one("10:02:03 munmap(0x1000, 4096) = 0").tid == 0
    assert one("     0.000020 munmap(0x1000, 4096) = 0").tid == 0


@pytest.mark.parametrize(
    "line",
    [
        "1 mmap(NULL, 8192, 0x3, 0x22, -1, 0) = 0x7f135155d000",
        "1 mmap(NULL, 8192, 0x3 /* PROT_READ|PROT_WRITE */, 0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */,"
        " -1, 0) = 0x7f135155d000",
        "1 mmap(NULL, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)"
        "         = 0x7f135155d000 <0.000123>",
    ],
)
def test_numbers_for_names_comments_and_times(line: str) -> None:
    call = one(line)
    assert (call.length, call.protection, call.result) == (8192, "rw", 0x7F135155D000)
    assert call.flags == {"MAP_PRIVATE", "MAP_ANONYMOUS"}


def test_file_names_may_hold_anything() -> None:
    call = one("1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</tmp/a, (b] = 0>, 0) = 0x7000")
    assert (call.length, call.result) == (4096, 0x7000)


def test_a_call_that_ends_on_a_later_line() -> None:
    calls = parsed(
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE <unfinished ...>\n"
        "2 brk(NULL) = 0x5000\n"
        "1 <... mmap resumed>, 3, 0) = 0x7000"
    )
    assert [(call.line, call.name, call.result) for call in calls] == [
        (2, "brk", 0x5000),
        (3, "mmap", 0x7000),
    ]
    assert calls[1].length == 4096


def test_a_child_that_runs_before_its_fork_returns() -> None:
    calls = parsed(
        "1 brk(NULL) = 0x5000\n"
        "1 vfork( <unfinished ...>\n"
        '2 execve("/bin/true", ["true"], 0x7ffe /* 3 vars */) = 0\n'
        "2 +++ exited with 0 +++\n"
        "1 <... vfork resumed>) = 2\n"
        "1 brk(NULL) = 0x5000\n"
        "1 fork() = 2\n"
        "2 brk(NULL) = 0x5000\n"
    )
    assert [(call.tid, call.name) for call in calls] == [
        (1, "brk"),
        (1, "vfork"),
        (2, "execve"),
        (2, ENDED),
        (1, "brk"),
        (1, "fork"),
        (2, "brk"),
    ]


def test_a_thread_that_runs_another_program() -> None:
    calls = parsed(
        '13769 execve("/bin/true", ["true"], 0x7fff /* 38 vars */ <pid changed to 13728 ...>\n'
        "13728 +++ superseded by execve in pid 13769 +++\n"
        "13728 <... execve resumed>) = 0\n"
    )
    assert [(call.tid, call.name, call.program) for call in calls] == [(13728, "execve", "true")]


def test_a_process_that_is_killed_in_a_call() -> None:
    calls = parsed(
        "1 brk(NULL) = 0x5000\n"
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0 <unfinished ...>) = ?\n"
        "1 munmap(0x1000, 4096 <unfinished ...>\n"
        "1 <... munmap resumed> <unfinished ...>) = ?\n"
        "1 +++ killed by SIGKILL +++"
    )
    assert [call.name for call in calls] == ["brk", ENDED]


def test_what_is_no_memory_call_is_skipped() -> None:
    calls = parsed(
        "strace: Process 2 attached\n"
        "1 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=2} ---\n"
        '1 read(3, "mmap(", 4096) = 5\n'
        '1 <... read resumed>"x", 1) = 1\n'
        "1 futex(0x1, FUTEX_WAIT <unfinished ...>\n"
        "\n"
        "some program's own words\n"
        "1 brk(NULL) = 0x5000"
    )
    assert [(call.line, call.name) for call in calls] == [(8, "brk")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1 mmap(NULL, 81x92, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7000", "not a number: '81x92'"),
        ("1 mmap(NULL, 8192, PROT_READ) = 0x7000", "3 arguments are too few"),
        ("1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0)", "no result"),
        ("1 mmap(NULL, 8192, PROT_READ, MAP_PRIV", "the arguments do not end"),
        ("1 mmap(NULL, 8192, $(ls), MAP_PRIVATE, 3, 0) = 0x7000", "not a flag: '$(ls)'"),
        ("1 munmap(0x10000000000000000, 1) = 0", "more than 64 bits: '0x10000000000000000'"),
        ("1 brk(0x5000) = 0x5000x", "no result"),
        ("1 <... mmap resumed>, 3, 0) = 0x7000", "not a number: '?'"),
    ],
)
def test_a_malformed_call(line: str, reason: str) -> None:
    with pytest.raises(TraceError) as caught:
        parsed(f"1 brk(NULL) = 0x5000\n{line}")
    assert str(caught.value) == f"x.strace, line 2: {reason}: {line}"
    assert (caught.value.source, caught.value.line) == ("x.strace", 2)


def test_a_long_line_is_shortened_in_the_message() -> None:
    with pytest.raises(TraceError) as caught:
        parsed("1 munmap(" + "\x1b[31m" * 1000)
    assert len(str(caught.value)) < 140
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["", "\n\n", "hello\n", "1 read(3, 4) = 5"])
def test_a_text_without_calls(text: str) -> None:
    with pytest.raises(TraceError, match="no memory call"):
        parsed(text)


def test_a_recording_of_a_shell() -> None:
    calls = read_strace(RECORDED)
    assert [(call.tid, call.program) for call in calls if call.name == "execve"] == [
        (14422, "sh"),
        (14423, "ls"),
        (14424, "wc"),
        (14422, "true"),
    ]
    forks = [call.result for call in calls if call.name == "clone"]
    assert forks == [14423, 14424, 14425]
    for child in forks:
        parent = next(place for place, call in enumerate(calls) if call.result == child)
        assert all(call.tid != child for call in calls[:parent])
    assert sum(call.name == "mmap" for call in calls) == 41


@pytest.mark.parametrize(("suffix", "compress"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_compressed_files(tmp_path: Path, suffix: str, compress) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"a.strace{suffix}"
    path.write_bytes(compress(RECORDED.read_bytes()))
    assert read_strace(path) == read_strace(RECORDED)
    path.write_bytes(compress(RECORDED.read_bytes())[:-20])
    with pytest.raises(TraceError, match="the compressed data is cut off"):
        read_strace(path)
    path.write_bytes(b"1 brk(NULL) = 0x5000\n")
    with pytest.raises(TraceError, match="line 1: the compressed data is broken"):
        read_strace(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(AnonvmaError, match="no-such-file: No such file"):
        read_strace(tmp_path / "no-such-file")
    with pytest.raises(AnonvmaError, match="directory"):
        read_strace(tmp_path)


def test_bytes_that_are_no_text_and_a_line_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.strace"
    path.write_bytes(b"1 write(1, \xff\xfe\n1 brk(NULL) = 0x5000\n")
    assert len(read_strace(path)) == 1
    path.write_bytes(b"1 brk(NULL) = 0x5000\n" + b"x" * (LONGEST_LINE + 1))
    with pytest.raises(TraceError, match="line 2: the line is longer"):
        read_strace(path)


@pytest.mark.parametrize(
    "hostile",
    [
        '"\\' * 200_000,
        '\\"' * 200_000,
        "/*" * 200_000,
        "<" * 300_000,
        "(" * 300_000,
        "a," * 200_000,
        "=" * 300_000,
        " " * 300_000,
        "flags=" * 60_000,
    ],
)
def test_hostile_lines_take_linear_time(hostile: str) -> None:
    begin = time.process_time()
    for line in (f"1 munmap({hostile}", f"1 clone({hostile}) = 1", f"1 <... {hostile}", hostile):
        try:
            parsed(line)
        except TraceError:
            continue
    assert time.process_time() - begin < 10


def test_split_arguments() -> None:
    assert split_arguments('"a, \\"b)", [1, {x=2, y=(3)}], 0x1 /* A, B */)')[0] == [
        '"a, \\"b)"',
        "[1, {x=2, y=(3)}]",
        "0x1",
    ]
    assert split_arguments(")") == ([], 1)


CALL_PARTS = [
    *("1 ", "mmap(", "brk(", "clone(", "execve(", "<... ", " resumed>", " <unfinished ...>", ", "),
    *("NULL", "4096", "PROT_READ", "|", ") = ", "0x7000", "-1 ENOMEM", "?", '"', "/*", "\n"),
]
PARTS = st.lists(st.one_of(st.sampled_from(CALL_PARTS), st.text(max_size=3))).map("".join)


@given(st.one_of(st.text(), PARTS))
def test_any_text_gives_calls_or_a_trace_error(text: str) -> None:
    calls, line = [], 1
    try:
        calls = parsed(text)
    except TraceError as error:
        line = error.line
    assert 1 <= line <= max(len(text.splitlines()), 1)
    assert all(isinstance(call, SysCall) for call in calls)
