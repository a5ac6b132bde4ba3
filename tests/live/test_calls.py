"""The calls, what the kernel refuses, and two processes going on side by side."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from anonvma_book import MappingError
from anonvma_book.live import LiveKernel, LiveProcess, kernel_version
from anonvma_book.vma import GROWSDOWN, Unit
from tests.live.borders import move, place, ranges


def test_a_first_look(init: LiveProcess) -> None:
    assert not init.vmas
    assert init.mmap(4, "rw") == 4092
    assert init.mmap(2, "r") == 4090
    assert init.vmas == (Unit(4090, 4092, "r"), Unit(4092, 4096, "rw"))
    assert init.maps_text == (
        "1000ffa000-1000ffc000 r--p 00000000 00:00 0 \n"
        "1000ffc000-1001000000 rw-p 00000000 00:00 0 \n"
    )


def test_every_protection_reads_back(init: LiveProcess) -> None:
    protections = ("none", "r", "w", "rw", "x", "rx", "wx", "rwx")
    for number, protection in enumerate(protections):
        init.mmap(1, protection, addr=10 * number, noreplace=True)
    assert tuple(unit.protection for unit in init.vmas) == protections


def test_hints(init: LiveProcess) -> None:
    assert init.mmap(4, addr=100) == 100
    assert init.mmap(4, addr=102) == 4092
    assert init.mmap(4, addr=5000) == 4088
    assert init.mmap(4, addr=-3) == 4084
    assert init.mmap(4, addr=0) == 4080
    assert init.mmap(1, addr=0, fixed=True) == 0


def test_touching(init: LiveProcess) -> None:
    place(init, 100)
    assert not init.present
    init.fault(100)
    init.fault(103, write=False)
    assert list(init.present) == [100, 103]
    assert (init.load(100), init.load(103)) == (1, 0)
    init.munmap(103, 1)
    assert list(init.present) == [100]


def test_what_may_not_be_touched(init: LiveProcess) -> None:
    place(init, 100)
    init.mprotect(101, 1, "r")
    init.mprotect(102, 1, "none")
    for page, write in ((99, 0), (101, 1), (102, 0), (104, 1), (-1, 1), (4096, 1)):
        with pytest.raises(MappingError) as raised:
            init.fault(page, bool(write))
        assert (raised.value.errno, raised.value.code) == (errno.EFAULT, "SIGSEGV")
    assert str(raised.value) == "fault: page 4096 cannot be written (SIGSEGV)"
    init.fault(101, write=False)
    assert init.present == (101,)


def test_dont_unmap_leaves_the_old_range_empty(init: LiveProcess) -> None:
    place(init, 100)
    init.store(100, 7)
    moved = init.mremap(100, 4, 4, dont_unmap=True)
    assert moved == 4092
    assert ranges(init) == [(100, 104), (4092, 4096)]
    assert (init.load(100), init.load(moved)) == (0, 7)
    assert init.mremap(100, 4, 4, to=200, dont_unmap=True) == 200
    assert ranges(init) == [(100, 104), (200, 204), (4092, 4096)]


def test_a_move_over_several_vmas(init: LiveProcess) -> None:
    place(init, 100, 12, written=True)
    init.mprotect(104, 4, "r")
    init.munmap(109, 2)
    if kernel_version() < (6, 17):
        with pytest.raises(MappingError, match="EFAULT"):
            move(init, 100, 12, 200)
        return
    move(init, 100, 12, 200)
    assert init.borders == (
        (200, 204, "rw"),
        (204, 208, "r"),
        (208, 209, "rw"),
        (211, 212, "rw"),
    )
    assert init.attempt("mremap", 199, 12, 12, to=300).errno == errno.EFAULT


def test_growing_and_shrinking(init: LiveProcess) -> None:
    place(init, 100)
    assert init.mremap(100, 4, 8, may_move=False) == 100
    place(init, 110)
    assert init.attempt("mremap", 100, 8, 12, may_move=False).errno == errno.ENOMEM
    assert init.mremap(100, 8, 2) == 100
    assert ranges(init) == [(100, 102), (110, 114)]
    # In place and not growing, a range may span vmas, holes and the window's end.
    assert init.mremap(100, 14, 14) == 100
    assert init.mremap(100, 10_000, 1) == 100
    assert ranges(init) == [(100, 101)]


def test_protecting_over_a_hole_goes_up_to_the_hole(init: LiveProcess) -> None:
    place(init, 100)
    place(init, 108)
    assert init.attempt("mprotect", 100, 12, "r").errno == errno.ENOMEM
    assert init.borders == ((100, 104, "r"), (108, 112, "rw"))


REFUSED: list[tuple[Callable[[LiveProcess], object], str]] = [
    (lambda p: p.mmap(0), "mmap: 0 pages rw: invalid argument (EINVAL)"),
    (lambda p: p.mmap(-1), "mmap: length is -1 (EINVAL)"),
    (lambda p: p.mmap(1, fixed=True), "mmap: a fixed mapping needs addr (EINVAL)"),
    (
        lambda p: p.mmap(2, addr=103, noreplace=True),
        "mmap: 2 pages rw at 103: file exists (EEXIST)",
    ),
    (
        lambda p: p.mmap(2, addr=4095, fixed=True),
        "mmap: 4095..4097 is outside the window 0..4096 (ENOMEM)",
    ),
    (lambda p: p.mmap(4095), "mmap: 4095 pages rw: cannot allocate memory (ENOMEM)"),
    (lambda p: p.mmap(2**80), f"mmap: {2**80} pages rw: cannot allocate memory (ENOMEM)"),
    (lambda p: p.munmap(100, 0), "munmap: 100..100: invalid argument (EINVAL)"),
    (lambda p: p.munmap(-1, 2), "munmap: -1..1 is outside the window 0..4096 (EINVAL)"),
    (
        lambda p: p.mprotect(100, 5, "r"),
        "mprotect: 100..105 to r: cannot allocate memory (ENOMEM)",
    ),
    (lambda p: p.mremap(99, 1, 2), "mremap: 99..100 to 2 pages: bad address (EFAULT)"),
    (lambda p: p.mremap(100, 6, 9), "mremap: 100..106 to 9 pages: bad address (EFAULT)"),
    (lambda p: p.mremap(100, 4, 0), "mremap: 100..104 to 0 pages: invalid argument (EINVAL)"),
    (lambda p: p.mremap(100, 0, 4), "mremap: 100..100 to 4 pages: invalid argument (EINVAL)"),
    (
        lambda p: p.mremap(100, 4, 4, to=102),
        "mremap: 100..104 to 4 pages at 102: invalid argument (EINVAL)",
    ),
    (
        lambda p: p.mremap(100, 4, 4, to=200, may_move=False),
        "mremap: 100..104 to 4 pages at 200: invalid argument (EINVAL)",
    ),
    (
        lambda p: p.mremap(100, 4, 8, dont_unmap=True),
        "mremap: 100..104 to 8 pages: invalid argument (EINVAL)",
    ),
    (
        lambda p: p.mremap(100, 4, 4, to=4094),
        "mremap: 4094..4098 is outside the window 0..4096 (EINVAL)",
    ),
    (
        lambda p: p.madvise(100, 8, "dontdump"),
        "madvise: 100..108 dontdump: cannot allocate memory (ENOMEM)",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[text for _, text in REFUSED])
def test_refused(init: LiveProcess, call: Callable[[LiveProcess], object], message: str) -> None:
    place(init, 100)
    with pytest.raises(MappingError) as raised:
        call(init)
    assert str(raised.value) == message
    assert errno.errorcode[raised.value.errno or 0] in message


def test_both_sides_of_a_fork_go_on(live: LiveKernel, init: LiveProcess) -> None:
    place(init, 100)
    init.store(100, 7)
    child = init.fork()
    assert list(live.processes) == [1, 2]
    assert child.vmas == init.vmas
    init.store(100, 8)
    child.store(101, 9)
    assert (init.load(100), init.load(101)) == (8, 0)
    assert (child.load(100), child.load(101)) == (7, 9)
    child.munmap(100, 2)
    grandchild = child.fork()
    init.mremap(100, 4, 4, to=200)
    assert [ranges(p) for p in (init, child, grandchild)] == [
        [(200, 204)],
        [(102, 104)],
        [(102, 104)],
    ]


def test_the_first_process_exits_and_its_child_goes_on(live: LiveKernel, init: LiveProcess) -> None:
    place(init, 100)
    child = init.fork()
    init.exit()
    assert list(live.processes) == [2]
    assert init.vmas == ()
    with pytest.raises(MappingError, match=r"^mmap: there is no process 1 \(ESRCH\)$"):
        init.mmap(1)
    child.fault(100)
    third = child.fork()
    assert (third.pid, third.present) == (3, (100,))


def test_what_fork_does_not_copy(init: LiveProcess) -> None:
    place(init, 100, 12, written=True)
    init.madvise(104, 4, "dontfork")
    assert ranges(init.fork()) == [(100, 104), (108, 112)]


def test_a_mapping_that_grows_down(init: LiveProcess) -> None:
    init.mmap(2, "rw", addr=1000, noreplace=True, growsdown=True)
    assert init.vmas == (Unit(1000, 1002, "rw", GROWSDOWN),)
    init.fault(990)
    assert ranges(init) == [(990, 1002)]
    # Close to an accessible neighbour it stops; an inaccessible one does not count.
    place(init, 700)
    assert init.attempt("fault", 704 + 255).errno == errno.EFAULT
    init.fault(704 + 256)
    init.mprotect(700, 4, "none")
    init.fault(704)
    assert ranges(init) == [(700, 704), (704, 1002)]


def test_max_map_count(init: LiveProcess) -> None:
    with open("/proc/sys/vm/max_map_count") as file:
        limit = int(file.read())
    pages = 2 * limit
    with LiveKernel(window_pages=pages + 64) as live:
        process = live.processes[1]
        process.mmap(pages, "none", addr=8, fixed=True)
        page = 9
        while process.vma_count < limit - 1:
            for _ in range((limit - process.vma_count) // 2):
                process.mprotect(page, 1, "r")
                page += 2
        if process.vma_count < limit:
            place(process, 1, 1)
        assert process.vma_count == limit
        assert process.attempt("mprotect", page, 1, "r").errno == errno.ENOMEM
        assert process.attempt("munmap", page, 1).errno == errno.ENOMEM
        place(process, 3, 1)
        assert process.vma_count == limit + 1
        assert process.attempt("mmap", 1, addr=5, noreplace=True).errno == errno.ENOMEM
