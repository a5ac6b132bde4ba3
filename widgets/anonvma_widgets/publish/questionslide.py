"""A question on a slide: the room answers, so there is nothing to fill in and no Check.

The text, the state before it, and for each field what is asked: options as boxes to point at,
an empty box where a number or a word is wanted.
"""

from __future__ import annotations

from typing import Any

from anonvma_widgets.publish.words import plain_html, words_html

Json = dict[str, Any]


def question_html(spec: Json) -> str:
    """The question of that spec (``Question.spec``)."""
    body = f'<div class="ask-state">{plain_html(spec["body"])}</div>' if spec["body"] else ""
    fields = "".join(map(field_html, spec["fields"]))
    answers = f'<div class="ask-fields">{fields}</div>' if fields else ""
    kind = "ask ask-both" if body and answers else "ask"
    text = f'<p class="ask-text">{words_html(spec["text"])}</p>'
    return f'{text}<div class="{kind}">{body}{answers}</div>' if body or answers else text


def field_html(field: Json) -> str:
    """One field: what is asked, and what may be answered."""
    asked = f"<p>{words_html(field['text'])}</p>"
    if field["kind"] == "choice":
        options = "".join(f"<li>{words_html(option)}</li>" for option in field["options"])
        return f'<div class="ask-field">{asked}<ul class="ask-options">{options}</ul></div>'
    if field["kind"] == "script":
        start = plain_html(field["start"]) if field["start"].strip() else ""
        return f'<div class="ask-field">{start}</div>' if start else ""
    if field["kind"] in ("row", "drawn"):
        return f'<div class="ask-field">{asked}</div>'
    unit = words_html(field["unit"] or field["form"])
    empty = '<span class="ask-box"></span>'
    return f'<div class="ask-field ask-short">{asked}<p class="ask-line">{empty}{unit}</p></div>'
