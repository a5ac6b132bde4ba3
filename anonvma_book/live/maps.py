"""Lines of /proc/PID/maps and VmFlags of /proc/PID/smaps, as pages counted from a window's start.

1000004000-1000006000 rw-p 00000000 00:00 0
start      end        protection, private
"""

from __future__ import annotations

from functools import lru_cache

Border = tuple[int, int, str]
"""First page, end, protection."""

PROTECTION = {
    b"%c%c%cp" % (r, w, x): (b"%c%c%c" % (r, w, x)).replace(b"-", b"").decode() or "none"
    for r in b"r-"
    for w in b"w-"
    for x in b"x-"
}


@lru_cache(maxsize=1 << 14)  # most lines are the same from one call to the next
def border_of(line: bytes, base: int, page: int) -> Border:
    """Start and end, in pages from address ``base``, and protection.

    ValueError where the line is not one of a private mapping.

    >>> border_of(b"10004000-10006000 rw-p 00000000 00:00 0 ", 0x10000000, 4096)
    (4, 6, 'rw')
    """
    addresses, protection, _ = line.split(b" ", 2)
    start, _, end = addresses.partition(b"-")
    first, last = ((int(address, 16) - base) // page for address in (start, end))
    if protection not in PROTECTION:
        raise ValueError(f"not the protection of a private mapping: {protection!r}")
    return first, last, PROTECTION[protection]


@lru_cache(maxsize=8)  # a call that is refused changes nothing
def borders_of(lines: bytes, base: int, page: int) -> tuple[Border, ...]:
    """The border of every line."""
    return tuple(border_of(line, base, page) for line in lines.splitlines())


def flags_of(lines: bytes) -> tuple[frozenset[str], ...]:
    r"""The two-letter flags of every vma.

    >>> sorted(flags_of(b"Size: 4 kB\nVmFlags: rd wr mr mw me ac \n")[0])
    ['ac', 'me', 'mr', 'mw', 'rd', 'wr']
    """
    mark = b"VmFlags: "
    return tuple(
        frozenset(line.removeprefix(mark).decode().split())
        for line in lines.splitlines()
        if line.startswith(mark)
    )
