"""Text that somebody else wrote: raw, and almost right.

raw      any characters: NUL, half characters, right-to-left marks, every kind of line end
mutated  a real text of which some pieces were cut, doubled, swapped or replaced
nested   brackets and signs in each other, deeper than any parser wants them
markup   what would do something if it became HTML, Markdown or JavaScript
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

HALF = "\ud800"
ODD = (
    *("\0", "\x1b[2J", "\r", "\r\n", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\t"),
    *("\u202e", "\u200f", "\ufeff", HALF, "\udfff", "\u0661", "\u00b2", "\uff11", "\U0001f9e0"),
)
NUMBERS = ("0", "-1", "1", "00", "1_0", "0x10", str(2**63), str(2**64), "9" * 30, "9" * 400)
MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "<!--<script>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "](javascript:alert(1))",
    "${alert(1)}",
    "__proto__",
)

raw = st.text(max_size=80) | st.lists(st.sampled_from([*ODD, *NUMBERS, *MARKUP])).map("".join)
nested = st.builds(
    lambda left, depth, right: left * depth + right * depth,
    st.sampled_from(["(", "[", "{", "-", "~", "not ", "1+", "1**", "f(", "a.", "lambda:", '"']),
    st.sampled_from([3, 60, 99, 240, 490, 3000]),
    st.sampled_from(["", ")", "]", "}", ")]", "1", ">"]),
)


def mutated(samples: Sequence[str], *, more: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """One of ``samples`` after a few changes; ``more`` are pieces that are put in."""
    pieces = st.sampled_from([*ODD, *NUMBERS, *MARKUP, *more])
    change = st.tuples(st.sampled_from(["cut", "put", "swap", "double"]), st.floats(0, 1), pieces)
    return st.builds(_changed, st.sampled_from(list(samples)), st.lists(change, max_size=4))


def _changed(text: str, changes: list[tuple[str, float, str]]) -> str:
    for kind, where, piece in changes:
        place = int(where * len(text))
        if kind == "cut":
            text = text[:place] + text[place + 1 + len(piece) :]
        elif kind == "put":
            text = text[:place] + piece + text[place:]
        elif kind == "swap":
            text = text[:place] + piece + text[place + 1 :]
        else:
            text = text[:place] * 2 + text[place:]
    return text


json_values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | raw,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(raw, inner, max_size=3),
    max_leaves=8,
)
