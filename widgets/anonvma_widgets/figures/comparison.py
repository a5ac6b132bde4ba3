"""Schemes side by side on several traces, as a page of bar charts that needs no network.

One chart a measure; in each, a group of bars a trace, and in a group a bar a scheme.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import NamedTuple

from bokeh.embed import file_html
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, HoverTool
from bokeh.plotting import figure
from bokeh.resources import INLINE

Data = Mapping[str, Mapping[str, Mapping[str, object]]]
"""trace -> scheme -> measure -> number; a scheme that failed has ``error`` and no measure."""


class Measure(NamedTuple):
    """A chart: its title, and whether its axis is logarithmic, where 0 has no bar."""

    name: str
    title: str
    logarithmic: bool = False


MEASURES = (
    Measure("vmas", "vmas of one process at its peak", logarithmic=True),
    Measure("forbidden", "borders at the peak that may not merge"),
    Measure("bytes", "bookkeeping at its largest, in bytes beyond the vmas", logarithmic=True),
    Measure("candidates_per_hit", "candidates of a reverse walk for each mapping that it finds"),
)

COLOURS = ("#000000", "#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#d55e00", "#0072b2", "#999999")
"""Told apart by colour-blind readers, too (Okabe and Ito, 2008)."""

WIDTH_OF_BAR = 14  # pixels
HEIGHT = 300


def page(data: Data) -> str:
    """The whole page as HTML, Bokeh's own code included."""
    return file_html(column([chart(data, measure) for measure in MEASURES]), INLINE, "Schemes")


def chart(data: Data, measure: Measure) -> figure:
    """One measure of every trace under every scheme."""
    schemes = list(dict.fromkeys(scheme for found in data.values() for scheme in found))
    places = [(trace, scheme) for trace, by_scheme in data.items() for scheme in by_scheme]
    fig = figure(
        title=measure.title,
        x_range=FactorRange(factors=places, group_padding=1.5),
        y_axis_type="log" if measure.logarithmic else "linear",
        width=max(600, WIDTH_OF_BAR * (len(places) + 2 * len(data)) + 200),
        height=HEIGHT,
        tools="",
        toolbar_location=None,
        name=measure.name,
    )
    for scheme, colour in zip(schemes, cycle(COLOURS), strict=False):  # in the legend's order
        fig.vbar(
            x="x",
            top="top",
            bottom=0.7 if measure.logarithmic else 0,
            width=0.9,
            source=ColumnDataSource(bars(data, measure, scheme)),
            fill_color=colour,
            line_color=None,
            legend_label=scheme,
        )
    fig.add_tools(HoverTool(tooltips="@trace under @scheme: @top{0,0.[00]}"))
    fig.add_layout(fig.legend[0], "right")
    fig.xaxis.major_label_text_font_size = "0px"  # the legend names the schemes
    fig.xaxis.major_tick_line_color = None
    fig.xgrid.grid_line_color = None
    return fig


def bars(data: Data, measure: Measure, scheme: str) -> dict[str, list[object]]:
    """The columns of one scheme: a bar a trace, None where nothing was measured, or 0 if log."""
    traces = [trace for trace, found in data.items() if scheme in found]
    tops = [number(data[trace][scheme].get(measure.name)) for trace in traces]
    return {
        "x": [(trace, scheme) for trace in traces],
        "top": [top or None if measure.logarithmic else top for top in tops],
        "trace": list(traces),
        "scheme": [scheme] * len(traces),
    }


def number(value: object) -> float | None:
    """A measured number, or None where there is none."""
    return float(value) if isinstance(value, (int, float)) else None
