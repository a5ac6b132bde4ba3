"""Which Chromium the browser tests use; ``python -m tests.browser.chromium`` installs one.

In this order: one on PATH, one that Playwright downloaded before. To install: Debian's package
where we are root and apt-get is there, otherwise Playwright's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from anonvma_widgets.publish.chromium import NAMES, on_path

PACKAGES = ("chromium", "fonts-dejavu-core")


def playwrights_own() -> str | None:
    """The Chromium that Playwright downloaded, or None."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def find() -> str | None:
    """The path of a Chromium, or None."""
    return on_path(NAMES) or playwrights_own()


def run(command: list[str]) -> bool:
    """Run a command without stdin; whether it succeeded."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, stdin=subprocess.DEVNULL, env=environment).returncode == 0


def install() -> str | None:
    """Install a Chromium; its path, or None if that failed."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium for the browser tests ...", flush=True)
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *PACKAGES])
        if path := on_path(NAMES):
            return path
    print("Installing Playwright's own Chromium for the browser tests ...", flush=True)
    run([sys.executable, "-m", "playwright", "install", "chromium"])
    return playwrights_own()


def main() -> int:
    """Make sure that there is a Chromium."""
    if find() or install():
        return 0
    print(
        "There is no Chromium, and none could be installed. Install one by hand so that\n"
        f"one of these is on PATH: {', '.join(NAMES)}",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
