"""The index plane: address across, index up. A vma is a diagonal, a reservation its dotted rest.

x is a page, the same as on the strip. y is an index of an address space plus the foot of its
band: bands lie above one another, the oldest address space lowest. Beside the plane, left of the
first page, stands the rug: each dial unrolled.
"""

from __future__ import annotations

from bokeh.core.properties import value

from anonvma_widgets.figures import base

LETTER = {"text_font": value(base.TEXT_FONT), "text_font_size": value("18px")}


def index_plane() -> base.Figure:
    """The empty plane; its sources are named in the order in which they are drawn."""
    fig = base.canvas("index_plane", 768, 460)
    base.boxes(fig, "bands")
    base.segments(fig, "index_grid", 1)
    base.texts(fig, "index_numbers", base.CODE)
    base.boxes(fig, "rug")
    base.segments(fig, "next_marks", 2)
    base.segments(fig, "spent_marks", 1)
    base.texts(fig, "space_letters", LETTER, text_font_style=value("bold"))
    base.dots(fig, "plane_dots")
    base.segments(fig, "plane_bars", 2)
    base.segments(fig, "group_jumps", 1)
    base.lines(fig, "new_diagonals", 10)
    base.lines(fig, "diagonals", 6)
    base.ghosts(fig, "plane_ghosts")
    base.texts(fig, "plane_labels", base.CODE)
    base.texts(fig, "plane_notes", base.SMALL)
    base.texts(fig, "plane_names", base.SMALL)
    return fig
