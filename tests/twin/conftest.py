"""What the hand-worked cases of today's Linux share."""

from __future__ import annotations

import pytest

from anonvma_book import Process
from tests.twin.linux_maps import run


@pytest.fixture
def several() -> Process:
    """..aaaarr            nn..                ff..........dd     the last grows down"""
    return run(
        "mmap(4, addr=2, fixed=True); mmap(2, 'r', addr=6, fixed=True);"
        "mmap(2, 'none', addr=20, fixed=True); mmap(2, addr=40, fixed=True, file=True);"
        "mmap(2, 'none', addr=60, fixed=True, growsdown=True)"
    )
