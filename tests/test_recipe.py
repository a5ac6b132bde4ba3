"""A lab made anew from its recipe shows the same, in another Python too."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from anonvma_book import Lokier, Machine
from anonvma_book.errors import SettingError
from anonvma_book.recipe import recipe, session_of
from anonvma_book.scenarios import SCENARIOS
from anonvma_book.schemes import SCHEMES, AnonVma
from anonvma_book.session import Session
from tests.picture.histories import HISTORIES, MACHINES, History, play


def again(session: Session) -> Session:
    """The session that its recipe makes, when that has been sent as text."""
    made = recipe(session)
    assert made is not None
    return session_of(json.loads(json.dumps(made)))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_at_its_beginning_is_the_same_again(name: str) -> None:
    first = Session(name, at=0)
    other = again(first)
    assert other.history_json() == first.history_json()
    for session in (first, other):
        session.call("z = mmap(2, 'rw')", at=0)
    assert other.take() == first.take()


@pytest.mark.parametrize("name", SCHEMES)
def test_a_machine_of_any_scheme_with_rivals_beside(name: str) -> None:
    machine = Machine(SCHEMES[name](), task_pages=2**20, layout="top-down", guard_gap=4)
    machine.run("a = mmap(4, 'rw')\nb = fork()\nb.mremap(a, 4, 9)")
    first = Session(machine=machine, at=1, page=3, beside=["anonmm", Lokier.a_million()])
    other = again(first)
    assert other.history_json() == first.history_json()
    assert other.given.name == first.given.name


@given(MACHINES, HISTORIES)
@settings(max_examples=30)
def test_any_history_is_the_same_again(machine: Machine, history: History) -> None:
    play(machine, history)
    first = Session(machine=machine)
    assert again(first).history_json() == first.history_json()


def test_a_lab_that_was_used_before_it_was_shown_is_the_same_again() -> None:
    first = Session("a split")
    first.call("z = fork()")
    first.undo()
    first.call("munmap(a, 2)")
    other = again(first)
    assert other.recording.version == first.recording.version > 0
    assert other.history_json() == first.history_json()


def test_a_scheme_of_the_readers_own_has_no_recipe() -> None:
    class Mine(AnonVma):
        """A scheme that no other Python knows."""

    assert recipe(Session(machine=Machine(Mine(), task_pages=48))) is None


def test_what_is_not_there_is_said() -> None:
    made = {**(recipe(Session()) or {}), "at": 3}
    with pytest.raises(SettingError, match="there is no step 3"):
        session_of(made)
