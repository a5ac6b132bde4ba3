"""The machine: steps, undo, redo, go_to, scripts, and that a call is all or nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonvma_book import Lokier, Machine, MappingError, ScriptError, SettingError
from anonvma_book.calls import SIGNATURES, Call, read_lines
from anonvma_book.exhaustive.small_world import SmallWorld
from anonvma_book.journal import Journal
from anonvma_book.schemes import AnonVmaChain, RangeTree, Scheme
from anonvma_book.step import shared
from anonvma_book.vma_list import VmaList
from tests.maps import lines
from tests.pair import observe

HISTORY = """\
a = mmap(6, 'rw', addr=2)
b = mmap(3, 'rw', addr=10)
fault(a + 1)
s = mmap(2, 'rw', addr=40, growsdown=True)
c = fork()
fault(a + 1)
mremap(a, 6, 12)
c.mprotect(a, 3, 'r')
fault(s - 4)
mmap(4, 'x', addr=11, fixed=True)
c.mremap(a + 3, 2, 4, to=30)
d = c.fork()
c.exec()
mremap(b + 8, 2, 2, dont_unmap=True)
brk(30)
c.brk(31)
brk(29)
d.exit()
munmap(1, 20)
mmap(30, 'w', addr=1, fixed=True)"""


def new() -> Machine:
    return Machine(Lokier.classroom(), task_pages=48, brk_start=28)


@pytest.fixture
def machine() -> Machine:
    made = new()
    made.run(HISTORY)
    return made


# Steps


def test_steps_are_numbered_from_1(machine: Machine) -> None:
    assert [step.number for step in machine.steps] == list(range(1, 21))
    assert machine.position == 20
    step = machine.steps[6]
    assert str(step.call) == "mremap(a, 6, 12)"
    assert (step.pid, step.result) == (1, 13)
    assert step.arguments["old"] == 2
    assert machine.steps[7].pid == 2


def test_undo_and_redo_stop_at_the_ends(machine: Machine) -> None:
    assert machine.redo() is False
    for left in range(20, 0, -1):
        assert machine.position == left
        assert machine.undo() is True
    assert machine.undo() is False
    assert observe(machine) == observe(new())
    assert machine.redo() is True
    assert len(machine.steps) == 20


def test_every_point_is_exactly_what_it_was() -> None:
    machine = new()
    past = [observe(machine)]
    for _, call in read_lines(HISTORY):
        machine.apply(call)
        machine.check()
        past.append(observe(machine))
    for number in (20, 0, 13, 4, 19, 7, 7, 20, 1):
        machine.go_to(number)
        assert observe(machine) == past[number]
        machine.check()


def test_a_new_call_takes_the_place_of_what_was_undone(machine: Machine) -> None:
    machine.go_to(4)
    step = machine.apply(Call.make("munmap", start=10, length=1))
    assert step.number == machine.position == len(machine.steps) == 5
    assert machine.redo() is False


def test_numbers_follow_the_position(machine: Machine) -> None:
    machine.go_to(4)
    machine.redo()
    assert machine.run("mmap(1)")[0].number == 6
    machine.undo()
    machine.go_to(0)
    assert machine.run("mmap(1)")[0].number == 1


def test_a_refused_call_leaves_what_can_be_redone(machine: Machine) -> None:
    machine.go_to(4)
    with pytest.raises(OSError, match="length is 0"):
        machine.processes[1].munmap(1, 0)
    assert machine.redo() is True


@pytest.mark.parametrize("number", [-1, 21])
def test_go_to_a_step_that_is_not_there(machine: Machine, number: int) -> None:
    before = observe(machine)
    with pytest.raises(SettingError, match=f"there is no step {number}; there are 20"):
        machine.go_to(number)
    assert observe(machine) == before


def test_reset_forgets(machine: Machine) -> None:
    machine.reset()
    assert (machine.steps, machine.position) == ((), 0)
    assert observe(machine) == observe(new())
    assert machine.run("mmap(1)")[0].number == 1


def test_a_state_is_a_value(machine: Machine) -> None:
    machine.go_to(8)
    before = machine.state
    copied = repr(before)
    machine.go_to(20)
    machine.go_to(0)
    assert repr(before) == copied
    assert hash(before) is not None


def test_a_machine_that_records_nothing() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48, brk_start=28, record=False)
    steps = machine.run(HISTORY)
    assert [step.number for step in steps] == list(range(1, 21))
    assert machine.steps == ()
    assert machine.undo() is False
    recorded = new()
    recorded.run(HISTORY)
    assert machine.state == recorded.state


@pytest.mark.parametrize("record", [True, False])
def test_a_number_of_a_type_of_its_own_is_a_number(record: bool) -> None:
    class Pages(int):
        pass

    machine = Machine(record=record)
    assert machine.processes[1].mmap(Pages(4), addr=Pages(16)) == 16
    assert machine.processes[1].vmas[0].pages == 4


@pytest.mark.parametrize("scheme", [Lokier(index_bits=4, minimum=1), AnonVmaChain(), RangeTree()])
def test_a_call_without_a_step_does_the_same(scheme: Scheme) -> None:
    """And is refused for the same reason, and leaves the same behind then."""
    chance = random.Random(2004)
    world = SmallWorld(scheme, pages=6, guard_gap=1)
    steps, quiet = world.machine(), world.machine()
    quiet.record = False
    for _ in range(300):
        call = chance.choice(list(world.calls(steps)))
        pid = steps.world.processes[call.process]
        given = dict(call.arguments)
        arguments = (given.get(each.name, each.default) for each in SIGNATURES[call.name])
        told = [
            outcome(lambda call: steps.apply(call).result, call),
            outcome(quiet.do, pid, call.name, tuple(arguments)),
        ]
        assert told[0] == told[1]
        assert steps.state == quiet.state
        assert quiet.world.journal.take() == ((), ())


def outcome(carry_out: Callable[..., int | None], *arguments: Any) -> int | str | None:
    """The result, or why not."""
    try:
        return carry_out(*arguments)
    except MappingError as error:
        return str(error)


def test_an_argument_of_a_wrong_type_is_refused_without_a_step_as_well() -> None:
    init = Machine(Lokier.classroom(), task_pages=48, record=False).processes[1]
    for wrong in ("6", True, 2**64 + 1, None, 6.0):
        with pytest.raises(MappingError, match="length"):
            init.mmap(wrong)  # type: ignore[arg-type]
    assert init.vmas == ()
    assert init.mmap(6) == 1


# Scripts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(point=st.integers(0, 20))
def test_the_script_of_any_point_gives_its_state(machine: Machine, point: int) -> None:
    machine.go_to(point)
    again = new()
    again.run(machine.script)
    assert observe(again) == observe(machine)


def test_a_script_runs_whole_or_not_at_all(machine: Machine) -> None:
    machine.go_to(12)
    before, steps = observe(machine), machine.steps
    with pytest.raises(ScriptError, match="line 3: mmap: length is 0"):
        machine.run("mmap(2)\nfork()\nmmap(0)")
    assert (observe(machine), machine.steps, machine.position) == (before, steps, 12)
    machine.go_to(20)


def test_even_when_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = new()
    machine.run("mmap(2)")
    before = observe(machine)
    calls = iter(range(3))
    real = Machine.apply

    def interrupted(self: Machine, call: Call) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return real(self, call)

    monkeypatch.setattr(Machine, "apply", interrupted)
    with pytest.raises(KeyboardInterrupt):
        machine.run("mmap(3)\nfork()\nmmap(4)")
    assert observe(machine) == before
    assert (len(machine.steps), machine.position) == (1, 1)


# All or nothing, wherever a call is broken off


def points(script: str) -> Iterator[tuple[Machine, Call]]:
    """Each call of a script, with a machine that has done those before it."""
    calls = [call for _, call in read_lines(script)]
    for number, call in enumerate(calls):
        machine = new()
        for done in calls[:number]:
            machine.apply(done)
        yield machine, call


def test_a_call_that_breaks_off_anywhere_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = 0

    def limited(real: Callable[..., None]) -> Callable[..., None]:
        def change(*arguments: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise MemoryError
            real(*arguments)

        return change

    for way in ("put", "replace"):
        monkeypatch.setattr(Journal, way, limited(getattr(Journal, way)))
    broken_off = 0
    left = 10**6
    for machine, call in points(HISTORY):
        before, steps = observe(machine), machine.steps
        changes = 0
        while True:
            left = changes
            try:
                machine.apply(call)
            except MemoryError:
                left = 10**6
                broken_off += 1
                changes += 1
                assert observe(machine) == before
                assert machine.steps == steps
                assert machine.world.journal.take() == ((), ())
                machine.check()
            else:
                break
        left = 10**6
    assert broken_off > 50


# Processes


def test_processes_are_handles() -> None:
    machine = new()
    init = machine.processes[1]
    assert init == machine.processes[1]
    assert init != new().processes[1]
    assert len({init, machine.processes[1]}) == 1
    assert repr(init) == "Process(1)"
    child = init.fork()
    assert list(machine.processes) == [1, 2]
    assert machine.state.mm(2).parent == 1
    child.exit()
    assert list(machine.processes) == [1]
    assert init.fork().pid == 3


def test_fork_copies_everything(machine: Machine) -> None:
    machine.go_to(4)
    machine.processes[1].mremap(2, 6, 12)
    child = machine.processes[1].fork()
    parent, copied = machine.state.mms
    assert copied._replace(pid=1, parent=None) == parent
    assert lines(child) == lines(machine.processes[1])


def test_exec_starts_afresh(machine: Machine) -> None:
    child = machine.processes[2]
    child.exec()
    mm = machine.state.mm(2)
    assert (mm.vmas, mm.ptes, mm.brk_start, mm.brk) == ((), (), 28, 28)
    assert machine.state.space(mm.space).next == 0
    assert all(other.space != mm.space for other in machine.state.mms if other.pid != 2)


def test_the_default_machine_is_as_written() -> None:
    machine = Machine()
    assert repr(machine.scheme) == repr(Lokier.as_written())
    assert machine.settings["guard_gap"] == 0
    machine.processes[1].mmap(1)
    assert lines(machine.processes[1]) == ["1..2 rw A0 +4194304"]


# Many vmas: the list of vmas is cut in chunks


def test_a_thousand_vmas_and_back() -> None:
    machine = Machine(Lokier(32, 0, 0), task_pages=4096)
    init = machine.processes[1]
    for page in range(0, 2000, 2):
        init.mmap(1, "rw", addr=page + 1)
    assert len(init.vmas) == 1000
    init.munmap(500, 1000)
    assert len(init.vmas) == 500
    machine.check()
    assert VmaList(init.vmas)._chunks != machine.world.mms[1].vmas._chunks
    machine.go_to(0)
    machine.go_to(1000)
    assert len(init.vmas) == 1000


def test_a_walk_in_a_process_that_is_gone() -> None:
    with pytest.raises(OSError, match=r"^reverse_map: there is no process 7 \(ESRCH\)$"):
        new().reverse_map(7, 2)


def test_after_calls_that_nothing_tells_of_steps_tell_again() -> None:
    machine = new()
    machine.record = False
    mapped = (4, "rw", 2, False, False, False, False, False, False)
    assert machine.do(1, "mmap", mapped) == 2
    assert machine.steps == ()
    assert len(machine.apply(Call.make("munmap", start=2, length=4)).events) == 2


def test_a_call_without_steps_takes_all_its_arguments() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Machine(record=False).do(1, "munmap", (2,))


def test_a_result_is_not_given_a_name_that_is_none() -> None:
    message = r"^mmap: 'x y' is no name of 1 to 40 letters, digits and _ \(EINVAL\)$"
    machine = new()
    with pytest.raises(MappingError, match=message):
        machine.apply(Call.make("mmap", "init", "x y", length=1))
    assert machine.steps == ()


def test_a_walk_names_the_frame() -> None:
    machine = new()
    machine.run("a = mmap(2, 'rw', addr=3)\nfault(a)\nfork()")
    assert (machine.reverse_map(1, 3).frame, machine.reverse_map(1, 4).frame) == (1, None)


def test_a_walk_for_what_is_not_there() -> None:
    message = r"^reverse_map: page 3 of process 1 is not anonymous memory \(EFAULT\)$"
    with pytest.raises(OSError, match=message):
        new().reverse_map(1, 3)


def test_how_many_steps_two_histories_share() -> None:
    machine = new()
    first, second = machine.run("mmap(1)\nmmap(2)")
    assert shared([first, second], [first, second]) == 2
    assert shared([first], [first, second]) == 1
    assert shared([first, second], [second]) == 0
    assert shared([], [first]) == 0
    assert shared([first, second], [first, first]) == 1
