"""The calls as today's Linux carries them out, for the scheme whose dialect is "linux".

merging    where vmas merge and split
room       where a mapping without an address goes
mapping    mmap, munmap, brk
changing   mprotect, madvise
moving     mremap
faulting   fault, growth downward, fork

A call may fail and leave a change behind: its error has ``partial`` set.
"""

from __future__ import annotations

from collections.abc import Callable

from anonvma_book import syscalls
from anonvma_book.linux.changing import ADVICE, madvise, mprotect
from anonvma_book.linux.faulting import fault, fork
from anonvma_book.linux.mapping import brk, mmap, munmap
from anonvma_book.linux.moving import mremap

__all__ = ["ADVICE", "CALLS"]


CALLS: dict[str, Callable[..., int | None]] = {
    "mmap": mmap,
    "munmap": munmap,
    "mprotect": mprotect,
    "madvise": madvise,
    "mremap": mremap,
    "brk": brk,
    "fault": fault,
    "fork": fork,
    "exec": syscalls.exec_,
    "exit": syscalls.exit_,
}
