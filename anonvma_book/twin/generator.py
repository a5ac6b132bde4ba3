"""Random histories that look for trouble.

Uniformly random calls meet the rare rules in 0.1 to 0.4 % of calls. So addresses are taken from
the borders of what is there, lengths are those of its vmas and holes, protections are those of
neighbours, what moved away is often moved back, and every history has likings of its own.

arena   the pages in the middle of the window where nearly everything happens
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from anonvma_book.calls import INIT, Call
from anonvma_book.twin.pair import GUARD_GAP, WINDOW_PAGES, Twin
from anonvma_book.vma import GROWSDOWN, Vma

T = TypeVar("T")
ARENA = 290
PROTECTIONS = ("rw", "rw", "rw", "rw", "r", "r", "none", "rx", "rwx")
FLAG_ADVICE = (
    "dontdump",
    "dodump",
    "dontfork",
    "dofork",
    "wipeonfork",
    "keeponfork",
    "nohugepage",
    "hugepage",
)
ADVICE = (*FLAG_ADVICE, "dontneed", "free")
MOST_PROCESSES = 5
MOST_VMAS = 40


class Generator:
    """Calls for one history on ``twin``, which it looks at; ``seed`` determines everything."""

    def __init__(self, twin: Twin, seed: int | str) -> None:
        self.twin = twin
        self.random = random.Random(seed)
        self.size = self.random.choice((8, 12, 18, 30, 60))
        self.protections = self.random.choice((("rw",), ("rw", "r"), PROTECTIONS, PROTECTIONS))
        self.grows_down = self.random.random() < 0.3
        self.forks = self.random.random() < 0.7
        self.fancy = self.random.choice((0.0, 0.0, 0.1, 0.3))
        self.away: list[tuple[int, int, int]] = []
        self.children = 0
        self.process = INIT
        self.vmas: list[Vma] = []
        self.planned: list[Call] = []
        actions: dict[Callable[[], Call], float] = {
            self.map_fixed: 10,
            self.map_anywhere: 4,
            self.unmap: 6,
            self.protect: 10,
            self.touch: 16,
            self.move: 8,
            self.move_back: 6,
            self.move_range: 4,
            self.resize: 6,
            self.slide: 2,
            self.bridge: 2,
            self.round_trip: 2,
            self.advise: 5 if self.fancy else 1,
            self.fork: 1.2 if self.forks else 0,
            self.exit: 0.9 if self.forks else 0,
            self.stack: 3 if self.grows_down else 0,
            self.grow_down: 8 if self.grows_down else 0,
        }
        self.actions = list(actions)
        self.weights = [weight * self.random.choice((0.5, 1, 2)) for weight in actions.values()]

    def next_call(self) -> Call | None:
        """The next call; None once no process is left."""
        names = list(self.twin.live)
        if not names:
            return None
        self.planned = [call for call in self.planned if call.process in names]
        if self.planned:
            return self.planned.pop(0)
        if self.process not in names or self.random.random() < 0.1:
            self.process = self.random.choice(names)
        self.vmas = self.twin.vmas(self.process)
        if len(self.vmas) > MOST_VMAS:
            return self._call("munmap", start=ARENA, length=self.size)
        return self.random.choices(self.actions, self.weights)[0]()

    # The calls

    def map_fixed(self) -> Call:
        """Over what is there, beside it, or exactly into a hole."""
        start, length = self._hole() if self.random.random() < 0.5 else self._range()
        how = "noreplace" if self.random.random() < 0.1 else "fixed"
        return self._map(length, addr=start, **{how: True})

    def map_anywhere(self) -> Call:
        """Where the kernel likes, or at a hint."""
        if self.random.random() < 0.5:
            return self._map(self._length())
        start, length = self._hole()
        return self._map(length, addr=start)

    def unmap(self) -> Call:
        """A range, or a vma exactly."""
        start, length = self._exactly() if self.random.random() < 0.4 else self._range()
        return self._call("munmap", start=start, length=length)

    def protect(self) -> Call:
        """A range or a vma exactly, often like a neighbour."""
        start, length = self._exactly() if self.random.random() < 0.5 else self._range()
        near = [v.protection for v in self.vmas if v.end == start or v.start == start + length]
        prot = self.random.choice(near or self.protections)
        if self.random.random() < 0.4:
            prot = self.random.choice(self.protections)
        return self._call("mprotect", start=start, length=length, prot=prot)

    def touch(self) -> Call:
        """A page of a vma, mostly for writing, and mostly where that is allowed."""
        allowed = [vma for vma in self.vmas if "w" in vma.protection] or self.vmas
        if not allowed:
            return self.map_fixed()
        vma = self.random.choice(allowed if self.random.random() < 0.9 else self.vmas)
        page = self.random.randrange(vma.start, vma.end)
        return self._call("fault", page=page, write=self.random.random() < 0.8)

    def move(self) -> Call:
        """A vma or a part of one, to beside another or somewhere free."""
        if not self.vmas:
            return self.map_fixed()
        start, length = self._exactly() if self.random.random() < 0.6 else self._inside()
        to = self._target(length)
        if self.random.random() < 0.15:
            self.away.append((start, length, to))
            return self._call(
                "mremap", old=start, old_length=length, new_length=length, to=to, dont_unmap=True
            )
        new = length if self.random.random() < 0.8 else self._length()
        to = min(to, WINDOW_PAGES - new)
        self.away.append((start, min(length, new), to))
        return self._call("mremap", old=start, old_length=length, new_length=new, to=to)

    def move_back(self) -> Call:
        """What moved away, back to where it was, or its other half by the same distance."""
        if not self.away:
            return self.move()
        start, length, to = self.away.pop(self.random.randrange(len(self.away)))
        if self.random.random() < 0.3 and max(start, to) + 2 * length <= WINDOW_PAGES:
            return self._call(
                "mremap", old=start + length, old_length=length, new_length=length, to=to + length
            )
        return self._call("mremap", old=to, old_length=length, new_length=length, to=start)

    def move_range(self) -> Call:
        """Several vmas at once, holes included."""
        start, length = self._range()
        length = min(max(length, self.random.randint(1, 8)), WINDOW_PAGES - start)
        to = self._target(length)
        if self.random.random() < 0.5:
            self.away.append((start, length, to))
        return self._call(
            "mremap",
            old=start,
            old_length=length,
            new_length=length,
            to=to,
            dont_unmap=self.random.random() < 0.1,
        )

    def resize(self) -> Call:
        """Growing and shrinking, with the exact end or not."""
        if not self.vmas:
            return self.map_fixed()
        start, length = self._inside() if self.random.random() < 0.3 else self._tail()
        above = [vma.start for vma in self.vmas if vma.start >= start + length]
        new = self._length() + (length if self.random.random() < 0.7 else 0)
        if above and self.random.random() < 0.5:
            new = above[0] - start
        if self.random.random() < 0.1:
            length = self.random.choice((0, length + 1, length + 3))
            length = min(length, WINDOW_PAGES - start)
        return self._call(
            "mremap",
            old=start,
            old_length=length,
            new_length=max(new, 1),
            may_move=self.random.random() < 0.5,
        )

    def slide(self) -> Call:
        """A move to where the kernel likes that leaves the old range mapped."""
        if not self.vmas:
            return self.map_fixed()
        start, length = self._exactly() if self.random.random() < 0.6 else self._inside()
        return self._call(
            "mremap", old=start, old_length=length, new_length=length, dont_unmap=True
        )

    def bridge(self) -> Call:
        """A vma grows in place up to the next one, which was just mapped like it."""
        vma = self._written()
        if vma is None or vma.end + 4 > WINDOW_PAGES:
            return self.touch()
        gap = self.random.randint(1, 2)
        grow = self._call(
            "mremap",
            old=vma.start,
            old_length=vma.pages,
            new_length=vma.pages + gap,
            may_move=False,
        )
        self.planned = [grow]
        return self._call("mmap", length=2, prot=vma.protection, addr=vma.end + gap, fixed=True)

    def round_trip(self) -> Call:
        """A vma moves away and back, beside one that was mapped meanwhile."""
        vma = self._written()
        if vma is None or vma.pages > 40 or vma.start < 2 or vma.end + 2 > WINDOW_PAGES:
            return self.touch()
        to = ARENA + 3 * self.size + 50
        beside = self.random.choice((vma.start - 2, vma.end))
        self.planned = [
            self._call("mmap", length=2, prot=vma.protection, addr=beside, fixed=True),
            self._call("mremap", old=to, old_length=vma.pages, new_length=vma.pages, to=vma.start),
        ]
        return self._call(
            "mremap", old=vma.start, old_length=vma.pages, new_length=vma.pages, to=to
        )

    def _written(self) -> Vma | None:
        """A vma that was written, an inherited one if there is any."""
        written = [vma for vma in self.vmas if vma.space is not None]
        inherited = [vma for vma in written if len(vma.chain) > 1]
        return self._any(inherited or written) if written else None

    def advise(self) -> Call:
        """Mostly what splits and merges."""
        start, length = self._exactly() if self.random.random() < 0.5 else self._range()
        advice = self.random.choice(ADVICE)
        return self._call("madvise", start=start, length=length, advice=advice)

    def fork(self) -> Call:
        """A child, unless there are many."""
        if len(self.twin.live) >= MOST_PROCESSES:
            return self.exit()
        self.children += 1
        return Call.make("fork", self.process, f"child{self.children}")

    def exit(self) -> Call:
        """The end of a process that is not the last one."""
        if len(self.twin.live) < 2:
            return self.touch()
        return Call.make("exit", self.process)

    def stack(self) -> Call:
        """A mapping that grows down, with something below it at the edge of the guard gap."""
        start, length = self._range()
        if self.random.random() < 0.3:
            return self._map(min(length, 3), addr=max(start - GUARD_GAP, 0), fixed=True)
        return self._map(length, addr=start, fixed=True, growsdown=True)

    def grow_down(self) -> Call:
        """A touch below such a mapping, near it or near the gap's edge."""
        tops = [vma for vma in self.vmas if vma.kind == GROWSDOWN]
        if not tops:
            return self.stack()
        top = self.random.choice(tops)
        page = top.start - self.random.randint(1, 4)
        below = [vma.end for vma in self.vmas if vma.end <= top.start]
        if below and self.random.random() < 0.4:
            page = below[-1] + GUARD_GAP + self.random.randint(-1, 1)
        page = min(max(page, 0), WINDOW_PAGES - 1)
        return self._call("fault", page=page, write=self.random.random() < 0.5)

    # Where, how long

    def _call(self, name: str, **arguments: int | str | bool | None) -> Call:
        return Call.make(name, self.process, None, **arguments)

    def _map(self, length: int, **where: int | bool) -> Call:
        prot = self.random.choice(self.protections)
        noreserve = self.random.random() < self.fancy / 2
        stack = self.random.random() < self.fancy / 4
        return self._call(
            "mmap", length=length, prot=prot, noreserve=noreserve, stack=stack, **where
        )

    def _length(self) -> int:
        return min(1 + int(self.random.expovariate(0.4)), self.size)

    def _border(self) -> int:
        """A page at a border of a vma, or any page of the arena."""
        if self.vmas and self.random.random() < 0.75:
            vma = self._any(self.vmas)
            page = self.random.choice((vma.start, vma.end))
            return page + (self.random.randint(-2, 2) if self.random.random() < 0.3 else 0)
        return ARENA + self.random.randrange(self.size)

    def _range(self) -> tuple[int, int]:
        """A range between two borders, or from a border on."""
        a, b = self._border(), self._border()
        if a == b or abs(a - b) > self.size:
            b = a + self._length() * self.random.choice((1, -1))
        start = min(max(min(a, b), 0), WINDOW_PAGES - 1)
        return start, min(max(a, b), WINDOW_PAGES) - start or 1

    def _exactly(self) -> tuple[int, int]:
        """A vma."""
        if not self.vmas:
            return self._range()
        vma = self._any(self.vmas)
        return vma.start, vma.pages

    def _inside(self) -> tuple[int, int]:
        """A part of a vma."""
        vma = self._any(self.vmas)
        start = self.random.randrange(vma.start, vma.end)
        return start, self.random.randint(1, vma.end - start)

    def _tail(self) -> tuple[int, int]:
        """The upper part of a vma, or all of it."""
        vma = self._any(self.vmas)
        start = self.random.choice((vma.start, self.random.randrange(vma.start, vma.end)))
        return start, vma.end - start

    def _hole(self) -> tuple[int, int]:
        """A hole between two vmas, where there is one of a handy size."""
        holes = [
            (a.end, b.start - a.end)
            for a, b in zip(self.vmas, self.vmas[1:], strict=False)
            if 0 < b.start - a.end <= self.size
        ]
        return self._any(holes) if holes else self._range()

    def _target(self, length: int) -> int:
        """Where something of that length might go: into a hole, beside a vma, elsewhere."""
        choice = self.random.random()
        if choice < 0.3:
            start = self._hole()[0]
        elif choice < 0.7 and self.vmas:
            vma = self._any(self.vmas)
            start = self.random.choice((vma.end, vma.start - length))
        else:
            start = ARENA + self.random.randrange(2 * self.size)
        return min(max(start, 0), WINDOW_PAGES - length)

    def _any(self, things: Sequence[T]) -> T:
        return self.random.choice(things)
