"""Vmas, and the units that a user sees.

page        one virtual page, by its number; every address and length here is in pages
range       half open: 16..24 is the pages 16 to 23
vma         adjacent pages of one process with the same flags and consecutive indexes
index       a page's place in its address space (the kernel's ``page->index``)
pgoff       a vma's first index (the kernel's ``vm_pgoff``; the message says *vm_offset*)
offset      pgoff - start: two vmas on one straight line have the same offset
reservation indexes beyond a vma's own that no other vma of its mm may use
unit        a maximal run of adjacent vmas with the same flags: a line of ``/proc/PID/maps``

Everything here is an immutable value or a pure function of such values. What a split leaves alone
is one value in a vma, so that its parts share it, and two vmas are compared at a glance:

look    (protection, kind, flags): what a user sees of a vma, and what keeps vmas apart
line    (space, offset): the straight line on the index plane

Every call makes several vmas, so the functions that they all come from take a vma apart and make
the tuple themselves: that takes a tenth of the time of ``_replace``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T", bound="tuple[Any, ...]")

ANONYMOUS = "anonymous"
GROWSDOWN = "growsdown"
FILE = "file"

NO_FLAGS: frozenset[str] = frozenset()

PROTECTIONS = ("none", "r", "w", "rw", "x", "rx", "wx", "rwx")


class Look(NamedTuple):
    """What a user sees of a vma, and what keeps vmas apart."""

    protection: str
    kind: str
    flags: frozenset[str]


class Line(NamedTuple):
    """The straight line on the index plane. For a file, ``offset`` is the pgoff."""

    space: int | None
    offset: int


NO_LINE = Line(None, 0)


@cache
def look_of(protection: str, kind: str, flags: frozenset[str]) -> Look:
    """One value for all vmas that look alike."""
    return Look(protection, kind, flags)


class _Kept(NamedTuple):
    """What a vma is kept as."""

    start: int
    end: int
    look: Look
    line: Line
    reserved_above: int
    reserved_below: int
    exclusive_above: bool
    exclusive_below: bool
    group: bool
    chain: tuple[int, ...]


class Vma(_Kept):
    """One ``vm_area_struct``: the pages ``start..end``, and where their indexes are.

    ``space`` is the id of the vma's address space; a file mapping has none, and only occupies
    addresses, and under some schemes a vma has none before its first write.
    ``exclusive_above`` and ``exclusive_below`` say that a neighbour may not claim
    the reservation on that side; they are False where the reservation is empty.
    ``flags`` are further ``vm_flags`` that keep vmas apart ("account", "noreserve", ...);
    ``chain`` the anon_vmas that the vma is linked to, for the scheme that keeps such links.
    As a tuple a vma is what it is kept as: ``start``, ``end``, ``look``, ``line`` and the rest.

    >>> vma = Vma(16, 20, "rw", space=0, pgoff=12, reserved_above=4)
    >>> vma.pages, vma.index_end, vma.offset
    (4, 16, -4)
    >>> vma
    Vma(start=16, end=20, protection='rw', space=0, pgoff=12, reserved_above=4)
    >>> vma._replace(end=18, reserved_above=6)
    Vma(start=16, end=18, protection='rw', space=0, pgoff=12, reserved_above=6)
    """

    __slots__ = ()

    _fields = (  # type: ignore[assignment]  # as it is made, not as it is kept
        *("start", "end", "protection", "kind", "space", "pgoff"),
        *("reserved_above", "reserved_below", "exclusive_above", "exclusive_below", "group"),
        *("flags", "chain"),
    )

    def __new__(
        cls,
        start: int,
        end: int,
        protection: str,
        kind: str = ANONYMOUS,
        space: int | None = None,
        pgoff: int = 0,
        reserved_above: int = 0,
        reserved_below: int = 0,
        exclusive_above: bool = False,
        exclusive_below: bool = False,
        group: bool = False,
        flags: frozenset[str] = NO_FLAGS,
        chain: tuple[int, ...] = (),
    ) -> Vma:
        """A vma of these fields."""
        look = look_of(protection, kind, flags)
        line = Line(space, pgoff if kind == FILE else pgoff - start)
        above, below = reserved_above, reserved_below
        exclusive = exclusive_above, exclusive_below
        return make(cls, (start, end, look, line, above, below, *exclusive, group, chain))

    def _asdict(self) -> dict[str, Any]:
        """The arguments that make this vma, by name."""
        start, end, (protection, kind, flags), (space, _), *rooms, group, chain = self
        place = (start, end, protection, kind, space, self.pgoff)
        return dict(zip(self._fields, (*place, *rooms, group, flags, chain), strict=True))

    def _replace(self, **changes: Any) -> Vma:
        """This vma with other values of the fields that are named."""
        return Vma(**(self._asdict() | changes))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self._asdict().values())

    def __repr__(self) -> str:
        empty = Vma(self.start, self.end, self.protection)._asdict()
        shown = [
            f"{name}={value!r}"
            for place, (name, value) in enumerate(self._asdict().items())
            if place < 3 or value != empty[name]
        ]
        return f"Vma({', '.join(shown)})"

    @property
    def protection(self) -> str:
        """One of ``PROTECTIONS``."""
        return self.look.protection

    @property
    def kind(self) -> str:
        """ANONYMOUS, GROWSDOWN or FILE."""
        return self.look.kind

    @property
    def flags(self) -> frozenset[str]:
        """Further flags that keep vmas apart."""
        return self.look.flags

    @property
    def space(self) -> int | None:
        """The id of the address space, where the vma has one."""
        return self.line.space

    @property
    def pgoff(self) -> int:
        """The vma's first index."""
        offset = self.line.offset
        return offset if self.look.kind == FILE else offset + self.start

    @property
    def offset(self) -> int:
        """What has to be added to a page number to get its index."""
        offset = self.line.offset
        return offset - self.start if self.look.kind == FILE else offset

    @property
    def index_end(self) -> int:
        """One past the vma's last index."""
        return self.pgoff + self.end - self.start

    @property
    def pages(self) -> int:
        """Length in pages."""
        return self.end - self.start

    @property
    def exclusive(self) -> bool:
        """Whether any reservation of this vma is closed to its neighbours."""
        return self.exclusive_above or self.exclusive_below

    @property
    def is_file(self) -> bool:
        """Whether this is an opaque file mapping, which has no indexes here."""
        return self.look.kind == FILE

    @property
    def extent(self) -> tuple[int, int]:
        """The vma's indexes together with its reservations, as a half-open range."""
        return self.pgoff - self.reserved_below, self.index_end + self.reserved_above

    def index_of(self, page: int) -> int:
        """The index of ``page``, which must lie in the vma."""
        return self.pgoff + page - self.start


class Make(Protocol):
    """A named tuple of all its fields, in order: half the time of calling its class."""

    def __call__(self, kind: type[T], fields: tuple[object, ...], /) -> T: ...  # noqa: D102


make: Make = tuple.__new__


class Unit(NamedTuple):
    """What a user sees as one mapping: one line of ``/proc/PID/maps``."""

    start: int
    end: int
    protection: str
    kind: str = ANONYMOUS

    @property
    def pages(self) -> int:
        """Length in pages."""
        return self.end - self.start


def space_name(space: int) -> str:
    """The letter of an address space: A to Z, then AA, AB, ...

    >>> space_name(0), space_name(25), space_name(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    space += 1
    while space:
        space, letter = divmod(space - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def index_range(space: int, first: int, end: int) -> str:
    """A range of indexes as it is written everywhere: ``A26..28``."""
    return f"{space_name(space)}{first}..{end}"


def same_flags(a: Vma, b: Vma) -> bool:
    """Whether a user could not tell the two apart: same protection, kind and flags, no file."""
    return a.look == b.look and a.look.kind != FILE


def adjacent(a: Vma, b: Vma) -> bool:
    """Whether ``b`` begins where ``a`` ends."""
    return a.end == b.start


def cover(vmas: Iterable[Vma], start: int, end: int) -> bool:
    """Whether every page of ``start..end`` lies in one of ``vmas``, which are in order."""
    for vma in vmas:
        if vma.start <= start < vma.end:
            start = vma.end
    return start >= end


def compatible(a: Vma, b: Vma) -> bool:
    """Whether the two lie on one straight line of one address space.

    Were they adjacent and of the same flags, they could be one vma.
    """
    return a.line == b.line and a.line.space is not None


def parts(vma: Vma, start: int, end: int) -> tuple[Vma | None, Vma, Vma | None]:
    """What of ``vma`` is left of ``start..end``, in it and right of it; a part is in it.

    The leftmost part keeps the reservation below, the rightmost the one above; none gets
    indexes of another. The group flags are left to be set anew.

    >>> left, middle, right = parts(Vma(2, 8, "rw", space=0, pgoff=0, reserved_above=6), 4, 20)
    >>> left.end, left.reserved_above, middle.pgoff, middle.reserved_above, right
    (4, 0, 2, 6, None)
    """
    low, high, look, line, above, below, own_above, own_below, group, chain = vma
    left = right = None
    if low < start:
        left = make(Vma, (low, start, look, line, 0, below, False, own_below, False, chain))
        low, below, own_below = start, 0, False
    if end < high:
        right = make(Vma, (end, high, look, line, above, 0, own_above, False, group, chain))
        high, above, own_above, group = end, 0, False, False
    if left is None and right is None:
        return None, vma, None
    middle = (low, high, look, line, above, below, own_above, own_below, group, chain)
    return left, make(Vma, middle), right


def merge(a: Vma, b: Vma) -> Vma:
    """One vma for two adjacent, compatible ones with the same flags.

    What is reserved between them is empty: it would be the other's indexes.
    """
    start, _, look, line, _, below, _, own_below, _, chain = a
    _, end, _, _, above, _, own_above, _, group, _ = b
    return make(Vma, (start, end, look, line, above, below, own_above, own_below, group, chain))


def protected(vma: Vma, protection: str) -> Vma:
    """``vma`` with another protection."""
    start, end, (_, kind, flags), line, above, below, own_above, own_below, group, chain = vma
    look = look_of(protection, kind, flags)
    return make(Vma, (start, end, look, line, above, below, own_above, own_below, group, chain))


def grouped(vma: Vma, group: bool) -> Vma:
    """``vma`` with the group flag set or cleared."""
    start, end, look, line, above, below, own_above, own_below, _, chain = vma
    return make(Vma, (start, end, look, line, above, below, own_above, own_below, group, chain))


def blank(start: int, end: int, look: Look) -> Vma:
    """A vma with addresses and flags that no scheme has given indexes yet."""
    return make(Vma, (start, end, look, NO_LINE, 0, 0, False, False, False, ()))


def resized(vma: Vma, start: int, end: int) -> Vma:
    """``vma`` with other pages of its line."""
    return make(Vma, (start, end, *vma[2:]))


def on_line(vma: Vma, line: Line, above: int, below: int) -> Vma:
    """``vma`` with the indexes that ``line`` gives its pages, and so many reserved, shared."""
    start, end, look, _, _, _, _, _, group, chain = vma
    return make(Vma, (start, end, look, line, above, below, False, False, group, chain))


def reserving_above(vma: Vma, indexes: int, exclusive: bool) -> Vma:
    """``vma`` with that many indexes reserved above its own."""
    start, end, look, line, _, below, _, own_below, group, chain = vma
    return make(Vma, (start, end, look, line, indexes, below, exclusive, own_below, group, chain))


def reserving_below(vma: Vma, indexes: int, exclusive: bool) -> Vma:
    """The same, below."""
    start, end, look, line, above, _, own_above, _, group, chain = vma
    return make(Vma, (start, end, look, line, above, indexes, own_above, exclusive, group, chain))


def extended_up(vma: Vma, pages: int) -> Vma:
    """``vma`` with that many more pages, whose indexes it had reserved above its own."""
    start, end, look, line, above, below, own_above, own_below, group, chain = vma
    left = above - pages
    own_above = own_above and left > 0
    end += pages
    return make(Vma, (start, end, look, line, left, below, own_above, own_below, group, chain))


def extended_down(vma: Vma, pages: int) -> Vma:
    """The same, below."""
    start, end, look, line, above, below, own_above, own_below, group, chain = vma
    left = below - pages
    own_below = own_below and left > 0
    start -= pages
    return make(Vma, (start, end, look, line, above, left, own_above, own_below, group, chain))


def moved(vma: Vma, distance: int) -> Vma:
    """``vma`` so many pages further, with its indexes and reservations, in no group."""
    start, end, look, (space, offset), *room, _, chain = vma
    line = Line(space, offset if look.kind == FILE else offset - distance)
    return make(Vma, (start + distance, end + distance, look, line, *room, False, chain))


def units_of(vmas: Iterable[Vma]) -> Iterator[Unit]:
    """What a user sees of vmas in order of address: runs that the group flag joins, as one."""
    return _runs(vmas, lambda last, vma: last.group)


def alike(vmas: Iterable[Vma]) -> Iterator[Unit]:
    """Runs of neighbours that look alike, whatever keeps them apart; files one by one."""
    return _runs(vmas, lambda last, vma: adjacent(last, vma) and same_flags(last, vma))


def _runs(vmas: Iterable[Vma], joined: Callable[[Vma, Vma], bool]) -> Iterator[Unit]:
    first: Vma | None = None
    last: Vma | None = None
    for vma in vmas:
        if last is not None and joined(last, vma):
            last = vma
            continue
        if first is not None and last is not None:
            yield Unit(first.start, last.end, first.protection, first.kind)
        first = last = vma
    if first is not None and last is not None:
        yield Unit(first.start, last.end, first.protection, first.kind)
