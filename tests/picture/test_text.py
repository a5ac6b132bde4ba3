"""The text picture, drawn by hand."""

from __future__ import annotations

import pytest
from hypothesis import given

from anonvma_book import PROTECTIONS, AddressSpace, Lokier, Machine, MmState, State, Vma
from anonvma_book.picture.text import (
    PROTECTION_LETTERS,
    picture_rows,
    table_lines,
    text_picture,
)
from anonvma_book.vma import ANONYMOUS, FILE, GROWSDOWN, space_name
from tests.picture.histories import HISTORIES, MACHINES, TASK, History, play

REFERENCE = """\
a = mmap(6, 'rw', addr=2)
b = mmap(3, 'rw', addr=10)
c = mmap(4, 'rw', addr=16)
d = mmap(3, 'r', addr=30)
mremap(c, 4, 10)
e = mmap(4, 'rw', addr=40)
munmap(e, 4)
f = mmap(10, 'rw', addr=36)"""

TWIN = """\
step 8 of 8: f = mmap(10, 'rw', addr=36)
page   0       8       16      24      32      40      48
units  ..wwwwww..www...wwwwwwwwww....rrr...wwwwwwwwww..
vmas   ..Aaaaaa--Aaa-..AaaaaaaaAa====Aaa---Bbbbbbbbbb--
group                          +
index    0       8     12      26    20    0

pages   prot  index    reserved
2..8    rw    A0..6    2
10..13  rw    A8..11   1
16..24  rw    A12..20  -  group
24..26  rw    A26..28  10 exclusive
30..33  r     A20..23  3
36..46  rw    B0..10   10

A  in use 22, reserved 16, given up 8, closed at 46 of 64
B  in use 10, reserved 10, given up 0, next 20 of 64"""


def machine_after(script: str, task_pages: int = 48) -> Machine:
    machine = Machine(Lokier.classroom(), task_pages=task_pages)
    machine.run(script)
    return machine


def rows(*vmas: Vma, task: int = 24) -> list[str]:
    """The rows of one process, without the axis."""
    return picture_rows(MmState(1, None, vmas, (), 0, 0, 0), task)[1:]


def test_reference_history() -> None:
    machine = machine_after(REFERENCE)
    assert text_picture(machine.state, machine.steps[-1], of=8) == TWIN


def test_before_the_first_step() -> None:
    machine = Machine(Lokier.classroom(), task_pages=16)
    assert text_picture(machine.state, of=3) == (
        "step 0 of 3\n"
        "page   0       8       16\n"
        "units  ................\n"
        "vmas   ................\n"
        "group\n"
        "index\n"
        "\n"
        "no vmas\n"
        "\n"
        "A  in use 0, reserved 0, given up 0, next 0 of 64"
    )


def test_without_a_step_there_is_no_heading() -> None:
    assert text_picture(machine_after("mmap(4)").state).startswith("page   0 ")
    machine = machine_after("mmap(4)")
    assert text_picture(machine.state, machine.steps[0]).startswith("step 1: mmap(4, 'rw')\n")


def test_several_processes() -> None:
    machine = machine_after("mmap(2, addr=1)\nfork()\np2.mmap(1, 'r', addr=5)", task_pages=8)
    first = """\
process 1
page   0       8
units  .ww.....
vmas   .Aa--...
group
index   0

pages  prot  index  reserved
1..3   rw    A0..2  2"""
    assert (
        text_picture(machine.state)
        == first
        + """

process 2, child of 1
page   0       8
units  .ww..r..
vmas   .Aa--A-.
group
index   0   4

pages  prot  index  reserved
1..3   rw    A0..2  2
5..6   r     A4..5  1

A  in use 3, reserved 3, given up 0, next 6 of 64"""
    )
    alone = text_picture(machine.state, pid=1)
    assert alone.startswith(first)
    assert "process 2" not in alone
    with pytest.raises(KeyError):
        text_picture(machine.state, pid=3)


def test_no_process() -> None:
    assert text_picture(machine_after("exit()").state) == "no process"


def test_above_64_pages_the_table_stands_alone() -> None:
    assert text_picture(machine_after("mmap(2, addr=1)", task_pages=65).state) == (
        "pages  prot  index  reserved\n"
        "1..3   rw    A0..2  2\n"
        "\n"
        "A  in use 2, reserved 2, given up 0, next 4 of 64"
    )
    assert "vmas" in text_picture(machine_after("mmap(2, addr=1)", task_pages=64).state)


def test_every_protection_has_a_letter_of_its_own() -> None:
    vmas = [
        Vma(3 * n, 3 * n + 2, protection, space=0, pgoff=2 * n)
        for n, protection in enumerate(PROTECTIONS)
    ]
    assert rows(*vmas)[0] == "units  nn.rr.WW.ww.XX.xx.BB.bb."
    assert len(set(PROTECTION_LETTERS.values())) == len(PROTECTIONS)


def test_kinds() -> None:
    """Two files that touch, a stack that touches memory of the same protection on both sides."""
    assert rows(
        Vma(0, 2, "r", FILE),
        Vma(2, 5, "r", FILE),
        Vma(6, 8, "rw", ANONYMOUS, 0, 0),
        Vma(8, 11, "rw", GROWSDOWN, 1, 0),
        Vma(11, 13, "rw", ANONYMOUS, 0, 4),
        Vma(14, 15, "rw", GROWSDOWN, 1, 9),
    ) == [
        "units  ::|::.ww<ww|w.<.........",
        "vmas   #:#::.AaBbbAa.B.........",
        "group",
        "index        0 0  4  9",
    ]


def test_reservations_lie_over_free_pages_only() -> None:
    """Above up to the next vma, below up to the last one, both up to the ends of the task."""
    assert (
        rows(
            Vma(2, 4, "rw", GROWSDOWN, 0, 10, reserved_below=9),
            Vma(6, 8, "rw", ANONYMOUS, 0, 20, reserved_above=9, exclusive_above=True),
            Vma(10, 12, "rw", ANONYMOUS, 0, 40, reserved_below=1, reserved_above=1),
            Vma(14, 16, "r", ANONYMOUS, 1, 5, reserved_below=1, exclusive_below=True),
            Vma(20, 22, "r", ANONYMOUS, 1, 12, reserved_below=2, reserved_above=9),
        )[1]
        == "vmas   --Aa..Aa==Aa-=Bb..--Bb--"
    )


def test_exclusive_wins_where_two_reservations_meet() -> None:
    left = Vma(0, 2, "rw", ANONYMOUS, 0, 0, reserved_above=6, exclusive_above=True)
    right = Vma(8, 10, "rw", ANONYMOUS, 0, 20, reserved_below=4)
    assert rows(left, right)[1] == "vmas   Aa======Aa.............."
    shorter = left._replace(reserved_above=4)
    assert rows(shorter, right)[1] == "vmas   Aa====--Aa.............."


def test_index_labels_never_touch() -> None:
    """12 at page 5 takes pages 5 and 6; 3 at page 7 would touch it, 4 at page 8 does not."""
    assert (
        rows(
            Vma(5, 6, "rw", ANONYMOUS, 0, 12),
            Vma(6, 7, "r", ANONYMOUS, 0, 3),
            Vma(7, 8, "rw", ANONYMOUS, 0, 3),
            Vma(8, 9, "r", ANONYMOUS, 0, 4),
        )[3]
        == "index       12 4"
    )


def test_spaces_after_z_carry_their_whole_name() -> None:
    vmas = Vma(0, 2, "rw", ANONYMOUS, 25, 6), Vma(4, 7, "rw", ANONYMOUS, 27, 0)
    assert rows(*vmas)[1:] == ["vmas   Zz..Bbb.................", "group", "index  6   AB0"]
    state = State(
        (MmState(1, None, vmas, (), 27, 0, 0),),
        (AddressSpace(25, 8, 8), AddressSpace(26, 8, 0), AddressSpace(27, 8, 3)),
        8,
    )
    assert text_picture(state).splitlines()[-5:] == [
        "0..2   rw    Z6..8   -",
        "4..7   rw    AB0..3  -",
        "",
        "Z   in use 2, reserved 0, given up 6, closed at 8 of 8",
        "AB  in use 3, reserved 0, given up 0, next 3 of 8",
    ]


def test_table_tells_everything() -> None:
    assert table_lines(
        [
            Vma(0, 2, "none", FILE),
            Vma(2, 4, "rw", GROWSDOWN, 0, 10, reserved_below=9, group=True),
            Vma(4, 6, "rw", GROWSDOWN, 0, 20, 3, 2, True, True),
            Vma(6, 7, "rwx", ANONYMOUS, 0, 120, 3, 2),
            Vma(9, 10, "x", ANONYMOUS, 0, 200, 0, 2, False, True),
        ]
    ) == [
        "pages  prot  index      reserved",
        "0..2   none  -          -  file",
        "2..4   rw    A10..12    9 below  grows down, group",
        "4..6   rw    A20..22    2 below exclusive, 3 above exclusive  grows down",
        "6..7   rwx   A120..121  2 below, 3 above",
        "9..10  x     A200..201  2 below exclusive",
    ]


@given(MACHINES, HISTORIES)
def test_rows_agree_with_any_state(machine: Machine, history: History) -> None:
    for step, _, state in play(machine, history):
        text = text_picture(state, step)
        assert all(line == line.rstrip() for line in text.splitlines())
        for mm in state.mms:
            units, vmas = (row[7:] for row in picture_rows(mm, TASK)[1:3])
            assert len(units) == len(vmas) == TASK
            for page in range(TASK):
                check_page(mm, page, units[page], vmas[page])


def check_page(mm: MmState, page: int, unit_mark: str, vma_mark: str) -> None:
    """Both marks of a page, from what a page-by-page reading of the vmas says."""
    holding = [vma for vma in mm.vmas if vma.start <= page < vma.end]
    if not holding:
        assert unit_mark == "."
        assert vma_mark == reservation_mark(mm, page)
        return
    (vma,) = holding
    first = vma.start == page
    begins = any(unit.start == page for unit in mm.units)
    if vma.space is None:
        assert unit_mark == ":" or (unit_mark == "|" and begins)
        assert vma_mark == ("#" if first else ":")
        return
    letter = space_name(vma.space)[-1]
    assert vma_mark == (letter if first else letter.lower())
    if begins and vma.kind == GROWSDOWN:
        assert unit_mark == "<"
    elif unit_mark == "|":
        assert begins
    else:
        assert unit_mark == PROTECTION_LETTERS[vma.protection]


def reservation_mark(mm: MmState, page: int) -> str:
    """The mark of a free page: the nearest vma on either side may have reserved it."""
    below = [vma for vma in mm.vmas if vma.end <= page][-1:]
    above = [vma for vma in mm.vmas if vma.start > page][:1]
    exclusive = [v.exclusive_above for v in below if page < v.end + v.reserved_above]
    exclusive += [v.exclusive_below for v in above if page >= v.start - v.reserved_below]
    return "." if not exclusive else "=" if any(exclusive) else "-"
