"""The empty figures: every model that a test or a reader looks at has a name of its own."""

from __future__ import annotations

import json

import pytest
from bokeh.models import ColumnDataSource
from bokeh.models.renderers import GlyphRenderer

from anonvma_widgets.figures import FIGURES, figures_json


@pytest.mark.parametrize("name", FIGURES)
def test_sources_are_named_and_empty(name: str) -> None:
    fig = FIGURES[name]()
    renderers = [each for each in fig.renderers if isinstance(each, GlyphRenderer)]
    sources = [renderer.data_source for renderer in renderers]
    assert all(source.name for source in sources)
    for source in sources:
        assert isinstance(source, ColumnDataSource)
        assert all(values == [] for values in source.data.values())
    assert [renderer.name for renderer in renderers] == [f"{s.name}_glyphs" for s in sources]


def test_names_are_not_used_twice() -> None:
    names = [
        renderer.name for make in FIGURES.values() for renderer in make().select(GlyphRenderer)
    ]
    assert len(set(names)) == len(names)


def test_figures_ask_for_no_network_and_are_small() -> None:
    for name, made in figures_json().items():
        text = json.dumps(made)
        assert len(text) < 27_000, name
        assert "http" not in text
