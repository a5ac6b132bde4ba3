"""Scenes as plain values, each told as a change of the one before: small where little changed.

table   shapes of a kind, as columns: {"kind": ["used", "given"], "first": [0, 6]}
cut     [at, gone, came]: from row ``at`` of the table before, ``gone`` rows went and ``came`` came
change  {"cuts": cuts in order, "rows": the rows that came, as a table or a list of lines}

A table stands whole where there is none before it. rows.js puts them together again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from anonvma_book.picture.ring import Ring
from anonvma_book.picture.scene import MmScene, Scene

Cut = tuple[int, int, int]
PARTS = ("mms", "rings")


def scene_json(scene: Scene, before: Scene | None) -> dict[str, Any]:
    """A scene as plain values; ``before`` is the scene that the reader of them has already."""
    mms = {mm.pid: mm for mm in before.mms} if before is not None else {}
    rings = {ring.letter: ring for ring in before.rings} if before is not None else {}
    return {
        **{name: plain(value) for name, value in scene._asdict().items() if name not in PARTS},
        "mms": [_changed(mm, mms.get(mm.pid)) for mm in scene.mms],
        "rings": [_changed(ring, rings.get(ring.letter)) for ring in scene.rings],
    }


def _changed(shape: MmScene | Ring, before: MmScene | Ring | None) -> dict[str, Any]:
    """A process or a ring; its tables as changes of those before."""
    made: dict[str, Any] = {}
    for name in shape._fields:
        value = getattr(shape, name)
        old = getattr(before, name, ())
        made[name] = change(value, old) if isinstance(value, tuple) and old else plain(value)
    return made


def change(rows: Sequence[Hashable], before: Sequence[Hashable]) -> dict[str, Any]:
    """How ``before`` becomes ``rows``.

    >>> change(("a", "x", "c"), ("a", "b", "c"))
    {'cuts': [[1, 1, 1]], 'rows': ['x']}
    """
    found = list(cuts(rows, before))
    came: list[Hashable] = []
    shift = 0
    for at, gone, new in found:
        came += rows[at + shift : at + shift + new]
        shift += new - gone
    return {"cuts": [list(cut) for cut in found], "rows": plain(tuple(came))}


def cuts(rows: Sequence[Hashable], before: Sequence[Hashable]) -> Iterator[Cut]:
    """The cuts that make ``rows`` of ``before``: few, where equal rows are in the same order."""
    head = 0
    shorter = min(len(rows), len(before))
    while head < shorter and rows[head] == before[head]:
        head += 1
    tail = 0
    while tail < shorter - head and rows[-1 - tail] == before[-1 - tail]:
        tail += 1
    end, old_end = len(rows) - tail, len(before) - tail
    place = {before[at]: at for at in range(old_end - 1, head - 1, -1)}
    at, old = head, head
    for here in range(head, end + 1):
        there = old_end if here == end else place.get(rows[here], -1)
        if there < old:
            continue
        if here > at or there > old:
            yield old, there - old, here - at
        at, old = here + 1, there + 1


def plain(value: Any) -> Any:
    """A scene as lists and dictionaries. Several shapes of a kind become a table of columns.

    >>> from anonvma_book.picture.ring import Arc
    >>> plain((Arc("used", 0, 6), Arc("given", 6, 9)))
    {'kind': ['used', 'given'], 'first': [0, 6], 'end': [6, 9]}
    """
    if hasattr(value, "_asdict"):
        return {name: plain(field) for name, field in value._asdict().items()}
    if isinstance(value, tuple):
        if value and all(hasattr(item, "_asdict") for item in value):
            return {
                name: [plain(shape[place]) for shape in value]
                for place, name in enumerate(value[0]._fields)
            }
        return [plain(item) for item in value]
    return value
