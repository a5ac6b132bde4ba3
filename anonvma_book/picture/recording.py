"""A recorded history: a scene for every step, and the frame in which all of them are drawn.

window   the pages that the strip and the plane show: all of a small task, else what was mapped
band     the part of the plane that an address space gets, from index 0 to ``top``
version  grows with every change, so that a browser knows whether it has missed one

Nothing in the frame depends on the step that is shown: no axis moves while a reader steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from anonvma_book.machine import Machine
from anonvma_book.picture.deltas import change, plain, scene_json
from anonvma_book.picture.narrate import narrate
from anonvma_book.picture.scene import Scene, closed_by, scene
from anonvma_book.picture.text import text_picture
from anonvma_book.picture.walks import walks
from anonvma_book.state import State
from anonvma_book.step import Step, shared
from anonvma_book.vma import space_name

WHOLE_TASK = 64
"""Up to so many pages the whole task is shown."""

WHOLE_SPACE = 64
"""Up to so many indexes the first address space is shown whole from the beginning."""

SMALLEST_BAND = 16
INDEX_GRAIN = 8


BEFORE = "Before the first call."


class Band(NamedTuple):
    """A part of the plane: indexes 0 to ``top`` of the address spaces named by ``letters``.

    There are several where one space was freed before the next was opened: they take turns.
    """

    letters: tuple[str, ...]
    top: int


class _Life(NamedTuple):
    """An address space over the whole history: the steps at which it was there, and its size."""

    space: int
    born: int
    died: int
    top: int


class Recording:
    """The scenes of a machine's steps, from step 0; ``position`` is the machine's own.

    Call :meth:`follow` after the machine has changed.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.version = 0
        self.states: list[State] = []
        self.scenes: list[Scene] = []
        self.steps: list[Step] = []
        self._spans: list[tuple[int, int] | None] = []
        self._latest: list[dict[int, int]] = []
        self._twins: list[tuple[State, list[str]]] = []
        self._reaches: list[tuple[int, int] | None] = []
        self._lives: list[dict[int, _Life]] = []
        self._told: list[dict[str, Any]] = []
        self.follow()

    def follow(self) -> int:
        """Record what the machine has done since; the number of the first scene that is new.

        The scenes of steps that the machine no longer knows are dropped.
        """
        machine = self.machine
        kept = shared(self.steps, machine.steps)
        first = kept + 1 if self.scenes else 0
        if first == len(self.scenes) == len(machine.steps) + 1:
            return first
        self.version += 1
        kept_lists = (self.states, self.scenes, self._spans, self._latest)
        for each in (*kept_lists, self._reaches, self._lives, self._told):
            del each[first:]
        del self.steps[kept:]
        self.steps += machine.steps[kept:]
        position = machine.position
        for number in range(first, len(machine.steps) + 1):
            machine.go_to(number)
            self.states.append(machine.state)
            self._spans.append(_span(machine.state))
            self._latest.append(self._counters(number))
            self.scenes.append(self._scene(number))
            self._reaches.append(_reach(machine.state))
            self._lives.append(self._lives_until(number))
        machine.go_to(position)
        return first

    def _scene(self, number: int) -> Scene:
        state = self.states[number]
        if not number:
            return scene(state, names={1: "init"}, sentence=BEFORE, counted=self.counted)
        step, before = self.steps[number - 1], self.states[number - 1]
        done = self.steps[:number]
        return scene(
            state,
            step,
            before,
            sentence=narrate(step, before, state),
            handed_out=sum(self._latest[number].values()),
            names=_names(done),
            closings=dict(closing for step in done for closing in closed_by(step)),
            counted=self.counted,
        )

    @property
    def counted(self) -> bool:
        """Whether a counter hands out the indexes: then spaces have dials."""
        return self.machine.scheme.counts_indexes

    def _counters(self, number: int) -> dict[int, int]:
        """The counter of every address space that there ever was, as it last stood."""
        now = {space.id: space.next for space in self.states[number].spaces}
        return {**self._latest[number - 1], **now} if number else now

    def window(self) -> tuple[int, int]:
        """The pages that are shown, half open."""
        task = self.states[0].task_pages
        spans = [span for span in self._spans if span is not None]
        if task <= WHOLE_TASK or not spans:
            return 0, min(task, WHOLE_TASK)
        low, high = min(start for start, _ in spans), max(end for _, end in spans)
        grain = 8
        while high - low > 8 * grain:
            grain *= 2
        return max(0, (low - 1) // grain * grain), min(task, -(-(high + 1) // grain) * grain)

    def indexes(self) -> tuple[int, int]:
        """The indexes that vmas had anywhere in the history, half open, rounded to eights."""
        reaches = [reach for reach in self._reaches if reach is not None]
        low = min((first for first, _ in reaches), default=0)
        high = max((end for _, end in reaches), default=0)
        low, high = low // INDEX_GRAIN * INDEX_GRAIN, (high // INDEX_GRAIN + 1) * INDEX_GRAIN
        return low, max(high, low + SMALLEST_BAND)

    def bands(self) -> list[Band]:
        """Enough bands for the address spaces of the history, oldest first.

        A space takes the lowest band that was free for a step before it was opened.
        """
        turns: list[list[_Life]] = []
        for life in self._all_lives():
            for turn in turns:
                if turn[-1].died < life.born - 1:
                    turn.append(life)
                    break
            else:
                turns.append([life])
        return [
            Band(tuple(space_name(life.space) for life in turn), max(life.top for life in turn))
            for turn in turns
        ]

    def _lives_until(self, number: int) -> dict[int, _Life]:
        """Every address space that there was up to that step, by id."""
        state = self.states[number]
        lives = dict(self._lives[number - 1]) if number else {}
        current = {mm.space for mm in state.mms}
        for space in state.spaces:
            life = lives.get(space.id, _Life(space.id, number, number, 0))
            first = space.id == 0 and space.limit <= WHOLE_SPACE
            whole = first or space.id not in current
            top = space.limit if whole else min(space.limit, _room_for(space.next))
            lives[space.id] = life._replace(died=number, top=max(life.top, top))
        return lives

    def _all_lives(self) -> list[_Life]:
        """Every address space of the history, in order of birth.

        Where indexes are addresses, all have the same size: a small task's, else what vmas reach.
        """
        lives = [life for _, life in sorted(self._lives[-1].items())]
        if self.counted:
            return lives
        task = self.states[0].task_pages
        reach = max(self.indexes()[1], task if task <= WHOLE_TASK else 0)
        return [life._replace(top=reach) for life in lives]

    def frame_json(self) -> dict[str, Any]:
        """What all scenes share, as plain values."""
        start, end = self.window()
        return {
            "version": self.version,
            "window": [start, end],
            "indexes": list(self.indexes()),
            "task_pages": self.states[0].task_pages,
            "counted": self.counted,
            "bands": [{"letters": list(band.letters), "top": band.top} for band in self.bands()],
        }

    def json(self, first: int = 0) -> dict[str, Any]:
        """The frame, and the scenes from number ``first`` on, each as a change of the one before.

        Their text twins are lists of lines, told in the same way.
        """
        position = self.machine.position
        for number in range(len(self._told), len(self.scenes)):
            self.machine.go_to(number)
            self._told.append(self._tell(number))
        self.machine.go_to(position)
        return {**self.frame_json(), "first": first, "scenes": self._told[first:]}

    def _tell(self, number: int) -> dict[str, Any]:
        """A scene as a change of the one before, with the walks of the machine, at that step."""
        before = self.scenes[number - 1] if number else None
        lines, old = self._twin(number), self._twin(number - 1) if number else []
        twin = change(lines, old) if number else lines
        made = scene_json(self.scenes[number], before)
        return {**made, "twin": twin, "walks": plain(walks(self.machine))}

    def _twin(self, number: int) -> list[str]:
        """The lines of a state's text twin; those of the last two asked for are kept."""
        state = self.states[number]
        for known, lines in self._twins:
            if known is state:
                return lines
        lines = text_picture(state).split("\n")
        self._twins = [*self._twins[-1:], (state, lines)]
        return lines


def _room_for(indexes: int) -> int:
    """The next power of two: a band that rarely changes while a reader goes on."""
    room = SMALLEST_BAND
    while room < indexes:
        room *= 2
    return room


def _span(state: State) -> tuple[int, int] | None:
    """The pages from the lowest vma to the highest of all processes; None without any."""
    ends = [(mm.vmas[0].start, mm.vmas[-1].end) for mm in state.mms if mm.vmas]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def _reach(state: State) -> tuple[int, int] | None:
    """The indexes from the lowest of any vma to the highest; None where none has any."""
    vmas = [vma for mm in state.mms for vma in mm.vmas if vma.space is not None]
    if not vmas:
        return None
    return min(vma.pgoff for vma in vmas), max(vma.index_end for vma in vmas)


def _names(steps: list[Step]) -> dict[int, str]:
    """What scripts call the processes, by pid."""
    names = {1: "init"}
    for step in steps:
        if step.call.name == "fork" and step.call.target and step.result is not None:
            names[step.result] = step.call.target
    return names
