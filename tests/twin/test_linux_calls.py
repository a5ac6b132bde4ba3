"""The calls of today's Linux on the model alone: the table of what was observed on 6.18."""

from __future__ import annotations

import errno

import pytest

from anonvma_book import Machine, MappingError
from anonvma_book.picture.narrate import narrate
from anonvma_book.process import Process
from anonvma_book.schemes import AnonVmaChain


@pytest.fixture
def machine() -> Machine:
    return Machine(AnonVmaChain(), task_pages=1000, guard_gap=256, layout="top-down")


@pytest.fixture
def init(machine: Machine) -> Process:
    return machine.processes[1]


def borders(process: Process) -> list[tuple[int, int]]:
    return [(vma.start, vma.end) for vma in process.vmas]


def put(
    process: Process, start: int, length: int, *, write: bool = False, prot: str = "rw"
) -> None:
    process.mmap(length, prot, addr=start, fixed=True)
    if write:
        process.fault(start)


def test_appending_to_a_written_vma_merges(init: Process) -> None:
    put(init, 10, 2, write=True)
    put(init, 12, 2)
    assert borders(init) == [(10, 14)]


def test_a_hole_between_two_written_vmas_joins_the_one_before(init: Process) -> None:
    put(init, 10, 2, write=True)
    put(init, 14, 2, write=True)
    put(init, 12, 2)
    assert borders(init) == [(10, 14), (14, 16)]


def test_a_written_middle_moves_away_and_back(init: Process) -> None:
    put(init, 10, 6, write=True)
    init.mremap(12, 2, 2, to=30)
    assert borders(init) == [(10, 12), (14, 16), (30, 32)]
    init.mremap(30, 2, 2, to=12)
    assert borders(init) == [(10, 16)]


def test_many_written_pages_side_by_side_never_merge(init: Process) -> None:
    for page in range(10):
        put(init, 100 + 2 * page, 1, write=True)
        init.mremap(100 + 2 * page, 1, 1, to=500 + page)
    assert len(init.vmas) == 10


def test_many_unwritten_ones_do(init: Process) -> None:
    for page in range(10):
        put(init, 100 + 2 * page, 1)
        init.mremap(100 + 2 * page, 1, 1, to=500 + page)
    assert borders(init) == [(500, 510)]


def test_a_child_maps_next_to_an_inherited_vma(init: Process) -> None:
    put(init, 10, 2, write=True)
    child = init.fork()
    put(child, 12, 2)
    put(init, 12, 2)
    assert borders(child) == [(10, 12), (12, 14)]
    assert borders(init) == [(10, 14)]


def test_mprotect_stops_at_a_hole_and_what_it_did_can_be_undone(
    machine: Machine, init: Process
) -> None:
    put(init, 10, 2)
    put(init, 14, 2)
    before = machine.state
    with pytest.raises(MappingError) as caught:
        init.mprotect(10, 6, "r")
    assert caught.value.errno == errno.ENOMEM
    assert caught.value.partial
    assert [vma.protection for vma in init.vmas] == ["r", "rw"]
    assert machine.steps[-1].error == str(caught.value)
    machine.undo()
    assert machine.state == before


def test_a_script_that_fails_takes_back_what_its_last_call_did(machine: Machine) -> None:
    with pytest.raises(Exception, match="line 2"):
        machine.run("mmap(2, 'rw', addr=10, fixed=True)\nmprotect(10, 4, 'r')")
    assert machine.processes[1].vmas == ()
    assert machine.steps == ()


def test_before_6_17_several_vmas_do_not_move_and_the_target_is_gone() -> None:
    machine = Machine(AnonVmaChain((6, 16)), task_pages=100)
    init = machine.processes[1]
    put(init, 10, 2)
    put(init, 12, 2, prot="r")
    put(init, 40, 4)
    with pytest.raises(MappingError) as caught:
        init.mremap(10, 4, 4, to=40)
    assert caught.value.code == "EFAULT"
    assert borders(init) == [(10, 12), (12, 14)]


def test_a_chain_gets_longer_by_one_with_each_living_ancestor(init: Process) -> None:
    put(init, 10, 1, write=True)
    process = init
    links = 1
    for depth in range(1, 6):
        process = process.fork()
        links += len(process.vmas[0].chain)
        assert links - 1 == depth * (depth + 3) // 2


def test_a_chain_stops_growing_where_parents_exit(init: Process) -> None:
    put(init, 10, 1, write=True)
    process = init
    for _ in range(20):
        child = process.fork()
        process.exit()
        process = child
    assert len(process.vmas[0].chain) <= 4


def test_the_weight_is_that_of_anon_vmas_and_links(machine: Machine, init: Process) -> None:
    put(init, 10, 1, write=True)
    assert machine.scheme.weight(machine.world) == 104 + 64
    init.fork()
    assert machine.scheme.weight(machine.world) == 2 * 104 + 3 * 64


def test_what_linux_alone_does_is_told(machine: Machine, init: Process) -> None:
    put(init, 10, 4)
    before = machine.state
    init.madvise(10, 2, "dontfork")
    told = narrate(machine.steps[-1], before, machine.state)
    assert told == "madvise said dontfork about pages 10..12. One vma became two."
    before = machine.state
    with pytest.raises(MappingError):
        init.mprotect(10, 9, "r")
    told = narrate(machine.steps[-1], before, machine.state)
    assert told == "mprotect: page 14 is not mapped (ENOMEM). What it had done by then stays."
