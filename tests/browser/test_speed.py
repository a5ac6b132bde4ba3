"""What holds on any machine: a step costs a few redraws of one rectangle, and nothing grows.

How long things take is measured by ``python -m tests.browser.speed``, on a quiet machine.
"""

from __future__ import annotations

import statistics

from playwright.sync_api import Page

from tests.browser import speed
from tests.browser.labserver import LabServer

STEPS = 2000


def test_a_step_among_a_hundred_vmas_costs_a_few_redraws_of_one_rectangle(
    lab: LabServer, page: Page
) -> None:
    page.emulate_media(reduced_motion="reduce")
    shown = speed.opened(page, lab, 100, 20)
    steps = speed.history(page, shown, 20)
    _, rectangle = speed.floors(page, 20)
    assert statistics.median(steps) < 8 * statistics.median(rectangle)


def test_nothing_grows_while_stepping(lab: LabServer, page: Page) -> None:
    shown = speed.opened(page, lab, 10, 20)
    before, after = speed.growth(page, shown, STEPS)
    assert after.models == before.models
    assert after.nodes < 1.05 * before.nodes
    assert after.heap < 1.1 * before.heap + 1e6
