"""The address strip: two lanes over the page numbers, units above and vmas below.

x is a page, y is pixels from the top. Read from the back to the front.
"""

from __future__ import annotations

from anonvma_widgets.figures import base

HEIGHT = 100


def address_strip() -> base.Figure:
    """The empty strip; its sources are named in the order in which they are drawn."""
    fig = base.canvas("address_strip", 768, HEIGHT, down=True)
    base.boxes(fig, "lanes")
    base.boxes(fig, "chosen_pages")
    base.boxes(
        fig,
        "units",
        border_radius=2,
        line_color="line",
        line_alpha="alpha",
    )
    base.hatches(fig, "unit_hatches")
    base.texts(fig, "unit_labels", base.CODE)
    base.segments(fig, "strip_borders", 2)
    base.dots(fig, "strip_dots")
    base.segments(fig, "strip_bars", 2)
    base.texts(fig, "strip_counts", {**base.CODE})
    base.boxes(fig, "vmas", border_radius=2)
    base.hatches(fig, "vma_hatches")
    base.outlines(fig, "new_vmas", border_radius=2, line_width=2)
    base.texts(
        fig,
        "vma_labels",
        base.CODE,
        background_fill_color="background",
        background_fill_alpha="alpha",
        padding=3,
    )
    base.lines(fig, "staples", 2)
    base.ghosts(fig, "strip_ghosts")
    base.texts(fig, "page_numbers", base.CODE)
    base.texts(fig, "strip_names", base.NAMES)
    return fig
