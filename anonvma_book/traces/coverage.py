"""Which pages are mapped, and how: what a replay and the kernel must agree on exactly.

Where a vma ends is a scheme's business. Which pages are mapped, with which protection, and
whether they are anonymous, is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from anonvma_book.traces.snapshots import Area
from anonvma_book.vma import FILE, Vma


class Span(NamedTuple):
    """A maximal run of pages ``start..end`` that are mapped in the same way."""

    start: int
    end: int
    protection: str
    anonymous: bool


def of_areas(areas: Iterable[Area]) -> list[Span]:
    """The coverage of a snapshot."""
    return _joined(Span(area.start, area.end, area.protection, area.anonymous) for area in areas)


def of_vmas(vmas: Iterable[Vma]) -> list[Span]:
    """The coverage of an mm."""
    return _joined(Span(vma.start, vma.end, vma.protection, vma.kind != FILE) for vma in vmas)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Sorted spans, with those that touch and are alike made one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1][1:] == (span.start, span.protection, span.anonymous):
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    return joined


def differences(ours: list[Span], theirs: list[Span]) -> list[str]:
    """What only one of the two has, a line each; empty when they agree."""
    lines = [(span, "only in the replay") for span in set(ours) - set(theirs)]
    lines += [(span, "only in the snapshot") for span in set(theirs) - set(ours)]
    return [
        f"{span.start:x}..{span.end:x} {span.protection}"
        f" {'anonymous' if span.anonymous else 'file'}: {where}"
        for span, where in sorted(lines)
    ]
