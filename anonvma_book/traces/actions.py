"""What each call of a trace does to a memory: the calls of the machine that stand for it.

The program has run already: every mapping goes where the kernel put it, a file mapping only
occupies its addresses, and so does shared memory. A call that the scheme refuses, because its
rules are stricter than today's, is carried out by parts, so that the replay stays in step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from anonvma_book.calls import Argument
from anonvma_book.errors import MappingError
from anonvma_book.traces.call_text import SysCall
from anonvma_book.traces.faults import Fault
from anonvma_book.traces.snapshots import PAGE_SHIFT
from anonvma_book.traces.starts import pages_up
from anonvma_book.traces.tally import Tally
from anonvma_book.traces.threads import Memory
from anonvma_book.vma import FILE, GROWSDOWN, Unit, units_of


def do(tally: Tally, memory: Memory, name: str, grows: bool = False, **arguments: Argument) -> None:
    """Carry out a call of the machine, and count what it did. MappingError where refused."""
    tally.note(memory.do(name, **arguments).events, grows)


def mmap(tally: Tally, memory: Memory, call: SysCall) -> None:
    """A mapping at the traced address. Shared memory and huge pages of a pool count as files."""
    anonymous = {"MAP_ANONYMOUS", "MAP_PRIVATE"} <= call.flags and not call.flags & OPAQUE
    do(
        tally,
        memory,
        "mmap",
        addr=_result(call),
        length=pages_up(call.length),
        prot=call.protection,
        fixed=True,
        growsdown=anonymous and "MAP_GROWSDOWN" in call.flags,
        file=not anonymous,
        noreserve="MAP_NORESERVE" in call.flags,
        stack="MAP_STACK" in call.flags,
    )


def munmap(tally: Tally, memory: Memory, call: SysCall) -> None:
    """Holes are fine, for the kernel and for the scheme."""
    do(tally, memory, "munmap", start=call.start >> PAGE_SHIFT, length=pages_up(call.length))


def mprotect(tally: Tally, memory: Memory, call: SysCall) -> None:
    """The kernel carried it out, so a hole is memory that the trace does not show."""
    start, end = call.start >> PAGE_SHIFT, pages_up(call.start + call.length)
    if "PROT_GROWSDOWN" in call.flags and (vma := memory.mm.vmas.at(start)):
        start = vma.start
    if not memory.mm.vmas.is_whole(start, end):
        tally.unseen += 1
    for part in list(_mapped(memory, start, end)):
        do(tally, memory, "mprotect", start=part.start, length=part.pages, prot=call.protection)


def mremap(tally: Tally, memory: Memory, call: SysCall) -> None:
    """To the traced address. An old length of 0 is one more view of shared memory."""
    old, to = call.start >> PAGE_SHIFT, _result(call)
    old_length, new_length = pages_up(call.length), pages_up(call.new_length)
    vma = memory.mm.vmas.at(old)
    if vma is None:
        tally.unseen += 1
    elif not old_length:
        do(
            tally, memory, "mmap", addr=to, length=new_length,
            prot=vma.protection, fixed=True, file=True,
        )  # fmt: skip
    else:
        stays = to == old and "MREMAP_DONTUNMAP" not in call.flags
        try:
            do(
                tally, memory, "mremap", new_length > old_length, old=old,
                old_length=old_length, new_length=new_length, may_move=not stays,
                to=None if stays else to, dont_unmap="MREMAP_DONTUNMAP" in call.flags,
            )  # fmt: skip
        except MappingError:
            _mremap_by_parts(tally, memory, call, to)
            tally.refused += 1


def _mremap_by_parts(tally: Tally, memory: Memory, call: SysCall, to: int) -> None:
    """Unit by unit; only the last one grows."""
    old = call.start >> PAGE_SHIFT
    old_length, new_length = pages_up(call.length), pages_up(call.new_length)
    end = old + min(old_length, new_length)
    if to != old:
        do(tally, memory, "munmap", start=to, length=new_length)
    if new_length < old_length:
        do(tally, memory, "munmap", start=end, length=old_length - new_length)
    for part in list(_mapped(memory, old, end)):
        more = max(new_length - old_length, 0) if part.end == end else 0
        if to == old and not more:
            continue
        do(
            tally, memory, "mremap", more > 0, old=part.start, old_length=part.pages,
            new_length=part.pages + more, may_move=to != old,
            to=None if to == old else to + part.start - old,
            dont_unmap="MREMAP_DONTUNMAP" in call.flags,
        )  # fmt: skip


def brk(tally: Tally, memory: Memory, call: SysCall) -> None:
    """The heap ends where the kernel said afterwards; a call that asks changes nothing."""
    end = pages_up(call.result or 0)
    if end != memory.mm.brk:
        do(tally, memory, "brk", end > memory.mm.brk, end=end)


def shmat(tally: Tally, memory: Memory, call: SysCall) -> None:
    """The trace does not say how large the segment is: one page stands for it."""
    do(tally, memory, "mmap", addr=_result(call), length=1, fixed=True, file=True)


def shmdt(tally: Tally, memory: Memory, call: SysCall) -> None:
    """The file mapping at that address goes."""
    vma = memory.mm.vmas.at(call.start >> PAGE_SHIFT)
    if vma is not None and vma.kind == FILE:
        do(tally, memory, "munmap", start=vma.start, length=vma.pages)


def madvise(tally: Tally, memory: Memory, call: SysCall) -> None:
    """Advice that the scheme knows. Where it stops at a hole, the kernel did, too."""
    advice = next(iter(call.flags), "").removeprefix("MADV_").lower()
    start, length = call.start >> PAGE_SHIFT, pages_up(call.length)
    with suppress(MappingError):
        do(tally, memory, "madvise", start=start, length=length, advice=advice)


def touch(tally: Tally, memory: Memory, fault: Fault) -> None:
    """What a write fault does to each of its pages that is anonymous memory.

    A read is left out: it maps the zero page, which is not anonymous.
    """
    mm = memory.mm
    for page in range(fault.page, fault.end):
        present = mm.ptes.get(page)
        if present is not None and mm.world.mapcount[present.frame] == 1:
            continue
        vma = mm.vmas.at(page)
        if vma is None or "w" not in vma.protection:
            tally.missed += 1
        elif vma.kind != FILE:
            do(tally, memory, "fault", page=page)


def grow_stack(tally: Tally, memory: Memory, page: int, write: bool) -> None:
    """A fault on ``page``: where nothing is mapped, the vma above grows down to it."""
    vmas = memory.mm.vmas
    if vmas.at(page) is not None:
        return
    above = vmas.above(page)
    if above is None or above.kind != GROWSDOWN or above.end - page > STACK_LIMIT:
        return
    if above.protection != "none":
        do(tally, memory, "fault", True, page=page, write=write and "w" in above.protection)


def _result(call: SysCall) -> int:
    """The page at which the kernel put the mapping."""
    assert call.result is not None, "only calls that returned are carried out"
    return call.result >> PAGE_SHIFT


def _mapped(memory: Memory, start: int, end: int) -> Iterator[Unit]:
    """The mapped parts of ``start..end``, unit by unit."""
    for unit in units_of(memory.mm.vmas.overlapping(start, end)):
        yield unit._replace(start=max(unit.start, start), end=min(unit.end, end))


OPAQUE = {"MAP_SHARED", "MAP_HUGETLB"}
STACK_LIMIT = 2048  # pages, 8 MiB: a stack does not grow beyond, as with `ulimit -s` by default

Action = Callable[[Tally, Memory, SysCall], None]
ACTIONS: dict[str, Action] = {
    "mmap": mmap,
    "munmap": munmap,
    "mprotect": mprotect,
    "mremap": mremap,
    "madvise": madvise,
    "brk": brk,
    "shmat": shmat,
    "shmdt": shmdt,
}
