"""mmap, munmap and brk of today's Linux, and where a mapping goes, on the model alone."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError
from anonvma_book.events import Merged
from anonvma_book.schemes import AnonVmaChain
from anonvma_book.vma import Vma
from tests.twin.linux_maps import drawn, happened, pages, run, start


def test_a_stack_has_no_huge_pages() -> None:
    init = run("mmap(2, addr=2, stack=True); mmap(2, addr=4)")
    assert drawn(init) == ["2..4:rw:-2 nohugepage", "4..6:rw:-4"]


def test_noreserve_keeps_vmas_apart() -> None:
    init = run("mmap(2, addr=2, noreserve=True); mmap(2, addr=4)")
    assert drawn(init) == ["2..4:rw:-2 noreserve", "4..6:rw:-4"]


def test_a_file_mapping_has_no_flags() -> None:
    init = run("mmap(2, addr=2, file=True, noreserve=True, stack=True)")
    assert init.vmas == (Vma(2, 4, "rw", "file"),)


def test_fixed_replaces_what_is_there() -> None:
    init = run("mmap(6, addr=2); fault(2); fault(4); mmap(2, 'r', addr=4, fixed=True)")
    assert drawn(init) == ["2..4:rw:A2", "4..6:r:-4", "6..8:rw:A6"]
    assert [page for page, *_ in pages(init)] == [2]
    assert happened(init) == ["Split", "Split", "Unmapped"]


def test_munmap_over_holes() -> None:
    init = run("mmap(4, addr=2); mmap(4, addr=8); fault(3); fault(9); munmap(4, 6)")
    assert drawn(init) == ["2..4:rw:A2", "10..12:rw:B10"]
    assert [page for page, *_ in pages(init)] == [3]
    init.munmap(20, 5)
    assert happened(init) == []


@pytest.mark.parametrize("file", [False, True])
def test_what_a_file_mapping_keeps_when_it_is_cut(file: bool) -> None:
    init = run(f"mmap(6, addr=2, file={file}); munmap(4, 2)")
    assert [vma.pgoff for vma in init.vmas] == ([0, 0] if file else [2, 6])


def test_the_heap_grows_shrinks_and_looks_only_down() -> None:
    init = run("mmap(2, addr=94); brk(92)")
    assert drawn(init) == ["90..92:rw:-90", "94..96:rw:-94"]
    assert init.brk() == 92
    assert init.brk(92) == 92
    assert happened(init) == []
    init.fault(91)
    assert init.brk(94) == 94
    assert drawn(init) == ["90..94:rw:A90", "94..96:rw:-94"]
    init.fault(93)
    assert init.brk(91) == 91
    assert drawn(init) == ["90..91:rw:A90", "94..96:rw:-94"]
    assert pages(init) == []
    assert init.brk() == 91
    assert init.brk(90) == 90
    assert drawn(init) == ["94..96:rw:-94"]


def test_the_heap_does_not_grow_into_a_mapping() -> None:
    init = run("mmap(2, addr=94)")
    with pytest.raises(MappingError, match=r"a page of 90\.\.95 is mapped already \(ENOMEM\)"):
        init.brk(95)


@pytest.mark.parametrize(
    ("script", "length", "place"),
    [
        ("mmap(2, addr=98)", 10, 88),
        ("mmap(2, addr=88)", 10, 90),
        ("mmap(2, addr=88)", 11, 77),
        ("mmap(2, addr=2)", 96, 4),
        ("mmap(2, addr=4)", 95, None),
        ("mmap(2, addr=98); mmap(10, addr=80); mmap(2, addr=2)", 8, 90),
        ("mmap(2, addr=98); mmap(10, addr=80); mmap(2, addr=2)", 9, 71),
        # below a stack a gap of 8 pages is kept
        ("mmap(2, addr=98, fixed=True, growsdown=True)", 10, 80),
        ("mmap(2, addr=98, fixed=True, growsdown=True); mmap(2, addr=78)", 10, 80),
        ("mmap(2, addr=98, fixed=True, growsdown=True); mmap(2, addr=78)", 11, 67),
        # where a gap was in the way, nothing above it is tried any more
        ("mmap(2, addr=50, fixed=True, growsdown=True); mmap(48, addr=52)", 4, 38),
        ("mmap(2, addr=50, fixed=True, growsdown=True); mmap(44, 'r', addr=52)", 4, 96),
        ("mmap(2, addr=50, fixed=True, growsdown=True); mmap(44, 'r', addr=52)", 5, 37),
        # where the hole below a stack is too small anyhow, its gap was not in the way
        (
            "mmap(2, addr=50, fixed=True, growsdown=True); mmap(48, 'r', addr=52);"
            "mmap(2, 'r', addr=46, fixed=True)",
            4,
            42,
        ),
        # what the gap below one stack cuts off is too small: that below the next is not asked
        (
            "mmap(38, 'r', addr=62); mmap(2, addr=60, fixed=True, growsdown=True);"
            "mmap(1, addr=55, fixed=True, growsdown=True); mmap(1, 'r', addr=49, fixed=True)",
            4,
            45,
        ),
    ],
)
def test_top_down(script: str, length: int, place: int | None) -> None:
    init = run(script)
    if place is None:
        with pytest.raises(MappingError, match=f"no room for {length} pages"):
            init.mmap(length, "x")
    else:
        assert init.mmap(length, "x") == place


@pytest.mark.parametrize(
    ("script", "length", "place"),
    [
        ("", 10, 1),
        ("mmap(2, 'r', addr=4)", 3, 1),
        ("mmap(2, 'r', addr=4)", 4, 6),
        ("mmap(2, 'r', addr=4)", 94, 6),
        ("mmap(2, 'r', addr=4)", 95, None),
        ("mmap(2, 'r', addr=4); mmap(2, 'r', addr=10)", 4, 6),
        ("mmap(2, 'r', addr=4); mmap(2, 'r', addr=10)", 5, 12),
        ("mmap(2, 'r', addr=20, fixed=True, growsdown=True)", 11, 1),
        ("mmap(2, 'r', addr=20, fixed=True, growsdown=True)", 12, 22),
    ],
)
def test_bottom_up(script: str, length: int, place: int | None) -> None:
    init = start(layout="bottom-up")
    init.machine.run(script.replace("; ", "\n"))
    if place is None:
        with pytest.raises(MappingError, match=f"no room for {length} pages"):
            init.mmap(length, "x")
    else:
        assert init.mmap(length, "x") == place


def test_a_window_has_a_page_0() -> None:
    assert start(AnonVmaChain(first_index=2**20)).mmap(100, "r") == 0
    with pytest.raises(MappingError, match="no room for 100 pages"):
        start().mmap(100, "r")


@pytest.mark.parametrize(
    ("addr", "place"),
    [
        (0, 96),  # no hint
        (-1, 96),
        (1, 1),
        (26, 26),
        (27, 96),  # 31 is in the gap below the stack
        (39, 96),
        (42, 42),
        (96, 96),
        (97, 96),  # 101 is outside
        (10, 10),
        (7, 96),
        (11, 96),
    ],
)
def test_a_hint(addr: int, place: int) -> None:
    init = run("mmap(2, 'r', addr=38, fixed=True, growsdown=True); mmap(1, 'r', addr=14)")
    init.mmap(2, "r", addr=8)
    init.machine.run("munmap(8, 2)\nmmap(1, 'r', addr=9, fixed=True)")
    assert init.mmap(4, "x", addr=addr) == place


def test_bottom_up_a_hint_may_end_where_the_task_ends() -> None:
    assert start(layout="bottom-up").mmap(4, "x", addr=96) == 96


def test_a_merge_names_both() -> None:
    init = run("mmap(2, addr=2); mmap(2, addr=4)")
    left = Vma(2, 4, "rw", pgoff=2, flags=frozenset(["account"]))
    new = left._replace(start=4, end=6, pgoff=4)
    assert list(init.machine.steps[-1].events) == [Merged(left, new)]
