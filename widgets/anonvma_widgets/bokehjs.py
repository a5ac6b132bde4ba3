"""BokehJS for a page that has none, from the installed Bokeh: no network, nothing stored.

A notebook that loads BokehJS in the usual way asks a server of somebody else's for it, or stores
a copy of over a megabyte with every output. Here one widget, which is never shown, holds the text
and the figures, which are the same for every player; all players refer to it. It is on its way
before the first player is, so that a page need not wait for a kernel that is busy with the cells
that follow.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import anywidget
import bokeh
import traitlets

from anonvma_widgets.figures import figures_json

VERSION: str = bokeh.__version__


class BokehJS(anywidget.AnyWidget):
    """The library as a widget that holds its text, its version, and the figures for it."""

    _esm = "export default {};"

    text = traitlets.Unicode().tag(sync=True)
    version = traitlets.Unicode(VERSION).tag(sync=True)
    figures = traitlets.Dict().tag(sync=True)


@cache
def library() -> BokehJS:
    """The one of this kernel."""
    return BokehJS(text=bokehjs_text(), figures=figures_json())


def bokehjs_text() -> str:
    """The text of ``bokeh.min.js``, which alone is enough for our figures."""
    folder = Path(bokeh.__file__).parent / "server" / "static" / "js"
    return (folder / "bokeh.min.js").read_text(encoding="utf-8")
