"""A machine and the model, given the same calls and compared after each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import pytest

from anonvma_book import Call, Lokier, Machine, MappingError, Script
from anonvma_book.calls import Ref
from anonvma_book.vma import Vma
from tests.indexes import IndexModel, Rules
from tests.model import Refused


class Snapshot(NamedTuple):
    """What must be there again when a history is at this point."""

    model: IndexModel
    identities: dict[int, tuple[int, int]]
    observed: tuple[object, ...]


def observe(machine: Machine) -> tuple[object, ...]:
    """All that a call may change, as a value."""
    world = machine.world
    tables = world.names, world.processes, world.counters, world.mapcount
    return machine.state, *(tuple(sorted(table.items())) for table in tables)


class Pair:
    """``identities`` is the (space, index) of every frame, from when it came into being."""

    def __init__(
        self,
        scheme: Lokier,
        task: int,
        top_down: bool = False,
        base: int = 1,
        guard: int = 0,
        heap: int = 0,
    ) -> None:
        self.scheme = scheme
        self.task = task
        self.settings: dict[str, Any] = {
            "task_pages": task,
            "layout": "top-down" if top_down else "bottom-up",
            "mmap_base": base,
            "guard_gap": guard,
            "brk_start": heap,
        }
        self.machine = Machine(scheme, **self.settings)
        above = not top_down if scheme.side == "layout" else scheme.side == "above"
        rules = Rules(
            2**scheme.index_bits,
            Fraction(scheme.proportion),
            scheme.minimum,
            scheme.mremap_reserves == "exclusive",
            above,
        )
        self.model = IndexModel(rules, task, top_down, base, guard, heap)
        self.identities: dict[int, tuple[int, int]] = {}
        self.past = [self.snapshot()]

    def snapshot(self) -> Snapshot:
        return Snapshot(self.model.copy(), dict(self.identities), observe(self.machine))

    def call(
        self, name: str, pid: int, called: str | None = None, by_name: bool = False, **given: Any
    ) -> Call:
        """Make a call of both; ``by_name`` counts pages from a name of the script."""
        machine = self.machine
        process = next((n for n, p in machine.world.processes.items() if p == pid), "nobody")
        values = {
            key: self.named(value) if by_name and key in ("start", "old", "page", "to") else value
            for key, value in given.items()
        }
        call = Call.make(name, process, called, **values)
        before = observe(machine)
        frames = {p: dict(memory.frames) for p, memory in self.model.processes.items()}
        try:
            expected = self.model.call(name, pid, **given)
        except Refused as refused:
            self.refused(call, refused.code, before)
            return call
        step = machine.apply(call)
        assert step.result == expected, f"{call} gives {step.result}, not {expected}"
        assert step.number == machine.position == len(machine.steps)
        self.identify(frames)
        self.agree()
        del self.past[step.number :]
        self.past.append(self.snapshot())
        return call

    def named(self, value: int | None) -> int | Ref | None:
        """The value, counted from a name if there is one."""
        names = self.machine.world.names
        if value is None or not names:
            return value
        name = min(names)
        return Ref(name, value - names[name])

    def refused(self, call: Call, code: str, before: tuple[object, ...]) -> None:
        """The machine refuses the call for the same reason, and nothing changes."""
        with pytest.raises(MappingError, match=rf"^{call.name}: .*\S \({code}\)$"):
            self.machine.apply(call)
        assert observe(self.machine) == before, "a failed call changed something"

    def identify(self, frames: dict[int, dict[int, int]]) -> None:
        """New frames get their identity; a copy has the identity of its source."""
        for mm in self.machine.state.mms:
            for pte in mm.ptes:
                if pte.frame not in self.identities:
                    self.identities[pte.frame] = pte.space, pte.index
                    source = frames.get(mm.pid, {}).get(pte.page)
                    if source is not None:
                        assert self.identities[source] == (pte.space, pte.index)

    def agree(self) -> None:
        """Everything that the model knows, and every rule of the scheme."""
        machine, model = self.machine, self.model
        machine.check()
        state = machine.state
        assert [mm.pid for mm in state.mms] == sorted(model.processes)
        used: set[int | None] = set()
        for mm in state.mms:
            memory = model.processes[mm.pid]
            assert [tuple(unit) for unit in mm.units] == memory.units()
            assert list(mm.vmas) == [Vma(*vma) for vma in model.vmas(mm.pid)]
            assert (mm.brk_start, mm.brk, mm.space) == (memory.heap, memory.brk, memory.space)
            assert {pte.page: pte.frame for pte in mm.ptes} == memory.frames
            assert all(self.identities[p.frame] == (p.space, p.index) for p in mm.ptes)
            assert len({(p.space, p.index) for p in mm.ptes}) == len(mm.ptes)
            for page in memory.frames:
                walk = machine.reverse_map(mm.pid, page)
                assert list(walk.hits) == model.walk(mm.pid, page)
                assert len(walk.candidates) <= len(state.mms)
            used |= {vma.space for vma in mm.vmas} | {mm.space}
        assert {space.id: space.next for space in state.spaces} == {
            space: model.spaces[space] for space in used if space is not None
        }

    def undo(self) -> None:
        position = self.machine.position
        assert self.machine.undo() == (position > 0)
        self.returned_to(max(position - 1, 0))

    def redo(self) -> None:
        position, steps = self.machine.position, len(self.machine.steps)
        assert self.machine.redo() == (position < steps)
        self.returned_to(min(position + 1, steps))

    def go_to(self, number: int) -> None:
        self.machine.go_to(number)
        self.returned_to(number)

    def returned_to(self, position: int) -> None:
        assert self.machine.position == position
        past = self.past[position]
        assert observe(self.machine) == past.observed
        self.model, self.identities = past.model.copy(), dict(past.identities)

    def run_again(self) -> None:
        """The script reads back as it prints, and does the same in a new machine."""
        text = str(self.machine.script)
        assert str(Script.read(text)) == text
        again = Machine(self.scheme, **self.settings)
        again.run(text)
        assert observe(again) == observe(self.machine)
