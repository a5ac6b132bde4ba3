"""A live kernel for a test: a fresh window each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from anonvma_book.live import LiveKernel, LiveProcess

if sys.platform != "linux":
    pytest.skip("these tests drive the running Linux kernel", allow_module_level=True)


@pytest.fixture
def live() -> Iterator[LiveKernel]:
    """A live kernel with a window of 4096 pages."""
    with LiveKernel() as kernel:
        yield kernel


@pytest.fixture
def init(live: LiveKernel) -> LiveProcess:
    """Its first process."""
    return live.processes[1]
