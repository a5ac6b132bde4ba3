"""The search: from the empty machine on, every call, and each state checked once.

history   the calls that lead to a state: among all that do, one of the shortest
depth     how many calls a history has
frontier  a history for every state of the present depth that no shorter history leads to

    search = Search(SmallWorld(Lokier(index_bits=3, minimum=1), pages=4))
    search.deepen()                     depth 0: the empty machine is checked
    search.deepen()                     depth 1: every state one call away is checked
    search.levels                       what was counted

The first state that breaks a rule has a shortest history: nothing needs to be made smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from anonvma_book.calls import Call
from anonvma_book.errors import MappingError
from anonvma_book.exhaustive.renaming import key
from anonvma_book.exhaustive.small_world import SmallWorld
from anonvma_book.machine import Machine

History = tuple[Call, ...]
Check = Callable[[Machine], None]


class Expansion(NamedTuple):
    """What lies one call from a state: a history for every key, and the calls that were tried."""

    found: dict[bytes, History]
    carried_out: int
    refused: int


class Level(NamedTuple):
    """One depth: how many states were new there, and what was tried from the depth before."""

    depth: int
    states: int
    carried_out: int
    refused: int


def stand(world: SmallWorld, history: History) -> Machine:
    """A machine that has made the calls of ``history``."""
    machine = world.machine()
    for call in history:
        attempt(machine, call)
    return machine


def attempt(machine: Machine, call: Call) -> bool:
    """Make a call; False where it is refused, even if a part of it was done."""
    try:
        machine.apply(call)
    except MappingError:
        return False
    return True


def expand(world: SmallWorld, history: History) -> Expansion:
    """Try every call after ``history``."""
    machine = stand(world, history)
    depth = machine.position
    found: dict[bytes, History] = {}
    tried = [0, 0]
    for call in world.calls(machine):
        tried[attempt(machine, call)] += 1
        if machine.position > depth:
            found.setdefault(key(machine.state), (*history, call))
            machine.undo()
    return Expansion(found, tried[True], tried[False])


class Search:
    """A search of ``world``, one depth after the other; ``check`` raises where a rule is broken."""

    def __init__(self, world: SmallWorld, check: Check = Machine.check) -> None:
        self.world = world
        self.check = check
        self.seen: set[bytes] = set()
        self.frontier: list[History] = []
        self.levels: list[Level] = []

    @property
    def states(self) -> int:
        """How many states were found and checked."""
        return len(self.seen)

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to find: every state that can be reached was checked."""
        return bool(self.levels) and not self.frontier

    def run(self, depth: int) -> None:
        """Go on until every history of ``depth`` calls was tried, or nothing is left to find."""
        while len(self.levels) <= depth and not self.ended:
            self.deepen()

    def deepen(self, progress: Callable[[int, int], None] | None = None) -> Level:
        """Go one call deeper, and check every state that is new there.

        Raises what ``check`` raises. ``progress`` hears how much of the frontier is done.
        """
        carried_out = refused = 0
        found: dict[bytes, History] = {}
        for done, one in enumerate(self._expansions(), 1):
            carried_out += one.carried_out
            refused += one.refused
            for name, history in one.found.items():
                if name not in self.seen and name not in found:
                    self.check(stand(self.world, history))
                    found[name] = history
            if progress is not None:
                progress(done, len(self.frontier))
        self.seen.update(found)
        self.frontier = list(found.values())
        level = Level(len(self.levels), len(found), carried_out, refused)
        self.levels.append(level)
        return level

    def _expansions(self) -> Iterator[Expansion]:
        if not self.levels:
            empty = self.world.machine()
            yield Expansion({key(empty.state): ()}, 0, 0)
        for history in self.frontier:
            yield expand(self.world, history)
