"""What bookkeeping costs: the counts of the machine as it stands at each step."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from anonvma_book import SCHEMES, Lokier, Machine
from anonvma_book.picture import costs
from anonvma_book.picture.costs import Costs, looked_at
from anonvma_book.picture.recording import Recording
from anonvma_book.picture.rivals import Rival, rival_scheme
from anonvma_book.reverse_map import Walk, scan
from anonvma_book.schemes import PteChains
from tests.picture.histories import HISTORIES, MACHINES, History, play


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=20, deadline=None)
@given(machine=MACHINES, history=HISTORIES)
def test_each_step_is_counted_on_the_machine_at_that_step(
    name: str, machine: Machine, history: History
) -> None:
    play(machine, history)
    rival = Rival(Recording(machine), rival_scheme(name))
    for number, place in enumerate(rival.places):
        rival.machine.go_to(place)
        state, cost = rival.machine.state, rival.cost(number)
        looks = [
            len(rival.machine.reverse_map(*where[0]).candidates)
            for where in scan(rival.machine.world).values()
        ]
        assert cost.vmas == sum(len(mm.vmas) for mm in state.mms)
        assert cost.units == sum(len(mm.units) for mm in state.mms)
        assert cost.spaces == len(rival.machine.spaces)
        assert cost.weight == rival.machine.scheme.weight(rival.machine.world)
        assert cost.worst == max(looks, default=None)
        assert cost.mean == (pytest.approx(sum(looks) / len(looks)) if looks else None)


def test_indexes_that_were_handed_out_are_counted_for_good() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("a = mmap(4, 'rw')\nmunmap(a, 4)\nmmap(2, 'rw')")
    counted = Costs(Recording(machine))
    assert [cost.handed_out for cost in counted.steps] == [0, 8, 8, 12]
    assert [cost.vmas for cost in counted.steps] == [0, 1, 0, 1]


def test_of_many_pages_some_are_walked_from(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(PteChains(), task_pages=48)
    machine.run("a = mmap(9, 'rw')\n" + "\n".join(f"fault(a + {page})" for page in range(9)))
    assert looked_at(machine) == [1] * 9
    monkeypatch.setattr(costs, "SAMPLE", 4)
    machine.run("fork()\nfault(a + 2)")
    walked: list[tuple[int, int]] = []
    whole = machine.reverse_map

    def watched(pid: int, page: int) -> Walk:
        walked.append((pid, page))
        return whole(pid, page)

    monkeypatch.setattr(machine, "reverse_map", watched)
    assert looked_at(machine) == [2, 1, 2, 2]
    assert walked == [(1, 1), (1, 3), (1, 6), (1, 8)]


def test_following_counts_what_is_new() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("a = mmap(4, 'rw')\nmmap(2, 'rw')")
    recording = Recording(machine)
    counted = Costs(recording)
    machine.go_to(1)
    machine.run("fault(a)\nfork()")
    recording.follow()
    assert counted.follow() == 2
    assert machine.position == 3
    assert counted.steps == Costs(recording).steps
    assert counted.follow() == 4
