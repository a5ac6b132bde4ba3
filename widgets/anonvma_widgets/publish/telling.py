"""What a kernel's widgets show, told from within: imported there, and so with little to import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ipywidgets.widgets.widget import _instances

from anonvma_book.recipe import recipe
from anonvma_widgets.lab import Lab
from anonvma_widgets.player import Player
from anonvma_widgets.questions import Window


def tell(path: str) -> None:
    """Write what every widget of this kernel shows, by its model's id."""
    told = {model: shown(widget) for model, widget in _instances.items()}
    text = json.dumps({model: each for model, each in told.items() if each is not None})
    Path(path).write_text(text, encoding="utf-8")


def shown(widget: object) -> dict[str, Any] | None:
    """One widget as JSON; None for what is not a reader's."""
    if isinstance(widget, Player):
        session = widget.session
        live = isinstance(widget, Lab)
        return {
            "kind": "player",
            "live": live,
            "history": session.history_json(),
            "recipe": recipe(session) if live else None,
        }
    if isinstance(widget, Window):
        progress = widget.spec == {"kind": "progress"}
        return dict(widget.spec) if progress else {"kind": "question", "spec": widget.spec}
    return None
