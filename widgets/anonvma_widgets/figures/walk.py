"""The reverse walk: a panel for each process, one line at the page's index through all of them.

x and y are pixels from the top left corner. A ring marks where the line meets a candidate's
diagonal; an upright leads from it to the page table, where a filled box is a hit and a crossed
one a miss.
"""

from __future__ import annotations

from bokeh.core.properties import value

from anonvma_widgets.figures import base


def reverse_walk() -> base.Figure:
    """The empty panels; their sources are named in the order in which they are drawn."""
    fig = base.canvas("reverse_walk", 768, 330, down=True)
    bold = {"text_font_style": value("bold")}
    base.boxes(fig, "walk_panels")
    base.segments(fig, "walk_grid", 1)
    base.boxes(fig, "walk_present")
    base.texts(fig, "walk_numbers", base.CODE)
    base.texts(fig, "walk_names", base.SMALL)
    base.texts(fig, "walk_titles", base.NAMES, **bold)
    base.dots(fig, "walk_dots")
    base.lines(fig, "walk_diagonals", 6)
    base.segments(fig, "walk_line", 1.5)
    base.segments(fig, "walk_uprights", 1.5)
    base.boxes(fig, "walk_hits")
    base.boxes(fig, "walk_misses", line_color="line", line_width=2)
    base.lines(fig, "walk_crosses", 1.5)
    base.draw(
        fig,
        "scatter",
        "walk_rings",
        x="x",
        y="y",
        size=10,
        fill_color="color",
        line_color="line",
        line_width=1.5,
    )
    base.texts(fig, "walk_labels", base.CODE)
    base.texts(fig, "walk_sums", base.CODE)
    base.texts(fig, "walk_outcomes", base.SMALL)
    base.texts(fig, "walk_hit_words", base.SMALL, **bold)
    return fig
