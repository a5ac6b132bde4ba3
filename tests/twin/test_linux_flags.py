"""mprotect and madvise of today's Linux on the model alone, worked out by hand."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError
from anonvma_book.events import Forked, Protected, Split
from anonvma_book.linux import ADVICE
from anonvma_book.schemes import AnonVmaChain
from anonvma_book.vma import Vma
from tests.twin.linux_maps import accounted, drawn, happened, pages, run


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
