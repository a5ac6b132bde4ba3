"""Schemes side by side on several traces, as a page of bars that needs no network.

A column a measure; in each, a group of bars a trace, and in a group a bar a scheme, with its name
at the left and its number at the end. Colour stays what it is elsewhere, the address space: here
Lokier's bars are ink, the others grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from bokeh.core.properties import value
from bokeh.embed import file_html
from bokeh.layouts import row
from bokeh.models import CategoricalAxis, ColumnDataSource, FactorRange, Range1d
from bokeh.plotting import figure
from bokeh.resources import INLINE

from anonvma_book.picture.language import LIGHT

Data = Mapping[str, Mapping[str, Mapping[str, object]]]
"""trace -> scheme -> measure -> number; a scheme that failed has ``error`` and no measure."""


class Measure(NamedTuple):
    """A column: what it shows, its title, and how its numbers are written."""

    name: str
    title: str
    form: str = ",.0f"


MEASURES = (
    Measure("vmas", "vmas at the peak"),
    Measure("forbidden", "forbidden merges"),
    Measure("bytes", "bytes beyond the vmas"),
    Measure("candidates_per_hit", "candidates per hit", ".2f"),
)

class Bars(TypedDict):
    """The columns of a measure, a row a bar; a length is None where nothing was measured."""

    place: list[tuple[str, str]]
    length: list[float | None]
    number: list[str]
    colour: list[str]


OURS = "lokier"
BAR, GAP, TOP = 18, 1.0, 60  # pixels, bars, pixels
COLUMN, NAMES = 210, 260
ROOM_FOR_NUMBERS = 1.45


def page(data: Data) -> str:
    """The whole page as HTML, Bokeh's own code included."""
    charts = [chart(data, each, named=each is MEASURES[0]) for each in MEASURES]
    return file_html(row(charts), INLINE, "Schemes")


def chart(data: Data, measure: Measure, *, named: bool = True) -> figure:
    """One measure of every trace under every scheme; ``named`` with their names at the left."""
    columns = bars(data, measure)
    longest = max((length for length in columns["length"] if length), default=1)
    places = len(columns["place"]) + GAP * len(data)
    fig = figure(
        title=measure.title,
        y_range=FactorRange(factors=columns["place"][::-1], group_padding=GAP),
        x_range=Range1d(start=0, end=longest * ROOM_FOR_NUMBERS),
        width=COLUMN + (NAMES if named else 0),
        height=int(TOP + BAR * places),
        min_border_left=0,
        tools="",
        toolbar_location=None,
        name=measure.name,
    )
    source = ColumnDataSource({**columns}, name=f"{measure.name}_bars")
    fig.hbar(y="place", right="length", height=0.7, source=source, color="colour")
    fig.text(
        x="length",
        y="place",
        text="number",
        x_offset=4,
        source=source,
        text_baseline="middle",
        text_font=value("monospace"),
        text_font_size="12px",
        text_color=LIGHT["ink"],
    )
    names = fig.left[0]
    assert isinstance(names, CategoricalAxis), "factors make a categorical axis"
    names.visible = named
    names.major_label_text_font_size = names.group_text_font_size = "12px"
    names.group_label_orientation = "horizontal"
    names.axis_line_color = names.major_tick_line_color = names.separator_line_color = None
    fig.xaxis.visible = False
    fig.grid.grid_line_color = fig.outline_line_color = None
    return fig


def bars(data: Data, measure: Measure) -> Bars:
    """A bar for each trace and scheme."""
    places = [(trace, scheme) for trace, found in data.items() for scheme in found]
    lengths = [number(data[trace][scheme].get(measure.name)) for trace, scheme in places]
    return {
        "place": places,
        "length": lengths,
        "number": ["" if length is None else format(length, measure.form) for length in lengths],
        "colour": [LIGHT["ink" if scheme.startswith(OURS) else "given"] for _, scheme in places],
    }


def number(value: object) -> float | None:
    """A measured number, or None where there is none."""
    return float(value) if isinstance(value, (int, float)) else None
