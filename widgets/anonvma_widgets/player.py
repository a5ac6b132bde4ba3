"""A recorded history that a reader steps through; it needs no kernel once it is on the page.

    Player("the counter wraps")             a scenario by its name
    Player(script="a = mmap(4, 'rw')")      a script, on the classroom's machine
    Player(machine=machine)                 whatever a machine has done

The stored output of a cell that ends with a player holds the same step as words, as a text
picture and as JSON. What it does is in ``anonvma_book.session``; here it gets a window.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import anywidget
import traitlets
from ipywidgets import widget_serialization

from anonvma_book import Machine
from anonvma_book.picture.recording import Recording
from anonvma_book.picture.state_json import STATE_MIME
from anonvma_book.schemes import Scheme
from anonvma_book.session import OPEN, Message, Session
from anonvma_widgets.bokehjs import BokehJS, library
from anonvma_widgets.esm import bundle, style
from anonvma_widgets.twin import preformatted


def _history(_: object, player: Player) -> dict[str, Any]:
    return player.session.history_json()


def _constants(_: object, player: Player) -> dict[str, Any]:
    return player.session.constants_json()


class Player(anywidget.AnyWidget):
    """A recorded history with its figures, sentence and text twin.

    ``at``      the step that is shown first: the last, unless given
    ``views``   what stands open: of strip, plane, dials, walk, cost
    ``page``    the page of process 1 whose reverse walk is shown first
    ``beside``  schemes, or their names, on which the same calls are shown as well

    What the reader looks at is the browser's own business.
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
        views: Iterable[str] = OPEN,
        page: int | None = None,
        beside: Iterable[Scheme | str] = (),
    ) -> None:
        self.session = Session(
            name, script=script, machine=machine, at=at, views=views, page=page, beside=beside
        )
        super().__init__(library=library())
        self.on_msg(lambda _widget, message, _buffers: self.handle(message))

    @property
    def machine(self) -> Machine:
        """The machine whose history it is; a change of the past makes another."""
        return self.session.machine

    @property
    def recording(self) -> Recording:
        """The scenes of the history."""
        return self.session.recording

    @property
    def position(self) -> int:
        """The step that Python stands at."""
        return self.session.position

    @property
    def end(self) -> int:
        """The last step that is done: those after it were undone."""
        return self.session.end

    def refresh(self) -> None:
        """Show what was done to the machine by other means than this widget."""
        self.session.refresh()
        self.deliver(self.session.take())

    def deliver(self, messages: Iterable[Message]) -> None:
        """Let the page know: a player that is not live sends its history anew."""
        if any(message["type"] == "history" for message in messages):
            self.send_state("history")

    def handle(self, message: object) -> None:
        """Answer a message of the browser's: a player that is not live ignores them all."""

    def __repr__(self) -> str:
        given = self.session.given.name
        return f"{type(self).__name__}({given!r}, step {self.position} of {self.end})"

    def __str__(self) -> str:
        return "\n\n".join([repr(self), *filter(None, self.session.words())])

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.refresh()
        made = super()._repr_mimebundle_(**kwargs)
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        words = {"text/plain": str(self), "text/html": preformatted(str(self))}
        return {**data, **words, STATE_MIME: self.session.state_json()}, metadata
