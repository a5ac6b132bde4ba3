"""BokehJS for a page that has none, from the installed Bokeh: no network, nothing stored.

A notebook that loads BokehJS in the usual way asks a server of somebody else's for it, or stores
a copy of over a megabyte with every output. A player sends the text when the page asks.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import bokeh

VERSION: str = bokeh.__version__


@cache
def bokehjs_text() -> str:
    """The text of ``bokeh.min.js``, which alone is enough for our figures."""
    folder = Path(bokeh.__file__).parent / "server" / "static" / "js"
    return (folder / "bokeh.min.js").read_text(encoding="utf-8")
