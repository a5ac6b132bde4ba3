"""The page of ``anonvma-book replay --compare --plot``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bokeh.core.properties import value

from anonvma_widgets.figures.comparison import MEASURES, bars, chart, page

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
        labels = [getattr(item, "label", None) for item in fig.legend[0].items]
        assert labels == [value("old"), value("new")]
        old, new = (bars(DATA, measure, scheme) for scheme in ("old", "new"))
        assert (old["x"], new["x"]) == ([("a", "old"), ("b", "old")], [("a", "new")])
        values = [DATA["a"][scheme][measure.name] for scheme in ("old", "new")]
        if measure.logarithmic:
            values = [number or None for number in values]
        assert old["top"] == [values[0], None]
        assert new["top"] == [values[1]]


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
