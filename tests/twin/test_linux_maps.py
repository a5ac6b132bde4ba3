"""Maps, flags, pages and refusals of today's Linux on the model alone, worked out by hand.

2..6:rw:A2           pages 2 to 5, from index 2, with anon_vma A
2..6:rw:-2           never written: no anon_vma
2..6:rw:B2:AB        linked to A and B
2..6:rw:-2 account   with a flag
2..6:r:file0         a file mapping
"""

from __future__ import annotations

import pytest

from anonvma_book import Machine, MappingError, Process, ScriptError
from anonvma_book.events import Forked, Merged, Protected, Split
from anonvma_book.linux import ADVICE
from anonvma_book.schemes import AnonVmaChain
from anonvma_book.vma import Vma, space_name


def start(scheme: AnonVmaChain | None = None, layout: str = "top-down") -> Process:
    machine = Machine(
        scheme or AnonVmaChain(),
        task_pages=100,
        layout=layout,
        guard_gap=8,
        brk_start=90,
    )
    return machine.processes[1]


def run(text: str, scheme: AnonVmaChain | None = None) -> Process:
    """Process 1 after a script, one call between semicolons."""
    init = start(scheme)
    init.machine.run("\n".join(call.strip() for call in text.split(";")))
    return init


def drawn(process: Process) -> list[str]:
    """The vmas; what nearly all of them have, the flag "account", is left out."""
    process.machine.check()
    return [_word(vma) for vma in process.vmas]


def _word(vma: Vma) -> str:
    name = "file" if vma.is_file else "-" if vma.space is None else space_name(vma.space)
    chain = "".join(space_name(space) for space in vma.chain)
    linked = f":{chain}" if len(vma.chain) > 1 else ""
    flags = "".join(f" {flag}" for flag in sorted(vma.flags) if flag != "account")
    down = " down" if vma.kind == "growsdown" else ""
    return f"{vma.start}..{vma.end}:{vma.protection}:{name}{vma.pgoff}{linked}{flags}{down}"


def accounted(process: Process) -> list[bool]:
    return ["account" in vma.flags for vma in process.vmas]


def happened(process: Process) -> list[str]:
    return [type(event).__name__ for event in process.machine.steps[-1].events]


def pages(process: Process) -> list[tuple[int, int, str, int]]:
    """(page, frame, letter, index) of every page-table entry."""
    ptes = process.machine.state.mm(process.pid).ptes
    return [(pte.page, pte.frame, space_name(pte.space), pte.index) for pte in ptes]


# What is refused, in which words

REFUSED_WHOLE = [
    "mmap: no room for 95 pages (ENOMEM) <- mmap(95, 'rw')",
    "mmap: length is 0 (EINVAL) <- mmap(0, 'rw')",
    "mmap: a page of 2..4 is mapped already (EEXIST) <- mmap(2, addr=2, noreplace=True)",
    "mmap: a fixed mapping needs addr (EINVAL) <- mmap(2, fixed=True)",
    "mmap: protection 'wr' is none of none, r, w, rw, x, rx, wx, rwx (EINVAL) <- mmap(1, 'wr')",
    "mmap: a file mapping does not grow down (EINVAL) <- mmap(1, file=True, growsdown=True)",
    "munmap: length is 0 (EINVAL) <- munmap(2, 0)",
    "munmap: 98..101 is outside the task 0..100 (EINVAL) <- munmap(98, 3)",
    "mprotect: length is -1 (EINVAL) <- mprotect(2, -1, 'r')",
    "mprotect: 98..101 is outside the task 0..100 (ENOMEM) <- mprotect(98, 3, 'r')",
    "mprotect: protection 'wr' is none of none, r, w, rw, x, rx, wx, rwx (EINVAL)"
    " <- mprotect(2, 2, 'wr')",
    "madvise: advice 'willneed' is none of dontfork, dofork, dontdump, dodump, wipeonfork,"
    " keeponfork, hugepage, nohugepage, dontneed, free, cold, pageout (EINVAL)"
    " <- madvise(2, 2, 'willneed')",
    "madvise: length is -1 (EINVAL) <- madvise(2, -1, 'cold')",
    "madvise: 98..101 is outside the task 0..100 (ENOMEM) <- madvise(98, 3, 'cold')",
    "mremap: old length is 0 (EINVAL) <- mremap(2, 0, 2)",
    "mremap: range 2..7 leaves its vma 2..6 (EFAULT) <- mremap(2, 5, 6)",
    "mremap: range 4..7 leaves its vma 2..6 (EFAULT) <- mremap(4, 3, 4)",
    "mremap: page 1 is not mapped (EFAULT) <- mremap(1, 2, 2, to=70)",
    "mremap: 6..8 is not free, or not behind the vma; it may not move (ENOMEM)"
    " <- mremap(2, 4, 6, may_move=False)",
    "mremap: 5..6 is not free, or not behind the vma; it may not move (ENOMEM)"
    " <- mremap(2, 3, 4, may_move=False)",
    "mremap: to and dont_unmap need may_move (EINVAL) <- mremap(2, 3, 3, may_move=False, to=70)",
    "mremap: new length is 0 (EINVAL) <- mremap(2, 4, 0)",
    "mremap: dont_unmap keeps the length 3, not 2 (EINVAL) <- mremap(2, 3, 2, dont_unmap=True)",
    "mremap: to and dont_unmap need may_move (EINVAL)"
    " <- mremap(2, 3, 3, may_move=False, dont_unmap=True)",
    "mremap: 98..102 is outside the task 0..100 (EINVAL) <- mremap(2, 4, 4, to=98)",
    "brk: 89 lies below the heap's start 90 (ENOMEM) <- brk(89)",
    "brk: 101 is past the end of the task 100 (ENOMEM) <- brk(101)",
    "fault: page 1 is not mapped (SIGSEGV) <- fault(1)",
    "fault: page 8 is not mapped (SIGSEGV) <- fault(8, write=False)",
    "fault: page 6 is r and may not be written (SIGSEGV) <- fault(6)",
    "fault: page 20 is none and may not be read (SIGSEGV) <- fault(20, write=False)",
    "fault: page 20 is none and may not be written (SIGSEGV) <- fault(20)",
]

REFUSED_AFTER_A_PART = [
    "mprotect: page 8 is not mapped (ENOMEM) <- mprotect(2, 8, 'r')",
    "mprotect: page 1 is not mapped (ENOMEM) <- mprotect(1, 8, 'r')",
    "madvise: page 8 is not mapped (ENOMEM) <- madvise(2, 40, 'cold')",
    "madvise: page 1 is not mapped (ENOMEM) <- madvise(1, 40, 'cold')",
    "madvise: page 8 is not mapped (ENOMEM) <- madvise(8, 2, 'cold')",
    "madvise: page 62 is not mapped (ENOMEM) <- madvise(61, 4, 'cold')",
    "madvise: wipeonfork is not for the file mapping at 40 (EINVAL)"
    " <- madvise(40, 2, 'wipeonfork')",
    "madvise: free is not for the file mapping at 41 (EINVAL) <- madvise(41, 1, 'free')",
    "mremap: page 50 is not mapped (EFAULT) <- mremap(50, 2, 4)",
    "mremap: page 50 is not mapped (EFAULT) <- mremap(50, 2, 1)",
    "mremap: no room for 95 pages (ENOMEM) <- mremap(2, 4, 95)",
    "fault: page 58 is none and may not be read (SIGSEGV) <- fault(58, write=False)",
    "fault: page 58 is none and may not be written (SIGSEGV) <- fault(58)",
]


@pytest.fixture
def several() -> Process:
    """..aaaarr            nn..                ff..........dd     the last grows down"""
    return run(
        "mmap(4, addr=2, fixed=True); mmap(2, 'r', addr=6, fixed=True);"
        "mmap(2, 'none', addr=20, fixed=True); mmap(2, addr=40, fixed=True, file=True);"
        "mmap(2, 'none', addr=60, fixed=True, growsdown=True)"
    )


@pytest.mark.parametrize(
    ("text", "partial"),
    [(text, False) for text in REFUSED_WHOLE] + [(text, True) for text in REFUSED_AFTER_A_PART],
)
def test_words_and_code(several: Process, text: str, partial: bool) -> None:
    message, line = text.split(" <- ")
    before = several.machine.state
    with pytest.raises(ScriptError) as caught:
        several.machine.run(line)
    cause = caught.value.__cause__
    assert isinstance(cause, MappingError)
    assert str(cause) == message
    assert cause.partial is partial
    assert several.machine.state == before  # a script takes back what its last call did


def test_of_a_call_without_a_script_the_part_stays(several: Process) -> None:
    with pytest.raises(MappingError, match="page 8 is not mapped"):
        several.mprotect(4, 16, "none")
    assert drawn(several)[:2] == ["2..4:rw:-2", "4..8:none:-4"]
    with pytest.raises(MappingError, match="page 8 is not mapped"):
        several.madvise(6, 55, "dontdump")
    assert drawn(several) == [
        "2..4:rw:-2",
        "4..6:none:-4",
        "6..8:none:-6 dontdump",
        "20..22:none:-20 dontdump",
        "40..42:rw:file0 dontdump",
        "60..61:none:-60 dontdump down",
        "61..62:none:-61 down",
    ]


def test_advice_ends_at_its_end(several: Process) -> None:
    with pytest.raises(MappingError, match="page 8 is not mapped"):
        several.madvise(8, 12, "dontdump")
    assert "20..22:none:-20" in drawn(several)


def test_no_pages_change_nothing_and_are_not_refused(several: Process) -> None:
    before = several.machine.state
    several.mprotect(3, 0, "wr")
    several.mprotect(100, 0, "r")
    several.mprotect(0, 0, "r")
    several.madvise(10, 0, "dontfork")
    assert several.machine.state == before


# mprotect and madvise


@pytest.mark.parametrize(
    ("first", "length", "expected"),
    [
        (2, 4, ["2..6:r:-2"]),
        (2, 2, ["2..4:r:-2", "4..6:rw:-4"]),
        (4, 2, ["2..4:rw:-2", "4..6:r:-4"]),
        (3, 2, ["2..3:rw:-2", "3..5:r:-3", "5..6:rw:-5"]),
    ],
)
def test_a_part_changes(first: int, length: int, expected: list[str]) -> None:
    init = run("mmap(4, addr=2)")
    init.mprotect(first, length, "r")
    assert drawn(init) == expected
    assert happened(init) == ["Protected", *["Split"] * (len(expected) - 1)]


def test_over_a_border_and_back() -> None:
    init = run("mmap(6, addr=2); fault(3); mprotect(6, 2, 'r'); mprotect(4, 4, 'none')")
    assert drawn(init) == ["2..4:rw:A2", "4..8:none:A4"]
    assert accounted(init) == [True, True]
    init.mprotect(4, 2, "rw")
    assert drawn(init) == ["2..6:rw:A2", "6..8:none:A6"]
    assert happened(init) == ["Protected", "Merged", "Split"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        # what is between two with an anon_vma each joins the one before
        (
            "mmap(2, addr=2); fault(2); mmap(2, addr=6); fault(6); mmap(2, 'rwx', addr=4);"
            "mprotect(4, 2, 'rw')",
            ["2..6:rw:A2", "6..8:rw:B6"],
        ),
        ("mmap(6, addr=2); mprotect(4, 2, 'x'); mprotect(4, 2, 'r')", ["2..4:rw:-2", "6..8:rw:-6"]),
        (
            "mmap(6, addr=2); mprotect(4, 2, 'rwx'); fault(2); mprotect(4, 2, 'rw')",
            ["2..8:rw:A2"],
        ),
        (
            "mmap(6, addr=2); mprotect(4, 2, 'rwx'); fault(6); mprotect(4, 2, 'rw')",
            ["2..8:rw:A2"],
        ),
        # the next one has another anon_vma
        (
            "mmap(2, 'rwx', addr=2); fault(2); mmap(2, addr=6); fault(6); mmap(2, addr=4);"
            "mprotect(2, 2, 'rw')",
            ["2..4:rw:A2", "4..8:rw:B4"],
        ),
        (
            "mmap(2, 'rwx', addr=2); fault(2); mmap(2, addr=20); fault(20);"
            "mremap(20, 2, 2, to=4); mprotect(2, 2, 'rw')",
            ["2..4:rw:A2", "4..6:rw:B20"],
        ),
    ],
)
def test_what_becomes_like_its_neighbours(script: str, expected: list[str]) -> None:
    assert [word for word in drawn(run(script)) if ":r:" not in word] == expected


@pytest.mark.parametrize("inherited", [False, True])
@pytest.mark.parametrize("addr", [2, 6])
def test_an_inherited_vma_that_becomes_like_one_never_written(addr: int, inherited: bool) -> None:
    init = run("mmap(2, addr=4); fault(4)")
    process = init.fork() if inherited else init
    process.mmap(2, "rwx", addr=addr)
    process.mprotect(4, 2, "rwx")
    assert len(process.vmas) == (2 if inherited else 1)


def test_what_is_said_of_it() -> None:
    init = run("mmap(6, addr=2); mprotect(4, 2, 'r')")
    whole = Vma(2, 8, "rw", pgoff=2, flags=frozenset(["account"]))
    expected = [Protected(whole, "r"), Split(whole, 4), Split(whole, 6)]
    assert list(init.machine.steps[-1].events) == expected
    init.fork()
    assert list(init.machine.steps[-1].events) == [Forked(2)]


def test_without_its_rule_mprotect_stops_before_a_hole() -> None:
    init = run("mmap(2, addr=2)", AnonVmaChain(without=["mprotect-hole"]))
    with pytest.raises(MappingError) as caught:
        init.mprotect(2, 3, "r")
    assert str(caught.value) == "mprotect: 2..5 has a hole (ENOMEM)"
    assert not caught.value.partial


def test_what_is_like_that_already_is_passed_over() -> None:
    init = run("mmap(4, addr=2); mprotect(3, 1, 'r')")
    init.mprotect(2, 4, "r")
    assert drawn(init) == ["2..6:r:-2"]
    assert [str(event)[:9] for event in init.machine.steps[-1].events].count("Protected") == 2


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("mmap(2, 'r', addr=2)", [False]),
        ("mmap(2, 'w', addr=2)", [True]),
        ("mmap(2, 'r', addr=2); mprotect(2, 2, 'rw')", [True]),
        ("mmap(2, 'r', addr=2); mprotect(2, 2, 'rx')", [False]),
        ("mmap(2, 'rw', addr=2); mprotect(2, 2, 'r')", [False]),
        ("mmap(2, 'rw', addr=2); mprotect(2, 2, 'rwx')", [True]),
        ("mmap(2, 'rw', addr=2); fault(2); mprotect(2, 2, 'r')", [True]),
        ("mmap(2, 'rw', addr=2); fault(2); mprotect(2, 2, 'r'); mprotect(2, 2, 'rw')", [True]),
        ("mmap(2, 'r', addr=2, noreserve=True); mprotect(2, 2, 'rw')", [False]),
        ("mmap(2, 'rw', addr=2, noreserve=True)", [False]),
        ("mmap(2, 'rw', addr=2, file=True); mprotect(2, 2, 'r')", [False]),
        ("mmap(2, 'r', addr=2, file=True); mprotect(2, 2, 'rw')", [False]),
        ("brk(91)", [True]),
    ],
)
def test_what_is_accounted(script: str, expected: list[bool]) -> None:
    assert accounted(run(script)) == expected


def test_without_their_rules_other_things_are_accounted() -> None:
    init = run(
        "mmap(2, 'r', addr=2, noreserve=True); mprotect(2, 2, 'rw')",
        AnonVmaChain(without=["noreserve"]),
    )
    assert accounted(init) == [True]
    init = run(
        "mmap(2, addr=2); mremap(2, 2, 2, to=40, dont_unmap=True); mprotect(2, 2, 'rwx')",
        AnonVmaChain(without=["dontunmap-account"]),
    )
    assert accounted(init) == [False, True]  # what is writable is not accounted later


@pytest.mark.parametrize("advice", ADVICE)
def test_an_advice_sets_a_flag_and_clears_another(advice: str) -> None:
    on, off = ADVICE[advice]
    init = run("mmap(4, addr=2)")
    if off:
        (back,) = (name for name, (sets, _) in ADVICE.items() if sets == off)
        init.madvise(2, 4, back)
    init.madvise(3, 1, advice)
    left, right = (f" {off}" if off else ""), (f" {on}" if on else "")
    if on == off:
        assert drawn(init) == ["2..6:rw:-2"]
    else:
        assert drawn(init) == [f"2..3:rw:-2{left}", f"3..4:rw:-3{right}", f"4..6:rw:-4{left}"]
    before = init.machine.state
    init.madvise(3, 1, advice)
    assert init.machine.state == before


def test_only_dontneed_drops_pages() -> None:
    init = run("mmap(4, addr=2); fault(2); fault(3); fault(4)")
    for advice in ("free", "cold", "pageout", "dontdump"):
        init.madvise(2, 4, advice)
    assert [page for page, *_ in pages(init)] == [2, 3, 4]
    init.madvise(3, 1, "dontneed")
    assert pages(init) == [(2, 1, "A", 2), (4, 3, "A", 4)]


def test_a_file_mapping_takes_other_advice() -> None:
    init = run("mmap(4, addr=2, file=True); madvise(3, 1, 'dontfork')")
    assert drawn(init) == ["2..3:rw:file0", "3..4:rw:file0 dontfork", "4..6:rw:file0"]
    init.madvise(3, 1, "dofork")
    assert len(init.vmas) == 3  # they never merge


# mmap, munmap, brk


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


# Where a mapping without a fixed place goes


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


# mremap


def test_growth_in_place() -> None:
    init = run("mmap(2, addr=2); fault(2); mremap(2, 2, 5)")
    assert drawn(init) == ["2..7:rw:A2"]
    init.mmap(2, "r", addr=10)
    assert init.mremap(2, 5, 8, may_move=False) == 2
    assert drawn(init) == ["2..10:rw:A2", "10..12:r:-10"]


def test_growth_of_the_last_part_in_place() -> None:
    init = run("mmap(4, addr=2)")
    assert init.mremap(4, 2, 3, may_move=False) == 4
    assert drawn(init) == ["2..7:rw:-2"]


def test_without_its_rule_a_range_may_be_of_several_but_has_no_hole() -> None:
    scheme = AnonVmaChain(without=["one-vma"])
    with pytest.raises(MappingError, match=r"range 2\.\.8 leaves its vma 2\.\.4 \(EFAULT\)"):
        run("mmap(2, addr=2); mmap(2, addr=6)", scheme).mremap(2, 6, 8)
    assert run("mmap(2, addr=2); mmap(4, 'r', addr=4)", scheme).mremap(2, 6, 8) == 92


def test_growth_to_the_end_of_the_task_and_no_further() -> None:
    init = run("mmap(2, addr=96)")
    assert init.mremap(96, 2, 4) == 96
    assert init.mremap(96, 4, 5) == 91
    assert drawn(init) == ["91..96:rw:-91"]


def test_a_file_mapping_grows_in_place_and_joins_nothing() -> None:
    init = run("mmap(2, addr=2, file=True); mmap(2, addr=6, file=True); mremap(2, 2, 4)")
    assert drawn(init) == ["2..6:rw:file0", "6..8:rw:file0"]
    assert happened(init) == []


@pytest.mark.parametrize("version", [(6, 18), (6, 16)])
def test_shrinking_takes_what_is_there(version: tuple[int, ...]) -> None:
    init = run("mmap(4, addr=2); mmap(4, 'r', addr=6); fault(2); fault(5)", AnonVmaChain(version))
    assert init.mremap(2, 7, 3) == 2
    assert drawn(init) == ["2..5:rw:A2", "9..10:r:-9"]
    assert [page for page, *_ in pages(init)] == [2]
    assert init.mremap(2, 3, 3) == 2
    assert happened(init) == []


def test_a_part_that_keeps_its_length_is_not_cut_off() -> None:
    init = run("mmap(4, addr=2)")
    assert init.mremap(2, 2, 2) == 2
    assert (drawn(init), happened(init)) == (["2..6:rw:-2"], [])


def test_a_range_that_keeps_its_length_and_place_is_not_looked_at() -> None:
    init = run("mmap(2, addr=2); mmap(2, 'r', addr=4)")
    assert init.mremap(2, 9, 9) == 2
    assert (drawn(init), happened(init)) == (["2..4:rw:-2", "4..6:r:-4"], [])


def test_shrinking_past_the_end_of_the_task() -> None:
    init = run("mmap(4, addr=96)")
    init.mremap(96, 20, 2)
    assert drawn(init) == ["96..98:rw:-96"]


def test_a_written_part_moves_with_its_indexes_and_pages() -> None:
    init = run("mmap(6, addr=2); fault(3); fault(4); fault(5); mremap(3, 2, 2, to=40)")
    assert drawn(init) == ["2..3:rw:A2", "5..8:rw:A5", "40..42:rw:A3"]
    assert pages(init) == [(5, 3, "A", 5), (40, 1, "A", 3), (41, 2, "A", 4)]
    assert happened(init)[0] == "Moved"
    assert "Unmapped" in happened(init)


def test_a_move_that_grows() -> None:
    init = run("mmap(2, addr=2); fault(2); mremap(2, 2, 4, to=40)")
    assert drawn(init) == ["40..44:rw:A2"]
    assert init.machine.steps[-1].result == 40


def test_a_move_that_shrinks() -> None:
    init = run("mmap(4, addr=2); fault(3); fault(5); mremap(2, 4, 2, to=40)")
    assert drawn(init) == ["40..42:rw:A2"]
    assert pages(init) == [(41, 1, "A", 3)]


@pytest.mark.parametrize("version", [(6, 18), (6, 16)])
def test_a_tail_that_goes_may_be_of_others(version: tuple[int, ...]) -> None:
    init = run("mmap(2, addr=2); mmap(4, 'r', addr=4)", AnonVmaChain(version))
    init.mremap(2, 4, 2, to=40)
    assert drawn(init) == ["6..8:r:-6", "40..42:rw:-40"]


def test_what_is_at_the_target_goes() -> None:
    init = run("mmap(2, addr=2); mmap(6, 'r', addr=38); mremap(2, 2, 3, to=40)")
    assert drawn(init) == ["38..40:r:-38", "40..43:rw:-40", "43..44:r:-43"]


def test_growth_that_has_to_move_takes_the_highest_room() -> None:
    init = run("mmap(2, addr=2); fault(3); mmap(1, 'r', addr=4)")
    assert init.mremap(2, 2, 4) == 96
    assert drawn(init) == ["4..5:r:-4", "96..100:rw:A2"]
    assert pages(init) == [(97, 1, "A", 3)]


@pytest.mark.parametrize("version", [(6, 18), (6, 17)])
def test_many_move_at_once_with_their_gaps(version: tuple[int, ...]) -> None:
    #   ..aa.bbcc..dd  ->  from 40 on
    init = run(
        "mmap(2, addr=2); mmap(2, 'r', addr=5); mmap(2, 'x', addr=7); mmap(2, 'r', addr=11);"
        "fault(3)",
        AnonVmaChain(version),
    )
    assert init.mremap(2, 10, 10, to=40) == 40
    assert drawn(init) == [
        "12..13:r:-12",
        "40..42:rw:A2",
        "43..45:r:-43",
        "45..47:x:-45",
        "49..50:r:-49",
    ]
    assert pages(init) == [(41, 1, "A", 3)]


def test_many_move_from_the_middle_of_the_first() -> None:
    init = run("mmap(4, addr=2); mmap(2, 'r', addr=8); mmap(2, 'r', addr=20)")
    assert init.mremap(4, 10, 10, to=40) == 40
    assert drawn(init) == ["2..4:rw:-2", "20..22:r:-20", "40..42:rw:-40", "44..46:r:-44"]


def test_a_hole_at_the_beginning_is_refused_before_anything_moves() -> None:
    init = run("mmap(4, addr=4)")
    before = init.machine.state
    with pytest.raises(MappingError, match=r"page 3 is not mapped \(EFAULT\)") as caught:
        init.mremap(3, 3, 3, to=40)
    assert not caught.value.partial
    assert init.machine.state == before


def test_dont_unmap_leaves_one_like_new() -> None:
    init = run("mmap(4, addr=2); fault(3); mremap(2, 4, 4, to=40, dont_unmap=True)")
    assert drawn(init) == ["2..6:rw:-2", "40..44:rw:A2"]
    assert accounted(init) == [True, True]
    assert pages(init) == [(41, 1, "A", 3)]
    init.fault(3)
    assert drawn(init)[0] == "2..6:rw:B2"


def test_dont_unmap_of_a_part_leaves_the_whole() -> None:
    init = run("mmap(4, addr=2); fault(3); mremap(3, 2, 2, to=40, dont_unmap=True)")
    assert drawn(init) == ["2..6:rw:A2", "40..42:rw:A3"]


def test_dont_unmap_without_a_place_goes_where_there_is_room() -> None:
    init = run("mmap(4, addr=2); fault(3)")
    assert init.mremap(2, 4, 4, dont_unmap=True) == 96
    assert drawn(init) == ["2..6:rw:-2", "96..100:rw:A2"]


def test_dont_unmap_beside_itself_merges_and_keeps_the_anon_vma() -> None:
    init = run("mmap(2, addr=2); mremap(2, 2, 2, to=4, dont_unmap=True)")
    assert drawn(init) == ["2..6:rw:-2"]


def test_before_6_17_the_target_goes_first_and_stays_gone() -> None:
    init = run("mmap(2, addr=2); mmap(2, 'r', addr=4); mmap(4, addr=40)", AnonVmaChain((6, 16)))
    with pytest.raises(MappingError, match=r"range 2\.\.6 leaves its vma 2\.\.4") as caught:
        init.mremap(2, 4, 6, to=40)
    assert caught.value.partial
    assert drawn(init) == ["2..4:rw:-2", "4..6:r:-4"]


def test_since_6_17_the_target_stays_where_the_move_is_refused() -> None:
    init = run("mmap(2, addr=2); mmap(2, 'r', addr=4); mmap(4, addr=40)", AnonVmaChain((6, 17)))
    with pytest.raises(MappingError, match=r"range 2\.\.6 leaves its vma 2\.\.4") as caught:
        init.mremap(2, 4, 6, to=40)
    assert not caught.value.partial
    assert drawn(init) == ["2..4:rw:-2", "4..6:r:-4", "40..44:rw:-40"]


def test_before_6_17_a_length_of_0_is_refused_last() -> None:
    init = run("mmap(2, addr=2); mmap(4, addr=40)", AnonVmaChain((6, 16)))
    with pytest.raises(MappingError, match=r"old length is 0 \(EINVAL\)") as caught:
        init.mremap(2, 0, 2, to=40)
    assert caught.value.partial
    assert drawn(init) == ["2..4:rw:-2", "42..44:rw:-42"]


# Faults and stacks


def test_a_read_makes_nothing_and_a_write_makes_a_page() -> None:
    init = run("mmap(4, addr=2); fault(3, write=False)")
    assert (drawn(init), pages(init)) == (["2..6:rw:-2"], [])
    init.fault(3)
    assert (drawn(init), pages(init)) == (["2..6:rw:A2"], [(3, 1, "A", 3)])
    init.fault(3)
    assert happened(init) == []


@pytest.mark.parametrize("write", [True, False])
def test_a_stack_grows_and_has_its_anon_vma(write: bool) -> None:
    init = run("mmap(2, addr=60, fixed=True, growsdown=True)")
    init.fault(57, write=write)
    assert drawn(init) == ["57..62:rw:A57 down"]
    assert pages(init) == ([(57, 1, "A", 57)] if write else [])


def test_a_stack_stays_grown_where_the_access_is_refused(several: Process) -> None:
    with pytest.raises(MappingError, match="page 58 is none"):
        several.fault(58)
    assert drawn(several)[-1] == "58..62:none:A58 down"


@pytest.mark.parametrize(
    ("below", "page", "grows"),
    [
        ("mmap(2, 'rw', addr=40, fixed=True)", 50, True),
        ("mmap(2, 'rw', addr=40, fixed=True)", 49, False),
        ("mmap(2, 'none', addr=40, fixed=True)", 43, True),
        ("mmap(2, 'rw', addr=40, fixed=True, growsdown=True)", 43, True),
        ("mmap(2, 'rw', addr=40, fixed=True, file=True)", 49, False),
        ("mmap(2, 'rw', addr=62, fixed=True)", 0, True),
    ],
)
def test_how_far_a_stack_grows(below: str, page: int, grows: bool) -> None:
    init = run(below + "; mmap(2, addr=60, fixed=True, growsdown=True)")
    if grows:
        init.fault(page)
        assert (page, 62) in [(vma.start, vma.end) for vma in init.vmas]
    else:
        with pytest.raises(MappingError, match=rf"page {page} is not mapped \(SIGSEGV\)"):
            init.fault(page)


def test_a_negative_page_is_not_mapped() -> None:
    init = run("mmap(2, addr=60, fixed=True, growsdown=True)")
    with pytest.raises(MappingError, match="page -1 is not mapped"):
        init.fault(-1)


# Fork


def test_a_child_copies_what_it_writes_and_takes_over_what_is_left() -> None:
    parent = run("mmap(4, addr=2); fault(3); fault(4)")
    child = parent.fork()
    assert drawn(child) == ["2..6:rw:B2:AB"]
    assert pages(child) == pages(parent) == [(3, 1, "A", 3), (4, 2, "A", 4)]
    child.fault(3)
    assert pages(child) == [(3, 3, "B", 3), (4, 2, "A", 4)]
    parent.munmap(2, 4)
    child.fault(4)
    assert pages(child) == [(3, 3, "B", 3), (4, 2, "B", 4)]
    child.machine.check()


def test_what_is_kept_from_a_child() -> None:
    parent = run(
        "mmap(6, addr=2); fault(2); fault(4); fault(6);"
        "madvise(2, 2, 'dontfork'); madvise(4, 2, 'wipeonfork')"
    )
    child = parent.fork()
    assert drawn(child) == ["4..6:rw:-4 wipeonfork", "6..8:rw:B6:AB"]
    assert pages(child) == [(6, 3, "A", 6)]
    assert [page for page, *_ in pages(parent)] == [2, 4, 6]
    assert (parent.pid, child.pid) == (1, 2)
    assert child.machine.state.mm(2).parent == 1


def test_a_file_mapping_with_dontfork_is_kept_as_well() -> None:
    parent = run("mmap(2, addr=2, file=True); mmap(2, addr=4); madvise(2, 2, 'dontfork')")
    assert drawn(parent.fork()) == ["4..6:rw:-4"]


def test_an_anon_vma_that_nobody_has_any_more_is_taken_again() -> None:
    parent = run("mmap(2, addr=2); fault(2)")
    child = parent.fork()
    parent.exit()
    grandchild = child.fork()
    assert drawn(grandchild) == ["2..4:rw:C2:ABC"]  # A has two below it: B and itself
    child.exit()
    last = grandchild.fork()
    assert drawn(last) == ["2..4:rw:B2:ABC"]
    assert drawn(grandchild.fork()) == ["2..4:rw:D2:ABCD"]


def test_a_child_that_maps_nothing_written_has_no_links() -> None:
    parent = run("mmap(2, addr=2)")
    assert drawn(parent.fork()) == ["2..4:rw:-2"]


def test_what_may_be_read_is_read(several: Process) -> None:
    before = several.machine.state
    several.fault(6, write=False)
    several.fault(2, write=False)
    assert several.machine.state == before


def test_without_growth_stays_a_stack_that_may_not_be_written_does_not_grow() -> None:
    scheme = AnonVmaChain(without=["growth-stays"])
    init = run("mmap(2, 'r', addr=60, fixed=True, growsdown=True)", scheme)
    with pytest.raises(MappingError, match="page 58 is r and may not be written"):
        init.fault(58)
    assert drawn(init) == ["60..62:r:-60 down"]
    init.fault(58, write=False)
    assert drawn(init) == ["58..62:r:A58 down"]


def test_without_growth_prepares_a_write_still_gives_the_anon_vma_before_the_growth() -> None:
    init = run(
        "mmap(2, addr=60, fixed=True, growsdown=True);"
        "mmap(1, 'rwx', addr=57, fixed=True, growsdown=True); fault(57); fault(58)",
        AnonVmaChain(without=["growth-prepares"]),
    )
    assert drawn(init) == ["57..58:rwx:A57 down", "58..62:rw:B58 down"]


def test_without_read_is_free_a_read_makes_a_page_and_copies_none() -> None:
    parent = run("mmap(4, addr=2); fault(3)", AnonVmaChain(without=["read-is-free"]))
    child = parent.fork()
    child.fault(3, write=False)
    assert pages(child) == [(3, 1, "A", 3)]
    child.fault(4, write=False)
    assert pages(child) == [(3, 1, "A", 3), (4, 2, "B", 4)]


def test_bottom_up_a_hint_may_end_where_the_task_ends() -> None:
    assert start(layout="bottom-up").mmap(4, "x", addr=96) == 96


def test_an_inherited_vma_that_moves_behind_one_never_written() -> None:
    child = run("mmap(2, addr=10); fault(10)").fork()
    child.mremap(10, 2, 2, to=40)
    child.mmap(2, "rw", addr=8)
    child.mremap(40, 2, 2, to=10)
    assert drawn(child) == ["8..10:rw:-8", "10..12:rw:B10:AB"]


def test_what_moves_before_one_never_written_lends_its_anon_vma() -> None:
    init = run(
        "mmap(4, addr=2); fault(2); mremap(2, 2, 2, to=40); munmap(4, 2); mmap(2, addr=4);"
        "mremap(40, 2, 2, to=2)"
    )
    assert drawn(init) == ["2..6:rw:A2"]


def test_a_merge_names_both() -> None:
    init = run("mmap(2, addr=2); mmap(2, addr=4)")
    left = Vma(2, 4, "rw", pgoff=2, flags=frozenset(["account"]))
    new = left._replace(start=4, end=6, pgoff=4)
    assert list(init.machine.steps[-1].events) == [Merged(left, new)]
