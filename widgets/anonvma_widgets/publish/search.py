"""What the search of a site looks through: the sections of all pages, cut at their headings.

section  a page's file name and chapter, a heading with its id, and the words under it

The page puts the sections into MiniSearch when the search is opened for the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from anonvma_widgets.publish.glossary import words

HEADING = re.compile(r'<h([1-3]) id="([^"]*)">(.*?)</h\1>', re.DOTALL)


class Section(NamedTuple):
    """One place to which a search may lead."""

    page: str
    chapter: str
    anchor: str
    heading: str
    text: str


def sections(page: str, chapter: str, html: Iterable[str]) -> Iterator[Section]:
    """The sections of the text cells of one page, in order.

    Text before the first heading is the chapter's.
    """
    parts = HEADING.split("\n".join(html))
    before = words(parts[0])
    if before:
        yield Section(page, chapter, "", chapter, before)
    for anchor, heading, text in zip(parts[2::4], parts[3::4], parts[4::4], strict=True):
        yield Section(page, chapter, words(anchor), words(heading), words(text))


def index_json(found: Iterable[Section]) -> list[dict[str, str | int]]:
    """The sections as MiniSearch takes them."""
    return [{"id": number, **each._asdict()} for number, each in enumerate(found)]
