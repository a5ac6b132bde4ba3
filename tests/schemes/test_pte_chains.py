"""pte_chains: pages know their mappings, and vmas merge whenever their flags are equal."""

from __future__ import annotations

from anonvma_book import Process, Vma
from anonvma_book.events import Moved
from anonvma_book.schemes import PteChains
from tests.schemes.drawn import drawn, happened, init, looks, weight, write


def four() -> Process:
    """2..6, of which 3 and 4 are there."""
    process = init(PteChains())
    process.mmap(4, "rw", addr=2)
    write(process, 3, 4)
    return process


def test_a_fork_adds_a_mapping_to_every_page_that_is_there() -> None:
    parent = four()
    assert (looks(parent, 3), weight(parent)) == ([(1, 3, True)], 0)
    child = parent.fork()
    assert looks(child, 3) == [(1, 3, True), (2, 3, True)]
    assert weight(parent) == 2 * 64


def test_a_page_that_is_not_there_has_no_chain() -> None:
    assert looks(four(), 2) == []


def test_a_chain_node_holds_seven() -> None:
    parent = four()
    for _ in range(6):
        parent.fork()
    assert weight(parent) == 2 * 64
    parent.fork()
    assert weight(parent) == 2 * 2 * 64


def test_a_write_leaves_the_chain() -> None:
    parent = four()
    child = parent.fork()
    write(child, 3)
    assert (looks(parent, 3), looks(child, 3)) == ([(1, 3, True)], [(2, 3, True)])
    assert weight(parent) == 64


def test_a_move_takes_every_pointer_along() -> None:
    parent = four()
    child = parent.fork()
    child.mremap(2, 4, 4, to=40)
    assert looks(parent, 3) == [(1, 3, True), (2, 41, True)]


def test_what_moved_merges_at_the_new_place() -> None:
    #   ..aaaa....bbbb..  ->  ..aaaabbbb
    process = four()
    process.mmap(4, "rw", addr=10)
    write(process, 10)
    process.mremap(10, 4, 4, to=6)
    assert drawn(process) == ["2..10:rw:A2"]
    assert happened(process) == ["Moved", "Merged"]


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
    assert len(process.vmas) == len(process.units)


def test_a_move_and_a_growth_exactly() -> None:
    process = four()
    process.mremap(2, 4, 4, to=40)
    before = Vma(2, 6, "rw", space=0, pgoff=2)
    after = Vma(40, 44, "rw", space=0, pgoff=40)
    assert process.machine.steps[-1].events == (Moved(before, after),)
    assert process.vmas == (after,)
    process.mremap(40, 4, 6)
    assert process.vmas == (after._replace(end=46),)
