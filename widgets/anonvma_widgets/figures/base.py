"""What all figures share: a bare canvas, and glyphs whose data the browser replaces.

A figure is made once, empty. Its glyphs read named sources; the browser fills them from a scene,
because only it knows the width of the page, the theme, and how far a movement has come. A source
has the columns that its glyph reads, and may have more, which tests and readers can look at.

The canvas fills the whole figure: there are no axes, what would stand on them is glyphs too.
"""

from __future__ import annotations

from typing import Any

from bokeh.core.property.vectorization import Value, value
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure

from anonvma_book.picture import language

Figure = figure
Font = dict[str, Value[str]]

CODE_FONT = "Menlo, Consolas, 'DejaVu Sans Mono', monospace"
TEXT_FONT = "Helvetica, Arial, sans-serif"

CODE: Font = {"text_font": value(CODE_FONT), "text_font_size": value("12px")}
SMALL: Font = {"text_font": value(TEXT_FONT), "text_font_size": value("12px")}
NAMES: Font = {"text_font": value(TEXT_FONT), "text_font_size": value("13px")}


def canvas(name: str, width: int, height: int, *, down: bool = False) -> Figure:
    """An empty figure of that size in pixels; ``down``: y grows downwards, in pixels."""
    low, high = (height, 0) if down else (0, height)
    made = figure(
        name=name,
        width=width,
        height=height,
        tools="",
        toolbar_location=None,
        min_border=0,
        x_range=Range1d(start=0, end=width, name=f"{name}_x"),
        y_range=Range1d(start=low, end=high, name=f"{name}_y"),
        x_axis_location=None,
        y_axis_location=None,
    )
    made.title = None
    made.grid.visible = False
    made.outline_line_color = None
    made.background_fill_color = None
    made.border_fill_color = None
    return made


def draw(fig: Figure, glyph: str, name: str, **properties: Any) -> None:
    """Add a glyph that reads the source ``name``; a bare string names a column."""
    columns = {text for text in properties.values() if isinstance(text, str)}
    source = ColumnDataSource({column: [] for column in sorted(columns)}, name=name)
    renderer = getattr(fig, glyph)(source=source, **properties)
    renderer.name = f"{name}_glyphs"
    renderer.nonselection_glyph = None
    renderer.selection_glyph = None
    renderer.muted_glyph = None


BOX = {"left": "left", "right": "right", "top": "top", "bottom": "bottom"}
SEGMENT = {"x0": "x0", "y0": "y0", "x1": "x1", "y1": "y1"}
LINES = {"xs": "xs", "ys": "ys"}


def boxes(fig: Figure, name: str, **properties: Any) -> None:
    """Filled quads: columns left, right, top, bottom, color, alpha."""
    look = {"fill_color": "color", "fill_alpha": "alpha", "line_color": None}
    draw(fig, "quad", name, **BOX, **{**look, **properties})


def hatches(fig: Figure, name: str) -> None:
    """Hatches without fill: columns left, right, top, bottom, hatch, hatch_scale, color, alpha.

    BokehJS makes a canvas for every row of a hatched glyph, whatever its pattern, so hatches are
    drawn by glyphs of their own, which have rows for what is hatched alone.
    """
    look = {
        "hatch_pattern": "hatch",
        "hatch_scale": "hatch_scale",
        "hatch_color": "color",
        "hatch_alpha": "alpha",
        "hatch_weight": language.HATCH_WEIGHT,
    }
    draw(fig, "quad", name, **BOX, fill_color=None, line_color=None, border_radius=2, **look)


def outlines(fig: Figure, name: str, **properties: Any) -> None:
    """Quads without fill: columns left, right, top, bottom, color, alpha."""
    look = {"fill_color": None, "line_color": "color", "line_alpha": "alpha"}
    draw(fig, "quad", name, **BOX, **{**look, **properties})


def lines(fig: Figure, name: str, width: float, **properties: Any) -> None:
    """Lines of two or more points: columns xs, ys, color, alpha."""
    look = {"line_color": "color", "line_alpha": "alpha", "line_width": width}
    draw(fig, "multi_line", name, **LINES, **{**look, **properties})


def dots(fig: Figure, name: str) -> None:
    """Dotted lines, as reservations are drawn."""
    lines(fig, name, 3, line_dash=[0, 6], line_cap=value("round"))


def ghosts(fig: Figure, name: str) -> None:
    """Dashed outlines: closed lines."""
    lines(fig, name, 1.5, line_dash=[4, 3])


def segments(fig: Figure, name: str, width: float, **properties: Any) -> None:
    """Straight lines: columns x0, y0, x1, y1, color, alpha."""
    look = {"line_color": "color", "line_alpha": "alpha", "line_width": width}
    draw(fig, "segment", name, **SEGMENT, **{**look, **properties})


def texts(fig: Figure, name: str, font: Font, **properties: Any) -> None:
    """Labels: columns x, y, text, color, alpha, dx, dy (pixels), align."""
    look = {
        "text_color": "color",
        "text_alpha": "alpha",
        "x_offset": "dx",
        "y_offset": "dy",
        "text_align": "align",
        "text_baseline": "middle",
    }
    draw(fig, "text", name, x="x", y="y", text="text", **font, **{**look, **properties})
