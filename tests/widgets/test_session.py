"""A lab without a window: the past changed, a script in and out, settings, and undo of it all."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import Any

import pytest

from anonvma_book import Lokier, Machine, MappingError, ScriptError, SettingError
from anonvma_book.history import RefusedError
from anonvma_book.schemes import SCHEMES, AnonVmaChain
from anonvma_book.session import Session
from anonvma_book.settings import PRESETS, settings_json, with_settings

WRAPS = "the counter wraps"


def script(session: Session) -> list[str]:
    return [str(call) for call in session.calls]


@pytest.fixture
def session() -> Session:
    made = Session(WRAPS)
    made.take()
    return made


def seen(session: Session) -> tuple[object, ...]:
    return session.machine.state, session.position, session.end, script(session)


def test_a_session_needs_no_widget() -> None:
    code = "import sys, anonvma_book.session; print(sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(done.stdout))
    assert not loaded & {"anonvma_widgets", "anywidget", "ipywidgets", "traitlets", "bokeh"}


def test_a_past_call_is_replaced_and_the_rest_is_made_anew(session: Session) -> None:
    before, old = script(session), session.machine.state
    session.splice(2, 1, "c = mmap(4, 'r', addr=16)\nfork()")
    assert script(session)[2:4] == ["c = mmap(4, 'r', addr=16)", "p2 = fork()"]
    assert script(session)[4:] == before[3:]
    assert (session.position, session.end) == (3, 9)
    assert session.undo()
    assert (script(session), session.machine.state) == (before, old)


def test_a_call_is_inserted_and_deleted(session: Session) -> None:
    before = script(session)
    session.splice(8, 0, "munmap(f, 2)")
    assert script(session) == [*before, "munmap(f, 2)"]
    session.splice(5, 2, "")
    assert script(session) == [*before[:5], before[7], "munmap(f, 2)"]
    assert session.position == 5


def test_a_later_call_that_would_be_refused_is_named_and_nothing_changes(session: Session) -> None:
    before = seen(session)
    with pytest.raises(RefusedError, match=r"^call 5, munmap\(e, 4\), would be refused") as caught:
        session.splice(4, 2, "")
    assert caught.value.kept == 4
    assert seen(session) == before
    asked = {"type": "splice", "first": 4, "gone": 2, "text": ""}
    [reply] = session.handle(asked)
    assert reply["message"].endswith("'e' names no page (EINVAL). Nothing has changed.")
    assert (reply["kept"], reply["offer"]) == (4, {**asked, "keep": True})
    [reply] = session.handle(reply["offer"])
    assert reply["type"] == "history"
    assert session.end == 4
    assert session.undo()
    assert seen(session) == before


def test_a_changed_call_that_is_refused_itself_says_so_as_any_call(session: Session) -> None:
    before = seen(session)
    [reply] = session.handle({"type": "splice", "first": 2, "gone": 1, "text": "mmap(0, 'rw')"})
    assert (reply["code"], "offer" in reply) == ("EINVAL", False)
    assert seen(session) == before


def test_undo_and_redo_go_through_calls_and_whole_changes(session: Session) -> None:
    states = [seen(session)]
    for change in (
        lambda: session.call("munmap(f, 2)"),
        lambda: session.splice(0, 1, "a = mmap(5, 'rw', addr=2)"),
        lambda: session.call("fork()"),
        lambda: session.set_up({"scheme": "anonmm"}),
        lambda: session.rewrite("x = mmap(3, 'rw')"),
        lambda: session.choose("a fork"),
        lambda: session.call("munmap(a, 2)", at=1),
        lambda: session.reset(),
    ):
        change()
        states.append(seen(session))

    def what(state: tuple[object, ...]) -> tuple[object, ...]:
        return state[0], state[3]

    back = [seen(session)]
    while session.can_undo and len(back) < 40:
        assert session.undo()
        session.machine.check()
        back.append(seen(session))
    assert not session.undo()
    assert (session.position, session.end) == (0, 0)
    forth = [seen(session)]
    while session.can_redo:
        assert session.redo()
        forth.append(seen(session))
    assert not session.redo()
    assert [what(each) for each in forth] == [what(each) for each in reversed(back)]
    assert what(forth[-1]) == what(states[-1])


def test_a_new_call_after_undo_forgets_what_could_be_redone(session: Session) -> None:
    session.splice(7, 1, "")
    session.undo()
    session.call("munmap(a, 2)")
    assert not session.can_redo
    assert script(session)[8:] == ["munmap(a, 2)"]


def test_a_script_takes_the_place_of_the_history_or_says_which_line_is_wrong(
    session: Session,
) -> None:
    before = seen(session)
    [reply] = session.handle({"type": "rewrite", "text": "a = mmap(4, 'rw')\n\nmunmap(b, 2)"})
    assert (reply["for"], reply["line"]) == ("rewrite", 3)
    assert reply["message"].startswith("line 3: munmap: 'b' names no page")
    assert seen(session) == before
    session.handle({"type": "rewrite", "text": "a = mmap(4, 'rw')"})
    assert (script(session), session.position) == (["a = mmap(4, 'rw')"], 1)
    session.undo()
    assert seen(session) == before


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_can_be_chosen_and_reset_goes_back(name: str) -> None:
    session = Session("a split")
    [reply] = session.handle({"type": "settings", "settings": {"scheme": name}})
    assert reply["history"]["settings"]["scheme"] == name
    assert type(session.machine.scheme) is SCHEMES[name]
    assert len(script(session)) == 4
    session.machine.check()
    session.reset()
    assert type(session.machine.scheme) is Lokier


@pytest.mark.parametrize("preset", PRESETS)
def test_settings_go_out_and_come_back_the_same(preset: str) -> None:
    machine = Machine(PRESETS[preset](side="above"), task_pages=100, layout="top-down")
    again = with_settings(machine, settings_json(machine))
    assert settings_json(again) == settings_json(machine)
    assert repr(again.scheme) == repr(machine.scheme)
    assert again.state == machine.state


def test_a_scheme_that_keeps_its_name_keeps_what_it_was_made_with() -> None:
    scheme = AnonVmaChain((6, 1))
    machine = Machine(scheme, task_pages=100, guard_gap=3)
    again = with_settings(machine, {"task_pages": "200"})
    assert (again.scheme, again.layout.guard_gap) == (machine.scheme, 3)
    assert again.world.task_pages == 200


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"scheme": "none"}, "there is no scheme 'none'"),
        ({"index_bits": "65"}, "index_bits is a whole number from 1 to 64"),
        ({"index_bits": ""}, "index_bits is a whole number of 0 or more, not ''"),
        ({"proportion": "1/0"}, "proportion is a number of 0 or more, such as"),
        ({"proportion": "1e9999"}, "proportion is a number of 0 or more, such as"),
        ({"minimum": -1}, "minimum is a whole number of 0 or more"),
        ({"side": "left"}, "side"),
        ({"task_pages": 1}, "task_pages is a whole number from 2"),
        ({"task_pages": 2**40}, "task_pages is at most"),
        ({"layout": "sideways"}, "layout is one of"),
        ({"task_pages": 20}, "call 5, mremap(c, 4, 10), would be refused: mremap: no room"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_changes(
    session: Session, settings: dict[str, Any], said: str
) -> None:
    before = seen(session)
    [reply] = session.handle({"type": "settings", "settings": settings})
    assert (reply["type"], reply["for"]) == ("error", "settings")
    assert said in reply["message"]
    assert seen(session) == before


def test_a_machine_from_outside_is_left_alone_by_changes() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("a = mmap(4, 'rw')\nmunmap(a, 1)")
    session = Session(machine=machine)
    session.splice(1, 1, "")
    assert len(machine.steps) == 2
    assert session.machine is not machine
    session.undo()
    assert session.machine is machine
    assert machine.like().steps == ()


@pytest.mark.parametrize(
    "asked",
    [
        {"type": "settings", "settings": {"scheme": "anonmm"}},
        {"type": "beside", "names": ["anonmm"]},
    ],
    ids=["settings", "beside"],
)
def test_a_page_stays_at_the_step_that_it_shows(session: Session, asked: dict[str, Any]) -> None:
    session.go_to(1)
    session.take()
    [wrong] = session.handle({**asked, "at": 99})
    assert (wrong["message"], session.position) == ("there is no step 99; there are 8", 1)
    assert (type(session.machine.scheme), session.beside) == (Lokier, ())
    [told] = session.handle({**asked, "at": 3})
    assert (told["history"]["position"], session.position) == (3, 3)
    [told] = session.handle(asked)
    assert (told["history"]["position"], session.position) == (3, 3)


def test_the_walk_of_a_page_is_asked_for_at_a_step(session: Session) -> None:
    [reply] = session.handle({"type": "walk", "pid": 1, "page": 20, "at": 3})
    assert (reply["type"], reply["page"], reply["at"]) == ("walk", 20, 3)
    assert session.position == 8


def test_python_sees_errors_of_a_change_as_exceptions(session: Session) -> None:
    with pytest.raises(SettingError, match="there are no calls 8 to 9"):
        session.splice(7, 2, "")
    with pytest.raises(MappingError, match="EINVAL"):
        session.splice(7, 1, "mmap(0, 'rw')")
    with pytest.raises(ScriptError, match="line 1"):
        session.rewrite("mmap(")
