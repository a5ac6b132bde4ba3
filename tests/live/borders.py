"""Helpers for the tests of the live kernel."""

from __future__ import annotations

from anonvma_book.live import LiveProcess


def ranges(process: LiveProcess) -> list[tuple[int, int]]:
    """Start and end of every vma."""
    return [(start, end) for start, end, _ in process.borders]


def place(process: LiveProcess, start: int, length: int = 4, *, written: bool = False) -> int:
    """Map ``start..start + length`` there, and write its first page if asked to."""
    process.mmap(length, "rw", addr=start, noreplace=True)
    if written:
        process.fault(start)
    return start


def move(process: LiveProcess, start: int, length: int, to: int) -> int:
    """Move a range as it is."""
    return process.mremap(start, length, length, to=to)
