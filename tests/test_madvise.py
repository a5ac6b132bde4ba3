"""madvise under schemes with the plain calls: it drops pages, or does nothing."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError, Process
from anonvma_book.linux import ADVICE
from tests.maps import classroom, lines


@pytest.fixture
def init() -> Process:
    """2..8, of which all are there but 4."""
    process = classroom()
    process.mmap(6, "rw", addr=2)
    for page in (2, 3, 5, 6, 7):
        process.fault(page)
    return process


def present(process: Process) -> list[int]:
    return [pte.page for pte in process.machine.state.mms[0].ptes]


def test_dontneed_drops_the_pages_of_the_range(init: Process) -> None:
    init.madvise(3, 4, "dontneed")
    assert present(init) == [2, 7]
    assert lines(init) == ["2..8 rw A0 +6"]


@pytest.mark.parametrize("advice", sorted(ADVICE.keys() - {"dontneed"}))
def test_other_advice_changes_nothing(init: Process, advice: str) -> None:
    before = init.machine.state
    init.madvise(3, 4, advice)
    assert init.machine.state == before


def test_no_pages_change_nothing(init: Process) -> None:
    init.madvise(3, 0, "dontneed")
    init.madvise(0, 0, "dontneed")
    init.madvise(48, 0, "dontneed")
    assert present(init) == [2, 3, 5, 6, 7]


@pytest.mark.parametrize(
    ("start", "length", "message"),
    [
        (3, -1, "madvise: length is -1 (EINVAL)"),
        (3, 6, "madvise: 3..9 has a hole (ENOMEM)"),
        (1, 2, "madvise: 1..3 has a hole (ENOMEM)"),
        (-1, 2, "madvise: -1..1 is outside the task 0..48 (ENOMEM)"),
        (47, 2, "madvise: 47..49 is outside the task 0..48 (ENOMEM)"),
    ],
)
def test_what_is_refused(init: Process, start: int, length: int, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        init.madvise(start, length, "dontneed")
    assert str(caught.value) == message
    assert not caught.value.partial
    assert present(init) == [2, 3, 5, 6, 7]
