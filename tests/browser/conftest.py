"""Fixtures for tests that drive a real JupyterLab with a real browser.

lab       the server, on a copy of the chapters
page      a page (1400 x 1000); a failed test leaves a screenshot in test-results/. With ``lab`` it
          is the desk's: JupyterLab has been loaded in it, nothing is open, and all is as it was
          at first. ``@pytest.mark.own_page``: a page in which nothing has been done
captures  the folder in which all workers find the captured chapters
desk      where the one page stays that tests with ``lab`` share
pictures  a folder for screenshots to look at: test-results/pictures
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import publishing
from tests.browser import chromium
from tests.browser.labpage import close_all, show_sidebar
from tests.browser.labserver import LabServer, running_lab
from tests.browser.nursery import nursery
from tests.notebooks import CHAPTERS

# The pages are our own, on loopback; a container's kernel often forbids the sandbox.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium.find()
    if path is None:
        missing = "no Chromium for the browser tests: run `make browser`"
        if os.environ.get("CI"):
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1400, "height": 1000}}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    home = tmp_path_factory.mktemp("lab")
    ignore = shutil.ignore_patterns("conftest.py", "__pycache__", ".*")
    folder = Path(shutil.copytree(CHAPTERS, home / "chapters", ignore=ignore))
    with nursery(home / "jupyter"), running_lab(folder, home / "jupyter") as server:
        yield server


class Desk:
    """The page in which JupyterLab stays loaded from one test to the next."""

    def __init__(self, browser: Browser, arguments: dict[str, Any]) -> None:
        self.browser, self.arguments = browser, arguments
        self.context: BrowserContext | None = None

    def given(self) -> Page:
        """The page, as it is when it is new."""
        if self.context is None:
            self.context = self.browser.new_context(**self.arguments)
            return self.context.new_page()
        (page,) = self.context.pages
        page.set_viewport_size(self.arguments["viewport"])
        page.emulate_media(media="null", color_scheme="null", reduced_motion="null")
        page.mouse.move(0, 0)
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        show_sidebar(page)
        return page

    def clear(self) -> None:
        """Close what a test has opened."""
        if self.context is not None:
            (page,) = self.context.pages
            close_all(page)

    def drop(self) -> None:
        """Close the page: the next test is given a new one."""
        if self.context is not None:
            self.context.close()
        self.context = None


@pytest.fixture(scope="session")
def desk(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Desk]:
    made = Desk(browser, browser_context_args)
    yield made
    made.drop()


@pytest.fixture
def page(request: pytest.FixtureRequest, desk: Desk, output_path: str) -> Iterator[Page]:
    own = request.node.get_closest_marker("own_page") is not None
    if own or "lab" not in request.fixturenames:
        context: BrowserContext = request.getfixturevalue("context")
        yield context.new_page()
        return
    shared = desk.given()
    yield shared
    if request.node.rep_call.passed:
        desk.clear()
        return
    if not shared.is_closed():
        shared.screenshot(path=Path(output_path) / "test-failed-1.png", full_page=True)
    desk.drop()


@pytest.fixture(autouse=True)
def _kernels(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test leaves no kernel running: the next one has the processor to itself."""
    yield
    if "lab" in request.fixturenames:
        server: LabServer = request.getfixturevalue("lab")
        server.end_kernels()


@pytest.fixture(scope="session")
def captures(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publishing.captures(pytestconfig) or tmp_path_factory.mktemp("captured")


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config) -> Path:
    folder = Path(pytestconfig.getoption("--output")).absolute() / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
