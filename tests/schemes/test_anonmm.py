"""anonmm: a page knows an mm and its address; a shared page is copied when it moves."""

from __future__ import annotations

from anonvma_book import Process, Vma
from anonvma_book.events import Copied
from anonvma_book.pages import Page
from anonvma_book.schemes import Anonmm
from tests.schemes.drawn import drawn, happened, init, looks, weight, write


def four() -> Process:
    """2..6, of which 3 and 4 are there."""
    process = init(Anonmm())
    process.mmap(4, "rw", addr=2)
    write(process, 3, 4)
    return process


def test_a_fork_adds_one_object() -> None:
    parent = four()
    assert weight(parent) == 40 + 8
    child = parent.fork()
    assert weight(parent) == 2 * (40 + 8)
    assert drawn(child) == ["2..6:rw:B2"]


def test_the_pages_own_mm_comes_first_and_the_walk_stops_when_all_are_found() -> None:
    parent = four()
    child = parent.fork()
    write(child, 3)
    assert looks(child, 3) == [(2, 3, True)]
    assert looks(parent, 3) == [(1, 3, True)]
    assert looks(child, 4) == [(1, 4, True), (2, 4, True)]


def test_a_private_page_is_looked_for_in_the_whole_bundle() -> None:
    """The parent copies its page, so the first one is the last child's alone."""
    parent = four()
    first, second, last = (parent.fork() for _ in range(3))
    for process in (parent, first, second):
        write(process, 3)
    assert looks(last, 3) == [(1, 3, False), (2, 3, False), (3, 3, False), (4, 3, True)]


def test_the_walk_goes_on_at_the_head() -> None:
    parent = four()
    child = parent.fork()
    write(child, 5)
    grandchild = child.fork()
    write(child, 5)
    assert looks(grandchild, 5) == [(2, 5, False), (3, 5, True)]


def test_an_anonmm_outlives_its_mm_while_a_page_points_to_it() -> None:
    parent = four()
    child = parent.fork()
    write(child, 5)
    grandchild = child.fork()
    child.exit()
    assert weight(parent) == 3 * 40 + 2 * 8
    assert looks(grandchild, 5) == [(3, 5, True)]
    grandchild.munmap(5, 1)
    assert weight(parent) == 2 * 40 + 2 * 8
    assert happened(parent) == ["Split", "Unmapped", "Freed"]


def test_an_unshared_page_gets_its_new_address_as_its_index() -> None:
    process = four()
    process.mremap(2, 4, 4, to=40)
    assert drawn(process) == ["40..44:rw:A40"]
    assert [(pte.page, pte.frame, pte.index) for pte in process.machine.state.mm(1).ptes] == [
        (41, 1, 41),
        (42, 2, 42),
    ]


def test_a_shared_page_is_copied_when_it_moves() -> None:
    parent = four()
    child = parent.fork()
    child.mremap(2, 4, 4, to=40)
    assert happened(parent) == ["Moved", "Copied", "Copied"]
    assert parent.machine.steps[-1].events[1:] == (Copied(41, 1, 3, 1, 41), Copied(42, 2, 4, 1, 42))
    assert (looks(parent, 3), looks(child, 41)) == ([(1, 3, True)], [(2, 41, True)])
    parent.mremap(2, 4, 4, to=50)
    assert happened(parent) == ["Moved"]


def test_what_moved_merges_whatever_was_written() -> None:
    #   ..aaaa....bbbb..  ->  ..aaaabbbb
    process = four()
    process.mmap(4, "rw", addr=10)
    write(process, 10)
    process.mremap(10, 4, 4, to=6)
    assert drawn(process) == ["2..10:rw:A2"]


def test_a_split_and_a_merge() -> None:
    process = four()
    process.mprotect(3, 2, "r")
    assert drawn(process) == ["2..3:rw:A2", "3..5:r:A3", "5..6:rw:A5"]
    process.mprotect(3, 2, "rw")
    assert drawn(process) == ["2..6:rw:A2"]


def test_flags_alone_refuse_a_merge() -> None:
    process = four()
    process.mmap(2, "r", addr=6)
    assert drawn(process) == ["2..6:rw:A2", "6..8:r:A6"]


def test_a_page_is_found_at_its_address_in_its_own_bundle() -> None:
    parent = four()
    other = parent.fork()
    other.exec()
    scheme, mm = parent.machine.scheme, parent.machine.world.mms[1]
    space = parent.machine.world.mms[other.pid].space
    assert space is not None
    assert scheme.finds(mm, parent.vmas[0], 3, Page(1, 0, 3))
    assert not scheme.finds(mm, parent.vmas[0], 3, Page(1, 0, 4))
    assert not scheme.finds(mm, parent.vmas[0], 3, Page(1, space, 3))


def test_a_file_mapping_has_no_anonmm() -> None:
    parent = four()
    parent.mmap(2, "r", addr=20, file=True)
    assert parent.fork().vmas[-1] == parent.vmas[-1] == Vma(20, 22, "r", "file")
