"""Lokier's scheme: indexes from a counter, room to grow, claims, and the group flag.

Source: Jamie Lokier, "Re: anon_vma RFC2", linux-kernel, 12 March 2004.

counter      an address space hands out indexes in order and never twice; when it is about to
             wrap, a new address space takes its place
reservation  every allocation gets extra indexes: proportion x total, at least ``minimum``
claim        a new mapping takes what its neighbour reserved, so that both are on one line
shared       a reservation that neighbours may claim: what mmap reserves
exclusive    a reservation for growth alone: what mremap and brk reserve

    index
      |        ..... reserved, shared: the next mapping here may claim it
      |   ####
      |...                              #### a vma, one index a page
      +--------------- page
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from anonvma_book.errors import SettingError
from anonvma_book.events import Claimed, Extended, GaveUp, Placed, Returned, Wrapped
from anonvma_book.pages import Page
from anonvma_book.schemes.base import Placing, Scheme, Total
from anonvma_book.vma import (
    GROWSDOWN,
    Line,
    Vma,
    compatible,
    extended_down,
    extended_up,
    on_line,
    reserving_above,
    reserving_below,
    resized,
)

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World

ADDRESS_SPACE_BYTES = 192
"""``struct address_space`` of Linux 6.18 on x86-64, as the kernel's own BTF gives it."""

SIDES = ("layout", "above", "below")
KINDS_OF_RESERVATION = ("exclusive", "shared")


class Lokier(Scheme):
    """The scheme of the message, with its open choices as settings.

    ``index_bits``       an address space has 2**index_bits indexes: 1 to 64
    ``proportion``       how much to reserve for each page: 0 or more; the product is rounded up
    ``minimum``          the least reservation in indexes: 0 or more
    ``mremap_reserves``  "exclusive" (growth alone may use it) or "shared" (neighbours may claim)
    ``side``             where mmap reserves: "layout" (the side to which the machine's layout
                         grows), "above" or "below"; mremap and brk reserve above in any case

    >>> Lokier(index_bits=6, proportion=1, minimum=1)
    Lokier(index_bits=6, proportion=1, minimum=1, mremap_reserves='exclusive', side='layout')
    """

    hides_seams = True

    def __init__(
        self,
        index_bits: int = 32,
        proportion: float | Fraction = 1,
        minimum: int = 2**22,
        mremap_reserves: str = "exclusive",
        side: str = "layout",
    ) -> None:
        _whole("index_bits", index_bits, 1, 64)
        _whole("minimum", minimum, 0, None)
        if isinstance(proportion, bool) or not isinstance(proportion, (int, float, Fraction)):
            raise SettingError(f"proportion is a number of 0 or more, not {proportion!r}")
        if not 0 <= proportion < math.inf:
            raise SettingError(f"proportion is a number of 0 or more, not {proportion}")
        _one_of("mremap_reserves", mremap_reserves, KINDS_OF_RESERVATION)
        _one_of("side", side, SIDES)
        self.index_bits = index_bits
        self.limit: int = 2**index_bits
        self.proportion = Fraction(proportion).limit_denominator(10**6)
        self.minimum = minimum
        self.mremap_reserves = mremap_reserves
        self.side = side
        self._layout_side = "above"

    @classmethod
    def as_written(cls, **settings: object) -> Lokier:
        """The numbers of the message: 2**32 indexes, and a minimum of 2**22."""
        return cls(**{"index_bits": 32, "proportion": 1, "minimum": 2**22} | settings)  # type: ignore[arg-type]

    @classmethod
    def a_million(cls, **settings: object) -> Lokier:
        """The minimum that leaves "room for a million reservations": 2**32 / 2**20 indexes."""
        return cls.as_written(**{"minimum": 2**12} | settings)

    @classmethod
    def classroom(cls, **settings: object) -> Lokier:
        """64 indexes, so that a reader sees the counter wrap."""
        return cls(**{"index_bits": 6, "proportion": 1, "minimum": 1} | settings)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return (
            f"Lokier(index_bits={self.index_bits}, proportion={self._proportion_text()}, "
            f"minimum={self.minimum}, mremap_reserves={self.mremap_reserves!r}, "
            f"side={self.side!r})"
        )

    def _proportion_text(self) -> str:
        whole = self.proportion.denominator == 1
        return str(int(self.proportion) if whole else float(self.proportion))

    def for_layout(self, top_down: bool) -> Lokier:
        """The scheme where ``side="layout"`` means below (top-down) or above (bottom-up)."""
        fitted = copy(self)
        fitted._layout_side = "below" if top_down else "above"
        return fitted

    # Section 2: the counter

    def start(self, world: World) -> int:
        """A new, empty address space of 2**index_bits indexes."""
        return world.open_space(self.limit).id

    def reserve(self, size: int, total: int) -> int:
        """How many indexes to reserve beside ``size``: clamp(proportion x total, minimum, rest).

        The upper end of the clamp wins. Rounding up keeps the bound of section 6 exact.
        """
        wanted = -(-self.proportion.numerator * total // self.proportion.denominator)
        return min(max(wanted, self.minimum), self.limit - size)

    def allocate(self, mm: Mm, size: int, reserve: int) -> tuple[int, int]:
        """Take ``size + reserve`` indexes from the counter: the space, and the first of them.

        When the counter is about to wrap, the mm takes a new address space as its current one.
        """
        assert mm.space is not None, "start gives every mm a space"
        space = mm.world.spaces[mm.space]
        if not space.fits(size + reserve):
            new = mm.world.open_space(self.limit)
            mm.journal.note(Wrapped, space.id, new.id, space.left, size + reserve)
            mm.set_register("space", new.id)
            space = new
        moved_on, first = space.hand_out(size + reserve)
        mm.journal.put(mm.world.spaces, space.id, moved_on)
        return space.id, first

    def fresh(self, mm: Mm, blank: Vma, total: int, above: bool, exclusive: bool) -> list[Vma]:
        """Vmas for ``blank`` with indexes from the counter, and a reservation on one side.

        One vma, unless ``blank`` is larger than an address space: then pieces of at most the
        limit, each in its own; the reservation falls to the smaller one at the reserving end.
        """
        cuts: list[int] = [*range(blank.start, blank.end, self.limit), blank.end]
        if not above:
            cuts = [blank.end - (cut - blank.start) for cut in reversed(cuts)]
        vmas = []
        for start, end in pairwise(cuts):
            size = end - start
            reserve = self.reserve(size, total)
            space, first = self.allocate(mm, size, reserve)
            offset = first - start if above else first + reserve - start
            vma = on_line(resized(blank, start, end), Line(space, offset), 0, 0)
            reserving = reserving_above if above else reserving_below
            vma = reserving(vma, reserve, exclusive and reserve > 0)
            mm.journal.note(Placed, vma, reserve)
            vmas.append(vma)
        return vmas

    # Section 3: where a new mapping gets its indexes

    def place(self, mm: Mm, left: Vma | None, blank: Vma, right: Vma | None) -> Placing:
        """Claim from the nearest vma below, else from the one above, else take fresh indexes."""
        if left is not None and (claim := self._claim_below(mm, left, blank)) is not None:
            left, vma = claim
            return left, [vma], right
        if right is not None and (claim := self._claim_above(mm, blank, right)) is not None:
            vma, right = claim
            return left, [vma], right
        fresh = self.fresh(mm, blank, blank.pages, self._reserves_above(blank), exclusive=False)
        return left, fresh, right

    def _reserves_above(self, blank: Vma) -> bool:
        if blank.kind == GROWSDOWN:
            return False
        side = self._layout_side if self.side == "layout" else self.side
        return side == "above"

    def _claim_below(self, mm: Mm, owner: Vma, blank: Vma) -> tuple[Vma, Vma] | None:
        """Claim what the nearest preceding vma has reserved above itself."""
        gap, size = blank.start - owner.end, blank.end - blank.start
        left = owner.reserved_above - gap - size
        if owner.exclusive_above or left < 0:
            return None
        vma = on_line(blank, owner.line, left, 0)
        mm.journal.note(Claimed, vma, owner, gap)
        return reserving_above(owner, gap, False), vma

    def _claim_above(self, mm: Mm, blank: Vma, owner: Vma) -> tuple[Vma, Vma] | None:
        """Claim what the nearest following vma has reserved below itself."""
        gap, size = owner.start - blank.end, blank.end - blank.start
        left = owner.reserved_below - gap - size
        if owner.exclusive_below or left < 0:
            return None
        vma = on_line(blank, owner.line, 0, left)
        mm.journal.note(Claimed, vma, owner, gap)
        return vma, reserving_below(owner, gap, False)

    # Section 4: merging and grouping

    def may_merge(self, left: Vma, right: Vma) -> bool:
        """Only what lies on one line: the index range of a vma has no jump."""
        return compatible(left, right)

    def may_group(self, left: Vma, right: Vma) -> bool:
        """Always: a seam between indexes is never shown to the user."""
        return True

    # Section 6: growth

    def grow_up(self, mm: Mm, last: Vma | None, blank: Vma, total: Total) -> list[Vma]:
        """First what is left of the last vma's own reservation, then one vma from the counter."""
        exclusive = self.mremap_reserves == "exclusive"
        if last is None:
            return self.fresh(mm, blank, total(), True, exclusive)
        used = min(blank.pages, last.reserved_above)
        grown = extended_up(last, used)
        if used:
            mm.journal.note(Extended, grown, used, last.reserved_above)
        if used == blank.pages:
            return [grown]
        rest = resized(blank, blank.start + used, blank.end)
        return [grown, *self.fresh(mm, rest, total(), True, exclusive)]

    def grow_down(self, mm: Mm, first: Vma, blank: Vma, total: Total) -> list[Vma]:
        """The same, mirrored: the first vma's reservation below, then a vma below it."""
        exclusive = self.mremap_reserves == "exclusive"
        used = min(blank.pages, first.reserved_below)
        grown = extended_down(first, used)
        if used:
            mm.journal.note(Extended, grown, used, first.reserved_below)
        if used == blank.pages:
            return [grown]
        rest = resized(blank, blank.start, blank.end - used)
        return [*self.fresh(mm, rest, total(), False, exclusive), grown]

    # Section 5, munmap: what becomes of the indexes

    def give_back(
        self, mm: Mm, left: Vma | None, gone: Sequence[Vma], right: Vma | None
    ) -> tuple[Vma | None, Vma | None]:
        """Indexes go back to the reservation that they touch; the others are given up."""
        lost = []
        for vma in gone:
            if left is not None and _touch(left, vma):
                left = _take_above(left, vma)
                mm.journal.note(Returned, vma, left)
            else:
                lost.append(vma)
        for vma in reversed(lost):
            if right is not None and _touch(vma, right):
                right = _take_below(vma, right)
                mm.journal.note(Returned, vma, right)
            elif vma.space is not None:
                mm.journal.note(GaveUp, vma)
        return left, right

    # Section 7: the way back

    def candidates(self, world: World, page: Page) -> Iterable[tuple[int, Vma, int]]:
        """The vmas of the address space whose range holds the index: at most one a process."""
        for pid, mm in sorted(world.mms.items()):
            vma = mm.vmas.holding(page.space, page.index)
            if vma is not None:
                yield pid, vma, page.index - vma.offset

    def problems(self, world: World) -> Iterator[str]:
        """Section 8, rule 2: an mm's extents are disjoint, and were handed out.

        So at most one vma of an mm holds an index.
        """
        for mm in world.mms.values():
            held: dict[int, list[tuple[tuple[int, int], Vma]]] = {}
            for vma in mm.vmas:
                space = world.spaces.get(-1 if vma.space is None else vma.space)
                if space is None:
                    continue
                if min(vma.reserved_above, vma.reserved_below) < 0:
                    yield f"process {mm.pid}: {vma} reserves less than nothing"
                if vma.extent[0] < 0 or vma.extent[1] > min(space.next, space.limit):
                    yield f"process {mm.pid}: {vma} holds indexes that were never handed out"
                held.setdefault(space.id, []).append((vma.extent, vma))
            for extents in held.values():
                for (a, left), (b, right) in pairwise(sorted(extents)):
                    if a[1] > b[0]:
                        yield f"process {mm.pid}: {left} holds {a}, {right} holds {b}"

    def weight(self, world: World) -> int:
        """A pointer (8 bytes on x86-64), a count (8) and a flag in a spare bit for each vma, and
        an address_space each. The list of an address_space runs through a node that every vma
        has for file mappings.
        """
        vmas = sum(len(mm.vmas) for mm in world.mms.values())
        return 16 * vmas + ADDRESS_SPACE_BYTES * len(world.spaces)


def _touch(low: Vma, high: Vma) -> bool:
    """Whether two vmas on one line have no index between them that is neither's."""
    reaches = low.end + low.reserved_above
    return reaches == high.start - high.reserved_below and compatible(low, high)


def _take_above(owner: Vma, gone: Vma) -> Vma:
    """``owner`` with the indexes and reservations of ``gone`` as its own reservation above.

    Where one of the two kinds of reservation is exclusive, the whole is: a promise to a
    growing region is kept.
    """
    reserved = gone.end - owner.end + gone.reserved_above
    return reserving_above(owner, reserved, owner.exclusive_above or gone.exclusive)


def _take_below(gone: Vma, owner: Vma) -> Vma:
    """The same, below."""
    reserved = owner.start - gone.start + gone.reserved_below
    return reserving_below(owner, reserved, owner.exclusive_below or gone.exclusive)


def _whole(name: str, value: object, low: int, high: int | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise SettingError(f"{name} is a whole number, not {value!r}")
    if value < low or (high is not None and value > high):
        bound = f"from {low} to {high}" if high is not None else f"of {low} or more"
        raise SettingError(f"{name} is a whole number {bound}, not {value}")


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingError(f"{name} is one of {', '.join(map(repr, allowed))}, not {value!r}")
