"""Two states that differ in names alone are one state: what they do next is the same.

name  the id of an address space, the number of a frame, a pid: given in order of birth, so that
      another way to the same state may give another
key   a state with all names given anew, in the order in which they are met, as 16 bytes
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from anonvma_book.state import MmState, State


class Names:
    """New names for old ones, in the order of asking; None stays None."""

    def __init__(self) -> None:
        self.given: dict[int, int] = {}

    def __getitem__(self, old: int | None) -> int | None:
        return None if old is None else self.given.setdefault(old, len(self.given))


def key(state: State) -> bytes:
    """What tells ``state`` from every state that is not the same but for names.

    >>> from anonvma_book import Lokier, Machine
    >>> def after(script):
    ...     machine = Machine(Lokier.classroom(), task_pages=8)
    ...     machine.run(script)
    ...     return key(machine.state)
    >>> once = "a = mmap(2, 'rw')"
    >>> after(once) == after(once + "; c = fork(); c.exit()".replace("; ", chr(10)))
    True
    >>> after(once) == after("a = mmap(2, 'r')")
    False
    """
    return blake2b(repr(tuple(_parts(state))).encode(), digest_size=16).digest()


def _parts(state: State) -> Iterator[object]:
    spaces, frames = Names(), Names()
    pids = {mm.pid: place for place, mm in enumerate(state.mms)}
    for mm in state.mms:
        yield pids.get(mm.parent), spaces[mm.space], mm.brk_start, mm.brk  # type: ignore[arg-type]
        yield from _memory(mm, spaces, frames)
    by_id = {space.id: space for space in state.spaces}
    met: list[int | None] = list(spaces.given)
    for old in met:
        if old in by_id:
            space = by_id.pop(old)
            yield spaces[old], space.limit, space.next, spaces[space.parent]
            met.append(space.parent)


def _memory(mm: MmState, spaces: Names, frames: Names) -> Iterator[object]:
    for vma in mm.vmas:
        start, end, (protection, kind, flags), (space, offset), *room, chain = vma
        yield start, end, protection, kind, spaces[space], offset, room
        yield [spaces[space] for space in chain], sorted(flags)
    for pte in mm.ptes:
        yield pte.page, frames[pte.frame], spaces[pte.space], pte.index
