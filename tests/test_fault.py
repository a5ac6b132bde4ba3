"""fault: pages come into being, are copied, and stacks grow down. Sections 5 and 7."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError, Process, Pte
from tests.maps import classroom, happened, lines


def ptes(process: Process) -> list[tuple[int, int, int]]:
    """(page, frame, index) of what is there."""
    state: tuple[Pte, ...] = process.machine.state.mm(process.pid).ptes
    return [(pte.page, pte.frame, pte.index) for pte in state]


# Pages


def test_a_page_comes_into_being_at_its_index_once() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.fault(4)
    init.fault(4, write=False)
    init.fault(3, write=False)
    init.fault(3)
    assert ptes(init) == [(3, 2, 1), (4, 1, 2)]
    assert happened(init) == []


def test_a_page_that_goes_comes_back_as_another() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.fault(4)
    init.munmap(4, 2)
    init.mmap(2, "rw", addr=4)
    assert ptes(init) == []
    init.fault(4)
    assert ptes(init) == [(4, 2, 2)]


def test_a_file_mapping_has_no_pages_here() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2, file=True)
    init.fault(3)
    assert ptes(init) == []


@pytest.mark.parametrize(
    ("protection", "read", "write"),
    [
        ("none", False, False),
        ("r", True, False),
        ("w", True, True),
        ("rw", True, True),
        ("x", True, False),
        ("rx", True, False),
        ("wx", True, True),
        ("rwx", True, True),
    ],
)
def test_protections(protection: str, read: bool, write: bool) -> None:
    init = classroom()
    init.mmap(1, protection, addr=2)
    for how, allowed in ((False, read), (True, write)):
        if allowed:
            init.fault(2, write=how)
        else:
            verb = "written" if how else "read"
            with pytest.raises(MappingError) as caught:
                init.fault(2, write=how)
            text = f"fault: page 2 is {protection} and may not be {verb} (SIGSEGV)"
            assert str(caught.value) == text


# Copy-on-write


def test_a_write_copies_and_keeps_the_index() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.fault(2)
    init.fault(3)
    child = init.fork()
    assert ptes(child) == ptes(init) == [(2, 1, 0), (3, 2, 1)]
    child.fault(2, write=False)
    assert happened(child) == []
    child.fault(2)
    assert happened(child) == ["Copied"]
    assert ptes(child) == [(2, 3, 0), (3, 2, 1)]
    assert ptes(init) == [(2, 1, 0), (3, 2, 1)]


def test_the_last_owner_writes_in_place() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    init.fault(2)
    child = init.fork()
    child.fault(2)
    init.fault(2)
    assert ptes(init) == [(2, 1, 0)]
    grandchild = init.fork()
    grandchild.munmap(2, 1)
    init.fault(2)
    assert ptes(init) == [(2, 1, 0)]


def test_a_page_is_found_wherever_it_went() -> None:
    #   parent ..aa......    child ......aa..    the same frame, the same index
    init = classroom()
    init.mmap(2, "rw", addr=2)
    init.fault(3)
    child = init.fork()
    child.mremap(2, 2, 2, to=6)
    walk = init.machine.reverse_map(1, 3)
    assert walk.hits == ((1, 3), (2, 7))
    assert len(walk.candidates) == 2
    child.fault(7)
    walk = init.machine.reverse_map(1, 3)
    assert walk.hits == ((1, 3),)
    assert [(found.pid, found.page, found.hit) for found in walk.candidates] == [
        (1, 3, True),
        (2, 7, False),
    ]
    assert str(walk) == "A1: 2 candidates, 1 hits"
    assert init.machine.reverse_map(2, 7).hits == ((2, 7),)


def test_the_same_index_in_two_processes_is_two_pages() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    child = init.fork()
    for process in (init, child):
        process.mmap(2, "rw", addr=6)
        process.fault(6)
    assert ptes(init) == [(6, 1, 4)]
    assert ptes(child) == [(6, 2, 4)]
    assert init.machine.reverse_map(1, 6).hits == ((1, 6),)


def test_a_walk_from_a_page_that_is_not_there() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=2)
    walk = init.machine.reverse_map(1, 2)
    assert (walk.frame, walk.hits, len(walk.candidates)) == (None, (), 1)
    with pytest.raises(MappingError, match="page 9 of process 1 is not anonymous memory"):
        init.machine.reverse_map(1, 9)
    with pytest.raises(MappingError, match="there is no process 7"):
        init.machine.reverse_map(7, 2)


# Stacks


def stack(guard_gap: int = 0) -> Process:
    init = classroom(guard_gap=guard_gap)
    init.mmap(2, "rw", addr=20, growsdown=True)
    assert lines(init) == ["20..22 rw down A2 -2"]
    return init


def test_a_stack_uses_its_reservation_first() -> None:
    init = stack()
    init.fault(19)
    assert lines(init) == ["19..22 rw down A1 -1"]
    assert ptes(init) == [(19, 1, 1)]


def test_then_a_new_vma_in_its_unit() -> None:
    #   ................ssSSSS    16..18 from the counter, with as much again as the unit
    init = stack()
    init.fault(16)
    assert lines(init) == ["16..18 rw down A10 -6! &", "18..22 rw down A0"]
    assert ptes(init) == [(16, 1, 10)]
    init.fault(15)
    assert lines(init)[0] == "15..18 rw down A9 -5! &"


def test_a_stack_grows_past_a_free_hole_to_any_depth() -> None:
    init = stack()
    init.mmap(2, "r", addr=6)
    init.fault(8)
    assert lines(init)[0] == "6..8 r A4 +2"
    assert init.units[1][:2] == (8, 22)


def test_only_the_nearest_vma_above_counts() -> None:
    init = stack()
    init.mmap(1, "r", addr=18)
    with pytest.raises(MappingError, match=r"fault: page 17 is not mapped \(SIGSEGV\)"):
        init.fault(17)
    init.fault(19)
    assert init.units[1][:2] == (19, 22)


@pytest.mark.parametrize("page", [12, 13])
def test_the_guard_gap_is_kept(page: int) -> None:
    init = stack(guard_gap=2)
    init.mmap(2, "r", addr=10)
    if page == 13:
        with pytest.raises(MappingError, match="page 13 is not mapped"):
            init.fault(page)
    init.fault(14)
    assert init.units[1][:2] == (14, 22)


def test_a_stack_that_may_not_be_written_does_not_grow() -> None:
    init = classroom()
    init.mmap(2, "r", addr=20, growsdown=True)
    with pytest.raises(MappingError, match="page 18 is r and may not be written"):
        init.fault(18)
    assert lines(init) == ["20..22 r down A2 -2"]


@pytest.mark.parametrize("page", [-1, 0, 22, 47, 48, 2**63])
def test_nothing_there(page: int) -> None:
    init = classroom()
    init.mmap(2, "rw", addr=20)
    with pytest.raises(MappingError, match=f"fault: page {page} is not mapped") as caught:
        init.fault(page)
    assert caught.value.code == "SIGSEGV"


def test_a_deep_fault_is_cut_at_the_limit() -> None:
    init = classroom(index_bits=3)
    init.mmap(2, "rw", addr=30, growsdown=True)
    init.fault(10)
    assert lines(init) == [
        "10..12 rw down B6 -6! &",
        "12..20 rw down C0 &",
        "20..28 rw down D0 &",
        "28..32 rw down A0",
    ]


def test_a_stack_grows_to_page_0() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=3, growsdown=True)
    init.fault(0)
    assert [(unit.start, unit.end) for unit in init.units] == [(0, 5)]


def test_page_0_goes_with_the_others() -> None:
    init = classroom()
    init.mmap(2, "rw", addr=0, fixed=True)
    init.fault(0)
    child = init.fork()
    child.exit()
    assert init.machine.world.mapcount == {1: 1}
    init.exec()
    assert init.machine.world.mapcount == {}
    init.machine.check()
