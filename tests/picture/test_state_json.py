"""The state as JSON: exact, in order, and taken back by any reader of JSON."""

from __future__ import annotations

import json

from hypothesis import given

from anonvma_book import Lokier, Machine, Vma
from anonvma_book.picture.state_json import RIVALS_FIELDS, STATE_MIME, VERSION, state_json
from tests.picture.histories import HISTORIES, MACHINES, History, play


def test_type() -> None:
    assert STATE_MIME == "application/vnd.anonvma.state+json"
    assert VERSION == 1


def test_small_state_in_full() -> None:
    machine = Machine(Lokier.classroom(), task_pages=8)
    machine.run("a = mmap(2, addr=1)\nfault(a + 1)")
    assert json.dumps(state_json(machine.state, machine.steps[-1])) == json.dumps(
        {
            "version": 1,
            "task_pages": 8,
            "step": {
                "number": 2,
                "call": "fault(a + 1)",
                "arguments": {"page": 2, "write": True},
                "pid": 1,
                "result": None,
                "events": [{"event": "Faulted", "page": 2, "frame": 1, "space": "A", "index": 1}],
            },
            "processes": [
                {
                    "pid": 1,
                    "parent": None,
                    "space": "A",
                    "heap": [4, 4],
                    "units": [{"start": 1, "end": 3, "protection": "rw", "kind": "anonymous"}],
                    "vmas": [
                        {
                            "start": 1,
                            "end": 3,
                            "protection": "rw",
                            "kind": "anonymous",
                            "space": "A",
                            "pgoff": 0,
                            "reserved_above": 2,
                            "reserved_below": 0,
                            "exclusive_above": False,
                            "exclusive_below": False,
                            "group": False,
                        }
                    ],
                    "pages": [{"page": 2, "frame": 1, "space": "A", "index": 1}],
                }
            ],
            "spaces": [
                {
                    "name": "A",
                    "limit": 64,
                    "next": 4,
                    "closed": False,
                    "in_use": [[0, 2]],
                    "reserved": [[2, 4]],
                    "given_up": [],
                }
            ],
        }
    )


def test_events_name_spaces_by_letter_and_hold_whole_vmas() -> None:
    machine = Machine(Lokier.classroom(), task_pages=64)
    machine.run("mmap(20, addr=1)\nmmap(16, 'r', addr=40)")
    wrapped, placed = state_json(machine.state, machine.steps[-1])["step"]["events"]
    assert wrapped == {"event": "Wrapped", "old": "A", "new": "B", "left": 24, "needed": 32}
    assert placed["event"] == "Placed"
    assert placed["vma"]["space"] == "B"
    assert placed["vma"]["start"] == 40


def test_without_a_step() -> None:
    state = Machine(Lokier.classroom(), task_pages=8).state
    assert state_json(state)["step"] is None
    assert list(state_json(state)) == ["version", "task_pages", "step", "processes", "spaces"]


def test_file_mapping_has_no_space() -> None:
    machine = Machine(Lokier.classroom(), task_pages=8)
    machine.run("mmap(2, file=True)")
    (vma,) = state_json(machine.state)["processes"][0]["vmas"]
    assert vma["space"] is None
    assert vma["kind"] == "file"


def test_process_that_allocates_elsewhere_leaves_a_space_closed() -> None:
    machine = Machine(Lokier.classroom(), task_pages=64)
    machine.run("mmap(20, addr=1)\nmmap(16, 'r', addr=40)\nmunmap(1, 4)")
    a, b = state_json(machine.state)["spaces"]
    assert (a["name"], a["closed"], a["in_use"], a["reserved"]) == (
        "A",
        True,
        [[4, 20]],
        [[0, 4], [20, 40]],
    )
    assert (b["name"], b["closed"], b["next"]) == ("B", False, 32)


@given(MACHINES, HISTORIES)
def test_any_state_is_json_and_holds_every_vma(machine: Machine, history: History) -> None:
    for step, _, state in play(machine, history):
        value = state_json(state, step)
        assert json.loads(json.dumps(value)) == value
        assert [found["pid"] for found in value["processes"]] == [mm.pid for mm in state.mms]
        for mm, found in zip(state.mms, value["processes"], strict=True):
            fields = [name for name in Vma._fields if name not in RIVALS_FIELDS]
            assert [list(vma) for vma in found["vmas"]] == [fields] * len(mm.vmas)
            starts = [vma["start"] for vma in found["vmas"]]
            assert starts == [vma.start for vma in mm.vmas]
