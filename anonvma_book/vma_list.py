"""The vmas of one mm in order of address: find by page, replace a run of neighbours.

A list of chunks, each a sorted list of vmas, so that a change moves a few hundred pointers
however many vmas there are:

    firsts   [2, 30, 71]                    the start of each chunk's first vma
    chunks   [[2..8, 10..13], [30..33], ...]

A vma is a tuple that begins with its start, so ``bisect`` compares it with ``(page,)``.
Also counts how many vmas here belong or are linked to each address space.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from anonvma_book.vma import Vma

CHUNK = 128
"""A chunk is cut in two when it holds more than twice as many."""


class VmaList:
    """Sorted, disjoint vmas. Changed by :meth:`replace` alone."""

    def __init__(self, vmas: Iterable[Vma] = ()) -> None:
        ordered = list(vmas)
        self._chunks = [ordered[i : i + CHUNK] for i in range(0, len(ordered), CHUNK)] or [[]]
        self._firsts = [chunk[0].start if chunk else 0 for chunk in self._chunks]
        self._by_index: dict[int, list[tuple[int, Vma]]] | None = None
        self.uses: Counter[int | None] = Counter(
            space for vma in ordered for space in vma.chain or (vma.space,)
        )

    def __iter__(self) -> Iterator[Vma]:
        for chunk in self._chunks:
            yield from chunk

    def __reversed__(self) -> Iterator[Vma]:
        for chunk in reversed(self._chunks):
            yield from reversed(chunk)

    def __len__(self) -> int:
        return sum(map(len, self._chunks))

    def _locate(self, page: int) -> tuple[int, int]:
        """Chunk and place of the first vma that starts at ``page`` or later."""
        c = max(bisect_right(self._firsts, page) - 1, 0)
        return c, bisect_left(self._chunks[c], (page,))

    def downward(self, page: int) -> Iterator[Vma]:
        """The vmas that start below ``page``, nearest first."""
        c, i = self._locate(page)
        while c >= 0:
            chunk = self._chunks[c]
            for place in range(min(i, len(chunk)) - 1, -1, -1):
                yield chunk[place]
            c -= 1
            i = len(self._chunks[c])

    def upward(self, page: int) -> Iterator[Vma]:
        """The vmas that start at ``page`` or above, nearest first."""
        c, i = self._locate(page)
        while c < len(self._chunks):
            chunk = self._chunks[c]
            for place in range(i, len(chunk)):
                yield chunk[place]
            c += 1
            i = 0

    def at(self, page: int) -> Vma | None:
        """The vma that holds ``page``."""
        below = next(self.downward(page + 1), None)
        return below if below is not None and page < below.end else None

    def window(self, start: int, end: int) -> list[Vma]:
        """The vmas that overlap ``start..end``, and the nearest one on either side."""
        found: list[Vma] = []
        for vma in self.downward(start + 1):
            found.append(vma)
            if vma.end <= start:
                break
        found.reverse()
        for vma in self.upward(start + 1):
            found.append(vma)
            if vma.start >= end:
                break
        return found

    def overlapping(self, start: int, end: int) -> list[Vma]:
        """The vmas that have a page in ``start..end``."""
        return [vma for vma in self.window(start, end) if vma.end > start and vma.start < end]

    def holding(self, space: int, index: int) -> Vma | None:
        """The vma whose indexes in ``space`` include ``index``, where at most one may."""
        ordered = self._ordered(space)
        place = bisect_left(ordered, (index + 1,)) - 1
        if place < 0 or index >= ordered[place][1].index_end:
            return None
        return ordered[place][1]

    def all_holding(self, space: int, index: int) -> list[Vma]:
        """Every vma whose indexes in ``space`` include ``index``, in order of address."""
        ordered = self._ordered(space)
        below = ordered[: bisect_left(ordered, (index + 1,))]
        return sorted(vma for _, vma in below if index < vma.index_end)

    def in_space(self, space: int) -> list[Vma]:
        """Every vma in ``space``, in order of address."""
        return sorted(vma for _, vma in self._ordered(space))

    def _ordered(self, space: int) -> list[tuple[int, Vma]]:
        """The vmas in ``space`` in order of index, made at the first question after a change."""
        if self._by_index is None:
            self._by_index = {}
            for vma in self:
                if vma.space is not None:
                    self._by_index.setdefault(vma.space, []).append((vma.pgoff, vma))
            for ordered in self._by_index.values():
                ordered.sort()
        return self._by_index.get(space, [])

    def replace(self, removed: Sequence[Vma], inserted: Sequence[Vma]) -> None:
        """Put ``inserted`` where ``removed`` was: neighbours in the list, or one of them empty."""
        if not removed and not inserted:
            return
        c, i = self._locate((removed or inserted)[0].start)
        left = len(removed)
        chunk = self._chunks[c]
        while left > len(chunk) - i:
            left -= len(chunk) - i
            del chunk[i:]
            following = self._chunks.pop(c + 1)
            self._firsts.pop(c + 1)
            chunk.extend(following)
        chunk[i : i + left] = inserted
        self._tidy(c)
        self._by_index = None
        for vma in removed:
            self.uses.subtract(vma.chain or (vma.space,))
        for vma in inserted:
            self.uses.update(vma.chain or (vma.space,))

    def _tidy(self, c: int) -> None:
        """Cut chunk ``c`` in pieces or drop it, and note where it starts now."""
        chunk = self._chunks[c]
        if not chunk and len(self._chunks) > 1:
            del self._chunks[c], self._firsts[c]
            return
        if len(chunk) > 2 * CHUNK:
            pieces = [chunk[i : i + CHUNK] for i in range(0, len(chunk), CHUNK)]
            self._chunks[c : c + 1] = pieces
            self._firsts[c : c + 1] = [piece[0].start for piece in pieces]
        else:
            self._firsts[c] = chunk[0].start if chunk else 0
