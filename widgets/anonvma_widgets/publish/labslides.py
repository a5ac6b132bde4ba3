"""A lab as slides: one figure beside its strip on each, so that all of it can be read.

plane    the strip and the index plane, with the dials if they stand open and are few
beside   the strip and those of the other schemes
walk     the strip and the reverse walk
cost     the cost chart alone

A lab that shows the strip alone is one slide, named strip.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

History = dict[str, Any]

FOR_CALLS = ("signatures", "scenarios")  # what a history has for new calls: a slide has none


def played(history: History) -> Iterator[tuple[str, History]]:
    """The slides of a lab in order, with what the player on each gets."""
    views = set(history["views"])
    bare = {**history, **{name: [] for name in FOR_CALLS}}
    if "plane" in views:
        yield "plane", {**_alone(bare), "views": sorted(views & {"plane", "dials"})}
    if history["rivals"]:
        yield "beside", {**bare, "views": []}
    if "walk" in views:
        yield "walk", {**_alone(bare), "views": ["walk"]}
    if "cost" in views:
        yield "cost", {**bare, "views": ["cost"]}
    if not views & {"plane", "walk", "cost"} and not history["rivals"]:
        yield "strip", {**bare, "views": []}


def _alone(history: History) -> History:
    """Without the other schemes."""
    return {
        **history,
        "rivals": [],
        "schemes": history["schemes"][:1],
        "costs": history["costs"][:1],
        "headings": [],
    }
