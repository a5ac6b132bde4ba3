"""The page of ``anonvma-book replay --compare --plot``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bokeh.models import ColumnDataSource

from anonvma_book.picture.language import LIGHT
from anonvma_widgets.figures.comparison import MEASURES, bars, chart, page

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "anonvma_book.cli", "replay"]
DATA: dict[str, dict[str, dict[str, object]]] = {
    "a": {
        "old": {"vmas": 3, "forbidden": 1, "bytes": 0, "candidates_per_hit": 1.5},
        "lokier": {"vmas": 2, "forbidden": 0, "bytes": 1064, "candidates_per_hit": 1.0},
    },
    "b": {"old": {"error": "lost"}},
}


def test_a_bar_for_each_scheme_on_each_trace() -> None:
    for measure in MEASURES:
        columns = bars(DATA, measure)
        assert columns["place"] == [("a", "old"), ("a", "lokier"), ("b", "old")]
        values = [DATA["a"][scheme][measure.name] for scheme in ("old", "lokier")]
        assert columns["length"] == [*values, None]
        source = chart(DATA, measure).select_one({"name": f"{measure.name}_bars"})
        assert isinstance(source, ColumnDataSource)
        assert source.data == columns


def test_the_number_stands_at_the_end_and_ours_is_ink() -> None:
    columns = {measure.name: bars(DATA, measure) for measure in MEASURES}
    assert columns["bytes"]["number"] == ["0", "1,064", ""]
    assert columns["candidates_per_hit"]["number"] == ["1.50", "1.00", ""]
    grey, ink = LIGHT["given"], LIGHT["ink"]
    assert all(found["colour"] == [grey, ink, grey] for found in columns.values())


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
