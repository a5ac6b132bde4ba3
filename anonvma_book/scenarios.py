"""Histories to begin with, by name: each is a script, and the machine on which it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from anonvma_book.errors import SettingError
from anonvma_book.machine import Machine
from anonvma_book.schemes import Lokier

EMPTY = "an empty lab"


def classroom() -> Machine:
    """A machine on which everything can be seen: 48 pages, 64 indexes."""
    return Machine(Lokier.classroom(), task_pages=48)


class Scenario(NamedTuple):
    """A script with a name. ``make`` gives the machine, before the first call."""

    name: str
    script: str
    make: Callable[[], Machine] = classroom

    def machine(self) -> Machine:
        """A machine on which the script has run."""
        machine = self.make()
        machine.run(self.script)
        return machine


_ALL = (
    Scenario(EMPTY, ""),
    Scenario(
        "first calls",
        """\
a = mmap(6, 'rw', addr=2)
b = mmap(4, 'r', addr=16)
mprotect(a, 2, 'r')
munmap(a + 4, 2)
c = mmap(2, 'rw', addr=6)
brk(28)""",
    ),
    Scenario(
        "a split",
        """\
a = mmap(12, 'rw', addr=6)
mprotect(a + 4, 4, 'r')
mprotect(a + 4, 4, 'rw')
munmap(a + 4, 4)""",
    ),
    Scenario(
        "a group",
        """\
a = mmap(4, 'rw', addr=2)
b = mmap(3, 'rw', addr=20)
mremap(a, 4, 10)
mremap(a, 10, 16)""",
    ),
    Scenario(
        "good neighbours",
        """\
a = mmap(6, 'rw', addr=2)
b = mmap(3, 'rw', addr=10)
c = mmap(2, 'rw', addr=8)""",
    ),
    Scenario(
        "the counter wraps",
        """\
a = mmap(6, 'rw', addr=2)
b = mmap(3, 'rw', addr=10)
c = mmap(4, 'rw', addr=16)
d = mmap(3, 'r', addr=30)
mremap(c, 4, 10)
e = mmap(4, 'rw', addr=40)
munmap(e, 4)
f = mmap(10, 'rw', addr=36)""",
    ),
    Scenario(
        "a fork",
        """\
a = mmap(6, 'rw', addr=2)
fault(a)
child = fork()
child.fault(a)
child.mremap(a, 6, 6, to=20)
b = mmap(4, 'rw', addr=12)
child.exit()""",
    ),
    Scenario(
        "a walk under fork",
        """\
a = mmap(6, 'rw', addr=4)
b = mmap(4, 'rw', addr=18)
fault(a + 3)
fault(b)
mover = fork()
writer = fork()
mover.mremap(a, 6, 6, to=26)
writer.fault(a + 3)""",
    ),
    Scenario(
        "a stack grows",
        """\
s = mmap(4, 'rw', addr=40, growsdown=True)
fault(s - 1)
fault(s - 3)
b = mmap(3, 'rw', addr=4)
fault(s - 9)""",
    ),
)

SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}


def scenario(name: str) -> Scenario:
    """The scenario of that name; :class:`SettingError` names those that there are."""
    found = SCENARIOS.get(name)
    if found is None:
        known = ", ".join(map(repr, SCENARIOS))
        raise SettingError(f"there is no scenario {name!r}; there are {known}")
    return found
