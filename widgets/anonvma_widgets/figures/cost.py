"""The cost chart: a small panel for each count, steps across, a line for each scheme.

x and y are pixels from the top left corner. Ink is the lab's own scheme; the others are grey and
told apart by their dashes and by the name at the end of each line.
"""

from __future__ import annotations

from bokeh.core.properties import value

from anonvma_widgets.figures import base


def cost_chart() -> base.Figure:
    """The empty panels; their sources are named in the order in which they are drawn."""
    fig = base.canvas("cost_chart", 768, 330, down=True)
    base.boxes(fig, "cost_panels")
    base.segments(fig, "cost_grid", 1)
    base.segments(fig, "cost_leaders", 1)
    base.lines(fig, "cost_solid", 1.5)
    base.lines(fig, "cost_dashed", 1.5, line_dash=[6, 3])
    base.lines(fig, "cost_dotted", 1.5, line_dash=[2, 3])
    base.lines(fig, "cost_own", 2)
    base.segments(fig, "cost_now", 1)
    base.boxes(fig, "cost_points", border_radius=3)
    base.texts(fig, "cost_titles", base.NAMES, text_font_style=value("bold"))
    base.texts(fig, "cost_labels", base.SMALL)
    base.texts(fig, "cost_numbers", base.CODE)
    return fig
