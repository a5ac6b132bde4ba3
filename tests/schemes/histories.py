"""Random histories of a fork group under any scheme, checked after every call.

What is checked is the machine's ``check`` (with it, that every reverse walk finds exactly what a
scan of all page tables finds), that contents survive, and that every step has a sentence.

content   each page's last write is a number, kept page by page; equal frames mean equal numbers
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from anonvma_book import Machine, MappingError
from anonvma_book.picture.narrate import narrate
from anonvma_book.picture.state_json import state_json
from anonvma_book.schemes import Scheme

TASK = 40
WHO = st.integers(0, 3)
PAGES = st.integers(0, TASK - 1)
LENGTHS = st.integers(1, 8)
PROTECTIONS = st.sampled_from(["rw", "rw", "rw", "r", "none"])

SETTINGS = settings(
    max_examples=int(os.environ.get("ANONVMA_EXAMPLES", "60")),
    stateful_step_count=int(os.environ.get("ANONVMA_STEPS", "30")),
)


class Rivals(RuleBasedStateMachine):
    """A machine of up to four processes, steered to forks, copies, moves and splits."""

    make: Callable[[], Scheme]

    @initialize(top_down=st.booleans())
    def begin(self, top_down: bool) -> None:
        layout = "top-down" if top_down else "bottom-up"
        self.machine = Machine(type(self).make(), task_pages=TASK, layout=layout)
        self.contents: dict[int, dict[int, int]] = {1: {}}
        self.writes = 0

    def call(self, name: str, who: int, **arguments: object) -> tuple[int, bool]:
        """Call it; the pid, and whether it was carried out."""
        pid = sorted(self.contents)[who % len(self.contents)]
        before = self.machine.state
        try:
            getattr(self.machine.processes[pid], name)(**arguments)
        except MappingError:
            assert self.machine.state == before
            return pid, False
        step = self.machine.steps[-1]
        given = dict(step.arguments)
        self.follow(name, pid, step.result, given, before.mm(pid).brk)
        assert narrate(step, before, self.machine.state).endswith(".")
        state_json(self.machine.state)
        self.agree()
        return pid, True

    def follow(
        self, name: str, pid: int, result: int | None, given: Mapping[str, object], heap_end: int
    ) -> None:
        """What the call does to the contents, page by page."""
        pages = self.contents[pid]

        def number(key: str) -> int:
            value = given[key]
            assert isinstance(value, int)
            return value

        if name == "mmap" and given["fixed"]:
            assert result is not None
            self.lose(pages, result, result + number("length"))
        elif name == "munmap":
            self.lose(pages, number("start"), number("start") + number("length"))
        elif name == "mremap":
            assert result is not None
            old, length, new = number("old"), number("old_length"), number("new_length")
            moved = {p - old + result: c for p, c in pages.items() if old <= p < old + length}
            self.lose(pages, old, old + length)
            self.lose(pages, result, result + new)
            pages.update({p: c for p, c in moved.items() if p < result + new})
        elif name == "fault" and given["write"]:
            self.writes += 1
            vma = self.machine.world.mms[pid].vmas.at(number("page"))
            if vma is not None and not vma.is_file:
                pages[number("page")] = self.writes
        elif name == "fork":
            assert result is not None
            self.contents[result] = dict(pages)
        elif name == "exit":
            del self.contents[pid]
        elif name == "exec":
            pages.clear()
        elif name == "brk":
            assert result is not None
            self.lose(pages, result, heap_end)

    @staticmethod
    def lose(pages: dict[int, int], start: int, end: int) -> None:
        for page in range(start, end):
            pages.pop(page, None)

    def agree(self) -> None:
        """Every page that was written is there, in a frame of its contents."""
        self.machine.check()
        frames: dict[int, int] = {}
        for pid, pages in self.contents.items():
            there = {pte.page: pte.frame for pte in self.machine.state.mm(pid).ptes}
            for page, content in pages.items():
                assert frames.setdefault(there[page], content) == content
            never_written = {frame for page, frame in there.items() if page not in pages}
            assert not never_written & {there[page] for page in pages}

    def some_vma(self, who: int, which: int) -> tuple[int, int]:
        """Start and length of a vma, if there is one."""
        pid = sorted(self.contents)[who % len(self.contents)]
        vmas = self.machine.processes[pid].vmas
        if not vmas:
            return 2, 1
        vma = vmas[which % len(vmas)]
        return vma.start, vma.pages

    @rule(
        who=WHO,
        addr=PAGES,
        length=LENGTHS,
        prot=PROTECTIONS,
        fixed=st.booleans(),
        kind=st.sampled_from(["", "", "", "growsdown", "file"]),
    )
    def mmap(self, who: int, addr: int, length: int, prot: str, fixed: bool, kind: str) -> None:
        more = {kind: True} if kind else {}
        self.call("mmap", who, length=length, prot=prot, addr=addr, fixed=fixed, **more)

    @rule(who=WHO, which=PAGES, length=LENGTHS)
    def map_behind(self, who: int, which: int, length: int) -> None:
        """Where a vma ends."""
        start, pages = self.some_vma(who, which)
        self.call("mmap", who, length=length, prot="rw", addr=start + pages)

    @rule(who=WHO, which=PAGES, first=st.integers(0, 3), length=LENGTHS)
    def munmap(self, who: int, which: int, first: int, length: int) -> None:
        start, _ = self.some_vma(who, which)
        self.call("munmap", who, start=start + first, length=length)

    @rule(who=WHO, which=PAGES, first=st.integers(0, 3), length=LENGTHS, prot=PROTECTIONS)
    def mprotect(self, who: int, which: int, first: int, length: int, prot: str) -> None:
        start, pages = self.some_vma(who, which)
        length = min(length, max(pages - first, 1))
        self.call("mprotect", who, start=start + first, length=length, prot=prot)

    @rule(
        who=WHO,
        which=PAGES,
        first=st.sampled_from([0, 0, 1, 2]),
        less=st.sampled_from([0, 0, 1]),
        grow=st.integers(-2, 4),
        to=st.none() | PAGES,
    )
    def mremap(
        self, who: int, which: int, first: int, less: int, grow: int, to: int | None
    ) -> None:
        start, pages = self.some_vma(who, which)
        length = max(pages - first - less, 1)
        new = max(length + grow, 1)
        self.call("mremap", who, old=start + first, old_length=length, new_length=new, to=to)

    @rule(who=WHO, which=PAGES, other=PAGES, back=st.booleans())
    def move_beside(self, who: int, which: int, other: int, back: bool) -> None:
        """A whole vma, right behind or before another."""
        start, pages = self.some_vma(who, which)
        there, length = self.some_vma(who, other)
        to = there - pages if back else there + length
        self.call("mremap", who, old=start, old_length=pages, new_length=pages, to=to)

    @rule(who=WHO, which=PAGES, to=PAGES)
    def leave_behind(self, who: int, which: int, to: int) -> None:
        """A vma moves, and its old pages stay mapped and empty."""
        old, length = self.some_vma(who, which)
        sizes = {"old": old, "old_length": length, "new_length": length}
        self.call("mremap", who, **sizes, to=to, dont_unmap=True)

    @rule(who=WHO, end=st.integers(TASK // 2, TASK))
    def brk(self, who: int, end: int) -> None:
        self.call("brk", who, end=end)

    @rule(who=WHO, page=PAGES, write=st.booleans())
    def fault(self, who: int, page: int, write: bool) -> None:
        self.call("fault", who, page=page, write=write)

    @rule(who=WHO, which=PAGES, first=st.integers(0, 5), count=st.integers(1, 4))
    def write(self, who: int, which: int, first: int, count: int) -> None:
        start, pages = self.some_vma(who, which)
        for page in range(first, min(first + count, pages)):
            self.call("fault", who, page=start + page, write=True)

    @precondition(lambda self: len(self.contents) < 4)
    @rule(who=WHO)
    def fork(self, who: int) -> None:
        self.call("fork", who)

    @precondition(lambda self: len(self.contents) > 1)
    @rule(who=WHO, new_program=st.sampled_from([False, False, True]))
    def leave(self, who: int, new_program: bool) -> None:
        self.call("exec" if new_program else "exit", who)
