"""Fresh variants of a prediction, each from a seed.

The answer is drawn first, then scripts until one has it, so that no answer is rare. A new kind is
a function in one of the files here, and a line in ``DRILLS``.
"""

from __future__ import annotations

from random import Random

from anonvma_book.questions.asks import CLAIM, DIFFERENCE, GROWTH, RESULT, STACK, YES_NO
from anonvma_book.questions.drills.base import Kind, Variant, prepared
from anonvma_book.questions.drills.families import fork, walk
from anonvma_book.questions.drills.indexes import claim, grows, line, stack, wrap
from anonvma_book.questions.drills.ranges import accepts, change, count, draw, seam
from anonvma_book.questions.outcome import SEAM

__all__ = ["DRILLS", "Kind", "Variant", "make_drill", "prepared"]

TRIES = 20_000

DRILLS = {
    "count": Kind("vmas after a change in the middle", ("1", "2", "3", "4", "5"), count),
    "seam": Kind("merged, grouped, or two units", SEAM[:3], seam),
    "accepts": Kind("what mremap accepts", RESULT[:2], accepts),
    "wrap": Kind("does the counter wrap", YES_NO, wrap),
    "change": Kind("vmas more or fewer", DIFFERENCE, change),
    "draw": Kind("draw what becomes of the vmas", DIFFERENCE, draw),
    "claim": Kind("where the indexes come from", CLAIM, claim),
    "line": Kind("one straight line, or not", YES_NO, line),
    "growth": Kind("how a unit grows", GROWTH[:4], grows),
    "stack": Kind("a fault at or below a stack", STACK, stack),
    "fork": Kind("who maps the page", ("1", "2", "3"), fork),
    "walk": Kind("looked at in vain", ("0", "1", "2"), walk),
}
"""Every drill by name."""


def make_drill(kind: str, seed: int) -> Variant:
    """The variant of the drill ``kind`` that ``seed`` gives, always the same."""
    rng = Random(f"{kind} {seed}")
    drill = DRILLS[kind]
    answer = rng.choice(drill.answers)
    for _ in range(TRIES):
        variant = drill.make(rng, answer)
        if variant is not None:
            return variant
    raise ValueError(f"drill {kind!r} finds no variant for seed {seed}")
