"""Text cells as HTML: Markdown as in the notebook, with formulas as MathML and no script.

text_html   a text cell
mathml      one formula: what stands between $ and $, or between $$ and $$

A browser draws MathML itself, so a page with formulas needs nothing more than one without.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

Link = Callable[[str], "str | None"]

# What a chapter may write as HTML, without attributes; everything else is shown as it is written.
ALLOWED = re.compile(r"(</?(?:details|summary|br|sub|sup|kbd|b|i|em|strong|code|p)\s*/?>)")


def text_html(source: str, link: Link = str) -> str:
    """A text cell as HTML. ``link`` gives a link's address on the page; None leaves its text."""
    return MarkdownWithMath(renderer=_Renderer(link)).render(source)


def mathml(latex: str, *, block: bool = False) -> str:
    """A formula as MathML; one that cannot be read stays as it is written, as code."""
    try:
        formula = convert_to_element(latex, display="block" if block else "inline")
    except Exception:  # its own errors, and IndexError and KeyError where braces do not match
        return f"<code>{escape(latex)}</code>"
    del formula.attrib["xmlns"]  # HTML knows it without
    for part in formula.iter():
        part.text = unescape(part.text or "")  # it writes signs as &#x...;
        for name in ("href", "style", "class"):  # of \href and its like: a formula is no link
            part.attrib.pop(name, None)
    return tostring(formula, encoding="unicode")


class _Renderer(IPythonRenderer):
    """Headings have the ids that links in the notebook name; HTML is only what is allowed."""

    def __init__(self, link: Link) -> None:
        super().__init__(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True)
        self.to = link

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        words = re.sub(r"<[^>]*>", "", text).strip()
        return f'<h{level} id="{words.replace(" ", "-")}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        to = self.to(url)
        return text if to is None else str(super().link(text, to, title))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Its words: a picture would be another file to ask for."""
        return escape(text)

    def block_math(self, body: str) -> str:
        return mathml(body, block=True)

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True)

    def block_html(self, html: str) -> str:
        return _allowed(html)

    def inline_html(self, html: str) -> str:
        return _allowed(html)


def _allowed(html: str) -> str:
    parts = ALLOWED.split(html)
    kept = (part if place % 2 else _shown(part) for place, part in enumerate(parts))
    return "".join(kept)


def _shown(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")
