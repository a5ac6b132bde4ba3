"""The way back: from a page to every page-table entry that maps it.

candidate  a vma that the scheme must look at, because its indexes include the page's
hit        a candidate whose page-table entry maps the page
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.errors import MappingError
from anonvma_book.mm import Mm
from anonvma_book.pages import Page
from anonvma_book.vma import FILE, Vma, space_name
from anonvma_book.world import World


class Candidate(NamedTuple):
    """A vma that a walk looked at, the page at which it would map the index, and the outcome.

    ``vma`` is None where a scheme without lists of vmas looks at a page that is not mapped.
    """

    pid: int
    vma: Vma | None
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
        return tuple(sorted((found.pid, found.page) for found in self.candidates if found.hit))

    def __str__(self) -> str:
        return (
            f"{space_name(self.space)}{self.index}: "
            f"{len(self.candidates)} candidates, {len(self.hits)} hits"
        )


def walk_from(mm: Mm, page: int) -> Walk:
    """The reverse walk for what ``page`` of ``mm`` maps, or would map."""
    vma = mm.vmas.at(page)
    present = mm.ptes.get(page)
    if present is not None:
        return walk(mm.world, mm, present.space, present.index, present.frame)
    if vma is None or vma.space is None:
        reason = f"page {page} of process {mm.pid} is not anonymous memory"
        if vma is not None and vma.kind != FILE:
            reason = f"page {page} of process {mm.pid} lies in a vma that was never written"
        raise MappingError("reverse_map", reason, "EFAULT")
    return walk(mm.world, mm, vma.space, vma.index_of(page), None)


def walk(world: World, mm: Mm, space: int, index: int, frame: int | None) -> Walk:
    """Ask the scheme for candidates, and look each one up in its page table.

    A candidate whose range does not hold the index costs a look, and cannot be hit.
    """
    candidates = []
    left = world.mapcount[frame] if frame is not None else 0
    for pid, vma, page in mm.scheme.candidates(world, Page(frame or 0, space, index)):
        entry = world.mms[pid].ptes.get(page)
        inside = vma is None or vma.start <= page < vma.end
        hit = inside and entry is not None and entry.frame == frame
        candidates.append(Candidate(pid, vma, page, hit))
        left -= hit
        if hit and not left and mm.scheme.stops_when_found:
            break
    return Walk(space, index, frame, tuple(candidates))


def scan(world: World) -> dict[int, tuple[tuple[int, int], ...]]:
    """Every (pid, page) that maps each frame, from all page tables: what walks must equal."""
    found: dict[int, list[tuple[int, int]]] = {}
    for pid, mm in sorted(world.mms.items()):
        for page, entry in sorted(mm.ptes.items()):
            found.setdefault(entry.frame, []).append((pid, page))
    return {frame: tuple(mappings) for frame, mappings in found.items()}
