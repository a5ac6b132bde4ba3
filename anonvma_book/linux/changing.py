"""mprotect and madvise as Linux does them: vma by vma, and a hole does not undo what was done."""

from __future__ import annotations

from anonvma_book import pages
from anonvma_book.events import Protected
from anonvma_book.linux.mapping import ACCOUNT, NORESERVE
from anonvma_book.linux.merging import modify, scheme_of
from anonvma_book.mm import Mm
from anonvma_book.syscalls import inside, refuse
from anonvma_book.vma import FILE, PROTECTIONS, Vma

ADVICE: dict[str, tuple[str, str]] = {
    "dontfork": ("dontfork", ""),
    "dofork": ("", "dontfork"),
    "dontdump": ("dontdump", ""),
    "dodump": ("", "dontdump"),
    "wipeonfork": ("wipeonfork", ""),
    "keeponfork": ("", "wipeonfork"),
    "hugepage": ("hugepage", "nohugepage"),
    "nohugepage": ("nohugepage", "hugepage"),
    "dontneed": ("", ""),
    "free": ("", ""),
    "cold": ("", ""),
    "pageout": ("", ""),
}
"""Which flag of the vma an advice sets, and which it clears."""


def mprotect(mm: Mm, start: int, length: int, prot: str) -> None:
    """Change the protection of ``length`` pages from ``start``, or of those before a hole."""
    if length < 0:
        refuse("mprotect", f"length is {length}", "EINVAL")
    end = start + length
    inside("mprotect", mm, start, end, "ENOMEM")
    if not length:
        return
    if prot not in PROTECTIONS:
        refuse("mprotect", f"protection {prot!r} is none of {', '.join(PROTECTIONS)}", "EINVAL")
    if not scheme_of(mm).has("mprotect-hole") and not mm.vmas.is_whole(start, end):
        refuse("mprotect", f"{start}..{end} has a hole", "ENOMEM")
    position = start
    while position < end:
        vma = mm.vmas.at(position)
        if vma is None:
            refuse("mprotect", f"page {position} is not mapped", "ENOMEM", partial=True)
        position = _protect(mm, vma, position, min(vma.end, end), prot).end


def _protect(mm: Mm, vma: Vma, start: int, end: int, prot: str) -> Vma:
    """``mprotect_fixup``: the part ``start..end`` of ``vma``."""
    if vma.protection == prot and scheme_of(mm).has("mprotect-same"):
        return vma
    mm.journal.note(Protected, vma, prot)
    return modify(mm, vma, start, end, prot, _accounted(mm, vma, prot))


def _accounted(mm: Mm, vma: Vma, prot: str) -> frozenset[str]:
    """The flags with "account" set or cleared: what was ever writable stays accounted."""
    scheme = scheme_of(mm)
    if vma.kind == FILE:
        return vma.flags
    if "w" in prot:
        spared = NORESERVE in vma.flags and scheme.has("noreserve")
        if "w" in vma.protection or spared or not scheme.has("account-later"):
            return vma.flags
        return vma.flags | {ACCOUNT}
    if not scheme.has("account"):
        return vma.flags - {ACCOUNT}
    if vma.space is None and scheme.has("account-never-written"):
        return vma.flags - {ACCOUNT}
    return vma.flags


def madvise(mm: Mm, start: int, length: int, advice: str) -> None:
    """Advise about ``length`` pages from ``start``; holes are skipped, and then it is ENOMEM."""
    if advice not in ADVICE:
        refuse("madvise", f"advice {advice!r} is none of {', '.join(ADVICE)}", "EINVAL")
    if length < 0:
        refuse("madvise", f"length is {length}", "EINVAL")
    end = start + length
    inside("madvise", mm, start, end, "ENOMEM")
    position, hole = start, None
    while position < end:
        vma = mm.vmas.at(position)
        if vma is None:
            hole = position if hole is None else hole
            vma = mm.vmas.above(position)
            if vma is None or vma.start >= end or not scheme_of(mm).has("madvise-hole"):
                break
            position = vma.start
        position = _advise(mm, vma, position, min(vma.end, end), advice).end
    if hole is not None:
        refuse("madvise", f"page {hole} is not mapped", "ENOMEM", partial=True)


def _advise(mm: Mm, vma: Vma, start: int, end: int, advice: str) -> Vma:
    if vma.kind == FILE and advice in ("wipeonfork", "free"):
        refuse(
            "madvise", f"{advice} is not for the file mapping at {start}", "EINVAL", partial=True
        )
    if advice == "dontneed":
        pages.drop(mm, start, end)
    on, off = ADVICE[advice]
    flags = (vma.flags | {on} if on else vma.flags) - {off}
    if flags == vma.flags:
        return vma
    return modify(mm, vma, start, end, vma.protection, flags)
