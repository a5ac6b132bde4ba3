"""Faults, vmas that grow down, and fork, as Linux does them."""

from __future__ import annotations

from anonvma_book import pages
from anonvma_book.events import Forked
from anonvma_book.linux.merging import cut, scheme_of
from anonvma_book.mm import Mm
from anonvma_book.schemes.anon_vma_chain import NOT_FORKED, WIPED
from anonvma_book.syscalls import refuse
from anonvma_book.vma import FILE, GROWSDOWN, Vma
from anonvma_book.vma_list import VmaList


def fault(mm: Mm, page: int, write: bool) -> None:
    """Touch a page, as a read or a write of the program would.

    Below a vma that grows down the vma grows first, and stays so even if the access is refused.
    """
    vma = mm.vmas.at(page)
    grown = vma is None and scheme_of(mm).has("growth-stays")
    if vma is None:
        vma = _stack_above(mm, page)
        if vma is None:
            refuse("fault", f"page {page} is not mapped", "SIGSEGV")
        if grown or _is_allowed(vma, write):
            vma = _grow_down(mm, vma, page, write)
    if not _is_allowed(vma, write):
        how = "written" if write else "read"
        reason = f"page {page} is {vma.protection} and may not be {how}"
        refuse("fault", reason, "SIGSEGV", partial=grown)
    if write:
        _write(mm, vma, page)
    elif not scheme_of(mm).has("read-is-free"):
        pages.touch(mm, scheme_of(mm).first_write(mm, vma), page, write=False)


def _is_allowed(vma: Vma, write: bool) -> bool:
    return "w" in vma.protection if write else vma.protection != "none"


def _stack_above(mm: Mm, page: int) -> Vma | None:
    """The vma above ``page``, if it grows down and may grow that far: ``expand_downwards``."""
    scheme = scheme_of(mm)
    above = mm.vmas.above(page)
    if page < 0 or above is None or above.kind != GROWSDOWN:
        return None
    below = mm.vmas.below(page)
    guard_gap = mm.world.layout.guard_gap
    if below is None or page - below.end >= guard_gap or not scheme.has("guard-gap"):
        return above
    if below.kind == GROWSDOWN and scheme.has("guard-growsdown"):
        return above
    if below.protection == "none" and scheme.has("guard-inaccessible"):
        return above
    return None


def _grow_down(mm: Mm, first: Vma, page: int, write: bool) -> Vma:
    """Let ``first`` start at ``page``; it gets its anon_vma, and merges with nothing."""
    if write or scheme_of(mm).has("growth-prepares"):
        first = scheme_of(mm).first_write(mm, first)
    grown = cut(first, page, first.end)
    mm.swap(first, grown)
    return grown


def _write(mm: Mm, vma: Vma, page: int) -> None:
    """A page of its own for the vma: made, copied, or taken over from who was the last other.

    Taking over gives the page the vma's own anon_vma: ``folio_move_anon_rmap``.
    """
    pages.touch(mm, vma, page, write=True)
    present, owner = mm.ptes.get(page), mm.vmas.at(page)
    if present is None:  # a file's
        return
    assert owner is not None, "the page is mapped"
    assert owner.space is not None, "the write gave the vma its anon_vma"
    if present.space != owner.space:
        pages.set_pte(mm, page, present._replace(space=owner.space))


def fork(mm: Mm) -> int:
    """A child with the vmas and pages that its parent does not keep to itself; its pid."""
    child = mm.world.number("pid")
    mm.journal.note(Forked, child)
    copy = Mm(mm.world, mm.scheme, child, mm.pid, dict(mm.registers))
    copy.vmas = VmaList(mm.scheme.fork(mm, copy))
    own = [vma for vma in mm.vmas if vma.kind != FILE and vma.flags & {NOT_FORKED, WIPED}]
    copy.ptes = dict(mm.ptes)
    for vma in own:
        for page in pages.present_in(mm, vma.start, vma.end):
            del copy.ptes[page]
    pages.share(copy)
    mm.journal.put(mm.world.mms, child, copy)
    return child
