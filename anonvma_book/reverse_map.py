"""The way back: from a page to every page-table entry that maps it.

candidate  a vma that the scheme must look at, because its indexes include the page's
hit        a candidate whose page-table entry maps the page
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.errors import MappingError
from anonvma_book.mm import Mm
from anonvma_book.vma import Vma, space_name
from anonvma_book.world import World


class Candidate(NamedTuple):
    """A vma that a walk looked at, the page at which it would map the index, and the outcome."""

    pid: int
    vma: Vma
    page: int
    hit: bool


class Walk(NamedTuple):
    """A reverse walk for the page ``frame`` at ``index`` of ``space``.

    ``frame`` is None where no page is present: then nothing can be hit.
    """

    space: int
    index: int  # type: ignore[assignment]  # the kernel's name, over tuple.index
    frame: int | None
    candidates: tuple[Candidate, ...]

    @property
    def hits(self) -> tuple[tuple[int, int], ...]:
        """Every (pid, page) that maps the page, in order of pid."""
        return tuple((found.pid, found.page) for found in self.candidates if found.hit)

    def __str__(self) -> str:
        return (
            f"{space_name(self.space)}{self.index}: "
            f"{len(self.candidates)} candidates, {len(self.hits)} hits"
        )


def walk_from(mm: Mm, page: int) -> Walk:
    """The reverse walk for what ``page`` of ``mm`` maps."""
    vma = mm.vmas.at(page)
    if vma is None or vma.space is None:
        raise MappingError(
            "reverse_map", f"page {page} of process {mm.pid} is not anonymous memory", "EFAULT"
        )
    present = mm.ptes.get(page)
    frame = present.frame if present is not None else None
    return walk(mm.world, mm, vma.space, vma.index_of(page), frame)


def walk(world: World, mm: Mm, space: int, index: int, frame: int | None) -> Walk:
    """Ask the scheme for candidates, and look each one up in its page table."""
    candidates = []
    for pid, vma in mm.scheme.candidates(world, space, index):
        page = vma.start + index - vma.pgoff
        entry = world.mms[pid].ptes.get(page)
        hit = entry is not None and entry.frame == frame
        candidates.append(Candidate(pid, vma, page, hit))
    return Walk(space, index, frame, tuple(candidates))


def scan(world: World) -> dict[int, tuple[tuple[int, int], ...]]:
    """Every (pid, page) that maps each frame, from all page tables: what walks must equal."""
    found: dict[int, list[tuple[int, int]]] = {}
    for pid, mm in sorted(world.mms.items()):
        for page, entry in sorted(mm.ptes.items()):
            found.setdefault(entry.frame, []).append((pid, page))
    return {frame: tuple(mappings) for frame, mappings in found.items()}
