"""What all tests share: how Hypothesis works, which begin first, and where the tree is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# No deadline: two workers share two cores with a browser. A failure prints how to repeat it.
settings.register_profile(
    "book", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("book")

# What begins first. Chapters: what compares them keeps what their widgets show, for the sites and
# decks. Then what takes longest: two workers, a file each, end at about the same time.
FIRST = (
    "chapters/13-",
    "chapters/",
    "tests/browser/test_site.py",
    "tests/browser/test_slides.py",
    "tests/browser/test_lab_chapters.py",
    "tests/browser/test_speed.py",
    "tests/questions/test_drills.py",
    "tests/browser/test_questions.py",
    "tests/browser/test_lab.py",
    "tests/browser/test_accessibility.py",
    "tests/browser/test_movements.py",
    "tests/browser/test_python_in_page.py",
    "tests/test_chapter_content.py",
    "tests/browser/test_walk.py",
    "tests/traces/test_borders.py",
    "tests/traces/test_bundled.py",
    "tests/traces/test_compare_command.py",
    "tests/browser/",
    "tests/test_histories.py",
    "tests/schemes/test_histories.py",
    "tests/publish/test_capture.py",
    "tests/test_chapters.py",
    "tests/traces/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=place_in_line)


def place_in_line(item: pytest.Item) -> int:
    """The lower, the sooner the item's file is given to a worker."""
    found = (place for place, path in enumerate(FIRST) if item.nodeid.startswith(path))
    return next(found, len(FIRST))


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the source tree."""
    return ROOT
