"""Fixtures for tests that drive a real JupyterLab with a real browser.

lab       the server, on a copy of the chapters
page      Playwright's page (1400 x 1000); a failed test leaves a screenshot in test-results/
pictures  a folder for screenshots to look at: test-results/pictures
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.browser.labserver import LabServer, running_lab
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
    with running_lab(folder, home / "jupyter") as server:
        yield server


@pytest.fixture(autouse=True)
def _kernels(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test leaves no kernel running: the next one has the processor to itself."""
    yield
    if "lab" in request.fixturenames:
        server: LabServer = request.getfixturevalue("lab")
        server.end_kernels()


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config) -> Path:
    folder = Path(pytestconfig.getoption("--output")).absolute() / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
