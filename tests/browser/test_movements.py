"""Each kind of movement in a real notebook: half way it looks like itself, then it is at rest.

The page's clock is stopped: a movement stands where the test says, however slow the machine is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.labpage import hide_sidebar, painted, set_theme
from tests.browser.labserver import LabServer
from tests.browser.labview import columns, expect_step, open_lab, say

STOPPED = """() => {
    const frame = window.requestAnimationFrame.bind(window);
    window.moment = 0;
    performance.now = () => 0;
    window.requestAnimationFrame = run => frame(() => run(window.moment));
}"""

CODE = """\
from anonvma_book import Lokier, Machine
from anonvma_widgets.lab import Lab

machine = Machine(Lokier.classroom(), task_pages=48)
Lab(machine=machine)
"""


class Kind(NamedTuple):
    """A movement: the calls that lead up to it, the call that shows it, its length, its mark."""

    name: str
    before: str
    call: str
    milliseconds: int
    seen: Callable[[Locator], bool]


def rows(lab: Locator, source: str) -> list[dict[str, Any]]:
    """The rows of a source."""
    data = columns(lab, source)
    return [dict(zip(data, values, strict=True)) for values in zip(*data.values(), strict=True)]


def pages(lab: Locator) -> dict[str, float]:
    """How many pages wide each piece is drawn, by its key."""
    return {row["key"]: row["end"] - row["start"] for row in rows(lab, "vmas")}


def count(lab: Locator, source: str) -> int:
    return len(rows(lab, source))


GROUPED = "a = mmap(4, 'rw', addr=2)\nb = mmap(3, 'rw', addr=20)\nmremap(a, 4, 10)"
SPLIT = "a = mmap(12, 'rw', addr=6)"

KINDS = (
    Kind("place", "", "a = mmap(8, 'rw', addr=6)", 350, lambda lab: 0 < pages(lab)["A0"] < 8),
    Kind(
        "claim",
        "a = mmap(6, 'rw', addr=2)\nb = mmap(3, 'rw', addr=10)",
        "c = mmap(2, 'r', addr=8)",
        350,
        lambda lab: 0 < pages(lab)["A6"] < 2,
    ),
    Kind(
        "split",
        SPLIT,
        "mprotect(a + 4, 4, 'r')",
        350,
        lambda lab: rows(lab, "vmas")[0]["right"] < 9.8,
    ),
    Kind(
        "merge",
        SPLIT + "\nmprotect(a + 4, 4, 'r')",
        "mprotect(a + 4, 4, 'rw')",
        350,
        lambda lab: [row["key"] for row in rows(lab, "vmas")] == ["A0", "A0", "A0"],
    ),
    Kind(
        "group",
        "a = mmap(4, 'rw', addr=2)\nb = mmap(3, 'rw', addr=20)",
        "mremap(a, 4, 10)",
        350,
        lambda lab: count(lab, "group_jumps") == 1 and count(lab, "staples") == 0,
    ),
    Kind(
        "ungroup",
        GROUPED,
        "mprotect(8, 2, 'r')",
        350,
        lambda lab: 0 < columns(lab, "staples")["alpha"][0] < 1,
    ),
    Kind(
        "move",
        GROUPED.splitlines()[0],
        "mremap(a, 4, 4, to=30)",
        400,
        lambda lab: 2 < rows(lab, "vmas")[0]["start"] < 30,
    ),
    Kind(
        "unmap",
        SPLIT,
        "munmap(a + 6, 6)",
        350,
        lambda lab: 0 < pages(lab)["A0 gone"] < 6,
    ),
    Kind(
        "wrap",
        "a = mmap(20, 'rw', addr=2)\nmunmap(a + 4, 16)",
        "b = mmap(20, 'rw', addr=24)",
        400,
        lambda lab: rows(lab, "rings")[1]["outer"] < rows(lab, "rings")[0]["outer"],
    ),
    Kind(
        "fork",
        SPLIT,
        "child = fork()",
        500,
        lambda lab: {row["key"] for row in rows(lab, "vmas")} == {"A0", "A0 child"},
    ),
    Kind(
        "fault",
        SPLIT,
        "fault(a + 4, write=True)",
        350,
        lambda lab: "page 10" in columns(lab, "new_vmas")["key"],
    ),
    Kind(
        "copy",
        SPLIT + "\nfault(a + 4, write=True)\nchild = fork()",
        "fault(a + 4, write=True)",
        500,
        lambda lab: "page 10" in columns(lab, "new_vmas")["key"],
    ),
)


@pytest.fixture
def moving(lab: LabServer, page: Page) -> Iterator[Locator]:
    """An empty lab in which nothing moves on until the test says so."""
    page.set_viewport_size({"width": 1400, "height": 1100})
    shown = open_lab(page, lab, "movements.ipynb", CODE)
    hide_sidebar(page)
    page.evaluate(STOPPED)
    yield shown
    page.evaluate("() => { window.moment = 1e6; }")


def step(lab: Locator, line: str, number: int) -> None:
    say(lab, line)
    expect_step(lab, f"{number} of {number}")


@pytest.mark.own_page  # its clock is stopped
def test_each_kind_has_its_own_movement_and_comes_to_rest(
    moving: Locator, page: Page, pictures: Path
) -> None:
    set_theme(page, "light")
    for kind in KINDS:
        moving.get_by_role("button", name="Reset").click()
        expect_step(moving, "0 of 0")
        page.evaluate("() => { window.moment = 1e6; }")
        lines = kind.before.splitlines()
        for number, line in enumerate(lines, 1):
            step(moving, line, number)
        page.evaluate("half => { window.moment = half; }", kind.milliseconds / 2)
        step(moving, kind.call, len(lines) + 1)
        painted(page)
        painted(page)
        assert moving.get_attribute("data-state") == "moving", kind.name
        assert kind.seen(moving), kind.name
        moving.screenshot(path=pictures / f"movement-{kind.name}-light.png")
        set_theme(page, "dark")
        painted(page)
        moving.screenshot(path=pictures / f"movement-{kind.name}-dark.png")
        set_theme(page, "light")
        page.evaluate("() => { window.moment = 1e6; }")
        painted(page)
        painted(page)
        assert moving.get_attribute("data-state") == "ghost", kind.name
        assert all(" " not in key for key in columns(moving, "vmas")["key"]), kind.name
        assert set(columns(moving, "staples")["alpha"]) <= {1}, kind.name
