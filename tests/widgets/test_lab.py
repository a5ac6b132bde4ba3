"""Players and labs without a browser: what the page is sent, and what it may ask for."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from anonvma_book import Lokier, Machine, MappingError, ScriptError, SettingError
from anonvma_book.picture.state_json import STATE_MIME
from anonvma_widgets import SCENARIOS, Lab, Player


class Page:
    """Stands where a page would be: it says hello, and keeps what it is sent."""

    def __init__(self, lab: Player, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lab = lab
        self.received: list[dict[str, Any]] = []
        keep = self.received.append
        monkeypatch.setattr(lab, "send", lambda content, buffers=None: keep(content))
        self.ask(type="hello", version=lab.recording.version)

    def ask(self, **message: Any) -> dict[str, Any] | None:
        """Send a message; the last thing that came back."""
        self.received.clear()
        self.lab.handle(message)
        return self.received[-1] if self.received else None


@pytest.fixture
def lab() -> Lab:
    return Lab("the counter wraps")


@pytest.fixture
def page(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(lab, monkeypatch)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_runs_and_is_sound(name: str) -> None:
    lab = Lab(name)
    lab.machine.check()
    assert lab.end == lab.position == len(lab.machine.steps)
    assert all(scene.sentence for scene in lab.recording.scenes)
    json.dumps(lab.session.history_json())


def test_a_lab_is_empty_unless_it_is_given_something() -> None:
    lab = Lab()
    assert (lab.end, lab.machine.world.task_pages) == (0, 48)
    assert repr(lab) == "Lab('an empty lab', step 0 of 0)"


def test_a_lab_takes_a_script_or_a_machine_and_can_begin_in_the_middle() -> None:
    assert Lab(script="a = mmap(4, 'rw')\nmremap(a, 4, 9)", at=1).position == 1
    machine = Machine(Lokier.a_million(), task_pages=2**20)
    machine.run("a = mmap(4, 'rw')")
    assert Lab(machine=machine).machine is machine


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "no such"}, "no scenario 'no such'; there are 'an empty lab'"),
        ({"name": "a split", "script": "fork()"}, "one of them"),
        ({"name": "a split", "at": 9}, "no step 9; there are 4"),
        ({"views": ("walks",)}, "no view 'walks'; there are strip, plane, dials, walk, cost"),
        ({"page": 48}, "page is a whole number from 0 to 47, not 48"),
        ({"beside": ("anonymous",)}, "no scheme 'anonymous'; there are pte_chains, anonmm"),
    ],
)
def test_a_wrong_setting_says_what_there_is(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        Lab(**arguments)


def test_a_call_adds_one_scene(page: Page) -> None:
    answer = page.ask(type="call", text="munmap(f, 10)", at=8)
    assert answer is not None
    assert answer["type"] == "history"
    history = answer["history"]
    assert (history["first"], history["end"], history["position"]) == (9, 9, 9)
    assert len(history["scenes"]) == 1
    assert history["version"] == history["base"] + 1


def test_a_call_from_an_earlier_step_replaces_what_came_after(page: Page) -> None:
    answer = page.ask(type="call", text="munmap(c, 4)", at=3)
    assert answer is not None
    assert (answer["history"]["first"], answer["history"]["end"]) == (4, 4)
    assert [str(step.call) for step in page.lab.machine.steps][3:] == ["munmap(c, 4)"]


@pytest.mark.parametrize(
    ("line", "message", "code"),
    [
        ("mremap(c, 20, 30)", "mremap: range 16..36 leaves its unit 16..26 (EFAULT)", "EFAULT"),
        ("mmap(0, 'rw')", None, "EINVAL"),
        ("mmap(4, 'rq')", None, "EINVAL"),
        ("munmap(zz, 4)", None, "EINVAL"),
        ("nobody.munmap(2, 1)", None, "ESRCH"),
        ("mmap(4", "cannot be read: mmap(4", ""),
        ("__import__('os')", None, ""),
        ("mmap(length=1) ; fork()", None, ""),
        ("", "there is no call", ""),
        ("<img src=x onerror=alert(1)>", None, ""),
        ("x" * 30_000, "a script has at most 20000 characters here", ""),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    page: Page, line: str, message: str | None, code: str
) -> None:
    lab = page.lab
    before = (lab.machine.state, lab.machine.position, lab.end, lab.recording.version)
    answer = page.ask(type="call", text=line, at=5)
    assert answer is not None
    assert answer["type"] == "error"
    assert answer["code"] == code
    assert "line 1" not in answer["message"]
    if message is not None:
        assert answer["message"] == message
    assert (lab.machine.state, lab.machine.position, lab.end, lab.recording.version) == before


def test_a_script_is_done_whole_or_not_at_all(page: Page) -> None:
    lab = page.lab
    answer = page.ask(type="script", text="munmap(f, 10)\n\nmunmap(f, 0)", at=8)
    assert answer == {
        "type": "error",
        "message": "line 2: munmap: length is 0 (EINVAL)",
        "code": "",
        "for": "script",
        "line": 2,
    }
    assert lab.end == 8
    answer = page.ask(type="script", text="munmap(f, 10)\nfork()", at=8)
    assert answer is not None
    assert answer["history"]["end"] == lab.end == 10


def test_undo_and_redo_and_reset(page: Page) -> None:
    lab = page.lab
    both = {"undo": True, "redo": True}
    assert page.ask(type="undo") == {"type": "go", "position": 7, "end": 7, **both}
    assert page.ask(type="undo") == {"type": "go", "position": 6, "end": 6, **both}
    assert page.ask(type="redo") == {"type": "go", "position": 7, "end": 7, **both}
    answer = page.ask(type="redo")
    assert answer == {"type": "go", "position": 8, "end": 8, "undo": True, "redo": False}
    assert page.ask(type="redo") is None
    page.ask(type="call", text="munmap(f, 10)", at=2)
    answer = page.ask(type="reset")
    assert answer is not None
    assert (answer["history"]["first"], answer["history"]["position"]) == (0, 0)
    assert (answer["history"]["end"], lab.position) == (8, 0)


def test_another_scenario_can_be_chosen(page: Page) -> None:
    answer = page.ask(type="scenario", name="a group")
    assert answer is not None
    assert answer["history"]["scenario"] == "a group"
    assert answer["history"]["end"] == 4
    answer = page.ask(type="scenario", name="no such")
    assert answer is not None
    assert answer["type"] == "error"


def test_a_lab_says_what_stands_open() -> None:
    history = Lab("a split", views=["plane"], page=7, beside=["anonmm"]).session.history_json()
    assert (history["views"], history["page"]) == (["strip", "plane", "walk"], 7)
    assert Lab().session.history_json()["views"] == ["strip", "plane", "dials"]


def test_after_a_change_of_the_past_the_page_gets_the_whole_history(page: Page) -> None:
    answer = page.ask(type="splice", first=7, gone=1, text="f = mmap(2, 'rw', addr=44)")
    assert answer is not None
    history = answer["history"]
    assert (history["first"], history["end"], history["undo"]) == (0, 8, True)
    assert len(history["scenes"]) == 9
    assert page.lab.end == 8
    assert isinstance(page.lab, Lab)
    assert page.lab.undo()
    assert page.received[-1]["history"]["version"] == history["version"] + 1


@pytest.mark.parametrize(
    "message",
    [None, 7, "call", [], {}, {"type": "no such"}, {"type": ["call"]}, {"type": {}}],
)
def test_messages_that_mean_nothing_are_ignored(page: Page, message: object) -> None:
    page.received.clear()
    page.lab.handle(message)
    assert page.received == []


@pytest.mark.parametrize(
    "message",
    [
        {"type": "call"},
        {"type": "call", "text": 7},
        {"type": "call", "text": "fork()", "at": 99},
        {"type": "call", "text": "fork()", "at": -1},
        {"type": "scenario", "name": None},
        {"type": "script", "text": None},
        {"type": "splice", "first": 7, "gone": 2, "text": ""},
        {"type": "splice", "first": None, "gone": 1, "text": ""},
        {"type": "rewrite"},
        {"type": "settings", "settings": "lokier"},
        {"type": "walk", "pid": True, "page": 2},
        {"type": "beside", "names": "anonmm"},
    ],
)
def test_messages_that_are_wrong_are_answered_with_an_error(
    page: Page, message: dict[str, Any]
) -> None:
    page.received.clear()
    page.lab.handle(message)
    assert [answer["type"] for answer in page.received] == ["error"]
    assert page.lab.end == 8


def test_a_page_that_missed_something_gets_everything(page: Page) -> None:
    lab = page.lab
    answer = page.ask(type="hello", version=-1)
    assert answer is not None
    assert len(answer["history"]["scenes"]) == 9
    assert page.ask(type="hello", version=lab.recording.version) is None


def test_before_a_page_says_hello_the_whole_history_goes_to_the_model(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(lab, "send_state", sent.append)
    lab.call("munmap(f, 10)")
    assert sent == ["history"]
    assert lab.get_state("history")["history"]["end"] == 9


def test_python_sees_what_goes_wrong_as_an_exception(lab: Lab) -> None:
    with pytest.raises(MappingError, match="EFAULT"):
        lab.call("mremap(c, 20, 30)")
    with pytest.raises(ScriptError, match="one call at a time"):
        lab.call("fork()\nfork()")
    with pytest.raises(SettingError, match="no step 9"):
        lab.go_to(9)
    assert lab.undo()
    assert lab.position == lab.end == 7


def test_a_machine_that_was_driven_from_outside_is_followed(lab: Lab) -> None:
    lab.machine.processes[1].munmap(36, 10)
    lab.refresh()
    assert (lab.end, len(lab.recording.scenes)) == (9, 10)


def test_the_output_of_a_cell_holds_words_and_json_and_no_random_id() -> None:
    first, _ = Lab("the counter wraps")._repr_mimebundle_()
    second, _ = Lab("the counter wraps")._repr_mimebundle_()
    widget = "application/vnd.jupyter.widget-view+json"
    assert set(first) == {"text/plain", "text/html", STATE_MIME, widget}
    del first[widget], second[widget]
    assert json.dumps(first) == json.dumps(second)
    repr_line, sentence, picture = first["text/plain"].split("\n\n", 2)
    assert repr_line == "Lab('the counter wraps', step 8 of 8)"
    assert sentence.startswith("mmap put 10 pages at 36.")
    assert picture.startswith("step 8 of 8: f = mmap(10, 'rw', addr=36)\npage   0")
    assert first[STATE_MIME]["step"]["number"] == 8
    assert first["text/html"] == f"<pre>{html.escape(first['text/plain'])}</pre>"


def test_a_player_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(Player("a split"), monkeypatch)
    assert page.ask(type="call", text="fork()") is None
    assert Player("a split").live is False


def test_all_players_refer_to_one_widget_that_holds_bokehjs() -> None:
    first, second = Player("a split"), Lab("a fork")
    assert first.get_state("library") == second.get_state("library")
    assert first.library.model_id in first.get_state("library")["library"]
    assert first.library.version in first.library.text


def test_the_state_of_a_player_is_all_that_a_page_needs() -> None:
    state = Player("a split").get_state()
    assert len(state["history"]["scenes"]) == 5
    assert set(state["constants"]) == {"language", "choices"}
    assert len(json.dumps(state["constants"])) < 5_000
    of_its_own = {name: each for name, each in state.items() if name not in ("_esm", "_css")}
    assert len(json.dumps(of_its_own)) < 25_000


def test_the_figures_are_with_bokehjs_once_for_all_players() -> None:
    library = Player("a split").library
    assert set(library.figures) == {"strip", "plane", "dials", "walk", "cost"}
    assert len(json.dumps(library.figures)) < 120_000
