"""Replays of small traces written by hand: what each call does to which process."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonvma_book.errors import SettingError
from anonvma_book.schemes import Lokier
from anonvma_book.traces import Replay, Trace, replay
from anonvma_book.traces.call_text import ENDED, FORKS, PARSERS, SysCall
from anonvma_book.traces.faults import Fault
from anonvma_book.traces.library import TASK_PAGES
from anonvma_book.traces.snapshots import Area, Snapshot
from anonvma_book.traces.strace import parse_strace
from anonvma_book.vma import Vma

ANON = "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)"
ABOVE = Lokier(minimum=16, side="above")
BELOW = Lokier(minimum=16, side="below")


def trace(
    text: str, snapshots: list[Snapshot] | None = None, faults: list[Fault] | None = None
) -> Trace:
    lines = [line.strip() for line in text.strip().splitlines()]
    return Trace("x", parse_strace(enumerate(lines, 1), "x"), snapshots or [], faults or [])


def done(told: Trace, scheme: Lokier = ABOVE, to: int = 10**6) -> Replay:
    """A replay up to a line, checked."""
    running = Replay(told, scheme)
    running.run_to(to)
    return running


def vmas(running: Replay, pid: int) -> tuple[Vma, ...]:
    memory = running.threads.memory(pid)
    assert memory is not None
    memory.machine.check()
    return tuple(memory.mm.vmas)


def ranges(running: Replay, pid: int = 1) -> list[tuple[int, int, str, str]]:
    return [(vma.start, vma.end, vma.protection, vma.kind) for vma in vmas(running, pid)]


def test_mappings_go_where_the_kernel_put_them() -> None:
    running = done(
        trace(
            f"""
            1 execve("prog") = 0
            1 mmap(NULL, 5000, PROT_READ|PROT_WRITE, {ANON} = 0x10000
            1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x20000
            1 mmap(NULL, 4096, PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x21000
            1 mmap(NULL, 4096, PROT_NONE, {ANON} = -1 ENOMEM (Cannot allocate memory)
            1 mmap(0x30000, 8192, PROT_NONE, MAP_GROWSDOWN|{ANON} = 0x30000
            1 mprotect(0x10000, 1, PROT_READ|PROT_EXEC) = 0
            1 munmap(0x31000, 4096) = 0
            """
        )
    )
    assert ranges(running) == [
        (0x10, 0x11, "rx", "anonymous"),
        (0x11, 0x12, "rw", "anonymous"),
        (0x20, 0x21, "r", "file"),
        (0x21, 0x22, "w", "file"),
        (0x30, 0x31, "none", "growsdown"),
    ]
    tally = running.tally
    assert (tally.calls, tally.failed, tally.refused, tally.unseen) == (7, 1, 0, 0)
    assert (tally.vmas, tally.units, tally.peak_line, tally.processes) == (3, 3, 7, 1)


SIX_NEIGHBOURS_DOWNWARDS = '1 execve("prog") = 0\n' + "\n".join(
    f"1 mmap(NULL, 8192, PROT_READ, {ANON} = {0x100000 - 0x2000 * i:#x}" for i in range(6)
)


def test_what_the_sides_count() -> None:
    above = replay(trace(SIX_NEIGHBOURS_DOWNWARDS), ABOVE)
    assert (above.vmas, above.units, above.boundaries, above.peak_line) == (6, 1, 5, 7)
    assert (above.fresh, above.claims, above.indexes) == (6, 0, 6 * (2 + 16))
    below = replay(trace(SIX_NEIGHBOURS_DOWNWARDS), BELOW)
    assert (below.vmas, below.units, below.boundaries, below.peak_line) == (1, 1, 0, 2)
    assert (below.fresh, below.claims, below.indexes) == (1, 5, 2 + 16)


def test_wraps_and_growth_that_splits() -> None:
    told = trace(
        f"""
        1 execve("prog") = 0
        1 mmap(NULL, 16384, PROT_READ, {ANON} = 0x100000
        1 mmap(NULL, 4096, PROT_READ, {ANON} = 0x200000
        1 mremap(0x100000, 16384, 40960, MREMAP_MAYMOVE) = 0x100000
        1 mremap(0x100000, 40960, 49152, MREMAP_MAYMOVE) = 0x300000
        1 brk(NULL) = 0x400000
        1 brk(0x401000) = 0x401000
        """
    )
    tally = replay(told, Lokier(index_bits=5, minimum=1, side="above"))
    # From the counter: 4 + 4, 1 + 1, then 2 + 10 when the first reservation is used up, 1 + 1.
    assert (tally.vmas, tally.units) == (4, 3)
    assert (tally.fresh, tally.splits, tally.wraps) == (4, 1, 0)
    assert tally.indexes == 8 + 2 + 12 + 2
    # With 8 indexes a space: 4 + 4 fill the first, then each of 1 + 1, 2 + 6 and 1 + 1 wraps.
    tally = replay(told, Lokier(index_bits=3, minimum=1, side="above"))
    assert (tally.wraps, tally.indexes) == (3, 8 + 2 + 8 + 2)


def test_brk() -> None:
    running = done(
        trace(
            """
            1 execve("prog") = 0
            1 brk(NULL) = 0x50000
            1 brk(0x52345) = 0x52345
            1 brk(0x51000) = 0x51000
            1 brk(0x7ffffffff000) = 0x51000
            """
        )
    )
    assert ranges(running) == [(0x50, 0x51, "rw", "anonymous")]


def test_mremap_of_several_units_is_carried_out_by_parts() -> None:
    running = done(
        trace(
            f"""
            1 execve("prog") = 0
            1 mmap(NULL, 8192, PROT_READ, {ANON} = 0x10000
            1 mmap(NULL, 8192, PROT_WRITE, {ANON} = 0x12000
            1 mremap(0x10000, 16384, 16384, MREMAP_MAYMOVE|MREMAP_FIXED, 0x80000) = 0x80000
            """
        )
    )
    assert ranges(running) == [(0x80, 0x82, "r", "anonymous"), (0x82, 0x84, "w", "anonymous")]
    assert running.tally.refused == 1


def test_mremap_dontunmap_and_of_length_0() -> None:
    running = done(
        trace(
            f"""
            1 execve("prog") = 0
            1 mmap(NULL, 8192, PROT_READ, {ANON} = 0x10000
            1 mremap(0x10000, 8192, 8192, MREMAP_MAYMOVE|MREMAP_DONTUNMAP) = 0x80000
            1 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3, 0) = 0x20000
            1 mremap(0x20000, 0, 4096, MREMAP_MAYMOVE) = 0x30000
            """
        )
    )
    assert ranges(running) == [
        (0x10, 0x12, "r", "anonymous"),
        (0x20, 0x21, "r", "file"),
        (0x30, 0x31, "r", "file"),
        (0x80, 0x82, "r", "anonymous"),
    ]


def test_shared_memory_of_system_v() -> None:
    told = trace(
        """
        1 execve("prog") = 0
        1 shmat(4, NULL, 0) = 0x20000
        1 shmdt(0x20000) = 0
        """
    )
    assert ranges(done(told, to=2)) == [(0x20, 0x21, "rw", "file")]
    assert ranges(done(told)) == []


FAMILY = f"""
    1 execve("prog") = 0
    1 mmap(NULL, 4096, PROT_READ, {ANON} = 0x10000
    1 clone3({{flags=CLONE_VM|CLONE_THREAD, stack=0x7f}} => {{parent_tid=[2]}}, 88) = 2
    2 mmap(NULL, 4096, PROT_READ, {ANON} = 0x20000
    1 fork() = 3
    3 mmap(NULL, 4096, PROT_READ, {ANON} = 0x30000
    1 vfork() = 4
    4 mmap(NULL, 4096, PROT_READ, {ANON} = 0x40000
    4 execve("other") = 0
    4 mmap(NULL, 4096, PROT_READ, {ANON} = 0x50000
    1 +++ exited with 0 +++
    2 munmap(0x10000, 4096) = 0
    2 +++ exited with 0 +++
    3 exit_group(0) = ?
    3 +++ exited with 0 +++
"""


def starts(running: Replay, pid: int) -> list[int]:
    return [vma.start for vma in vmas(running, pid)]


def test_threads_share_forks_copy_and_vforks_share_until_exec() -> None:
    told = trace(FAMILY)
    assert starts(done(told, to=4), 1) == [0x10, 0x20]
    running = done(told, to=8)
    assert starts(running, 1) == [0x10, 0x20, 0x40]
    assert starts(running, 3) == [0x10, 0x20, 0x30]
    assert starts(running, 4) == [0x10, 0x20, 0x40]
    assert vmas(running, 1)[0] == vmas(running, 3)[0]  # the same indexes
    running = done(told, to=10)
    assert starts(running, 4) == [0x50]
    assert starts(running, 1) == [0x10, 0x20, 0x40]


def test_a_process_ends_with_its_last_thread() -> None:
    told = trace(FAMILY)
    assert starts(done(told, to=12), 1) == [0x20, 0x40]
    running = done(told, to=13)
    assert running.threads.memory(1) is None
    assert running.threads.memory(3) is not None
    running.run_to(14)
    assert running.threads.memory(3) is None
    assert starts(running, 4) == [0x50]
    assert running.tally.processes == 3


def test_a_thread_that_runs_exec_ends_the_others() -> None:
    running = done(
        trace(
            f"""
            1 execve("prog") = 0
            1 mmap(NULL, 4096, PROT_READ, {ANON} = 0x10000
            1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 2
            2 execve("other", ["other"], 0x7 /* 1 var */ <pid changed to 1 ...>
            1 +++ superseded by execve in pid 2 +++
            1 <... execve resumed>) = 0
            """
        )
    )
    assert starts(running, 1) == []
    assert running.threads.pid(2) is None


def test_a_process_that_was_not_seen_to_begin_starts_with_nothing() -> None:
    running = done(
        trace(
            f"""
            5 mmap(NULL, 4096, PROT_READ, {ANON} = 0x10000
            5 mprotect(0x10000, 8192, PROT_WRITE) = 0
            5 mremap(0x90000, 4096, 8192, MREMAP_MAYMOVE) = 0xa0000
            5 munmap(0x90000, 4096) = 0
            """
        )
    )
    assert ranges(running, 5) == [(0x10, 0x11, "w", "anonymous")]
    assert running.tally.unseen == 2


STACK = Area(0x7FF0, 0x8000, "rw", True, growsdown=True, name="[stack]")
TEXT = Area(0x100, 0x110, "rx", False, name="prog")


def test_the_start_and_the_growth_of_a_stack() -> None:
    told = trace(
        """
        1 execve("prog") = 0
        1 brk(NULL) = 0x5000
        1 mprotect(0x7ff0000, 4096, PROT_READ|PROT_WRITE|PROT_EXEC|PROT_GROWSDOWN) = 0
        """,
        [Snapshot(1, 1, "exec", True, (TEXT, STACK))],
        [
            Fault(1, 1, 0x7FF4, 1, "w", False),
            Fault(1, 1, 0x7FE8, 1, "w", False),
            Fault(1, 1, 0x700, 1, "w", False),  # too far away to be of this stack
            Fault(1, 9, 0x7FE0, 1, "w", False),  # no such process
            Fault(2, 1, 0x7FE4, 1, "w", True),  # the page was there, so it was no growth
        ],
    )
    assert ranges(done(told, to=1)) == [
        (0x100, 0x110, "rx", "file"),
        (0x7FE8, 0x8000, "rw", "growsdown"),
    ]
    assert ranges(done(told)) == [
        (0x100, 0x110, "rx", "file"),
        (0x7FE8, 0x7FF1, "rwx", "growsdown"),  # from the stack's start to where the call ends
        (0x7FF1, 0x8000, "rw", "growsdown"),
    ]


def test_a_late_snapshot_leaves_out_what_the_program_has_mapped_since() -> None:
    late = (
        TEXT,
        Area(0x300, 0x304, "rw", True, name="[heap]"),
        Area(0x400, 0x410, "rw", True),
        STACK,
    )
    told = trace(
        f"""
        1 execve("prog") = 0
        1 brk(NULL) = 0x301000
        1 brk(0x304000) = 0x304000
        1 mmap(NULL, 32768, PROT_READ|PROT_WRITE, {ANON} = 0x408000
        1 execve("other") = 0
        """,
        [Snapshot(1, 1, "exec", False, late)],
    )
    assert [span[:2] for span in ranges(done(told, to=1))] == [
        (0x100, 0x110),
        (0x300, 0x301),
        (0x400, 0x408),
        (0x7FF0, 0x8000),
    ]
    too_late = [Snapshot(1, 1, "exec", False, late), Snapshot(5, 1, "exec", True, late)]
    told = told._replace(snapshots=too_late)
    assert ranges(done(told, to=1)) == []
    assert len(ranges(done(told))) == 4


def test_too_few_indexes_for_a_mapping() -> None:
    told = trace(f"1 mmap(NULL, 0x400000000, PROT_READ, {ANON} = 0x10000")
    with pytest.raises(SettingError) as caught:
        replay(told, Lokier.classroom())
    assert str(caught.value) == (
        "x, line 1: mmap of 4,194,304 pages makes more than 65,530 vmas of 64 indexes each; "
        "more index bits are needed"
    )


def test_progress_is_told_after_each_call() -> None:
    told: list[tuple[int, int]] = []
    replay(trace(FAMILY), ABOVE, lambda done, total: told.append((done, total)))
    assert told == [(i, 15) for i in range(1, 16)]


NUMBERS = st.one_of(
    st.integers(0, 40).map(lambda page: page << 12),
    st.integers(0, 2**64 - 1),
    st.sampled_from([TASK_PAGES << 12, (TASK_PAGES - 1) << 12, 1, 4095]),
)
FLAGS = ["MAP_ANONYMOUS", "MAP_PRIVATE", "MAP_SHARED", "MAP_GROWSDOWN", "MREMAP_MAYMOVE"]
FLAGS += ["MREMAP_DONTUNMAP", "CLONE_VM", "CLONE_THREAD", "PROT_GROWSDOWN"]


@st.composite
def any_calls(draw: st.DrawFn) -> list[SysCall]:
    """Calls with any numbers: also what no kernel would have answered."""
    calls = []
    for line in range(1, draw(st.integers(1, 30)) + 1):
        name = draw(st.sampled_from([*PARSERS, ENDED, "mmap", "mmap", "mremap"]))
        call = SysCall(
            line,
            draw(st.integers(0, 3)),
            "execve" if name == "execveat" else "mprotect" if "mprotect" in name else name,
            draw(st.integers(0, 3)) if name in FORKS else draw(NUMBERS),
            None,
            draw(NUMBERS),
            draw(NUMBERS),
            draw(NUMBERS),
            protection=draw(st.sampled_from(["none", "r", "rw"])),
            flags=draw(st.frozensets(st.sampled_from(FLAGS))),
        )
        calls.append(call)
    return calls


@given(any_calls(), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), st.integers(0, 50))))
def test_any_calls_are_replayed_or_refused(
    calls: list[SysCall], faults: list[tuple[int, int, int]]
) -> None:
    touched = [Fault(line, pid, page, 1, "w", False) for line, pid, page in sorted(faults)]
    running = Replay(Trace("x", calls, [], touched), Lokier(index_bits=32, minimum=4))
    try:
        running.run()
    except SettingError:
        return
    for pid in range(4):
        if running.threads.memory(pid) is not None:
            vmas(running, pid)
