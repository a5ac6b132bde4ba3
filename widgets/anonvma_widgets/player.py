"""A recorded history that a reader steps through; it needs no kernel once it is on the page.

    Player("the counter wraps")             a scenario by its name
    Player(script="a = mmap(4, 'rw')")      a script, on the classroom's machine
    Player(machine=machine)                 whatever a machine has done

``at`` is the step that is shown first: the last, unless given. The stored output of a cell that
ends with a player holds the same step as words, as a text picture and as JSON.
"""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets
from ipywidgets import widget_serialization

from anonvma_book import Machine
from anonvma_book.calls import LINUX_ONLY, SIGNATURES
from anonvma_book.errors import SettingError
from anonvma_book.picture.language import language_json
from anonvma_book.picture.recording import Recording
from anonvma_book.picture.state_json import STATE_MIME, state_json
from anonvma_book.picture.text import text_picture
from anonvma_widgets.bokehjs import VERSION, BokehJS, library
from anonvma_widgets.esm import bundle, style
from anonvma_widgets.figures import figures_json
from anonvma_widgets.scenarios import EMPTY, SCENARIOS, Scenario, scenario
from anonvma_widgets.twin import preformatted

Message = dict[str, Any]


def _history(_: object, player: Player) -> dict[str, Any]:
    return player.history_json()


def _constants(_: object, player: Player) -> dict[str, Any]:
    return player.constants_json()


class Player(anywidget.AnyWidget):
    """A recorded history with its figures, sentence and text twin.

    ``position`` is the step that Python stands at, ``end`` the last step that is done: those
    after it were undone. What the reader looks at is the browser's own business.
    """

    _esm = bundle()
    _css = style()

    # Made when they are sent: what is inside changes, and a page that is loaded again asks anew.
    history = traitlets.Any(None).tag(sync=True, to_json=_history)
    constants = traitlets.Any(None).tag(sync=True, to_json=_constants)
    library = traitlets.Instance(BokehJS).tag(sync=True, **widget_serialization)
    live = traitlets.Bool(False, read_only=True).tag(sync=True)

    def __init__(
        self,
        name: str | None = None,
        *,
        script: str | None = None,
        machine: Machine | None = None,
        at: int | None = None,
    ) -> None:
        self._begin(_given(name, script, machine), machine)
        self._move(self.end if at is None else at)
        super().__init__(library=library())
        self.on_msg(lambda _widget, message, _buffers: self.handle(message))

    def _begin(self, given: Scenario, machine: Machine | None = None) -> None:
        """Start anew: the given history is the whole history."""
        self.given = given
        self.machine = machine if machine is not None else given.machine()
        self.recording = Recording(self.machine)
        self.end = self.machine.position

    def _move(self, position: int) -> None:
        """Stand at a step; SettingError if it is not done."""
        if not 0 <= position <= self.end:
            raise SettingError(f"there is no step {position}; there are {self.end}")
        self.machine.go_to(position)

    @property
    def position(self) -> int:
        """The step that Python stands at."""
        return self.machine.position

    def refresh(self) -> None:
        """Show what was done to the machine by other means than this widget."""
        version = self.recording.version
        first = self.recording.follow()
        if self.recording.version != version:
            self.end = self.machine.position
            self._publish(first)

    def _publish(self, first: int) -> None:
        """Send the history, of which the scenes from ``first`` on are new."""
        self.send_state("history")

    # What the browser gets

    def history_json(self, first: int = 0) -> dict[str, Any]:
        """The recording from scene ``first`` on, as the browser takes it."""
        return {
            **self.recording.json(first),
            "position": self.position,
            "end": self.end,
            "scenario": self.given.name,
            "scenarios": list(SCENARIOS),
        }

    def constants_json(self) -> dict[str, Any]:
        """What does not depend on the history: figures, colours, measures, signatures."""
        idle = LINUX_ONLY if self.machine.scheme.dialect == "plain" else ()
        return {
            "bokeh": VERSION,
            "figures": figures_json(),
            "language": language_json(),
            "signatures": {
                name: [each._asdict() for each in parameters if each.name not in idle]
                for name, parameters in SIGNATURES.items()
                if name not in idle
            },
        }

    def handle(self, message: object) -> None:
        """Answer a message of the browser's: a player that is not live ignores them all."""

    # What everybody else gets

    def _words(self) -> tuple[str, str]:
        """The sentence of the step that Python stands at, and the text twin."""
        step = self.machine.steps[self.position - 1] if self.position else None
        sentence = self.recording.scenes[self.position].sentence
        return sentence, text_picture(self.machine.state, step, of=self.end)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.given.name!r}, step {self.position} of {self.end})"

    def __str__(self) -> str:
        return "\n\n".join([repr(self), *filter(None, self._words())])

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.refresh()
        made = super()._repr_mimebundle_(**kwargs)
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        step = self.machine.steps[self.position - 1] if self.position else None
        words = {"text/plain": str(self), "text/html": preformatted(str(self))}
        return {**data, **words, STATE_MIME: state_json(self.machine.state, step)}, metadata


def _given(name: str | None, script: str | None, machine: Machine | None) -> Scenario:
    """What a player begins with, as a scenario; SettingError if more than one thing is given."""
    if sum(each is not None for each in (name, script, machine)) > 1:
        raise SettingError("give a scenario's name, a script or a machine: one of them")
    if script is not None:
        return Scenario("a script", script)
    if machine is not None:
        return Scenario("a machine", str(machine.script), lambda: machine)
    return scenario(EMPTY if name is None else name)
