"""Faults, stacks and forks of today's Linux on the model alone, worked out by hand."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError, Process
from anonvma_book.schemes import AnonVmaChain
from tests.twin.linux_maps import drawn, happened, pages, run


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
