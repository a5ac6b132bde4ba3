"""What all labs and questions of a page share, once a page or once a site.

``mount(element, shown, shared)`` of js/host.js takes ``shared_json`` as its third argument; it
needs BokehJS (``bokehjs_text``) and the style sheets (``style``, ``palettes``) in the page.
"""

from __future__ import annotations

import json
from typing import Any

from anonvma_book.picture.language import DARK, LIGHT, language_json
from anonvma_book.settings import choices_json
from anonvma_widgets.bokehjs import VERSION, bokehjs_text
from anonvma_widgets.esm import style
from anonvma_widgets.figures import figures_json

__all__ = ["bokehjs_text", "palettes", "script_json", "script_text", "shared_json", "style"]


def shared_json() -> dict[str, Any]:
    """Colours, measures and settings; the figures; and the version of the BokehJS they are for."""
    return {
        "constants": {"language": language_json(), "choices": choices_json()},
        "figures": figures_json(),
        "bokeh": VERSION,
    }


def script_json(value: object) -> str:
    r"""``value`` as JSON that may stand inside a <script> element of any kind.

    >>> script_json("</script><!--")
    '"\\u003c/script>\\u003c!--"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def script_text(code: str) -> str:
    r"""JavaScript that may stand inside a <script> element.

    >>> script_text('"</script>"')
    '"<\\/script>"'
    """
    return code.replace("</script", r"<\/script").replace("<!--", r"<\!--")


def palettes() -> str:
    """The colours of both themes as custom properties: the reader's system chooses, or a key."""

    def rules(selector: str, theme: dict[str, str]) -> str:
        values = "".join(f"--{role}:{color};" for role, color in theme.items())
        return f"{selector}{{{values}}}"

    system = rules(":root:not([data-theme=light])", DARK)
    return "\n".join(
        [
            rules(":root", LIGHT),
            f"@media screen and (prefers-color-scheme: dark){{{system}}}",
            rules(":root[data-theme=dark]", DARK),
        ]
    )
