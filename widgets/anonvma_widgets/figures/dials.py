"""The counter dials: a ring for each address space, index 0 on top, clockwise.

x and y are pixels from the top left corner of the figure, so radii are pixels too.
"""

from __future__ import annotations

from bokeh.core.properties import value

from anonvma_widgets.figures import base

LETTER = {"text_font": value(base.TEXT_FONT), "text_font_size": value("19px")}


def counter_dials() -> base.Figure:
    """The empty dials; their sources are named in the order in which they are drawn."""
    fig = base.canvas("counter_dials", 268, 152, down=True)
    for name in ("rings", "ring_arcs"):
        base.draw(
            fig,
            "annular_wedge",
            name,
            x="x",
            y="y",
            inner_radius="inner",
            outer_radius="outer",
            start_angle="start",
            end_angle="end",
            direction="clock",
            fill_color="color",
            fill_alpha="alpha",
            line_color=None,
        )
    base.segments(fig, "ring_bars", 2)
    base.segments(fig, "ring_ticks", 1)
    base.segments(fig, "hand_ghosts", 1.5, line_dash=[4, 3])
    base.segments(fig, "hands", 2, line_cap=value("round"))
    base.texts(fig, "ring_numbers", base.CODE)
    base.texts(fig, "ring_letters", LETTER, text_font_style=value("bold"))
    base.texts(fig, "ring_captions", base.SMALL)
    return fig
