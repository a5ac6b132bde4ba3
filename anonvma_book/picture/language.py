"""The visual language as constants: the one source for Python, Bokeh and the browser.

role      what a colour stands for; shapes carry roles, and a theme turns roles into colours
A to D    the roles of address spaces; from E on they repeat, and the letter decides
on_A ..   the colour of text and hatch on a fill of that role
hatch     the pattern that stands for a protection
measure   a length in pixels, or a time in milliseconds

One variable, one means: colour is the address space, and nothing else.
"""

from __future__ import annotations

from typing import Any, Final

Theme = dict[str, str]

LIGHT: Final[Theme] = {
    "ground": "#ffffff",
    "panel": "#f3f4f6",
    "ink": "#1a1a1a",
    "muted": "#5f6368",
    "hair": "#d8dce1",
    "given": "#868c94",
    "unit": "#dde1e6",
    "on_unit": "#1a1a1a",
    "A": "#0072B2",
    "B": "#D55E00",
    "C": "#009E73",
    "D": "#BC6594",
    "on_A": "#ffffff",
    "on_B": "#111111",
    "on_C": "#111111",
    "on_D": "#111111",
}

DARK: Final[Theme] = {
    "ground": "#111111",
    "panel": "#1c1f23",
    "ink": "#ececec",
    "muted": "#a3a9b1",
    "hair": "#34393f",
    "given": "#7d848c",
    "unit": "#343a41",
    "on_unit": "#ececec",
    "A": "#56B4E9",
    "B": "#E69F00",
    "C": "#009E73",
    "D": "#CC79A7",
    "on_A": "#111111",
    "on_B": "#111111",
    "on_C": "#111111",
    "on_D": "#111111",
}

SPACE_ROLES: Final = ("A", "B", "C", "D")

HATCHES: Final[dict[str, str]] = {
    "none": "diagonal_cross",
    "r": "right_diagonal_line",
    "w": "left_diagonal_line",
    "rw": "blank",
    "x": "vertical_line",
    "rx": "dot",
    "wx": "horizontal_line",
    "rwx": "cross",
}
"""Protection -> Bokeh hatch pattern. Most memory is rw, so rw has none."""

FILE_HATCH: Final = "horizontal_dash"
HATCH_SCALE: Final = 16
DOT_HATCH_SCALE: Final = 8
HATCH_ALPHA: Final = 0.55
HATCH_WEIGHT: Final = 1.3

MEASURES: Final[dict[str, float]] = {
    # the lab
    "gutter": 80,  # left of page 0: the names of the lanes, the index axis, the rug
    "margin": 16,  # right of the last page: half of its number
    "plot": 672,  # the pages, where there is room beside the column
    "column": 268,
    "gap": 32,
    # the strip, from the top
    "unit_lane": 28,
    "lane_gap": 4,
    "vma_lane": 32,
    "page_row": 32,
    # the plane
    "plane": 443,
    "band_gap": 20,
    # the dials
    "dial": 140,
    "dial_row": 152,
    "radius": 56,
    "ring": 16,
    "ring_reserved": 6,
    "ring_given": 1.5,
    # type
    "small": 12,
    "text": 13,
    "sentence": 16,
    "mono_em": 0.602,  # the width of a character of the code font, in parts of its size
    "sans_em": 0.56,  # the same for the text font, on average, rounded up
    # movement
    "split_ms": 350,
    "move_ms": 400,
    "wrap_ms": 400,
    "fork_ms": 500,
    "copy_ms": 500,
    "ghost_ms": 1200,
    "fade_ms": 300,
    "apart": 4,
    "lift": 14,  # how far a staple, a page or a child's bar goes from its place
    "dim": 0.35,
}


def space_role(space: int | None) -> str:
    """The colour role of an address space, given its id; a file mapping has that of a unit.

    >>> space_role(0), space_role(5), space_role(None)
    ('A', 'B', 'unit')
    """
    return "unit" if space is None else SPACE_ROLES[space % len(SPACE_ROLES)]


def language_json() -> dict[str, Any]:
    """The constants that the browser's side needs, as plain values."""
    return {
        "themes": {"light": LIGHT, "dark": DARK},
        "hatch": {
            "scale": HATCH_SCALE,
            "dot_scale": DOT_HATCH_SCALE,
            "alpha": HATCH_ALPHA,
            "weight": HATCH_WEIGHT,
        },
        "measures": MEASURES,
    }
