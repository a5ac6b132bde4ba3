"""The vmas of one mm in order of address: find by page, replace a run of neighbours.

A list of chunks, each a sorted list of vmas, so that a change moves a few hundred pointers
however many vmas there are:

    firsts   [2, 30, 71]                    the start of each chunk's first vma
    chunks   [[2..8, 10..13], [30..33], ...]
    widest   [2, 17, ...]                   the widest gap below a vma of each chunk

A vma is a tuple that begins with its start, so ``bisect`` compares it with ``(page,)``.
What is replaced is most often in the window that was asked for last, so its place is kept: that
saves a search, and 3 to 6 % of a call. Also counts how many vmas here belong or are linked to each
address space, once it was asked.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from anonvma_book.vma import FILE, Vma, cover

CHUNK = 128
"""A chunk is cut in two when it holds more than twice as many."""


class VmaList:
    """Sorted, disjoint vmas. Changed by :meth:`replace` alone."""

    def __init__(self, vmas: Iterable[Vma] = ()) -> None:
        ordered = list(vmas)
        self._chunks = [ordered[i : i + CHUNK] for i in range(0, len(ordered), CHUNK)] or [[]]
        self._firsts = [chunk[0].start if chunk else 0 for chunk in self._chunks]
        self._widest: list[int | None] = [None] * (len(self._chunks) + 1)
        self._last_window = 0, 0
        self._by_index: dict[int, list[tuple[int, Vma]]] | None = None
        self._uses: Counter[int | None] | None = None

    def __iter__(self) -> Iterator[Vma]:
        for chunk in self._chunks:
            yield from chunk

    def __reversed__(self) -> Iterator[Vma]:
        for chunk in reversed(self._chunks):
            yield from reversed(chunk)

    def __len__(self) -> int:
        return sum(map(len, self._chunks))

    def _locate(self, page: int) -> tuple[int, int]:
        """Chunk and place of the first vma that starts at ``page`` or later.

        The place may be the end of the chunk: then it is the first vma of the next one.
        """
        c = (bisect_right(self._firsts, page) or 1) - 1
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

    def below(self, page: int) -> Vma | None:
        """The last vma that starts below ``page``."""
        c = bisect_left(self._firsts, page) - 1
        if c < 0:
            return None
        chunk = self._chunks[c]
        return chunk[bisect_left(chunk, (page,)) - 1] if chunk else None

    def above(self, page: int) -> Vma | None:
        """The first vma that starts at ``page`` or above."""
        c, i = self._locate(page)
        chunk = self._chunks[c]
        if i < len(chunk):
            return chunk[i]
        return self._chunks[c + 1][0] if c + 1 < len(self._chunks) else None

    def at(self, page: int) -> Vma | None:
        """The vma that holds ``page``."""
        vma = self.below(page + 1)
        return vma if vma is not None and page < vma.end else None

    def window(self, start: int, end: int) -> list[Vma]:
        """The vmas that overlap ``start..end``, and the nearest one on either side of them.

        Where an end of the range cuts a vma, nothing beyond that vma is in the window.
        """
        c = (bisect_left(self._firsts, start) or 1) - 1
        chunk = self._chunks[c]
        low = high = (bisect_left(chunk, (start,)) or 1) - 1
        self._last_window = c, low
        size = len(chunk)
        while high < size:
            if chunk[high].end > end:
                return chunk[low : high + 1]
            high += 1
        return self._wide_window(start, end) if c + 1 < len(self._chunks) else chunk[low:]

    def _wide_window(self, start: int, end: int) -> list[Vma]:
        """The same, where it reaches over the border of a chunk."""
        found = [vma for vma in (self.below(start),) if vma is not None]
        for vma in self.upward(start):
            if found and found[-1].end > end:
                break
            found.append(vma)
        return found

    def past_files(self, below: Vma | None, above: Vma | None) -> tuple[Vma | None, Vma | None]:
        """The nearest vmas that are no files, from ``below`` downward and ``above`` upward."""
        while below is not None and below.look.kind == FILE:
            below = self.below(below.start)
        while above is not None and above.look.kind == FILE:
            above = self.above(above.end)
        return below, above

    def overlapping(self, start: int, end: int) -> list[Vma]:
        """The vmas that have a page in ``start..end``."""
        return [vma for vma in self.window(start, end) if vma.end > start and vma.start < end]

    def is_free(self, start: int, end: int) -> bool:
        """Whether no vma has a page in ``start..end``."""
        last = self.below(end)
        return last is None or last.end <= start

    def is_whole(self, start: int, end: int) -> bool:
        """Whether every page of ``start..end`` is mapped."""
        return cover(self.window(start, end), start, end)

    def gaps(self, pages: int, *, down: bool = False) -> Iterator[tuple[int, Vma | None]]:
        """The free ranges of ``pages`` pages or more: where each begins, and the vma above it.

        From page 0 up, or from the end of the address range ``down``; the last one has no end.
        """
        order = range(len(self._chunks))
        if down:
            yield self._end_below(len(self._chunks)), None
        for c in reversed(order) if down else order:
            widest = self._widest[c]
            if widest is None:
                widest = self._widest[c] = max((gap for gap, _, _ in self._gaps_of(c)), default=0)
            if widest >= pages:
                found = [(low, vma) for gap, low, vma in self._gaps_of(c) if gap >= pages]
                yield from reversed(found) if down else found
        if not down:
            yield self._end_below(len(self._chunks)), None

    def _gaps_of(self, c: int) -> Iterator[tuple[int, int, Vma]]:
        """Below each vma of chunk ``c``: how wide the gap is, where it begins, and the vma."""
        low = self._end_below(c)
        for vma in self._chunks[c]:
            yield vma.start - low, low, vma
            low = vma.end

    def _end_below(self, c: int) -> int:
        """The end of the last vma before chunk ``c``; 0 where there is none."""
        return self._chunks[c - 1][-1].end if c and self._chunks[c - 1] else 0

    def holding(self, space: int, index: int) -> Vma | None:
        """The vma whose indexes in ``space`` include ``index``, where at most one may."""
        ordered = self._ordered(space)
        place = bisect_left(ordered, (index + 1,)) - 1
        if place < 0:
            return None
        first, vma = ordered[place]
        return vma if index < first + vma.end - vma.start else None

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

    @property
    def uses(self) -> Counter[int | None]:
        """How many vmas belong or are linked to each space; counted at the first question."""
        if self._uses is None:
            self._uses = Counter(space for vma in self for space in vma.chain or (vma.space,))
        return self._uses

    def replace(self, removed: Sequence[Vma], inserted: Sequence[Vma]) -> None:
        """Put ``inserted`` where ``removed`` was: neighbours in the list, or one of them empty."""
        c, i = self._last_window
        chunk = self._chunks[c]
        if not removed or i >= len(chunk) or chunk[i] is not removed[0]:
            if not removed and not inserted:
                return
            c, i = self._locate((removed or inserted)[0].start)
            chunk = self._chunks[c]
        end = i + len(removed)
        while end > len(chunk):
            self._last_window = 0, 0
            chunk.extend(self._chunks.pop(c + 1))
            self._firsts.pop(c + 1)
            self._widest.pop(c + 1)
        chunk[i:end] = inserted
        self._widest[c] = self._widest[c + 1] = None
        if not i or len(chunk) > 2 * CHUNK:
            self._tidy(c)
        self._by_index = None
        if self._uses is not None:
            _count(self._uses, removed, -1)
            _count(self._uses, inserted, 1)

    def _tidy(self, c: int) -> None:
        """Cut chunk ``c`` in pieces or drop it, and note where it starts now."""
        self._last_window = 0, 0
        chunk = self._chunks[c]
        if not chunk and len(self._chunks) > 1:
            del self._chunks[c], self._firsts[c], self._widest[c]
            return
        if len(chunk) > 2 * CHUNK:
            pieces = [chunk[i : i + CHUNK] for i in range(0, len(chunk), CHUNK)]
            self._chunks[c : c + 1] = pieces
            self._firsts[c : c + 1] = [piece[0].start for piece in pieces]
            self._widest[c : c + 1] = [None] * len(pieces)
        else:
            self._firsts[c] = chunk[0].start if chunk else 0


def _count(uses: Counter[int | None], vmas: Sequence[Vma], change: int) -> None:
    for vma in vmas:
        for space in vma.chain or (vma.space,):
            uses[space] += change
