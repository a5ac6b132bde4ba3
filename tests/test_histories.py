"""Random histories: several processes, every call, against the page-by-page model.

After each call: results and refusals, units, vmas, frames, page identities, reverse walks, and
every rule of ``machine.check``. Undo, redo and go_to must give back what was there, and the
script of a history, run in a new machine, must end in the same state.

ANONVMA_EXAMPLES  how many histories (300 unless set), each of up to ANONVMA_STEPS rules (40)
"""

from __future__ import annotations

import os
from fractions import Fraction

from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from anonvma_book import Lokier
from tests.pair import Pair

PROTECTIONS = st.sampled_from(["rw", "rw", "rw", "r", "none", "rx", "w", "up"])
PLACES = st.tuples(st.integers(0, 60), st.sampled_from([0, 0, 0, 1, -1, 2]))
"""A place is the n-th border (of a vma, the heap, the task), and a few pages beside it."""
LENGTHS = st.one_of(st.integers(1, 6), st.integers(-1, 20), PLACES, PLACES, st.integers(1, 110))
"""Pages, or the distance to a place."""
INSETS = st.sampled_from([0, 0, 0, 0, 0, 0, 1, 2, 3, -1])
WHO = st.integers(0, 5)
UNITS = st.integers(0, 12)
NAMES = st.sampled_from([None, None, "a", "b", "c"])
SOMETIMES = st.sampled_from([False, False, False, True])

Place = tuple[int, int]


class Histories(RuleBasedStateMachine):
    """One machine and one model, given the same calls."""

    @initialize(
        scheme=st.builds(
            Lokier,
            st.sampled_from([6, 5, 4, 3, 8]),
            st.sampled_from([Fraction(1), Fraction(0), Fraction(1, 4), Fraction(2), Fraction(3)]),
            st.integers(0, 8),
            st.sampled_from(["exclusive", "shared"]),
            st.sampled_from(["layout", "above", "below"]),
        ),
        task=st.integers(20, 96),
        top_down=st.booleans(),
        base=st.sampled_from([1, 1, 4]),
        guard=st.sampled_from([0, 0, 2, 5]),
        heap=st.sampled_from([12, 8, 0, 20]),
        regions=st.lists(
            st.tuples(st.integers(0, 90), st.integers(1, 12), PROTECTIONS, SOMETIMES),
            min_size=2,
            max_size=9,
        ),
    )
    def begin(
        self,
        scheme: Lokier,
        task: int,
        top_down: bool,
        base: int,
        guard: int,
        heap: int,
        regions: list[tuple[int, int, str, bool]],
    ) -> None:
        self.pair = Pair(scheme, task, top_down, base, guard, heap)
        for addr, length, prot, growsdown in regions:
            self.call("mmap", 1, length=length, prot=prot, addr=addr, growsdown=growsdown)

    # Steering

    def call(
        self,
        name: str,
        pid: int,
        called: str | None = None,
        by_name: bool = False,
        **given: int | str | bool | None,
    ) -> None:
        note(f"{pid}: {name} {given}")
        self.pair.call(name, pid, called, by_name, **given)

    def pid(self, who: int) -> int:
        """Mostly a living process; the last choice is one that may be dead."""
        living = sorted(self.pair.model.processes)
        if who == 5 or not living:
            return self.pair.model.next_pid - 1
        return living[who % len(living)]

    def page(self, pid: int, place: Place) -> int:
        borders = {1, self.pair.task}
        if pid in self.pair.model.processes:
            memory = self.pair.model.processes[pid]
            borders |= {memory.brk, memory.heap}
            for vma in self.pair.machine.processes[pid].vmas:
                borders |= {vma.start, vma.end}
        return sorted(borders)[place[0] % len(borders)] + place[1]

    def length(self, pid: int, start: int, length: int | Place) -> int:
        return abs(self.page(pid, length) - start) if isinstance(length, tuple) else length

    def part(self, pid: int, unit: int, inset: tuple[int, int]) -> tuple[int, int]:
        """Start and length of a unit, or of a good part of one."""
        memory = self.pair.model.processes.get(pid)
        units = memory.units() if memory is not None else []
        if not units:
            return 0, 0
        start, end = units[unit % len(units)][:2]
        return start + inset[0], end - inset[1] - start - inset[0]

    # The calls

    @rule(
        who=WHO,
        length=LENGTHS,
        prot=PROTECTIONS,
        addr=st.one_of(st.none(), PLACES),
        how=st.sampled_from(["", "", "fixed", "fixed", "noreplace"]),
        growsdown=SOMETIMES,
        file=SOMETIMES,
        called=NAMES,
    )
    def mmap(
        self,
        who: int,
        length: int | Place,
        prot: str,
        addr: Place | None,
        how: str,
        growsdown: bool,
        file: bool,
        called: str | None,
    ) -> None:
        pid = self.pid(who)
        start = None if addr is None else self.page(pid, addr)
        self.call(
            "mmap",
            pid,
            called,
            length=self.length(pid, start or 1, length),
            prot=prot,
            addr=start,
            fixed=how == "fixed",
            noreplace=how == "noreplace",
            growsdown=growsdown,
            file=file,
        )

    @rule(who=WHO, length=st.integers(1, 5), called=NAMES)
    def mmap_small(self, who: int, length: int, called: str | None) -> None:
        self.call("mmap", self.pid(who), called, length=length, prot="rw")

    @rule(who=WHO, start=PLACES, length=LENGTHS, by_name=SOMETIMES)
    def munmap(self, who: int, start: Place, length: int | Place, by_name: bool) -> None:
        pid = self.pid(who)
        first = self.page(pid, start)
        length = self.length(pid, first, length)
        self.call("munmap", pid, None, by_name, start=first, length=length)

    @rule(who=WHO, start=PLACES, length=LENGTHS, prot=PROTECTIONS, by_name=SOMETIMES)
    def mprotect(
        self,
        who: int,
        start: Place,
        length: int | Place,
        prot: str,
        by_name: bool,
    ) -> None:
        pid = self.pid(who)
        first = self.page(pid, start)
        length = self.length(pid, first, length)
        self.call("mprotect", pid, None, by_name, start=first, length=length, prot=prot)

    @rule(
        who=WHO,
        old=PLACES,
        old_length=LENGTHS,
        new_length=LENGTHS,
        how=st.sampled_from(["", "", "", "in place", "to", "to", "keep", "keep to", "odd"]),
        to=PLACES,
        called=NAMES,
        by_name=SOMETIMES,
    )
    def mremap(
        self,
        who: int,
        old: Place,
        old_length: int | Place,
        new_length: int | Place,
        how: str,
        to: Place,
        called: str | None,
        by_name: bool,
    ) -> None:
        pid = self.pid(who)
        first = self.page(pid, old)
        length = self.length(pid, first, old_length)
        new = length if how.startswith("keep") else self.length(pid, first, new_length)
        self.call(
            "mremap",
            pid,
            called,
            by_name,
            old=first,
            old_length=length,
            new_length=new,
            may_move=how not in ("in place", "odd"),
            to=self.page(pid, to) if how in ("to", "keep to", "odd") else None,
            dont_unmap=how.startswith("keep"),
        )

    @rule(
        who=WHO,
        unit=UNITS,
        inset=st.tuples(INSETS, INSETS),
        more=st.one_of(st.integers(1, 12), st.integers(-4, 16)),
        how=st.sampled_from(["", "", "", "in place", "to", "to", "keep"]),
        to=PLACES,
    )
    def mremap_unit(
        self,
        who: int,
        unit: int,
        inset: tuple[int, int],
        more: int,
        how: str,
        to: Place,
    ) -> None:
        """A whole unit, or a good part of one, which is what programs do."""
        pid = self.pid(who)
        first, length = self.part(pid, unit, inset)
        self.call(
            "mremap",
            pid,
            old=first,
            old_length=length,
            new_length=length if how == "keep" else length + more,
            may_move=how != "in place",
            to=self.page(pid, to) if how == "to" else None,
            dont_unmap=how == "keep",
        )

    @rule(who=WHO, unit=UNITS, inset=st.tuples(INSETS, INSETS), prot=PROTECTIONS)
    def mprotect_unit(self, who: int, unit: int, inset: tuple[int, int], prot: str) -> None:
        pid = self.pid(who)
        first, length = self.part(pid, unit, inset)
        self.call("mprotect", pid, start=first, length=length, prot=prot)

    @rule(who=WHO, end=st.one_of(st.none(), PLACES), more=st.integers(0, 5), called=NAMES)
    def brk(self, who: int, end: Place | None, more: int, called: str | None) -> None:
        pid = self.pid(who)
        self.call("brk", pid, called, end=None if end is None else self.page(pid, end) + more)

    @rule(who=WHO, page=PLACES, write=st.booleans(), by_name=SOMETIMES)
    def fault(self, who: int, page: Place, write: bool, by_name: bool) -> None:
        pid = self.pid(who)
        self.call("fault", pid, None, by_name, page=self.page(pid, page), write=write)

    @rule(who=WHO, unit=UNITS, pages=st.integers(1, 5))
    def touch(self, who: int, unit: int, pages: int) -> None:
        """Pages that are mapped."""
        pid = self.pid(who)
        start, length = self.part(pid, unit, (0, 0))
        for page in range(start, start + min(length, pages)):
            self.call("fault", pid, page=page, write=True)

    @precondition(lambda self: 0 < len(self.pair.model.processes) < 4)
    @rule(
        who=WHO,
        named=st.booleans(),
        unit=UNITS,
        pages=st.integers(0, 3),
        writer=st.sampled_from(["child", "parent", "both"]),
    )
    def fork(self, who: int, named: bool, unit: int, pages: int, writer: str) -> None:
        """With pages that are there before, and written after."""
        pid, child = self.pid(who), self.pair.model.next_pid
        start, length = self.part(pid, unit, (0, 0))
        touched = range(start, start + min(length, pages))
        for page in touched:
            self.call("fault", pid, page=page, write=True)
        self.call("fork", pid, f"child{child}" if named else None)
        writers = {"child": [child], "parent": [pid], "both": [pid, child]}[writer]
        for page in touched[:2]:
            for process in writers:
                self.call("fault", process, page=page, write=True)

    @precondition(lambda self: len(self.pair.model.processes) > 1)
    @rule(who=WHO, new_program=st.booleans())
    def leave(self, who: int, new_program: bool) -> None:
        self.call("exec" if new_program else "exit", self.pid(who))

    # Time

    @rule(count=st.integers(1, 3))
    def undo(self, count: int) -> None:
        for _ in range(count):
            self.pair.undo()

    @rule(count=st.integers(1, 3))
    def redo(self, count: int) -> None:
        for _ in range(count):
            self.pair.redo()

    @rule(share=st.floats(0, 1))
    def go_to(self, share: float) -> None:
        self.pair.go_to(round(share * len(self.pair.machine.steps)))

    def teardown(self) -> None:
        if hasattr(self, "pair"):
            self.pair.run_again()


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=int(os.environ.get("ANONVMA_EXAMPLES", "300")),
    stateful_step_count=int(os.environ.get("ANONVMA_STEPS", "40")),
)
