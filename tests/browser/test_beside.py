"""Schemes side by side and the cost chart, in a real JupyterLab."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.labserver import LabServer
from tests.browser.labview import columns, expect_step, open_lab, say

CODE = """
from anonvma_widgets import Lab
script = '''
a = mmap(4, 'rw', addr=2)
fault(a)
b = mmap(3, 'rw', addr=20)
fault(b)
c = mremap(b, 3, 3, to=6)
d = mremap(a, 7, 8, to=30)'''
Lab(script=script, views=("strip", "cost"), beside=("anon_vma",))
"""


def rival_vmas(rival: Locator) -> list[tuple[int, int]]:
    """Start and end of every vma on a rival's strip."""
    data = columns(rival, "vmas")
    return list(zip(data["start"], data["end"], strict=True))


def test_a_rival_steps_with_the_lab_and_is_chosen_anew(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "beside.ipynb", CODE)
    rival = shown.locator(".av-rival[data-ready]")
    expect(rival).to_have_count(1)
    says = rival.locator(".av-rival-says")
    expect(says).to_have_text(
        "anon_vma refuses the call and stays as it was: "
        "mremap: range 2..9 leaves its unit 2..6 (EFAULT)."
    )
    assert rival_vmas(rival) == [(2, 6), (6, 9)]
    shown.get_by_role("group", name="Address strip").press("ArrowLeft")
    expect_step(shown, "5 of 6")
    expect(rival.locator(".av-rival-borders")).to_have_text(
        "A border at 6 that lokier does not show."
    )
    assert columns(rival, "strip_borders")["x0"] == [6]
    shown.get_by_text("The state as text").click()
    shown.get_by_text("The state as text").click()
    expect(shown.locator(".av-twin pre").last).to_contain_text("unlike       +")
    say(shown, "fault(c)")
    expect_step(shown, "6 of 6")
    expect(rival.locator(".av-rival-counts")).to_have_text(
        "2 units, 2 vmas, 2 anon_vmas, 96 bytes beyond the vmas"
    )
    chooser = shown.get_by_label("Scheme beside the lab's own")
    shown.get_by_role("group", name="Address strip").press("ArrowLeft")
    expect_step(shown, "5 of 6")
    chooser.select_option(label="Beside: anonmm, Hugh Dickins, 2004")
    expect(rival.locator(".av-rival-name")).to_have_text("anonmm, Hugh Dickins, 2004")
    expect_step(shown, "5 of 6")
    expect(rival).to_have_count(1)
    assert rival_vmas(rival) == [(2, 9)]
    chooser.select_option(label="Beside: none")
    expect(shown.locator(".av-rival")).to_have_count(0)


def test_the_cost_chart_follows_and_a_click_goes_to_a_step(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "cost.ipynb", CODE)
    chart = shown.locator(".av-cost-figure")
    expect(chart.locator("canvas").first).to_be_visible()
    labels = columns(shown, "cost_labels")["text"]
    assert labels[:2] == ["lokier 1", "anon_vma 2"]
    panels, lines = columns(shown, "cost_panels"), columns(shown, "cost_own")
    assert len(panels["left"]) == 7
    assert len(lines["xs"]) == 7
    middle = (panels["top"][0] + panels["bottom"][0]) / 2
    chart.click(position={"x": panels["left"][0] + 5, "y": middle})
    expect_step(shown, "0 of 6")
    assert columns(shown, "cost_labels")["text"][:2] == ["lokier 0", "anon_vma 0"]
    chart.press("ArrowRight")
    expect_step(shown, "1 of 6")
    chart.press("Home")
    expect_step(shown, "0 of 6")
    table = shown.locator(".av-cost-table")
    shown.get_by_text("The costs as a table").click()
    expect(table.locator("tbody tr")).to_have_count(7)
    expect(table.locator("tr[aria-current]")).to_contain_text("0 / 0")
