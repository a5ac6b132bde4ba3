"""The readers of snapshots and faults, and the coverage that they are compared by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonvma_book.errors import TraceError
from anonvma_book.traces.coverage import Span, differences, of_areas, of_vmas
from anonvma_book.traces.faults import Fault, parse_faults
from anonvma_book.traces.library import TASK_PAGES
from anonvma_book.traces.snapshots import Area, Snapshot, parse_snapshots
from anonvma_book.vma import FILE, Vma

TEXT = """\
# start-end perms offset anon|file Rss_kB Anonymous_kB AnonHugePages_kB VmFlags name
@ line=18 tgid=1 reason=exec exact=1 n_vmas=13 cmp=-
561bd7551000-561bd7553000 rw-p 00002000 file 4 4 0 rd,wr,mr,mw,me,ac python3.11
561be4212000-561be4214000 rw-p 00000000 anon 0 0 0 rd,wr,mr,mw,me,ac [heap]
7f42ec7bd000-7f42ec7be000 rw-s 00000000 anon 0 0 0 rd,wr,sh,mr,mw,me,ms
7f42ec7be000-7f42ec7bf000 ---p 00000000 anon 0 0 0 mr,mw,me
7f42ec828000-7f42ec82a000 r-xp 00000000 anon 0 0 0 rd,ex,mr,mw,me,de [vdso]
7ffe38643000-7ffe38664000 rw-p 00000000 anon 8 8 0 rd,wr,mr,mw,me,gd,ac [stack]
ffffffffff600000-ffffffffff601000 --xp 00000000 anon 0 0 0 ex [vsyscall]
@ line=40 tgid=2 reason=mid exact=0 n_vmas=0 cmp=cover same; VMAs kernel 30 vs always-merge 28
"""


def snapshots(text: str) -> list[Snapshot]:
    return parse_snapshots(enumerate(text.splitlines(), 1), "x.maps", TASK_PAGES)


def faults(text: str) -> list[Fault]:
    return parse_faults(enumerate(text.splitlines(), 1), "x.faults")


def test_snapshots() -> None:
    first, second = snapshots(TEXT)
    assert second == Snapshot(40, 2, "mid", False, ())
    assert first[:4] == (18, 1, "exec", True)
    assert first.areas == (
        Area(0x561BD7551, 0x561BD7553, "rw", False, name="python3.11"),
        Area(0x561BE4212, 0x561BE4214, "rw", True, name="[heap]"),
        Area(0x7F42EC7BD, 0x7F42EC7BE, "rw", False),
        Area(0x7F42EC7BE, 0x7F42EC7BF, "none", True),
        Area(0x7F42EC828, 0x7F42EC82A, "rx", False, name="[vdso]"),
        Area(0x7FFE38643, 0x7FFE38664, "rw", True, growsdown=True, name="[stack]"),
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("1000-2000 rw-p 0 anon 0 0 0 rd\n", 1, "not a mapping: 1000-2000 rw-p 0 anon 0 0 0 rd"),
        (TEXT + "1000-2000 rw-p 0 anon 0 0\n", 11, "not a mapping: 1000-2000 rw-p 0 anon 0 0"),
        (TEXT + "2000-1000 rw-p 0 anon 0 0 0 rd\n", 11, "out of order: 2000-1000 rw-p 0 anon"),
        (TEXT + "1000-3000 rw-p 0 anon 0 0 0 rd\n2000-4000 rw-p 0 anon 0 0 0 rd\n", 12, "out of"),
        ("@ line=x tgid=1 reason=exec exact=1\n", 1, "not a mapping: @ line=x"),
    ],
)
def test_a_malformed_snapshot(text: str, line: int, reason: str) -> None:
    with pytest.raises(TraceError) as caught:
        snapshots(text)
    assert str(caught.value).startswith(f"x.maps, line {line}: {reason}")


def test_faults() -> None:
    assert faults("# head\n0 1 7fa2c42bc 1 wp\n\n18 2 7ffe38663 12 x\n") == [
        Fault(0, 1, 0x7FA2C42BC, 1, "w", True),
        Fault(18, 2, 0x7FFE38663, 12, "x", False),
    ]
    assert faults("18 2 10 12 r")[0].end == 28


@pytest.mark.parametrize(
    "line", ["1 1 10 1 q", "1 1 10 1", "x 1 10 1 w", "1 1 10 1 w ", "-1 1 1 1 w"]
)
def test_a_malformed_fault(line: str) -> None:
    with pytest.raises(TraceError, match=r"x\.faults, line 2: not a fault"):
        faults(f"1 1 10 1 w\n{line}")


@given(st.text())
def test_any_text_gives_values_or_a_trace_error(text: str) -> None:
    for parse in (snapshots, faults):
        line = 1
        try:
            parse(text)
        except TraceError as error:
            line = error.line
        assert 1 <= line <= max(len(text.splitlines()), 1)


def test_coverage_joins_what_is_mapped_in_the_same_way() -> None:
    vmas = [
        Vma(2, 4, "rw", space=0, pgoff=0),
        Vma(4, 6, "rw", space=0, pgoff=9),
        Vma(6, 7, "rw", FILE),
        Vma(7, 9, "rw", FILE),
        Vma(10, 11, "rw", FILE),
        Vma(11, 12, "r", FILE),
    ]
    assert of_vmas(vmas) == [
        Span(2, 6, "rw", True),
        Span(6, 9, "rw", False),
        Span(10, 11, "rw", False),
        Span(11, 12, "r", False),
    ]
    areas = [Area(2, 3, "rw", True), Area(3, 6, "rw", True), Area(6, 8, "rw", False)]
    assert differences(of_vmas(vmas), of_areas(areas)) == [
        "6..8 rw file: only in the snapshot",
        "6..9 rw file: only in the replay",
        "a..b rw file: only in the replay",
        "b..c r file: only in the replay",
    ]
    assert differences(of_vmas(vmas), of_vmas(vmas)) == []
