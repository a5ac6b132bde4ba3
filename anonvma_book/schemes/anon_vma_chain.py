"""Chains of anon_vmas: Linux from 2.6.34 to today, by the rules of 6.18.

anon_vma     what a page's mapping points to; a vma gets one at its first write, not before
link         an anon_vma_chain: ties a vma to an anon_vma; a vma has one for each of its chain
faulted      of a vma: it has an anon_vma, whether or not it has pages
fork child   of a vma: its chain has more than one link, so it was inherited

A vma's ``space`` is here its own anon_vma, its ``chain`` all that it is linked to, oldest
first, and its ``pgoff`` the address of its first page when it was mapped, over ``PAGE_SHIFT``:

    parent    [ 2..8 ] space=1 chain=(1,)       fork      child   [ 2..8 ] space=2 chain=(1, 2)

What a call does to borders and flags is in :mod:`anonvma_book.linux`. Source of the rules:
mm/vma.c, mm/mremap.c and mm/rmap.c of Linux 6.18.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from anonvma_book.errors import SettingError
from anonvma_book.pages import Page
from anonvma_book.schemes.base import Placing, Scheme, Total
from anonvma_book.schemes.linux_rules import RULES
from anonvma_book.vma import FILE, Vma, adjacent, same_flags

if TYPE_CHECKING:
    from anonvma_book.mm import Mm
    from anonvma_book.world import World

ANON_VMA_BYTES = 104
"""``struct anon_vma`` on 6.18 x86-64: /proc/slabinfo."""
LINK_BYTES = 64
"""``struct anon_vma_chain`` on 6.18 x86-64: /proc/slabinfo."""
INDEXES = 2**64
"""Indexes are page numbers: none are handed out, and they do not run out."""

WIPED, NOT_FORKED = "wipeonfork", "dontfork"


class AnonVmaChain(Scheme):
    """``version`` is the kernel's; ``without`` names rules of RULES that are switched off.

    ``first_index`` is the index of page 0, where the pages counted are those of a window.
    Rules that are off make another kernel than any there was: they are for finding out
    whether a comparison would notice.
    """

    dialect = "linux"
    counts_indexes = False

    def __init__(
        self,
        version: tuple[int, ...] = (6, 18),
        *,
        without: Iterable[str] = (),
        first_index: int = 0,
    ) -> None:
        self.version = version
        self.without = frozenset(without)
        self.first_index = first_index
        unknown = self.without - RULES.keys()
        if unknown:
            known = ", ".join(sorted(RULES))
            raise SettingError(f"there is no rule {min(unknown)!r}; there are {known}")

    def __repr__(self) -> str:
        without = f", without={sorted(self.without)}" if self.without else ""
        return f"AnonVmaChain({self.version}{without})"

    def has(self, rule: str) -> bool:
        """Whether that rule of RULES is on."""
        return rule not in self.without

    # New, merged, grown and unmapped vmas

    def start(self, world: World) -> None:
        """Nothing is needed before the first write."""

    def place(self, mm: Mm, left: Vma | None, blank: Vma, right: Vma | None) -> Placing:
        """Indexes are addresses."""
        return left, [self.at_its_address(blank)], right

    def at_its_address(self, blank: Vma) -> Vma:
        """``blank`` with its addresses as its indexes; a file has none."""
        return blank if blank.is_file else blank._replace(pgoff=blank.start)

    def may_merge(self, left: Vma, right: Vma) -> bool:
        """Whether ``right``, were it changed now, would become one with ``left``."""
        return (
            same_flags(left, right)
            and left.offset == right.offset
            and self.compatible(left, right.space, is_fork_child(right))
        )

    def compatible(self, target: Vma, space: int | None, inherited: bool) -> bool:
        """Whether ``target`` may become one with what has the anon_vma ``space``.

        ``inherited`` says that the latter is a fork child. ``is_mergeable_anon_vma``; before
        6.16, something faulted did not merge into something that was not.
        """
        if not self.has("anon_vma"):
            return True
        if not self.has("fork-child"):
            return target.space is None or space is None or target.space == space
        if target.space is None and space is not None:
            return not inherited and self.version >= (6, 16)
        if target.space is not None and space is None:
            return not is_fork_child(target)
        return target.space == space

    def bridges(self, left: Vma, right: Vma) -> bool:
        """Whether the two, each compatible with what comes between them, are with each other."""
        if not self.has("three-way"):
            return True
        return left.space is None or right.space is None or left.space == right.space

    def merge(self, left: Vma, right: Vma) -> Vma:
        """The one that is faulted lends its anon_vma: ``dup_anon_vma``."""
        lender = left if left.space is not None else right
        return left._replace(end=right.end, space=lender.space, chain=lender.chain)

    def may_group(self, left: Vma, right: Vma) -> bool:
        """Never: a border between vmas is one that the user meets."""
        return False

    def grow_up(self, mm: Mm, last: Vma | None, blank: Vma, total: Total) -> list[Vma]:
        """The last vma gets longer."""
        return [last._replace(end=blank.end)] if last is not None else [self.at_its_address(blank)]

    def grow_down(self, mm: Mm, first: Vma, blank: Vma, total: Total) -> list[Vma]:
        """The first vma starts lower, with lower indexes."""
        return [first._replace(start=blank.start, pgoff=first.pgoff - blank.pages)]

    def give_back(
        self, mm: Mm, left: Vma | None, gone: Sequence[Vma], right: Vma | None
    ) -> tuple[Vma | None, Vma | None]:
        """Addresses need no bookkeeping, and the links go with their vma."""
        return left, right

    def carry(self, mm: Mm, vma: Vma, distance: int) -> Vma:
        """Faulted: its indexes. Otherwise those of its new address, as if it were new."""
        moved = vma._replace(start=vma.start + distance, end=vma.end + distance)
        if vma.space is None and vma.kind != FILE and self.has("new-index"):
            moved = moved._replace(pgoff=moved.start)
        return moved

    # The first write

    def first_write(self, mm: Mm, vma: Vma) -> Vma:
        """The vma with an anon_vma, a neighbour's if that can be: ``__anon_vma_prepare``."""
        if vma.space is not None:
            return vma
        space = self._reusable(mm, vma)
        if space is None:
            space = mm.world.open_space(INDEXES).id
        after = vma._replace(space=space, chain=(space,))
        mm.swap(vma, after)
        return after

    def _reusable(self, mm: Mm, vma: Vma) -> int | None:
        """The next neighbour's anon_vma, or else the previous one's: ``find_mergeable_anon_vma``.

        So that the two can be merged, should a later mprotect make their flags the same.
        """
        if not self.has("reuse"):
            return None
        right = mm.vmas.above(vma.end)
        left = mm.vmas.below(vma.start)
        found = []
        if right is not None and self._alike(vma, right):
            found.append(right)
        if left is not None and self._alike(left, vma):
            found.append(left)
        if not self.has("reuse-next-first"):
            found.reverse()
        for old in found:
            if old.space is not None and not (is_fork_child(old) and self.has("reuse-single")):
                return old.space
        return None

    def _alike(self, a: Vma, b: Vma) -> bool:
        """Whether two neighbours differ in their protections alone: ``anon_vma_compatible``."""
        if not self.has("reuse-any-access") and a.protection != b.protection:
            return False
        return (
            adjacent(a, b)
            and same_flags(a._replace(protection=b.protection), b)
            and (a.offset == b.offset or not self.has("reuse-linear"))
        )

    # Fork

    def fork(self, mm: Mm, child: Mm) -> list[Vma]:
        """Links to all that the parent is linked to, and an own anon_vma: ``anon_vma_fork``.

        A vma with "dontfork" is left out; one with "wipeonfork" is like new.
        """
        family = _Family(mm.world) if any(vma.space is not None for vma in mm.vmas) else None
        vmas = []
        for vma in mm.vmas:
            if NOT_FORKED in vma.flags and self.has("dontfork"):
                continue
            if WIPED in vma.flags and self.has("wipeonfork"):
                vma = vma._replace(space=None, chain=())
            elif vma.space is not None and family is not None and self.has("fork-own"):
                vma = self._inherit(mm, vma, family)
            vmas.append(vma)
        return vmas

    def _inherit(self, mm: Mm, vma: Vma, family: _Family) -> Vma:
        """The child's vma, with an own anon_vma or one that nobody else uses any more.

        The latter is what commit 7a3ef208e662 saves: it keeps a chain of forks whose parents
        exit from getting longer for ever.
        """
        assert vma.space is not None, "only a faulted vma has something to inherit"
        for space in vma.chain:
            if self.has("fork-reuse") and family.is_idle(space):
                family.active.add(space)
                return vma._replace(space=space)
        space = mm.world.open_space(INDEXES, vma.space).id
        return vma._replace(space=space, chain=(*vma.chain, space))

    # The way back, and what all this weighs

    def candidates(self, world: World, page: Page) -> Iterable[tuple[int, Vma, int]]:
        """Every vma linked to the page's anon_vma whose indexes include the page's."""
        for pid, mm in sorted(world.mms.items()):
            for vma in mm.vmas:
                if page.space in vma.chain and vma.pgoff <= page.index < vma.index_end:
                    yield pid, vma, page.index - vma.offset

    def finds(self, mm: Mm, vma: Vma, page: int, entry: Page) -> bool:
        """A page stays with the anon_vma that it was made for, which the vma is linked to."""
        return entry.space in vma.chain and entry.index == vma.index_of(page)

    def problems(self, world: World) -> Iterator[str]:
        """A chain holds the vma's own anon_vma, once each, and all of them exist."""
        for pid, mm in world.mms.items():
            for vma in mm.vmas:
                own = () if vma.space is None else (vma.space,)
                if not set(own) <= set(vma.chain) or bool(own) != bool(vma.chain):
                    yield f"process {pid}: {vma} is not linked to its own anon_vma"
                if len(set(vma.chain)) < len(vma.chain) or set(vma.chain) - world.spaces.keys():
                    yield f"process {pid}: {vma} has a link twice, or to what is gone"

    def weight(self, world: World) -> int:
        """The anon_vmas that something is linked to, and the links."""
        links = [link for mm in world.mms.values() for vma in mm.vmas for link in vma.chain]
        return ANON_VMA_BYTES * len(set(links)) + LINK_BYTES * len(links)


class _Family:
    """Which anon_vmas a vma has as its own (``num_active_vmas`` is not 0), and how many hang below
    each (``num_children``), when a fork begins.
    """

    def __init__(self, world: World) -> None:
        self.active: set[int] = set()
        self.children: Counter[int] = Counter()
        linked: set[int] = set()
        for mm in world.mms.values():
            for vma in mm.vmas:
                linked.update(vma.chain)
                if vma.space is not None:
                    self.active.add(vma.space)
        for space in linked:
            parent = world.spaces[space].parent
            self.children[space if parent is None else parent] += 1  # a root is its own parent

    def is_idle(self, space: int) -> bool:
        """Whether no vma has it as its own, and at most one was made of it."""
        return space not in self.active and self.children[space] < 2


def is_fork_child(vma: Vma) -> bool:
    """Whether the vma was inherited: ``vma_is_fork_child``."""
    return len(vma.chain) > 1
