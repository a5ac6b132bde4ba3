"""What is painted straight from the data is what BokehJS paints, pixel for pixel."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.labpage import painted, set_theme
from tests.browser.labserver import LabServer
from tests.browser.labview import open_lab

LAB = """\
from anonvma_widgets import Lab
Lab({!r}, at={}, page=8, views=["plane", "dials", "walk", "cost"])
"""

FIGURES = {"address_strip", "index_plane", "counter_dials", "reverse_walk", "cost_chart"}

BOTH_WAYS = """async lab => {
    const ours = ["_paint", "update_data", "map_data", "_update_masked_indices"];
    const image = (view, renderers) => {
        const { canvas } = view.canvas_view.primary;
        const context = canvas.getContext("2d");
        context.save();
        context.resetTransform();
        context.clearRect(0, 0, canvas.width, canvas.height);  // BokehJS leaves a pixel at the edge
        context.restore();
        view.invalidate_painters(...renderers);
        view.repaint();
        return context.getImageData(0, 0, canvas.width, canvas.height).data;
    };
    const found = {};
    for (const view of Object.values(Bokeh.index.roots ?? Bokeh.index)) {
        if (!view.renderer_views || !view.canvas_view.primary.canvas.width) continue;
        const renderers = [...view.renderer_views.values()].filter(each => each.glyph);
        const painted = image(view, renderers);
        for (const renderer of renderers) {
            for (const name of ours) delete renderer[name];
            delete renderer.glyph.index_data;
            delete renderer.cds_view.compute_indices;
            renderer.cds_view.compute_indices();
            await renderer.set_data();
            renderer.map_data();
        }
        const theirs = image(view, renderers);
        let [ink, apart, most] = [0, 0, 0];
        for (let at = 0; at < painted.length; at += 1) {
            if (painted[at]) ink += 1;
            if (painted[at] !== theirs[at]) apart += 1;
            most = Math.max(most, Math.abs(painted[at] - theirs[at]));
        }
        found[view.model.name] = { ink, apart, most };
    }
    return found;
}"""


@pytest.mark.own_page  # its figures are taken apart
@pytest.mark.parametrize(
    ("scenario", "step", "theme"),
    [("the counter wraps", 8, "light"), ("a split", 2, "dark"), ("a walk under fork", 4, "light")],
)
def test_a_figure_is_what_bokehjs_paints(
    lab: LabServer, page: Page, scenario: str, step: int, theme: str
) -> None:
    shown = open_lab(page, lab, "painting.ipynb", LAB.format(scenario, step))
    set_theme(page, theme)
    painted(page)
    found = shown.evaluate(BOTH_WAYS)
    assert set(found) == FIGURES
    for name, pixels in found.items():
        assert pixels["ink"] > 0, name
        assert (pixels["apart"], pixels["most"]) == (0, 0), (name, pixels)
