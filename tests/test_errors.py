"""What is refused, in which words, and that nothing changes. Section 5 of the scheme."""

from __future__ import annotations

import errno
import pickle

import pytest

from anonvma_book import (
    AnonvmaError,
    Call,
    Lokier,
    Machine,
    MappingError,
    ScriptError,
    SettingError,
)
from tests.pair import observe

SCRIPT = """\
a = mmap(6, 'rw', addr=2)
mmap(2, 'r', addr=8)
s = mmap(2, 'rw', addr=30, growsdown=True)
fault(a)
child = fork()
gone = fork()
gone.exit()
"""


@pytest.fixture
def machine() -> Machine:
    #   ..aaaaaarr....................ss................
    made = Machine(Lokier.classroom(), task_pages=48, guard_gap=2, brk_start=40)
    made.run(SCRIPT)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "mmap: length is 0 (EINVAL) <- mmap(0, 'rw')",
        "mmap: length is -2 (EINVAL) <- mmap(-2, 'rw')",
        "mmap: protection 'wr' is none of none, r, w, rw, x, rx, wx, rwx (EINVAL) <- mmap(1, 'wr')",
        "mmap: a fixed mapping needs addr (EINVAL) <- mmap(1, 'rw', fixed=True)",
        "mmap: a fixed mapping needs addr (EINVAL) <- mmap(1, 'rw', noreplace=True)",
        "mmap: a file mapping does not grow down (EINVAL) <- mmap(1, file=True, growsdown=True)",
        "mmap: 46..50 is outside the task 0..48 (ENOMEM) <- mmap(4, addr=46, fixed=True)",
        "mmap: -1..3 is outside the task 0..48 (ENOMEM) <- mmap(4, addr=-1, noreplace=True)",
        "mmap: a page of 6..9 is mapped already (EEXIST) <- mmap(3, addr=6, noreplace=True)",
        "mmap: no room for 40 pages (ENOMEM) <- mmap(40, 'rw')",
        "munmap: length is 0 (EINVAL) <- munmap(a, 0)",
        "munmap: 40..49 is outside the task 0..48 (EINVAL) <- munmap(40, 9)",
        "munmap: -1..1 is outside the task 0..48 (EINVAL) <- munmap(a - 3, 2)",
        "mprotect: protection '' is none of none, r, w, rw, x, rx, wx, rwx (EINVAL)"
        " <- mprotect(a, 2, '')",
        "mprotect: length is -1 (EINVAL) <- mprotect(a, -1, 'r')",
        "mprotect: 46..50 is outside the task 0..48 (ENOMEM) <- mprotect(46, 4, 'r')",
        "mprotect: 6..11 has a hole (ENOMEM) <- mprotect(a + 4, 5, 'r')",
        "mremap: page 1 is not mapped (EFAULT) <- mremap(1, 1, 2)",
        "mremap: range 6..9 leaves its unit 2..8 (EFAULT) <- mremap(a + 4, 3, 4)",
        "brk: 39 lies below the heap's start 40 (ENOMEM) <- brk(39)",
        "brk: 49 is past the end of the task 48 (ENOMEM) <- brk(49)",
        "fault: page 20 is r and may not be written (SIGSEGV) <- fault(20)",
        "fault: page 11 is not mapped (SIGSEGV) <- fault(11)",
        "fault: page 40 is not mapped (SIGSEGV) <- fault(40)",
        "munmap: there is no process 3 (ESRCH) <- gone.munmap(a, 1)",
        "munmap: 'other' names no process (ESRCH) <- other.munmap(a, 1)",
        "munmap: 'b' names no page (EINVAL) <- munmap(b, 1)",
        "munmap: 'child' names no page (EINVAL) <- munmap(child, 1)",
        "fork: 'child' names process 2 already (EINVAL) <- child = fork()",
        "fork: 'gone' names process 3 already (EINVAL) <- gone = fork()",
        "fork: 'a' names a page already (EINVAL) <- a = fork()",
        "mmap: 'child' names process 2 already (EINVAL) <- child = mmap(1, 'rw')",
    ],
)
def test_words_code_and_line(machine: Machine, text: str) -> None:
    message, line = text.split(" <- ")
    machine.run("mmap(1, 'r', addr=20)")
    before, steps = observe(machine), machine.steps
    with pytest.raises(ScriptError) as caught:
        machine.run(f"# a comment\nmmap(1, 'x', addr=22)\n{line}\n")
    assert str(caught.value) == f"line 3: {message}"
    assert isinstance(caught.value.__cause__, MappingError)
    assert f"({caught.value.__cause__.code})" in message
    assert observe(machine) == before
    assert machine.steps == steps


def test_a_refusal_is_an_os_error(machine: Machine) -> None:
    with pytest.raises(OSError, match="length is 0") as caught:
        machine.processes[1].munmap(2, 0)
    error = caught.value
    assert isinstance(error, MappingError)
    assert isinstance(error, AnonvmaError)
    assert (error.errno, error.call_name, error.code) == (errno.EINVAL, "munmap", "EINVAL")
    assert error.reason == "length is 0"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.errno) == (str(error), error.errno)


def test_a_segmentation_fault_carries_efault(machine: Machine) -> None:
    with pytest.raises(MappingError) as caught:
        machine.processes[1].fault(40)
    assert (caught.value.errno, caught.value.code) == (errno.EFAULT, "SIGSEGV")


# The order in which conditions are looked at is Linux's


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("mmap(0, 'rw', addr=46, fixed=True)", "EINVAL"),  # before the place
        ("mmap(4, 'rw', addr=46, noreplace=True)", "ENOMEM"),
        ("mremap(1, 4, 0)", "EINVAL"),  # before whether it is mapped
        ("mremap(1, 2, 2, to=2)", "EINVAL"),
        ("mremap(1, 0, 4)", "EFAULT"),  # before the old length
        ("mremap(2, 9, 20, may_move=False)", "EFAULT"),  # before whether there is room
        ("mprotect(11, 2, 'up')", "EINVAL"),  # before the hole
    ],
)
def test_the_order_of_conditions(machine: Machine, line: str, code: str) -> None:
    with pytest.raises(ScriptError, match=rf"\({code}\)$"):
        machine.run(line)


# Arguments of the wrong kind, through the methods


def test_wrong_kinds(machine: Machine) -> None:
    init = machine.processes[1]
    before = observe(machine)
    for length, what in ((2.5, "2.5"), ("4", "'4'"), (True, "True"), (None, "None")):
        with pytest.raises(MappingError) as caught:
            init.mmap(length)  # type: ignore[arg-type]
        assert str(caught.value) == f"mmap: length {what} is not a whole number of pages (EINVAL)"
    with pytest.raises(MappingError, match="prot is text like 'rw', not 3"):
        init.mmap(1, 3)  # type: ignore[arg-type]
    with pytest.raises(MappingError, match="fixed is True or False, not 'yes'"):
        init.mmap(1, addr=4, fixed="yes")  # type: ignore[arg-type]
    with pytest.raises(MappingError, match="length is more than 2\\*\\*64 pages"):
        init.mmap(2**64 + 1)
    assert observe(machine) == before


def test_a_process_that_is_gone(machine: Machine) -> None:
    child = machine.processes[2]
    child.exit()
    assert (child.vmas, child.units) == ((), ())
    with pytest.raises(MappingError, match=r"mmap: there is no process 2 \(ESRCH\)"):
        child.mmap(1)
    machine.undo()
    assert len(child.vmas) == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"task_pages": 1}, "task_pages is a whole number from 2 to 18446744073709551616, not 1"),
        ({"task_pages": 2.0}, "task_pages is a whole number from 2"),
        ({"mmap_base": 48}, "mmap_base is a whole number from 1 to 47, not 48"),
        ({"mmap_base": 0}, "mmap_base is a whole number from 1 to 47, not 0"),
        ({"guard_gap": -1}, "guard_gap is a whole number from 0 to 48, not -1"),
        ({"brk_start": 49}, "brk_start is a whole number from 0 to 48, not 49"),
        ({"layout": "sideways"}, "layout is one of 'bottom-up', 'top-down', not 'sideways'"),
    ],
)
def test_settings_of_a_machine(settings: dict[str, int], message: str) -> None:
    with pytest.raises(SettingError) as caught:
        Machine(Lokier.classroom(), **{"task_pages": 48} | settings)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            Call.make("mmap", length=1, addr=22, fixed=None),
            "mmap: fixed is True or False, not None (EINVAL)",
        ),
        (
            Call.make("munmap", start=None, length=1),
            "munmap: start None is not a whole number of pages (EINVAL)",
        ),
    ],
)
def test_a_call_made_in_python_is_checked_like_a_line(
    machine: Machine, call: Call, message: str
) -> None:
    before = observe(machine)
    with pytest.raises(MappingError) as caught:
        machine.apply(call)
    assert str(caught.value) == message
    assert observe(machine) == before


@pytest.mark.parametrize("record", [True, False])
def test_a_call_of_a_process_that_never_was(record: bool) -> None:
    with pytest.raises(OSError, match=r"^munmap: there is no process 7 \(ESRCH\)$") as caught:
        Machine(record=record).do(7, "munmap", (1, 1))
    assert caught.value.errno == errno.ESRCH
