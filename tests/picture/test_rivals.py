"""The same calls under other schemes: exactly what a machine that was given them would show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonvma_book import SCHEMES, Call, Lokier, Machine, MappingError, Scheme, SettingError
from anonvma_book.picture.beside import Beside, unlike
from anonvma_book.picture.recording import Recording
from anonvma_book.picture.rivals import Rival, known_as, rival_scheme
from anonvma_book.schemes import Anonmm, AnonVma, AnonVmaChain
from tests.picture.histories import HISTORIES, MACHINES, TASK, History, play

GROUPED = """\
a = mmap(4, 'rw', addr=2)
fault(a)
b = mmap(3, 'rw', addr=20)
fault(b)
c = mremap(b, 3, 3, to=6)
d = mremap(a, 7, 8, to=30)
munmap(d, 2)"""


def lead(script: str = GROUPED, task_pages: int = 48) -> Machine:
    machine = Machine(Lokier.classroom(), task_pages=task_pages)
    machine.run(script)
    return machine


def alone(machine: Machine, scheme: Scheme) -> Machine:
    """A machine of that scheme, set up as ``machine`` is."""
    return Machine(
        scheme,
        task_pages=TASK,
        layout="top-down" if machine.layout.top_down else "bottom-up",
        mmap_base=machine.layout.mmap_base,
        guard_gap=machine.layout.guard_gap,
        brk_start=8,
    )


def refusal(machine: Machine, call: Call) -> MappingError | None:
    """Make the call; why it was refused, or None."""
    try:
        machine.apply(call)
    except MappingError as error:
        return error
    return None


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=25, deadline=None)
@given(machine=MACHINES, history=HISTORIES)
def test_a_rival_is_a_machine_that_was_given_the_calls(
    name: str, machine: Machine, history: History
) -> None:
    play(machine, history)
    recording = Recording(machine)
    rival = Rival(recording, rival_scheme(name))
    other = alone(machine, rival_scheme(name))
    for number, step in enumerate(machine.steps, 1):
        before = other.state
        error = refusal(other, step.call)
        assert rival.refused(number) == (error is not None)
        if error is not None:
            assert str(error) in rival.scene(number).sentence
            assert error.partial or other.state == before
        place = rival.places[number]
        assert rival.recording.states[place] == other.state
        made = rival.scene(number)
        assert (made.number, made.call) == (number, str(step.call))
        assert [(vma.start, vma.end) for mm in made.mms for vma in mm.vmas] == [
            (vma.start, vma.end) for mm in other.state.mms for vma in mm.vmas
        ]
    other.check()


CHANGES = st.lists(st.tuples(st.integers(0, 20), HISTORIES), min_size=1, max_size=3)


@settings(max_examples=25, deadline=None)
@given(machine=MACHINES, history=HISTORIES, changes=CHANGES, name=st.sampled_from(list(SCHEMES)))
def test_following_is_the_same_as_beginning_anew(
    machine: Machine, history: History, changes: list[tuple[int, History]], name: str
) -> None:
    play(machine, history[:4])
    recording = Recording(machine)
    beside = Beside(recording, [rival_scheme(name)])
    for back, more in changes:
        machine.go_to(max(0, machine.position - back))
        play(machine, more[:4])
        position = machine.position
        first = recording.follow()
        beside.follow()
        fresh = Beside(Recording(machine), [rival_scheme(name)])
        assert beside.json() == fresh.json()
        assert [len(part) for part in beside.json(first)["rivals"]] == [
            len(recording.scenes) - first
        ]
        assert machine.position == position


def test_a_refused_call_leaves_the_rival_as_it_was_and_says_so() -> None:
    rival = Rival(Recording(lead()), AnonVma())
    assert rival.refusals.count(None) == 6
    assert rival.places == [0, 1, 2, 3, 4, 5, 5, 5]
    assert rival.scene(6).sentence == (
        "anon_vma refuses the call and stays as it was: "
        "mremap: range 2..9 leaves its unit 2..6 (EFAULT)."
    )
    assert rival.scene(7).sentence == (
        "anon_vma refuses the call and stays as it was: "
        "munmap: 'd' names no page (EINVAL), which step 6 was to give."
    )
    assert not any(vma.new or mm.ghosts for mm in rival.scene(6).mms for vma in mm.vmas)


def test_a_name_that_a_refused_call_was_to_give_anew_keeps_its_page() -> None:
    rival = Rival(
        Recording(lead(GROUPED.replace("d = mremap", "a = mremap").replace("(d", "(a"))), AnonVma()
    )
    assert rival.refused(6)
    assert not rival.refused(7)
    assert rival.machine.processes[1].vmas[0].start == 4


def test_what_a_part_was_done_of_stays() -> None:
    machine = Machine(AnonVmaChain(), task_pages=48)
    machine.run("a = mmap(4, 'rw', addr=2)")
    with pytest.raises(MappingError):
        machine.processes[1].mprotect(2, 9, "r")
    rival = Rival(Recording(machine), AnonVmaChain())
    assert rival.refused(2)
    assert rival.scene(2).sentence.endswith("What it had done by then stays.")
    assert rival.recording.states[rival.places[2]] == machine.state


def test_a_merge_of_which_one_side_goes_in_the_same_call_is_not_told() -> None:
    machine = Machine(Lokier(2, 0, 0), task_pages=24, layout="top-down")
    machine.run("mmap(1, 'none')\nmremap(23, 1, 2)")
    rival = Rival(Recording(machine), AnonVmaChain())
    assert rival.scene(2).sentence == (
        "mremap moved the unit at 23 to 21 and grew it from 1 to 2 pages, because the task ends "
        "at 24. Its indexes are the new addresses."
    )


def test_the_user_sees_every_vma_where_seams_are_not_hidden() -> None:
    recording = Recording(lead())
    own, rival = recording.scenes[5].mms[0], Rival(recording, AnonVma())
    assert [(unit.start, unit.end) for unit in own.units] == [(2, 9)]
    assert [(unit.start, unit.end) for unit in rival.scene(5).mms[0].units] == [(2, 6), (6, 9)]
    assert unlike(rival, 5) == {1: ([6], [])}
    assert unlike(Rival(recording, Anonmm()), 5) == {1: ([], [])}


def test_processes_are_paired_by_their_names() -> None:
    script = "a = mmap(4, 'rw')\nfault(a)\np = fork()\np.munmap(a, 2)\np.exit()"
    rival = Rival(Recording(lead(script)), AnonVma())
    assert [mm.name for mm in rival.scene(4).mms] == ["init", "p"]
    assert unlike(rival, 4) == {1: ([], []), 2: ([], [])}
    assert unlike(rival, 5) == {1: ([], [])}


@pytest.mark.parametrize(("make", "label"), [(kind, name) for name, kind in SCHEMES.items()])
def test_every_scheme_has_a_label_and_a_year(make: Callable[[], Scheme], label: str) -> None:
    name = known_as(make())
    assert name.label == label
    assert name.when
    assert name.space


def test_a_scheme_that_is_not_registered_goes_by_its_class() -> None:
    class Mine(Anonmm):
        pass

    assert known_as(Mine()).label == "Mine"
    with pytest.raises(SettingError, match="there is no scheme 'mine'"):
        rival_scheme("mine")


def test_two_of_a_kind_are_told_apart_by_their_settings() -> None:
    beside = Beside(Recording(lead()), [Lokier.classroom(), "anonmm"])
    labels = [scheme["label"] for scheme in beside.json()["schemes"]]
    assert labels == ["lokier", repr(Lokier.classroom()), "anonmm"]


def test_the_text_twin() -> None:
    beside = Beside(Recording(lead()), ["anon_vma"])
    assert beside.text(6).splitlines() == [
        "lokier, Jamie Lokier, 2004: 1 unit, 2 vmas, 1 address space, 224 bytes beyond the vmas",
        "",
        "anon_vma, Linux 2.6.7, 2004: 2 units, 2 vmas, 2 anon_vmas, 96 bytes beyond the vmas",
        "units  ..wwww|ww.......................................",
        "vmas   ..AaaaBbb.......................................",
        "unlike   +   +  +                    -       -",
        "anon_vma refuses the call and stays as it was: "
        "mremap: range 2..9 leaves its unit 2..6 (EFAULT).",
    ]
    assert Beside(Recording(lead())).text(6) == ""


def test_the_text_twin_is_sent_step_by_step() -> None:
    beside = Beside(Recording(lead()), ["anon_vma"])
    sent = beside.json()
    heading, lines = beside.text(0).split("\n\n")
    assert (sent["headings"][0], sent["rivals"][0][0]["twin"]) == (heading, lines.split("\n"))
    assert "\n".join(sent["rivals"][0][6]["twin"]["rows"]) in beside.text(6)
    assert sent["headings"][6] in beside.text(6)
    assert Beside(Recording(lead())).json()["headings"] == []


def test_the_text_twin_of_what_was_never_written_and_of_a_large_task() -> None:
    small = Beside(Recording(lead("mmap(3, 'rw', addr=2)")), ["anon_vma"]).text(1)
    assert "vmas   ..[__...." in small
    large = Beside(Recording(lead("mmap(3, 'rw', addr=2)", 100)), ["anonmm"]).text(1)
    assert large.endswith("pages  prot  index  reserved\n2..5   rw    A2..5  -")


def test_what_can_be_chosen_and_what_is() -> None:
    offered = Beside(Recording(lead()), ["anonmm"]).choices_json()
    assert [each["name"] for each in offered["choices"]] == [
        name for name in SCHEMES if name != "lokier"
    ]
    assert offered["chosen"] == ["anonmm"]
