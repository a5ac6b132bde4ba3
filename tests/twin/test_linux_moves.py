"""mremap of today's Linux on the model alone, worked out by hand."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError
from anonvma_book.schemes import AnonVmaChain
from tests.twin.linux_maps import accounted, drawn, happened, pages, run


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
