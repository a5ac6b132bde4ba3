"""What holds on any machine: a step and a call cost a few of their floors, and nothing grows.

The quicker quarter of each is compared, in one page, so that a busy machine changes little. How
long things take is measured by ``python -m tests.browser.speed``, on a quiet machine.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import speed
from tests.browser.labserver import LabServer

STEPS = 1000

pytestmark = pytest.mark.own_page  # what other tests leave to the collector is not in it


def quick(times: list[float]) -> float:
    """What a quarter of the times stay below."""
    return sorted(times)[len(times) // 4]


def test_a_step_and_a_call_among_a_hundred_vmas_cost_a_few_of_their_floors(
    lab: LabServer, page: Page
) -> None:
    page.emulate_media(reduced_motion="reduce")
    shown = speed.opened(page, lab, 100, 16)
    steps = speed.history(page, shown, 16)
    _, rectangle = speed.floors(page, 16)
    refusals = speed.refusals(page, shown, 12)
    calls = speed.calls(page, shown, 100, 12)
    assert quick(steps) < 4 * quick(rectangle)
    assert quick(calls) < 4 * quick(refusals)


def test_nothing_grows_while_stepping(lab: LabServer, page: Page) -> None:
    shown = speed.opened(page, lab, 10, 20)
    before, after = speed.growth(page, shown, STEPS)
    assert after.models == before.models
    assert after.nodes < 1.05 * before.nodes
    assert after.heap < 1.1 * before.heap + 1e6
