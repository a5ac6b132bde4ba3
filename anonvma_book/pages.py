"""Pages and page tables: faults, copy-on-write, and what unmapping and moving do to pages.

page    what a page-table entry points to: a frame with an identity for life
frame   the number of the physical page
(space, index)  the page's identity: ``page->mapping`` and ``page->index``

A copy made on write is another frame at the same index. A read makes a page, too: the shared
zero page of Linux is left out, because it is not anonymous memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from anonvma_book.events import Copied, Faulted
from anonvma_book.vma import FILE, Vma

if TYPE_CHECKING:
    from anonvma_book.mm import Mm


class Page(NamedTuple):
    """An anonymous page."""

    frame: int
    space: int
    index: int  # type: ignore[assignment]  # the kernel's name, over tuple.index


def touch(mm: Mm, vma: Vma, page: int, write: bool) -> None:
    """Bring ``page`` of ``vma`` into being, or copy it where a write would be seen by others."""
    world = mm.world
    present = mm.ptes.get(page)
    shared = present is not None and world.mapcount[present.frame] > 1
    if vma.kind == FILE or (present is not None and not (write and shared)):
        return
    vma = mm.scheme.first_write(mm, vma) if write else vma
    if vma.space is None:
        return
    if present is None:
        new = Page(world.number("frame"), vma.space, vma.index_of(page))
        mm.journal.note(Faulted, page, *new)
    else:
        new = Page(world.number("frame"), vma.space, vma.index_of(page))
        mm.journal.note(Copied, page, present.frame, *new)
    set_pte(mm, page, new)


def set_pte(mm: Mm, page: int, new: Page | None) -> None:
    """Let ``page`` map ``new``, or nothing; the frames' counts of mappings follow."""
    old = mm.ptes.get(page)
    mm.journal.put(mm.ptes, page, new)
    for entry, change in ((old, -1), (new, 1)):
        if entry is not None:
            count = mm.world.mapcount.get(entry.frame, 0) + change
            mm.journal.put(mm.world.mapcount, entry.frame, count or None)


def present_in(mm: Mm, start: int, end: int) -> list[int]:
    """The pages of ``start..end`` that map something, in order."""
    if end - start < len(mm.ptes):
        return [page for page in range(start, end) if page in mm.ptes]
    return sorted(page for page in mm.ptes if start <= page < end)


def drop(mm: Mm, start: int, end: int) -> None:
    """Unmap the pages of ``start..end``."""
    for page in present_in(mm, start, end):
        set_pte(mm, page, None)


def move(mm: Mm, start: int, end: int, to: int) -> None:
    """Move the page-table entries of ``start..end`` to ``to``, which is free."""
    moving = [(page, mm.ptes[page]) for page in present_in(mm, start, end)]
    for page, _ in moving:
        set_pte(mm, page, None)
    for page, entry in moving:
        set_pte(mm, page - start + to, mm.scheme.carry_page(mm, entry, page - start + to))


def share(mm: Mm) -> None:
    """Count every mapping of a freshly forked page table."""
    for entry in mm.ptes.values():
        count = mm.world.mapcount[entry.frame] + 1
        mm.journal.put(mm.world.mapcount, entry.frame, count)
