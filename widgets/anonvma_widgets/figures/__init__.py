"""The figures, made once and empty: the browser fills their sources from scenes."""

from __future__ import annotations

from functools import cache
from typing import Any

from bokeh.embed import json_item

from anonvma_widgets.figures.cost import cost_chart
from anonvma_widgets.figures.dials import counter_dials
from anonvma_widgets.figures.plane import index_plane
from anonvma_widgets.figures.strip import address_strip
from anonvma_widgets.figures.walk import reverse_walk

FIGURES = {
    "strip": address_strip,
    "plane": index_plane,
    "dials": counter_dials,
    "walk": reverse_walk,
    "cost": cost_chart,
}


@cache
def figures_json() -> dict[str, Any]:
    """What BokehJS embeds, by the name of the view. The same for every lab."""
    return {name: json_item(make()) for name, make in FIGURES.items()}
