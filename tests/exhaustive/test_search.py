"""The search of a small world: against all histories one by one, and against broken rules."""

from __future__ import annotations

import pytest

from anonvma_book import InvariantError, Lokier, Machine, Script
from anonvma_book.exhaustive import Search, SmallWorld, expand
from anonvma_book.exhaustive.renaming import key
from anonvma_book.exhaustive.search import attempt, stand
from anonvma_book.exhaustive.small_world import lokier_worlds
from anonvma_book.schemes import SCHEMES
from anonvma_book.vma import Vma

SMALL = SmallWorld(Lokier(index_bits=3, proportion=1, minimum=1), pages=3, longest=2)


def searched(world: SmallWorld, depth: int) -> Search:
    search = Search(world)
    search.run(depth)
    return search


def test_the_search_meets_every_state_that_some_history_leads_to() -> None:
    """Every history of two calls, one by one, without leaving out what was seen."""
    depths: dict[bytes, int] = {}

    def follow(machine: Machine, depth: int) -> None:
        name = key(machine.state)
        depths[name] = min(depth, depths.get(name, depth))
        if depth < 2:
            for call in list(SMALL.calls(machine)):
                if attempt(machine, call):
                    follow(machine, depth + 1)
                    machine.undo()

    follow(SMALL.machine(), 0)
    search = searched(SMALL, 2)
    assert search.seen == set(depths)
    assert [level.states for level in search.levels] == [
        list(depths.values()).count(depth) for depth in range(3)
    ]


def test_a_history_leads_to_its_state() -> None:
    found = expand(SMALL, ()).found
    assert len(found) > 10
    for name, history in found.items():
        assert key(stand(SMALL, history).state) == name


def test_a_world_that_is_small_enough_is_searched_to_its_end() -> None:
    world = SmallWorld(
        Lokier(index_bits=1, proportion=0, minimum=0), pages=2, longest=1, processes=1
    )
    search = Search(world)
    search.run(depth=1000)
    assert search.ended
    assert search.levels[-1].states == 0
    assert search.states == sum(level.states for level in search.levels) > 20


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_keeps_its_rules(name: str) -> None:
    scheme = Lokier(3, 1, 1) if name == "lokier" else SCHEMES[name]()
    search = searched(SMALL._replace(scheme=scheme), 2)
    assert search.states > 100


def test_every_way_to_set_the_scheme_keeps_the_rules() -> None:
    worlds = list(lokier_worlds(SMALL))
    assert len(worlds) == 96
    for world in worlds:
        assert searched(world, 1).states > 10


class Ungrouped(Lokier):
    """Forgets the group flag."""

    def may_group(self, left: Vma, right: Vma) -> bool:
        return False


def test_a_broken_rule_is_caught_by_a_shortest_history() -> None:
    search = Search(SMALL._replace(scheme=Ungrouped(3, 0, 0)))
    with pytest.raises(InvariantError) as caught:
        search.run(depth=5)
    script = str(caught.value).split("script:\n")[1]
    assert len(search.levels) == len(Script.read(script).calls) == 2


def test_progress_counts_to_the_end_of_the_frontier() -> None:
    search = searched(SMALL, 1)
    heard: list[tuple[int, int]] = []
    search.deepen(lambda done, total: heard.append((done, total)))
    states = search.levels[1].states
    assert heard == [(done, states) for done in range(1, states + 1)]
