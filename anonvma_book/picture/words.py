"""Words and numbers, as every sentence writes them.

label    a vma by its indexes: A8..11
count    vmas, and pages of a hole, are counted in words up to ten; pages of a call in digits

What is counted has a name, in the singular and in the plural: 1 page, 4 pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anonvma_book.state import unite
from anonvma_book.vma import Vma, index_range, space_name

CARDINALS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]

PROTECTION_WORDS = {
    "none": "inaccessible",
    "r": "read-only",
    "w": "write-only",
    "rw": "readable and writable",
    "x": "execute-only",
    "rx": "readable and executable",
    "wx": "writable and executable",
    "rwx": "readable, writable and executable",
}

NOTHING = "nothing changed"

LONGEST_LIST = 3
"""A sentence names so many ranges; of more it gives the number."""


def word(number: int) -> str:
    """A number of things in words up to ten.

    >>> word(0), word(3), word(11)
    ('no', 'three', '11')
    """
    return CARDINALS[number] if number < len(CARDINALS) else str(number)


def ordinal(number: int) -> str:
    """Which one in a row, in words up to ten.

    >>> ordinal(2), ordinal(11), ordinal(22)
    ('second', '11th', '22nd')
    """
    if number < len(ORDINALS):
        return ORDINALS[number]
    teen = number % 100 in (11, 12, 13)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if teen else ending}"


def a_or_an(following: str) -> str:
    """The article and what follows it: an eighth, a second.

    >>> a_or_an("second"), a_or_an("11th"), a_or_an("21st")
    ('a second', 'an 11th', 'a 21st')
    """
    vowel = following.startswith(("e", "8", "11th", "18th"))
    return f"{'an' if vowel else 'a'} {following}"


def plural(number: int, noun: str, digits: bool = False) -> str:
    """A number with what it counts.

    >>> plural(1, "vma"), plural(2, "index"), plural(0, "miss"), plural(4, "page", digits=True)
    ('one vma', 'two indexes', 'no misses', '4 pages')
    """
    ending = "" if number == 1 else "es" if noun.endswith(("x", "s")) else "s"
    return f"{number if digits else word(number)} {noun}{ending}"


def pages(number: int) -> str:
    """A number of pages in digits: 1 page, 4 pages."""
    return plural(number, "page", digits=True)


def replaced(number: int) -> str:
    """Pages that a new mapping took the place of: "3 pages that were mapped"."""
    return f"{pages(number)} that {'was' if number == 1 else 'were'} mapped"


def listed(items: Sequence[str]) -> str:
    """The items with "and" before the last.

    >>> listed(["A0..4"]), listed(["A0..4", "B0..2", "C0..1"])
    ('A0..4', 'A0..4, B0..2 and C0..1')
    """
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def clauses(items: Sequence[str]) -> str:
    """Whole clauses, with a comma before the "and", too.

    >>> clauses(["it claims A8..11", "the hole keeps A6..8"])
    'it claims A8..11, and the hole keeps A6..8'
    """
    return ", and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def capital(sentence: str) -> str:
    """The sentence with a capital; the name of a call stays as it is written in C."""
    return sentence[:1].upper() + sentence[1:]


def label(vma: Vma) -> str:
    """A vma by its indexes: ``A8..11``; a file mapping has none and goes by its pages."""
    if vma.space is None:
        return f"{vma.start}..{vma.end}"
    return index_range(vma.space, vma.pgoff, vma.index_end)


def index_name(space: int, index: int) -> str:
    """One index: ``A26``."""
    return f"{space_name(space)}{index}"


def united(ranges: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Ranges of indexes (space, first, end) as few as they can be, in order."""
    by_space: dict[int, list[tuple[int, int]]] = {}
    for space, first, end in ranges:
        by_space.setdefault(space, []).append((first, end))
    return [(space, *part) for space in sorted(by_space) for part in unite(by_space[space])]


def range_list(ranges: Sequence[tuple[int, int, int]]) -> str:
    """Ranges of indexes by name, or their number where they are many.

    >>> range_list([(0, 2, 4), (1, 0, 2)]), range_list([(0, i, i + 1) for i in range(0, 12, 2)])
    ('A2..4 and B0..2', '6 indexes in six ranges')
    """
    if len(ranges) <= LONGEST_LIST:
        return listed([index_range(*part) for part in ranges])
    total = sum(end - first for _, first, end in ranges)
    return f"{plural(total, 'index', digits=True)} in {plural(len(ranges), 'range')}"
