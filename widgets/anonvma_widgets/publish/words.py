"""Text as HTML, where a page is made: it goes in as text, and stays as it is.

plain_html   text as it is, in lines
printed      what an output of a cell says as text
words_html   text in which `code` stands between backquotes, as in a question
"""

from __future__ import annotations

import re
from html import escape

from nbformat import NotebookNode

CODE = re.compile(r"`([^`]+)`")


def plain_html(text: str) -> str:
    r"""Lines as they are.

    >>> plain_html("a <b>\n")
    '<pre>a &lt;b&gt;</pre>'
    """
    return f"<pre>{escape(text.rstrip(), quote=False)}</pre>"


def printed(output: NotebookNode) -> str:
    """What was printed, an error in a line, or the value as text; empty where there is none."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return str(output.data.get("text/plain", ""))


def words_html(text: str) -> str:
    """A sentence of a question.

    >>> words_html("The call is `a < b`.")
    'The call is <code>a &lt; b</code>.'
    """
    return CODE.sub(r"<code>\1</code>", escape(text, quote=False))
