"""A lab without its window: a history, what stands open, and messages both ways.

    session = Session("the counter wraps")
    session.call("munmap(f, 10)")       what a reader can do: see History
    session.handle({"type": "undo"})    what a page asks for; the replies
    session.take()                      the messages that calls from Python left for the page

Everything is the standard library's, so a lab runs wherever Python does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from anonvma_book.calls import LINUX_ONLY, SIGNATURES
from anonvma_book.errors import AnonvmaError, MappingError, ScriptError, SettingError, sendable
from anonvma_book.history import History, RefusedError
from anonvma_book.machine import Machine
from anonvma_book.picture.beside import Beside
from anonvma_book.picture.deltas import plain
from anonvma_book.picture.language import language_json
from anonvma_book.picture.rivals import rival_scheme
from anonvma_book.picture.state_json import state_json
from anonvma_book.picture.text import text_picture
from anonvma_book.picture.walks import one_walk, walk_text
from anonvma_book.scenarios import EMPTY, SCENARIOS, Scenario, scenario
from anonvma_book.schemes import Scheme
from anonvma_book.settings import choices_json, settings_json
from anonvma_book.step import Step

Message = dict[str, Any]

VIEWS = ("strip", "plane", "dials", "walk", "cost")
"""What a page can show; the strip is always there."""

OPEN = ("strip", "plane", "dials")
"""What stands open unless it is said otherwise."""

LONGEST_SCRIPT = 20_000
"""Characters of a script that comes from a page."""


class Session(History):
    """A lab's history. One of ``name`` (of a scenario), ``script`` and ``machine`` says what it
    begins with; without any, it is the empty classroom.

    ``at``      the step that is shown first: the last, unless given
    ``views``   what stands open, of ``VIEWS``
    ``page``    the page of process 1 whose reverse walk is shown first; it opens the walk
    ``beside``  schemes, or their names, on which the same calls are shown as well

    Raises :class:`SettingError` for what there is not.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        script: str | None = None,
        machine: Machine | None = None,
        at: int | None = None,
        views: Iterable[str] = OPEN,
        page: int | None = None,
        beside: Iterable[Scheme | str] = (),
    ) -> None:
        super().__init__(_given(name, script, machine), machine)
        self._out: list[Message] = []
        self._compared: Beside | None = None
        self.page = _page(page, self.machine)
        self.views = _views(views, self.page)
        self.beside = tuple(map(rival_scheme, beside))
        self._move(self.end if at is None else at)

    def compare(self, names: Iterable[Scheme | str], at: int | None = None) -> None:
        """Show other schemes beside the lab's own, at step ``at`` (the one that is shown).

        SettingError where there is no such scheme or step.
        """
        beside = tuple(map(rival_scheme, names))
        self._move(self.position if at is None else at)
        self.beside = beside
        self._compared = None
        self._publish(0)

    def take(self) -> list[Message]:
        """The messages for the page since the last time."""
        out, self._out = self._out, []
        return out

    def _publish(self, first: int) -> None:
        """Tell the page the history, of which the scenes from ``first`` on are new."""
        history = {**self.history_json(first), "base": self.recording.version - 1}
        self._out.append({"type": "history", "history": history})

    def _went(self) -> None:
        self._out.append({"type": "go", "position": self.position, **self._can()})

    def handle(self, message: object) -> list[Message]:
        """The replies to what a page asks; what is wrong is a reply as well."""
        asked = message.get("type") if isinstance(message, dict) else None
        action = ACTIONS.get(asked) if isinstance(asked, str) else None
        if action is not None:
            assert isinstance(message, dict)
            try:
                action(self, message)
            except AnonvmaError as error:
                self._out.append(error_message(error, message))
        return self.take()

    def hello(self, message: Message) -> None:
        """A page has come: it gets the history unless it has it."""
        if message.get("version") != self.recording.version:
            self._out.append({"type": "history", "history": self.history_json()})

    def walk(self, pid: int, page: int, at: int) -> Message:
        """The reverse walk of one page at step ``at``, as a message."""
        before = self.position
        self._move(at)
        found = one_walk(self.machine, pid, page)
        self.machine.go_to(before)
        return {"type": "walk", "pid": pid, "page": page, "at": at, "walks": plain(found)}

    def _walk_asked(self, message: Message) -> None:
        at = _step(message)
        pid, page = _whole(message, "pid"), _whole(message, "page")
        self._out.append(self.walk(pid, page, self.position if at is None else at))

    # What is shown

    def history_json(self, first: int = 0) -> dict[str, Any]:
        """The recording from scene ``first`` on; what all of it shares comes with scene 0."""
        shared = {} if first else self._shared_json()
        made = self.recording.json(first)
        compared = self._rivals().json(first)
        return {**made, **shared, **compared, "position": self.position, **self._can()}

    def _rivals(self) -> Beside:
        """The rivals of this recording, with all that it has recorded."""
        if self._compared is None or self._compared.lead is not self.recording:
            self._compared = Beside(self.recording, self.beside)
        self._compared.follow()
        return self._compared

    def _can(self) -> dict[str, Any]:
        return {"end": self.end, "undo": self.can_undo, "redo": self.can_redo}

    def _shared_json(self) -> dict[str, Any]:
        machine = self.machine
        idle = LINUX_ONLY if machine.scheme.dialect == "plain" else ()
        return {
            "scenario": self.given.name,
            "scenarios": list(SCENARIOS),
            "views": list(self.views),
            "page": self.page,
            "beside": self._rivals().choices_json(),
            "settings": settings_json(machine),
            "signatures": {
                name: [each._asdict() for each in parameters if each.name not in idle]
                for name, parameters in SIGNATURES.items()
                if name not in idle
            },
        }

    def constants_json(self) -> dict[str, Any]:
        """What depends on no history: colours and measures, and what settings there are."""
        return {"language": language_json(), "choices": choices_json()}

    def words(self) -> tuple[str, str]:
        """The sentence of the step that Python stands at, and the text twin."""
        sentence = self.recording.scenes[self.position].sentence
        picture = text_picture(self.machine.state, self._step, of=self.end)
        parts = (picture, self._walk_text(), self._rivals().text(self.position))
        return sentence, "\n\n".join(filter(None, parts))

    def _walk_text(self) -> str:
        """The walk that a page was given for, in text."""
        if self.page is None:
            return ""
        names = {mm.pid: mm.name for mm in self.recording.scenes[self.position].mms}
        return walk_text(one_walk(self.machine, 1, self.page), 1, self.page, names)

    def state_json(self) -> dict[str, Any]:
        """The state that Python stands at, as JSON."""
        return state_json(self.machine.state, self._step)

    @property
    def _step(self) -> Step | None:
        return self.machine.steps[self.position - 1] if self.position else None


def _asked_splice(session: Session, message: Message) -> None:
    first, gone = _whole(message, "first"), _whole(message, "gone")
    session.splice(first, gone, _text(message, "text"), keep=message.get("keep") is True)


def _names(message: Message) -> list[str]:
    names = message.get("names")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SettingError("there are no names of schemes")
    return list(dict.fromkeys(names))


def _asked_settings(session: Session, message: Message) -> None:
    given = message.get("settings")
    if not isinstance(given, dict):
        raise SettingError("there are no settings")
    session.set_up(given, _step(message))


ACTIONS: dict[str, Callable[[Session, Message], object]] = {
    "hello": Session.hello,
    "call": lambda session, message: session.call(_text(message, "text"), _step(message)),
    "script": lambda session, message: session.run(_text(message, "text"), _step(message)),
    "rewrite": lambda session, message: session.rewrite(_text(message, "text")),
    "splice": _asked_splice,
    "settings": _asked_settings,
    "scenario": lambda session, message: session.choose(_text(message, "name")),
    "undo": lambda session, _: session.undo(),
    "redo": lambda session, _: session.redo(),
    "reset": lambda session, _: session.reset(),
    "walk": Session._walk_asked,
    "beside": lambda session, message: session.compare(_names(message), _step(message)),
}
"""What a page can ask for."""


def error_message(error: AnonvmaError, asked: Mapping[str, Any]) -> Message:
    """An error as the page shows it: the sentence, and the code that it prints in bold.

    The number of the line is left out where there is one line only. ``for`` says what was asked
    for, ``line`` where a script is wrong, and ``offer`` what can be asked for instead.
    """
    message: Message = {"type": "error", "message": str(error), "code": "", "for": asked["type"]}
    if isinstance(error, MappingError):
        message["code"] = error.code
    elif isinstance(error, RefusedError):
        message["message"] = f"{error}."
        if asked["type"] == "splice" and error.kept >= asked["first"]:
            again = ("type", "first", "gone", "text")
            message["offer"] = {**{name: asked[name] for name in again}, "keep": True}
            message["kept"] = error.kept
    elif isinstance(error, ScriptError):
        message["line"] = error.line
        if error.line == 1 and asked["type"] != "rewrite":
            message["message"] = error.reason
    return {**message, "message": sendable(message["message"])}


def _text(message: Message, key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str):
        raise ScriptError(1, "there is no text")
    if len(value) > LONGEST_SCRIPT:
        raise ScriptError(1, f"a script has at most {LONGEST_SCRIPT} characters here")
    return value


def _step(message: Message) -> int | None:
    value = message.get("at")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _whole(message: Message, key: str) -> int:
    value = message.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        said = repr(value)[:30] if isinstance(value, (str, float)) else type(value).__name__
        raise SettingError(f"{key} is a whole number, not {said}")
    return value


def _given(name: str | None, script: str | None, machine: Machine | None) -> Scenario:
    """What a session begins with, as a scenario; SettingError if more than one thing is given."""
    if sum(each is not None for each in (name, script, machine)) > 1:
        raise SettingError("give a scenario's name, a script or a machine: one of them")
    if script is not None:
        return Scenario("a script", script)
    if machine is not None:
        return Scenario("a machine", str(machine.script), machine.like)
    return scenario(EMPTY if name is None else name)


def _page(page: int | None, machine: Machine) -> int | None:
    last = machine.world.task_pages - 1
    if page is None or (isinstance(page, int) and 0 <= page <= last):
        return page
    raise SettingError(f"page is a whole number from 0 to {last}, not {page!r}")


def _views(views: Iterable[str], page: int | None) -> tuple[str, ...]:
    """The views that stand open, each once, in the order of ``VIEWS``."""
    wanted = {"strip", *([views] if isinstance(views, str) else views)}
    for view in sorted(map(str, wanted - {*VIEWS})):
        raise SettingError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
    if page is not None:
        wanted.add("walk")
    return tuple(view for view in VIEWS if view in wanted)
