"""Vmas as short lines, so that a test states them as a reader would draw them.

2..8 rw A0 +2          pages 2 to 7, indexes A0 to A5, 2 more reserved above
16..24 rw A12 &        the group flag joins it to the next
24..26 rw A26 +10!     the reservation is exclusive
40..44 rw down A4 -4   grows down; 4 reserved below
8..10 rw file          an opaque file mapping
"""

from __future__ import annotations

from typing import Any

from anonvma_book import Lokier, Machine, Process, Vma, space_name


def classroom(
    task: int = 48,
    layout: str = "bottom-up",
    guard_gap: int = 0,
    heap: int | None = None,
    **scheme: Any,
) -> Process:
    """Process 1 of a machine with 64 indexes a space, proportion 1, minimum 1."""
    machine = Machine(
        Lokier.classroom(**scheme),
        task_pages=task,
        layout=layout,
        guard_gap=guard_gap,
        brk_start=heap,
    )
    return machine.processes[1]


def lines(process: Process) -> list[str]:
    """The vmas of a process, and that every rule holds."""
    process.machine.check()
    return [line(vma) for vma in process.vmas]


def line(vma: Vma) -> str:
    parts = [f"{vma.start}..{vma.end}", vma.protection]
    if vma.kind != "anonymous":
        parts.append({"growsdown": "down", "file": "file"}[vma.kind])
    if vma.space is not None:
        parts.append(f"{space_name(vma.space)}{vma.pgoff}")
    if vma.reserved_below:
        parts.append(f"-{vma.reserved_below}{'!' if vma.exclusive_below else ''}")
    if vma.reserved_above:
        parts.append(f"+{vma.reserved_above}{'!' if vma.exclusive_above else ''}")
    if vma.group:
        parts.append("&")
    return " ".join(parts)


def happened(process: Process) -> list[str]:
    """The names of the events of the last step."""
    machine = process.machine
    return [type(event).__name__ for event in machine.steps[machine.position - 1].events]
