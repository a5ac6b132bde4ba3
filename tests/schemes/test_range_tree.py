"""Range tree: an index never changes, and an mm remembers where it moved ranges of them."""

from __future__ import annotations

from anonvma_book import Process, Vma
from anonvma_book.pages import Page
from anonvma_book.schemes import RangeTree
from anonvma_book.schemes.range_tree import moved_ranges
from tests.schemes.drawn import drawn, happened, init, looks, weight, write


def four() -> Process:
    """2..6, of which 3 and 4 are there."""
    process = init(RangeTree())
    process.mmap(4, "rw", addr=2)
    write(process, 3, 4)
    return process


def tree(process: Process) -> list[tuple[int, int, int]]:
    return moved_ranges(process.machine.world.mms[process.pid])


def test_a_move_records_the_range() -> None:
    process = four()
    assert (tree(process), weight(process)) == ([], 72)
    process.mremap(2, 4, 4, to=40)
    assert (drawn(process), tree(process)) == (["40..44:rw:A2"], [(2, 6, 40)])
    assert weight(process) == 72 + 48
    assert looks(process, 41) == [(1, 41, True)]


def test_a_move_back_forgets_it() -> None:
    process = four()
    process.mremap(2, 4, 4, to=40)
    process.mremap(40, 4, 4, to=2)
    assert tree(process) == []


def test_a_new_mapping_at_the_old_place_has_the_same_indexes_and_both_are_looked_at() -> None:
    process = four()
    process.mremap(2, 4, 4, to=40)
    process.mmap(4, "rw", addr=2)
    write(process, 3)
    assert drawn(process) == ["2..6:rw:A2", "40..44:rw:A2"]
    assert looks(process, 3) == [(1, 3, True), (1, 41, False)]
    assert looks(process, 41) == [(1, 3, False), (1, 41, True)]


def test_a_fork_adds_a_context_and_records_moved_ranges_again() -> None:
    parent = four()
    parent.mremap(2, 4, 4, to=40)
    child = parent.fork()
    assert (drawn(child), tree(child)) == (["40..44:rw:B2"], [(2, 6, 40)])
    assert weight(parent) == 2 * (72 + 48)
    assert looks(child, 41) == [(1, 41, True), (2, 41, True)]


def test_a_childs_own_page_is_not_looked_for_in_its_parent() -> None:
    parent = four()
    child = parent.fork()
    write(child, 3)
    assert looks(child, 3) == [(2, 3, True)]
    assert looks(parent, 3) == [(1, 3, True), (2, 3, False)]


def test_parent_and_child_may_move_a_shared_page_to_two_places() -> None:
    parent = four()
    child = parent.fork()
    parent.mremap(2, 4, 4, to=20)
    child.mremap(2, 4, 4, to=40)
    assert happened(parent) == ["Moved"]
    assert looks(parent, 21) == [(1, 21, True), (2, 41, True)]


def test_a_context_is_kept_while_one_hangs_below_it() -> None:
    parent = four()
    child = parent.fork()
    grandchild = child.fork()
    child.exit()
    assert weight(parent) == 3 * 72
    assert looks(parent, 3) == [(1, 3, True), (3, 3, True)]
    grandchild.exit()
    assert weight(parent) == 72
    assert happened(parent) == ["Exited", "Freed", "Freed"]


def test_a_split_of_a_moved_range_is_still_one_range() -> None:
    process = four()
    process.mremap(2, 4, 4, to=40)
    process.mprotect(41, 2, "r")
    assert drawn(process) == ["40..41:rw:A2", "41..43:r:A3", "43..44:rw:A5"]
    assert tree(process) == [(2, 6, 40)]
    process.munmap(41, 2)
    assert tree(process) == [(2, 3, 40), (5, 6, 43)]


def test_what_has_not_moved_is_not_in_the_tree() -> None:
    #   a file, a range that stays; two parts moved as one, and a third by another distance
    process = init(RangeTree())
    process.mmap(2, "rw", addr=2, file=True)
    process.mmap(2, "rw", addr=5)
    process.mmap(6, "rw", addr=8)
    process.mremap(8, 2, 2, to=40)
    process.mremap(5, 2, 2, to=30)
    process.mmap(2, "rw", addr=34, file=True)
    process.mmap(2, "rw", addr=36)
    process.mremap(10, 1, 1, to=42)
    process.mprotect(42, 1, "r")
    process.mremap(12, 2, 2, to=43)
    assert drawn(process)[5:] == ["40..42:rw:A8", "42..43:r:A10", "43..45:rw:A12"]
    assert tree(process) == [(5, 7, 30), (8, 11, 40), (12, 14, 43)]


def test_what_moved_beside_another_does_not_merge() -> None:
    #   ..aaaa....bbbb..  ->  ..aaaabbbb: the indexes do not continue
    process = four()
    process.mmap(4, "rw", addr=10)
    process.mremap(10, 4, 4, to=6)
    assert drawn(process) == ["2..6:rw:A2", "6..10:rw:A10"]


def test_two_halves_moved_by_the_same_distance_merge() -> None:
    process = four()
    process.mremap(4, 2, 2, to=42)
    process.mremap(2, 2, 2, to=40)
    assert (drawn(process), tree(process)) == (["40..44:rw:A2"], [(2, 6, 40)])


def test_filling_a_hole_merges_whatever_was_written() -> None:
    process = four()
    process.mmap(4, "rw", addr=8)
    write(process, 8)
    process.mmap(2, "rw", addr=6)
    assert drawn(process) == ["2..12:rw:A2"]


def test_a_file_mapping_has_no_context() -> None:
    parent = four()
    parent.mmap(2, "r", addr=20, file=True)
    assert parent.fork().vmas[-1] == parent.vmas[-1] == Vma(20, 22, "r", "file")


def test_children_are_looked_at_in_order_of_birth() -> None:
    parent = four()
    first, second = parent.fork(), parent.fork()
    first.fork()
    assert [pid for pid, _, _ in looks(parent, 3)] == [1, 2, 4, 3]
    assert [pid for pid, _, _ in looks(second, 4)] == [1, 2, 4, 3]


def test_a_page_is_found_by_its_context_and_its_index() -> None:
    process = four()
    scheme, mm = process.machine.scheme, process.machine.world.mms[1]
    assert scheme.finds(mm, process.vmas[0], 3, Page(1, 0, 3))
    assert not scheme.finds(mm, process.vmas[0], 3, Page(1, 0, 4))
    assert not scheme.finds(mm, process.vmas[0], 3, Page(1, 7, 3))
