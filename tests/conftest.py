"""What all tests share: how Hypothesis works, and where the tree is."""

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


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the source tree."""
    return ROOT
