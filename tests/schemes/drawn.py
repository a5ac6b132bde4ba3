"""Maps as the tests of schemes write them: one word a vma.

2..6:rw:A2      pages 2 to 5, readable and writable, from index 2 of space A
2..6:rw:-2      a vma without a space: it was never written
"""

from __future__ import annotations

from anonvma_book import Machine, Process, Vma
from anonvma_book.schemes import Scheme
from anonvma_book.vma import space_name


def init(scheme: Scheme) -> Process:
    """The first process of a machine with 64 pages."""
    return Machine(scheme, task_pages=64).processes[1]


def drawn(process: Process) -> list[str]:
    return [_word(vma) for vma in process.vmas]


def _word(vma: Vma) -> str:
    name = "-" if vma.space is None else space_name(vma.space)
    return f"{vma.start}..{vma.end}:{vma.protection}:{name}{vma.pgoff}"


def write(process: Process, *pages: int) -> None:
    for page in pages:
        process.fault(page, write=True)


def looks(process: Process, page: int) -> list[tuple[int, int, bool]]:
    """(pid, page, hit) for every look of the reverse walk."""
    walk = process.machine.reverse_map(process.pid, page)
    process.machine.check()
    return [(found.pid, found.page, found.hit) for found in walk.candidates]


def weight(process: Process) -> int:
    return process.machine.scheme.weight(process.machine.world)


def happened(process: Process) -> list[str]:
    return [type(event).__name__ for event in process.machine.steps[-1].events]
