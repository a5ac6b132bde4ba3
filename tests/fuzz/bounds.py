"""What a text may cost, and how it is refused: processor time, memory, and one kind of error."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

Refusal = TypeVar("Refusal", bound=Exception)


def refusal(kind: type[Refusal], action: Callable[[], object]) -> Refusal | None:
    """The error of that kind with which an action ends; None where it does what it says."""
    try:
        action()
    except kind as error:
        return error
    return None


@contextmanager
def bounded(seconds: float, megabytes: float) -> Iterator[None]:
    """Fail where the block takes more processor time, or more memory at its peak."""
    tracemalloc.start()
    begun = time.process_time()
    try:
        yield
        taken, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    if taken > seconds or peak > megabytes * 2**20:
        pytest.fail(f"{taken:.1f} s of {seconds}, {peak / 2**20:.1f} MiB of {megabytes}")
