"""Many histories, one after the other, each from an empty window.

episode   a history of CALLS_EACH calls or a few less; its number and the seed determine it
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from anonvma_book.calls import Call, Script
from anonvma_book.live import LiveKernel
from anonvma_book.twin.generator import Generator
from anonvma_book.twin.pair import WINDOW_PAGES, Twin
from anonvma_book.twin.shrink import shrink

CALLS_EACH = 400
FLAGS_EVERY = 40
"""Calls between two looks at the flags."""


@dataclass(frozen=True)
class Disagreement:
    """What differs, after a script that starts with nothing mapped; where it was found."""

    seed: int
    episode: int
    what: str
    script: Script
    reproduced: bool

    def __str__(self) -> str:
        again = "" if self.reproduced else "\n(replayed, it does not happen again)"
        return (
            f"seed {self.seed}, episode {self.episode}: {self.what}{again}\n"
            f"after, with nothing mapped before:\n{self.script}"
        )


@dataclass
class Report:
    """How many calls were made, by name, and refused; the episode reached; what was found."""

    calls: int = 0
    episode: int = 0
    made: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    disagreement: Disagreement | None = None


def run(
    calls: int,
    seed: int = 0,
    *,
    episode: int = 0,
    without: Iterable[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
    report: Report | None = None,
    shrunk: bool = True,
) -> Report:
    """Make about ``calls`` calls, from ``episode`` on, and stop at the first disagreement.

    ``report`` is filled as it goes, so that an interrupted run can be continued at its episode.
    ``shrunk`` makes the script of a disagreement short. Raises :class:`LiveUnavailable` where
    there is no such kernel.
    """
    report = report if report is not None else Report()
    report.episode = episode
    with LiveKernel(WINDOW_PAGES) as kernel:
        twin = Twin(kernel, without)
        while report.calls < calls and report.disagreement is None:
            made = min(CALLS_EACH, calls - report.calls)
            found = _episode(twin, seed, made, report)
            if found is None:
                report.episode += 1
            else:
                report.disagreement = _explain(twin, seed, report.episode, *found, shrunk)
            progress(report.calls, calls)
    return report


def _episode(twin: Twin, seed: int, calls: int, report: Report) -> tuple[list[Call], str] | None:
    """One history; the calls made and what differs, where something does."""
    twin.begin()
    generator = Generator(twin, f"{seed}/{report.episode}")
    history: list[Call] = []
    while len(history) < calls:
        call = generator.next_call()
        if call is None:
            break
        history.append(call)
        report.calls += 1
        report.made[call.name] += 1
        difference = twin.step(call)
        report.refused += twin.refused
        if difference is None and len(history) % FLAGS_EVERY == 0:
            difference = twin.compare_flags()
        if difference is not None:
            return history, difference
    return None


def _explain(
    twin: Twin, seed: int, episode: int, history: list[Call], what: str, shrunk: bool
) -> Disagreement:
    short = shrink(twin, history) if shrunk else None
    if short is None:
        return Disagreement(seed, episode, what, Script(tuple(history)), not shrunk)
    return Disagreement(seed, episode, short[1], Script(tuple(short[0])), True)
