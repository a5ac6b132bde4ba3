"""The page of ``anonvma-book replay --compare --plot``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bokeh.models import ColumnDataSource
from bokeh.models.renderers import GlyphRenderer

from anonvma_widgets.figures.comparison import MEASURES, chart, page

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "anonvma_book.cli", "replay"]
DATA: dict[str, dict[str, dict[str, object]]] = {
    "a": {
        "old": {"vmas": 3, "forbidden": 1, "bytes": 0, "candidates_per_hit": 1.5},
        "new": {"vmas": 2, "forbidden": 0, "bytes": 64, "candidates_per_hit": 1.0},
    },
    "b": {"old": {"error": "lost"}},
}


def test_a_bar_for_each_scheme_on_each_trace() -> None:
    for measure in MEASURES:
        fig = chart(DATA, measure)
        (renderer,) = fig.renderers
        assert isinstance(renderer, GlyphRenderer)
        assert isinstance(renderer.data_source, ColumnDataSource)
        data = renderer.data_source.data
        assert data["x"] == [("a", "old"), ("a", "new"), ("b", "old")]
        values = [DATA["a"][scheme][measure.name] for scheme in ("old", "new")]
        if measure.logarithmic:
            values = [value or None for value in values]
        assert data["top"] == [*values, None]


def test_the_page_needs_no_network() -> None:
    html = page(DATA)
    assert html.count("<title>Schemes</title>") == 1
    assert "<script src=" not in html
    assert '<link rel="stylesheet"' not in html


def test_the_command_writes_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "sqlite_100k", "--compare", "--plot", str(tmp_path / "a.html")],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'widgets'}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert all(measure.title in html for measure in MEASURES)
    assert "anon_vma_chain" in html
