"""What today's Linux refuses, in which words, and what then stays, on the model alone."""

from __future__ import annotations

import pytest

from anonvma_book import MappingError, Process, ScriptError
from tests.twin.linux_maps import drawn

REFUSED_WHOLE = [
    "mmap: no room for 95 pages (ENOMEM) <- mmap(95, 'rw')",
    "mmap: length is 0 (EINVAL) <- mmap(0, 'rw')",
    "mmap: a page of 2..4 is mapped already (EEXIST) <- mmap(2, addr=2, noreplace=True)",
    "mmap: a fixed mapping needs addr (EINVAL) <- mmap(2, fixed=True)",
    "mmap: protection 'wr' is none of none, r, w, rw, x, rx, wx, rwx (EINVAL) <- mmap(1, 'wr')",
    "mmap: a file mapping does not grow down (EINVAL) <- mmap(1, file=True, growsdown=True)",
    "munmap: length is 0 (EINVAL) <- munmap(2, 0)",
    "munmap: 98..101 is outside the task 0..100 (EINVAL) <- munmap(98, 3)",
    "mprotect: length is -1 (EINVAL) <- mprotect(2, -1, 'r')",
    "mprotect: 98..101 is outside the task 0..100 (ENOMEM) <- mprotect(98, 3, 'r')",
    "mprotect: protection 'wr' is none of none, r, w, rw, x, rx, wx, rwx (EINVAL)"
    " <- mprotect(2, 2, 'wr')",
    "madvise: advice 'willneed' is none of dontfork, dofork, dontdump, dodump, wipeonfork,"
    " keeponfork, hugepage, nohugepage, dontneed, free, cold, pageout (EINVAL)"
    " <- madvise(2, 2, 'willneed')",
    "madvise: length is -1 (EINVAL) <- madvise(2, -1, 'cold')",
    "madvise: 98..101 is outside the task 0..100 (ENOMEM) <- madvise(98, 3, 'cold')",
    "mremap: old length is 0 (EINVAL) <- mremap(2, 0, 2)",
    "mremap: range 2..7 leaves its vma 2..6 (EFAULT) <- mremap(2, 5, 6)",
    "mremap: range 4..7 leaves its vma 2..6 (EFAULT) <- mremap(4, 3, 4)",
    "mremap: page 1 is not mapped (EFAULT) <- mremap(1, 2, 2, to=70)",
    "mremap: 6..8 is not free, or not behind the vma; it may not move (ENOMEM)"
    " <- mremap(2, 4, 6, may_move=False)",
    "mremap: 5..6 is not free, or not behind the vma; it may not move (ENOMEM)"
    " <- mremap(2, 3, 4, may_move=False)",
    "mremap: to and dont_unmap need may_move (EINVAL) <- mremap(2, 3, 3, may_move=False, to=70)",
    "mremap: new length is 0 (EINVAL) <- mremap(2, 4, 0)",
    "mremap: dont_unmap keeps the length 3, not 2 (EINVAL) <- mremap(2, 3, 2, dont_unmap=True)",
    "mremap: to and dont_unmap need may_move (EINVAL)"
    " <- mremap(2, 3, 3, may_move=False, dont_unmap=True)",
    "mremap: 98..102 is outside the task 0..100 (EINVAL) <- mremap(2, 4, 4, to=98)",
    "brk: 89 lies below the heap's start 90 (ENOMEM) <- brk(89)",
    "brk: 101 is past the end of the task 100 (ENOMEM) <- brk(101)",
    "fault: page 1 is not mapped (SIGSEGV) <- fault(1)",
    "fault: page 8 is not mapped (SIGSEGV) <- fault(8, write=False)",
    "fault: page 6 is r and may not be written (SIGSEGV) <- fault(6)",
    "fault: page 20 is none and may not be read (SIGSEGV) <- fault(20, write=False)",
    "fault: page 20 is none and may not be written (SIGSEGV) <- fault(20)",
]

REFUSED_AFTER_A_PART = [
    "mprotect: page 8 is not mapped (ENOMEM) <- mprotect(2, 8, 'r')",
    "mprotect: page 1 is not mapped (ENOMEM) <- mprotect(1, 8, 'r')",
    "madvise: page 8 is not mapped (ENOMEM) <- madvise(2, 40, 'cold')",
    "madvise: page 1 is not mapped (ENOMEM) <- madvise(1, 40, 'cold')",
    "madvise: page 8 is not mapped (ENOMEM) <- madvise(8, 2, 'cold')",
    "madvise: page 62 is not mapped (ENOMEM) <- madvise(61, 4, 'cold')",
    "madvise: wipeonfork is not for the file mapping at 40 (EINVAL)"
    " <- madvise(40, 2, 'wipeonfork')",
    "madvise: free is not for the file mapping at 41 (EINVAL) <- madvise(41, 1, 'free')",
    "mremap: page 50 is not mapped (EFAULT) <- mremap(50, 2, 4)",
    "mremap: page 50 is not mapped (EFAULT) <- mremap(50, 2, 1)",
    "mremap: no room for 95 pages (ENOMEM) <- mremap(2, 4, 95)",
    "fault: page 58 is none and may not be read (SIGSEGV) <- fault(58, write=False)",
    "fault: page 58 is none and may not be written (SIGSEGV) <- fault(58)",
]


@pytest.mark.parametrize(
    ("text", "partial"),
    [(text, False) for text in REFUSED_WHOLE] + [(text, True) for text in REFUSED_AFTER_A_PART],
)
def test_words_and_code(several: Process, text: str, partial: bool) -> None:
    message, line = text.split(" <- ")
    before = several.machine.state
    with pytest.raises(ScriptError) as caught:
        several.machine.run(line)
    cause = caught.value.__cause__
    assert isinstance(cause, MappingError)
    assert str(cause) == message
    assert cause.partial is partial
    assert several.machine.state == before  # a script takes back what its last call did


def test_of_a_call_without_a_script_the_part_stays(several: Process) -> None:
    with pytest.raises(MappingError, match="page 8 is not mapped"):
        several.mprotect(4, 16, "none")
    assert drawn(several)[:2] == ["2..4:rw:-2", "4..8:none:-4"]
    step = several.machine.steps[-1]
    assert (str(step.call), step.pid) == ("mprotect(4, 16, 'none')", 1)
    assert step.arguments == {"start": 4, "length": 16, "prot": "none"}
    with pytest.raises(MappingError, match="page 8 is not mapped"):
        several.madvise(6, 55, "dontdump")
    assert drawn(several) == [
        "2..4:rw:-2",
        "4..6:none:-4",
        "6..8:none:-6 dontdump",
        "20..22:none:-20 dontdump",
        "40..42:rw:file0 dontdump",
        "60..61:none:-60 dontdump down",
        "61..62:none:-61 down",
    ]


def test_advice_ends_at_its_end(several: Process) -> None:
    with pytest.raises(MappingError, match="page 8 is not mapped"):
        several.madvise(8, 12, "dontdump")
    assert "20..22:none:-20" in drawn(several)


def test_no_pages_change_nothing_and_are_not_refused(several: Process) -> None:
    before = several.machine.state
    several.mprotect(3, 0, "wr")
    several.mprotect(100, 0, "r")
    several.mprotect(0, 0, "r")
    several.madvise(10, 0, "dontfork")
    assert several.machine.state == before
