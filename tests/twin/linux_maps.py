"""Maps, flags and pages of today's Linux on the model alone, as text: for cases worked out by hand.

2..6:rw:A2           pages 2 to 5, from index 2, with anon_vma A
2..6:rw:-2           never written: no anon_vma
2..6:rw:B2:AB        linked to A and B
2..6:rw:-2 account   with a flag
2..6:r:file0         a file mapping
"""

from __future__ import annotations

from anonvma_book import Machine, Process
from anonvma_book.schemes import AnonVmaChain
from anonvma_book.vma import Vma, space_name


def start(scheme: AnonVmaChain | None = None, layout: str = "top-down") -> Process:
    machine = Machine(
        scheme or AnonVmaChain(),
        task_pages=100,
        layout=layout,
        guard_gap=8,
        brk_start=90,
    )
    return machine.processes[1]


def run(text: str, scheme: AnonVmaChain | None = None) -> Process:
    """Process 1 after a script, one call between semicolons."""
    init = start(scheme)
    init.machine.run("\n".join(call.strip() for call in text.split(";")))
    return init


def drawn(process: Process) -> list[str]:
    """The vmas; what nearly all of them have, the flag "account", is left out."""
    process.machine.check()
    return [_word(vma) for vma in process.vmas]


def _word(vma: Vma) -> str:
    name = "file" if vma.is_file else "-" if vma.space is None else space_name(vma.space)
    chain = "".join(space_name(space) for space in vma.chain)
    linked = f":{chain}" if len(vma.chain) > 1 else ""
    flags = "".join(f" {flag}" for flag in sorted(vma.flags) if flag != "account")
    down = " down" if vma.kind == "growsdown" else ""
    return f"{vma.start}..{vma.end}:{vma.protection}:{name}{vma.pgoff}{linked}{flags}{down}"


def accounted(process: Process) -> list[bool]:
    return ["account" in vma.flags for vma in process.vmas]


def happened(process: Process) -> list[str]:
    return [type(event).__name__ for event in process.machine.steps[-1].events]


def pages(process: Process) -> list[tuple[int, int, str, int]]:
    """(page, frame, letter, index) of every page-table entry."""
    ptes = process.machine.state.mm(process.pid).ptes
    return [(pte.page, pte.frame, space_name(pte.space), pte.index) for pte in ptes]
