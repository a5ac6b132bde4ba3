"""A page as PDF, through a Chromium of this machine: without a window, and without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from anonvma_book.errors import AnonvmaError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
CHOICE = "ANONVMA_BOOK_CHROMIUM"  # names another one
SECONDS = 300

# Time inside the page, in milliseconds: it runs ahead while nothing is to be done there, so that
# what the page still has to do is done when this is over.
VIRTUAL_TIME = 36_000_000


def find() -> str:
    """The path of a Chromium. Raises :class:`AnonvmaError` if there is none that starts."""
    chosen = os.environ.get(CHOICE)
    path = on_path((chosen,) if chosen else NAMES)
    if path is None:
        raise AnonvmaError(f"PDF: there is no {chosen or 'Chromium'}; {CHOICE} names one")
    return path


def on_path(names: Iterable[str]) -> str | None:
    """The path of the first of these programs that is there and starts, or None."""
    paths = filter(None, map(shutil.which, names))
    return next(filter(_starts, paths), None)


def _starts(path: str) -> bool:
    """Whether it is a browser: Ubuntu has a stub of that name, without snap."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def write_pdf(page: Path, query: str, pdf: Path) -> None:
    """Print ``page`` with that query into ``pdf``. Raises :class:`AnonvmaError` if it fails."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            find(),
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            *(["--no-sandbox"] if _is_root() else []),
            f"--user-data-dir={profile}",
            f"--virtual-time-budget={VIRTUAL_TIME}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf.absolute()}",
            f"{page.absolute().as_uri()}?{query}",
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise AnonvmaError(f"PDF: Chromium was not done in {SECONDS} seconds") from None
    if done.returncode or not pdf.exists():
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise AnonvmaError(f"PDF: Chromium failed: {last}")


def _is_root() -> bool:
    """Chromium keeps its sandbox, except for root, who cannot have one."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
