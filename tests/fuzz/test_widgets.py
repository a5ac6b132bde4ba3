"""What a notebook's other side may say to a widget: messages, and the state that it claims to have.

The kernel's machine is changed by a call alone; a state that comes back, as from the metadata of a
notebook that somebody else wrote, changes nothing in it.
"""

from __future__ import annotations

import json
from functools import partial
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jupyter_client.session import json_packer
from traitlets import TraitError

from anonvma_book.picture.state_json import STATE_MIME
from anonvma_widgets import Lab, Player
from anonvma_widgets.questions import Exercise, Predict, Progress
from anonvma_widgets.twin import preformatted
from tests.fuzz.bounds import refusal
from tests.fuzz.test_messages import messages, told
from tests.fuzz.test_pages import Reader
from tests.fuzz.texts import HALF, MARKUP, json_values, raw

OWN = ["history", "constants", "library", "live", "spec", "verdict", "help", "language"]
THEIRS = [
    "_esm",
    "_css",
    "session",
    "machine",
    "question",
    "comm",
    "__class__",
    "__init__",
]
states = st.dictionaries(
    st.sampled_from([*OWN, *THEIRS]) | raw,
    json_values | st.sampled_from([*MARKUP, "IPY_MODEL_x", {"__proto__": {}}, [HALF]]),
    max_size=4,
)


def update(widget: Any, state: dict[str, object]) -> None:
    """What a kernel does with the message of a front end that its model has changed."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab("a fork")


@settings(max_examples=25)
@given(state=states)
def test_a_state_that_comes_back_changes_no_lab(lab: Lab, state: dict[str, object]) -> None:
    before = lab.session.history_json(), lab.machine.state, str(lab)
    refusal(TraitError, lambda: update(lab, state))
    assert (lab.session.history_json(), lab.machine.state, str(lab)) == before
    sent = lab.get_state(["history", "constants"])
    assert json.dumps(sent["history"]) == json.dumps(before[0])


@settings(max_examples=20)
@given(state=states, message=told)
def test_a_state_that_comes_back_changes_no_question(
    asked: list[Predict | Exercise], state: dict[str, object], message: object
) -> None:
    for widget in asked:
        before = widget.plain(), widget.question.spec()
        refusal(TraitError, partial(update, widget.window, state))
        for reply in widget.question.handle(message):
            json_packer(reply)
        assert (widget.plain(), widget.question.spec()) == before


@pytest.fixture(scope="module")
def asked() -> list[Predict | Exercise]:
    return [Predict("mmap(4)", "vmas"), Exercise("Map.", lambda machine: None)]


@settings(max_examples=15)
@given(message=messages)
def test_what_a_lab_replies_can_be_sent(message: object) -> None:
    lab = Lab("a split")
    for reply in lab.session.handle(message):
        json_packer(reply)
    lab.machine.check()


def test_a_player_and_the_progress_hear_nothing() -> None:
    player = Player("a split")
    before = player.session.history_json()
    player.handle({"type": "call", "text": "mmap(1)"})
    update(player, {"history": MARKUP[0], "spec": {}})
    assert player.session.history_json() == before
    update(Progress().window, {"spec": {"kind": MARKUP[0]}})


@settings(max_examples=40)
@given(raw | st.sampled_from(MARKUP))
def test_html_of_an_output_is_its_text(text: str) -> None:
    made = preformatted(text)
    assert [tag for tag, _ in Reader(made).found] == ["pre"]
    assert unescape(made.removeprefix("<pre>").removesuffix("</pre>")) == text


def test_an_output_has_no_markup_of_a_readers(lab: Lab) -> None:
    lab.session.handle({"type": "call", "text": "x = mmap(1, '<script>')"})
    lab.session.given = lab.session.given._replace(name=MARKUP[0])
    data, _ = lab._repr_mimebundle_()
    assert [tag for tag, _ in Reader(data["text/html"]).found] == ["pre"]
    assert MARKUP[0] in data["text/plain"]
    assert "<script>" not in json.dumps(data[STATE_MIME])
