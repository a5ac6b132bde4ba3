"""Runs of reverse walks say for every page what the machine's own reverse map says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonvma_book import Machine, MappingError
from anonvma_book.picture.walks import SMALL, Walks, one_walk, walk_text, walks
from anonvma_book.schemes import SCHEMES, Lokier
from anonvma_book.session import Session
from tests.picture.histories import HISTORIES, TASK, History, play

MOCK = """\
a = mmap(6, 'rw', addr=4)
for_a = mmap(4, 'rw', addr=18)
fault(a)
fault(a + 3)
child = fork()
writer = fork()
child.mremap(a, 6, 6, to=24)
writer.fault(a + 3)
"""


def mock(name: str = "lokier") -> Machine:
    scheme = Lokier.classroom() if name == "lokier" else SCHEMES[name]()
    machine = Machine(scheme, task_pages=32)
    machine.run(MOCK)
    return machine


def check(machine: Machine, made: Walks) -> None:
    """Every page of every process: the same candidates in the same order, the same hits."""
    for pid, process in machine.processes.items():
        mapped = {page for vma in process.vmas for page in range(vma.start, vma.end)}
        for page in range(machine.world.task_pages):
            run = made.run(pid, page)
            assert (run is not None) == (page in mapped)
            if run is None:
                continue
            try:
                walk = machine.reverse_map(pid, page)
            except MappingError:
                assert (run.letter, run.looks) == ("", ())
                continue
            assert run.first + page - run.start == walk.index
            assert [(look.pid, page + look.shift, look.hit) for look in run.looks] == [
                (found.pid, found.page, found.hit) for found in walk.candidates
            ]
            for look, found in zip(run.looks, walk.candidates, strict=True):
                assert (look.key == "") == (found.vma is None)
                assert look.hit == (look.reason == "hit")
                if run.by == "index":
                    assert look.start + walk.index - look.first == found.page
                elif run.by == "address":
                    assert not look.shift
            alone = one_walk(machine, pid, page).runs
            assert [run._replace(start=page, end=page + 1, first=alone[0].first)] == list(alone)
    tables = {(each.pid, page) for each in made.present for page in range(each.start, each.end)}
    assert tables == {(mm.pid, pte.page) for mm in machine.state.mms for pte in mm.ptes}


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=40, deadline=None)
@given(history=HISTORIES, top_down=st.booleans())
def test_runs_are_the_reverse_map(name: str, history: History, top_down: bool) -> None:
    scheme = Lokier.classroom() if name == "lokier" else SCHEMES[name]()
    layout = "top-down" if top_down else "bottom-up"
    machine = Machine(scheme, task_pages=TASK, layout=layout, brk_start=8)
    play(machine, history)
    made = walks(machine)
    if made is None:
        assert sum(vma.pages for p in machine.processes.values() for vma in p.vmas) > SMALL
        return
    check(machine, made)


@pytest.mark.parametrize("name", SCHEMES)
def test_runs_of_the_mock(name: str) -> None:
    machine = mock(name)
    made = walks(machine)
    assert made is not None
    check(machine, made)
    assert len(made.runs) < 30


def test_the_sentence_and_the_text() -> None:
    made = walks(mock())
    assert made is not None
    assert (
        walk_text(made, 1, 7, {1: "init", 2: "child", 3: "writer"})
        == """\
Who maps page A3? Three vmas of space A hold index 3: three candidates, two hits, one miss.
process   vma  page-table entry  outcome
1 init    A0   4 + 3 - 0 = 7     hit
2 child   A0   24 + 3 - 0 = 27   hit
3 writer  A0   4 + 3 - 0 = 7     miss: its own copy of A3"""
    )


def test_from_the_copy_the_others_have_the_original() -> None:
    made = walks(mock())
    assert made is not None
    run = made.run(3, 7)
    assert run is not None
    assert [look.reason for look in run.looks] == [
        "miss: the original A{index}",
        "miss: the original A{index}",
        "hit",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pte_chains", "Who maps page 7? The page's chain lists two page-table entries: two "
         "candidates, two hits, no misses."),
        ("anonmm", "Who maps page 7? One mm of the fork group is asked for address 7: one"),
        ("anon_vma", "Who maps page A7? The list of anon_vma A has three vmas: three candidates"),
        ("anon_vma_chain", "Who maps page A7? Three vmas linked to anon_vma A hold index 7:"),
        ("range_tree", "Who maps page A7? Three vmas of context A and those below hold index 7:"),
    ],
)  # fmt: skip
def test_every_scheme_says_how_it_looks(name: str, said: str) -> None:
    made = walks(mock(name))
    assert made is not None
    assert walk_text(made, 1, 7).startswith(said)


def test_pages_without_a_walk_say_why() -> None:
    machine = Machine(SCHEMES["anon_vma"](), task_pages=32)
    machine.run("f = mmap(4, 'r', addr=2, file=True)\na = mmap(4, 'rw', addr=10)")
    made = walks(machine)
    assert made is not None
    assert walk_text(made, 1, 3).startswith("Page 3 belongs to a file")
    assert walk_text(made, 1, 12).startswith("Page 12 was never written")
    assert walk_text(made, 1, 20) == ("Page 20 of process 1 is free: there is nothing to look for.")
    assert len(made.runs) == 2


def test_a_page_that_is_not_present() -> None:
    made = walks(mock())
    assert made is not None
    assert (
        walk_text(made, 1, 5)
        .splitlines()[0]
        .endswith(
            "three candidates, no hits, three misses. No page is present here, so there is nothing "
            "to hit."
        )
    )
    assert "miss: no page present" in walk_text(made, 1, 5)


def test_a_large_state_is_asked_page_by_page() -> None:
    machine = Machine(Lokier.as_written(), task_pages=2**20)
    machine.run("a = mmap(100000, 'rw', addr=16)\nfault(a + 70000)")
    assert walks(machine) is None
    (run,) = one_walk(machine, 1, 70016).runs
    assert (run.first, [look.reason for look in run.looks]) == (70000, ["hit"])
    assert one_walk(machine, 1, 5).runs == ()
    assert one_walk(machine, 9, 5).runs == ()


def test_a_page_that_was_made_after_the_fork_is_no_copy() -> None:
    machine = Machine(Lokier.classroom(), task_pages=32)
    machine.run("a = mmap(4, 'rw', addr=4)\nchild = fork()\nfault(a)\nchild.fault(a)")
    made = walks(machine)
    assert made is not None
    assert "miss: its own A0" in walk_text(made, 1, 4)


def test_two_copies_of_one_page() -> None:
    script = "a = mmap(4, 'rw', addr=4)\nfault(a)\nx = fork()\ny = fork()\nx.fault(a)\ny.fault(a)"
    machine = Machine(Lokier.classroom(), task_pages=32)
    machine.run(script)
    made = walks(machine)
    assert made is not None
    run = made.run(2, 4)
    assert run is not None
    assert [run.text(look.reason, 4) for look in run.looks] == [
        "miss: the original A0",
        "hit",
        "miss: its own copy of A0",
    ]


def test_a_session_tells_the_walk_and_answers_for_one_page() -> None:
    session = Session("a walk under fork", page=7)
    assert session.words()[1].endswith("3 writer  A0   4 + 3 - 0 = 7     miss: its own copy of A3")
    asked = {"type": "walk", "pid": 2, "page": 7, "at": 5}
    (answer,) = session.handle(asked)
    assert session.position == session.end
    assert {key: answer[key] for key in asked} == asked
    assert answer["walks"]["runs"]["pid"] == [2]
    assert answer["walks"]["runs"]["looks"][0]["pid"] == [1, 2]
