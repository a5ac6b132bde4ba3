"""``check`` finds what it says it finds: each rule of section 8, broken by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from anonvma_book import InvariantError, Lokier, Machine, Vma
from anonvma_book.invariants import undo_restores
from anonvma_book.journal import Journal, Put, Replace
from anonvma_book.pages import Page
from anonvma_book.vma_list import VmaList

#   ..aaaaaa..bb....cc....    a reserves for the hole; c is another line, of two vmas


@pytest.fixture
def machine() -> Machine:
    made = Machine(Lokier.classroom(), task_pages=48, brk_start=36)
    made.run(
        "a = mmap(6, 'rw', addr=2)\nb = mmap(2, 'rw', addr=10)\nc = mmap(2, 'rw', addr=20)\n"
        "mmap(2, 'r', addr=30)\nmremap(c, 2, 6)\nfault(a)\nfork()"
    )
    made.check()
    assert len(made.processes[1].vmas) == 5
    return made


def change(machine: Machine, place: int, **fields: object) -> None:
    vmas = machine.world.mms[1].vmas
    old = list(vmas)[place]
    vmas.replace((old,), (old._replace(**fields),))


BROKEN: list[tuple[int, str, Callable[[Machine], object]]] = [
    (1, "is empty or outside", lambda m: change(m, 0, end=2)),
    (1, "is empty or outside", lambda m: change(m, 4, end=49)),
    (1, "overlaps 10..12", lambda m: change(m, 0, end=11)),
    (2, "never handed out", lambda m: change(m, 4, reserved_above=40)),
    (2, "never handed out", lambda m: change(m, 0, reserved_below=1)),
    (2, "in a space that is gone", lambda m: change(m, 0, space=7)),
    (2, "less than nothing", lambda m: change(m, 0, reserved_above=-1)),
    (2, r"holds \(0, 9\)", lambda m: change(m, 0, reserved_above=3)),
    (3, "the group flag is False", lambda m: change(m, 2, group=False)),
    (3, "the group flag is True", lambda m: change(m, 0, group=True)),
    (3, r"30\.\.32: the last vma is grouped", lambda m: change(m, 4, group=True)),
    (3, "should be one vma", lambda m: cut(m)),
    (5, "page 2 is", lambda m: change(m, 0, pgoff=1, reserved_above=1)),
    (5, "page 9 is", lambda m: m.world.mms[1].ptes.update({9: Page(1, 0, 7)})),
    (6, "the walk finds", lambda m: m.world.mms[2].ptes.update({3: Page(1, 0, 1)})),
    (6, "mapcount is 3", lambda m: m.world.mapcount.update({1: 3})),
    (8, "leaves another state", lambda m: m.world.mms[1].registers.update({"brk": 40})),
]


def cut(machine: Machine) -> None:
    vmas = machine.world.mms[1].vmas
    a = next(iter(vmas))
    left = a._replace(end=4, reserved_above=0, group=True)
    vmas.replace((a,), (left, a._replace(start=4, pgoff=2)))


@pytest.mark.parametrize(("number", "problem", "breaking"), BROKEN)
def test_a_broken_rule_is_found(
    machine: Machine, number: int, problem: str, breaking: Callable[[Machine], object]
) -> None:
    if number == 8:  # a change that no journal knows, and that a step takes back
        machine.processes[1].brk(38)
    breaking(machine)
    with pytest.raises(InvariantError, match=rf"^rule {number}: .*{problem}"):
        machine.check()


def test_a_change_that_cannot_be_taken_back_is_found(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Put, "revert", lambda self: None)
    with pytest.raises(InvariantError, match=r"^rule 7: "):
        machine.check()


def test_what_undoing_leaves_is_said(machine: Machine) -> None:
    assert list(undo_restores(machine)) == []
    machine.world.mms[1].vmas.replace((), (Vma(40, 41, "rw"),))  # no journal knows it
    assert list(undo_restores(machine)) == ["undoing everything leaves vmas"]
    machine = Machine(Lokier.classroom(), task_pages=48, brk_start=36)
    machine.processes[1].brk(38)
    machine.world.mms[1].registers["brk"] = 40
    left = ["undoing and redoing everything leaves another state"]
    assert list(undo_restores(machine)) == left


def test_a_failure_dumps_the_state(machine: Machine) -> None:
    change(machine, 0, end=2)
    with pytest.raises(InvariantError) as caught:
        machine.check()
    dump = str(caught.value).splitlines()
    assert dump[1] == "A: next 28 of 64"
    assert any("Vma(start=2, end=2" in text for text in dump)
    assert any("Pte(page=2, frame=1" in text for text in dump)
    assert "p2 = fork()" in dump


def test_check_itself_changes_nothing(machine: Machine) -> None:
    machine.undo()
    before, steps, position = machine.state, machine.steps, machine.position
    machine.check()
    assert (machine.state, machine.steps, machine.position) == (before, steps, position)
    assert machine.redo()


# The journal


def test_a_replacement_by_what_is_equal_is_no_change() -> None:
    a, b, c = (Vma(start, start + 2, "rw", space=0, pgoff=start) for start in (2, 6, 10))
    new = b._replace(protection="r")
    vmas, journal = VmaList((a, b, c)), Journal()
    journal.replace(vmas, (a, b, c), (a, new, c))
    journal.replace(vmas, (a, new, c), (a, new, c))
    assert journal.changes == [Replace(vmas, (a, b, c), (a, new, c))]
    assert list(vmas) == [a, new, c]
    journal.roll_back()
    assert list(vmas) == [a, b, c]
    assert journal.changes == []


def test_a_broken_vma_above_a_file_is_found() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("mmap(2, addr=2, file=True)\nmmap(2, 'rw', addr=6)")
    change(machine, 1, reserved_above=-1)
    with pytest.raises(InvariantError, match="reserves less than nothing"):
        machine.check()
