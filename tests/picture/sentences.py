"""What narrate has to say, by hand: a script, settings of the machine, the last line's sentence."""

from __future__ import annotations

from typing import Any

from anonvma_book import Lokier

BELOW = {"layout": "top-down"}
TINY = {"scheme": Lokier(index_bits=3, proportion=0, minimum=0)}
NO_ROOM = {"scheme": Lokier(index_bits=6, proportion=0, minimum=0)}

SENTENCES: tuple[tuple[tuple[str, ...], dict[str, Any], str], ...] = (
    # mmap
    (
        ("mmap(6, addr=2)", "mmap(3, addr=8)"),
        {},
        "mmap put 3 pages at 8, right behind A0..6: it claims A6..9 from the reservation, and "
        "that vma grows to A0..9.",
    ),
    (
        ("mmap(6, addr=2)", "mmap(3, 'r', addr=8)"),
        {},
        "mmap put 3 pages at 8, right behind A0..6: it claims A6..9 from the reservation.",
    ),
    (
        ("mmap(6, addr=2)", "mmap(3, addr=10)", "mmap(2, addr=8)"),
        {},
        "mmap put 2 pages at 8, right behind A0..6: it claims A6..8 from the reservation, and "
        "three vmas become one, A0..11.",
    ),
    (
        ("mmap(6, addr=20)", "mmap(3, addr=16)"),
        BELOW,
        "mmap put 3 pages at 16, one page before A6..12: it claims A2..5 from the reservation, "
        "and the hole keeps A5..6.",
    ),
    (
        ("mmap(6, addr=20)", "mmap(3, addr=17)"),
        BELOW,
        "mmap put 3 pages at 17, right before A6..12: it claims A3..6 from the reservation, and "
        "that vma grows to A3..12.",
    ),
    (
        ("mmap(6)", "mmap(3, addr=40)"),
        BELOW,
        "mmap put 3 pages at 39, for lack of room at 40, right before A6..12: it claims A3..6 "
        "from the reservation, and that vma grows to A3..12.",
    ),
    (
        ("mmap(1, addr=2)", "mmap(9, addr=3)"),
        {},
        "mmap put 9 pages at 3: A0..1 reserves 1 and a claim needs 9, so the counter gives "
        "A2..11, with 9 more reserved, and the group flag joins it to the vma at 2.",
    ),
    (
        ("mmap(4, addr=2)", "mmap(4, addr=6)"),
        NO_ROOM,
        "mmap put 4 pages at 6: the counter gives A4..8, and two vmas become one, A0..8.",
    ),
    (
        ("mmap(4, addr=2)", "mmap(2, addr=12)", "mremap(2, 4, 9)", "mmap(1, 'r', addr=11)"),
        {},
        "mmap put 1 page at 11: the reservation of A12..13 is exclusive, so the counter gives "
        "A22..23, with 1 more reserved.",
    ),
    (
        ("mmap(100, addr=2)",),
        {"task_pages": 128},
        "mmap put 100 pages at 2. A space holds 64 indexes, so the pages are two vmas in one "
        "unit, each in a space of its own: A0..64 and B0..36, with 28 more reserved.",
    ),
    (
        ("mmap(30, addr=2)",),
        TINY,
        "mmap put 30 pages at 2. A space holds 8 indexes, so the pages are four vmas in one "
        "unit, each in a space of its own: 30 indexes in four ranges.",
    ),
    (
        ("mmap(6, addr=2)", "mmap(4, 'r', addr=4, fixed=True)"),
        {},
        "mmap put 4 pages at 4, over 4 pages that were mapped, right behind A0..2: it claims "
        "A2..6 from the reservation.",
    ),
    (
        ("mmap(6, addr=2)", "mmap(9, addr=1, fixed=True)"),
        {},
        "mmap put 9 pages at 1, over 6 pages that were mapped: the counter gives A12..21, with "
        "9 more reserved. No neighbour continues A0..12, so these 12 indexes are given up.",
    ),
    (
        ("mmap(4, addr=30, growsdown=True)",),
        {},
        "mmap put a growsdown mapping of 4 pages at 30: the counter gives A4..8, with 4 more "
        "reserved below.",
    ),
    (
        ("mmap(1, addr=30, file=True)",),
        {},
        "mmap put a file mapping of 1 page at 30: it occupies addresses and gets no indexes.",
    ),
    # munmap
    (
        ("mmap(8, addr=2)", "munmap(4, 2)"),
        {},
        "munmap removed pages 4..6: one vma became two. A2..4 goes back to the reservation of "
        "its neighbour A0..2, which now holds 2.",
    ),
    (
        ("mmap(8, addr=2)", "munmap(8, 2)"),
        {},
        "munmap removed pages 8..10: the vma at 2 now ends at 8. A6..8 goes back to the "
        "reservation of its neighbour A0..6, which now holds 10.",
    ),
    (
        ("mmap(8, addr=2)", "munmap(2, 2)"),
        {},
        "munmap removed pages 2..4: the vma at 2 now starts at 4. A0..2 goes back to the "
        "reservation of its neighbour A2..8, which now holds 2.",
    ),
    (
        ("mmap(2, addr=2)", "mmap(2, 'r', addr=4)", "mmap(3, addr=20)", "munmap(3, 18)"),
        {},
        "munmap removed 4 pages in 3..21: one vma is gone and two are shorter. A1..4 goes back "
        "to the reservation of its neighbour A0..1, which now holds 3; A4..5 goes back to the "
        "reservation of its neighbour A5..7, which now holds 1.",
    ),
    (
        ("mmap(1, addr=2)", "mmap(1, addr=9)", "munmap(2, 8)"),
        NO_ROOM,
        "munmap removed 2 pages in 2..10: two vmas are gone. No neighbour continues A0..2, so "
        "these 2 indexes are given up.",
    ),
    (
        ("mmap(1, addr=2)", "munmap(2, 1)"),
        NO_ROOM,
        "munmap removed pages 2..3: one vma is gone. No neighbour continues A0..1, so this index "
        "is given up.",
    ),
    (
        ("mmap(1, addr=2)", "p = fork()", "p.munmap(2, 1)"),
        NO_ROOM,
        "munmap removed pages 2..3: one vma is gone. No neighbour continues A0..1, so process 2 "
        "gives up this index.",
    ),
    (("munmap(2, 4)",), {}, "munmap found no page mapped in 2..6; nothing changed."),
    # mprotect
    (
        ("mmap(12, addr=6)", "mprotect(10, 4, 'r')", "mprotect(10, 4, 'rw')"),
        {},
        "mprotect made pages 10..14 readable and writable. Three vmas became one; no index "
        "changed.",
    ),
    (
        ("mmap(12, addr=6)", "mprotect(6, 12, 'none')"),
        {},
        "mprotect made pages 6..18 inaccessible. No vma was split or merged; no index changed.",
    ),
    (
        ("mmap(12, addr=6)", "mprotect(6, 4, 'rx')", "mprotect(10, 4, 'rx')"),
        {},
        "mprotect made pages 10..14 readable and executable. The border between two vmas moved; "
        "no index changed.",
    ),
    (
        ("mmap(1, addr=2)", "mmap(9, 'r', addr=3)", "mprotect(3, 9, 'rw')"),
        {},
        "mprotect made pages 3..12 readable and writable. No vma was split or merged, and the "
        "group flag joins those at 2 and 3; no index changed.",
    ),
    (
        ("mmap(4, 'w', addr=2)", "mprotect(3, 1, 'w')"),
        {},
        "mprotect left pages 3..4 write-only, as they were; nothing changed.",
    ),
    (
        ("a = mmap(4, addr=2)", "mprotect(a + 1, 0, 'r')"),
        {},
        "mprotect was given no pages; nothing changed.",
    ),
    # mremap
    (
        ("mmap(10, addr=2)", "mremap(2, 10, 4)"),
        {},
        "mremap shrank the unit at 2 from 10 to 4 pages. A4..10 goes back to the reservation of "
        "its neighbour A0..4, which now holds 16.",
    ),
    (
        ("mmap(4, addr=2)", "mremap(5, 8, 1)"),
        {},
        "mremap shrank pages 5..13 from 8 to 1 page, of which none was mapped behind; nothing "
        "changed.",
    ),
    (
        ("mmap(4, addr=2)", "mremap(2, 4, 4)"),
        {},
        "mremap left the unit at 2 at 4 pages; nothing changed.",
    ),
    (
        ("mmap(4, addr=2)", "mremap(2, 4, 7)"),
        {},
        "mremap grew the unit at 2 from 4 to 7 pages: its reservation held 4, so no vma was "
        "added and 1 stays reserved.",
    ),
    (
        ("mmap(4, addr=2)", "mremap(4, 2, 6)"),
        {},
        "mremap grew pages 4..6 of the unit at 2 from 2 to 6 pages: its reservation held 4, so "
        "no vma was added and nothing stays reserved.",
    ),
    (
        ("mmap(4, addr=2)", "mremap(2, 4, 10)"),
        {},
        "mremap grew the unit at 2 from 4 to 10 pages: its reservation held 4, so the counter "
        "gave A8..10, which continues its indexes, with 10 more reserved.",
    ),
    (
        ("mmap(4, addr=2)", "mmap(20, addr=16)", "mremap(2, 4, 14)"),
        {},
        "mremap grew the unit at 2 from 4 to 14 pages: its reservation held 4 and space A has "
        "16 indexes left where 40 are needed, so space B opens and a second vma took B0..6 and "
        "reserves 34 more, and the group flag joins it to the vma at 16.",
    ),
    (
        ("mmap(4, addr=2)", "mmap(3, 'r', addr=6)", "mremap(2, 4, 6)"),
        {},
        "mremap moved the unit at 2 to 9 and grew it from 4 to 6 pages, because the pages behind "
        "are not free. It keeps A0..4; nothing was reserved, so a second vma took A8..10 and "
        "reserves 6 more.",
    ),
    (
        ("mmap(4, addr=2)", "mremap(2, 2, 6)"),
        {},
        "mremap moved pages 2..4 of the unit at 2 to 6 and grew them from 2 to 6 pages, because "
        "the range ends inside its unit. They keep A0..2; nothing was reserved, so a second vma "
        "took A8..12 and reserves 8 more; the group flag joins it to the vma at 4.",
    ),
    (
        ("mmap(4, addr=44)", "mremap(44, 4, 5)"),
        {},
        "mremap moved the unit at 44 to 1 and grew it from 4 to 5 pages, because the task ends "
        "at 48. It keeps A0..4; its reservation held 4, so no vma was added and 3 stay reserved.",
    ),
    (
        ("mmap(4, addr=2)", "mmap(3, 'r', addr=20)", "mremap(2, 4, 2, to=22)"),
        {},
        "mremap moved the unit at 2 to 22 and shrank it from 4 to 2 pages, over 1 page that was "
        "mapped. It keeps A0..2, so no page is touched; A10..11 goes back to the reservation of "
        "its neighbour A8..10, which now holds 4; A2..4 goes back to the reservation of its "
        "neighbour A0..2, which now holds 6.",
    ),
    (
        ("mmap(4, addr=2)", "mmap(3, addr=18)", "mremap(2, 4, 10)", "mremap(2, 10, 10, to=24)"),
        {},
        "mremap moved the unit at 2 to 24. Its two vmas keep A0..8 and A14..16, so no page is "
        "touched.",
    ),
    (
        ("mmap(4, addr=2)", "mremap(2, 4, 4, to=20, dont_unmap=True)"),
        {},
        "mremap moved the unit at 2 to 20 and left the old pages mapped and empty. It keeps "
        "A0..4; for the old pages the counter gives A8..12, with 4 more reserved.",
    ),
    (
        ("mmap(4, addr=2, file=True)", "mremap(2, 4, 6)"),
        {},
        "mremap grew the file mapping at 2 from 4 to 6 pages: a file mapping has no indexes.",
    ),
    (
        ("mmap(4, addr=2, file=True)", "mremap(2, 4, 4, to=10)"),
        {},
        "mremap moved the file mapping at 2 to 10. A file mapping has no indexes.",
    ),
    # brk
    (("brk()",), {}, "brk told where the heap ends, at page 24; nothing changed."),
    (
        ("brk(28)",),
        {},
        "brk grew the heap at 24 from 0 to 4 pages: the counter gives A0..4, with 4 more "
        "reserved exclusively.",
    ),
    (
        ("brk(28)", "brk(30)"),
        {},
        "brk grew the heap at 24 from 4 to 6 pages: its reservation held 4, so no vma was added "
        "and 2 stay reserved.",
    ),
    (
        ("brk(28)", "brk(25)"),
        {},
        "brk shrank the heap at 24 from 4 to 1 page. A1..4 goes back to the reservation of its "
        "neighbour A0..1, which now holds 7.",
    ),
    (
        ("mmap(4, addr=20)", "brk(25)"),
        {},
        "brk grew the heap at 24 from 0 to 1 page: the reservation of its neighbour held 4, so "
        "no vma was added and 3 stay reserved.",
    ),
    # fault
    (
        ("mmap(4, addr=2)", "fault(3)"),
        {},
        "fault wrote page 3: frame 1 with index A1 came into being.",
    ),
    (
        ("mmap(4, addr=2)", "fault(3)", "fault(3, write=False)"),
        {},
        "fault read page 3, which is there already; nothing changed.",
    ),
    (
        ("mmap(4, addr=2, file=True)", "fault(3)"),
        {},
        "fault wrote page 3 of a file mapping, which has no anonymous pages; nothing changed.",
    ),
    (
        ("mmap(4, addr=2)", "fault(3)", "p = fork()", "p.fault(3)"),
        {},
        "fault wrote page 3, which another process maps, too: frame 2 is its own copy of frame "
        "1, at the same index A1.",
    ),
    (
        ("mmap(4, addr=30, growsdown=True)", "fault(27)"),
        {},
        "fault wrote page 27, so the unit at 30 grew down from 4 to 7 pages: its reservation "
        "held 4, so no vma was added and 1 stays reserved. Frame 1 with index A1 came into "
        "being.",
    ),
    (
        ("mmap(4, addr=30, growsdown=True)", "mmap(1, addr=2)", "fault(25)"),
        {},
        "fault wrote page 25, so the unit at 30 grew down from 4 to 9 pages: its reservation "
        "held 4, so a second vma took A19..20 and reserves 9 more. Frame 1 with index A19 came "
        "into being.",
    ),
    # fork, exec, exit
    (
        ("p = fork()",),
        {},
        "fork made process 2 as a copy of process 1, which has no vmas.",
    ),
    (
        ("mmap(4)", "p = fork()"),
        {},
        "fork made process 2 as a copy of process 1: the same vma at the same indexes, and no "
        "page yet.",
    ),
    (
        ("mmap(4)", "mmap(4, 'r')", "fault(1)", "p = fork()"),
        {},
        "fork made process 2 as a copy of process 1: the same two vmas at the same indexes, and "
        "1 page that both map until one writes.",
    ),
    (
        ("mmap(4)", "exec()"),
        {},
        "exec started a new program in process 1: its vma is gone, and indexes now come from "
        "space B; nothing refers to space A any more, so it is freed.",
    ),
    (
        ("mmap(4)", "mmap(4, 'r')", "p = fork()", "p.exit()"),
        {},
        "exit ended process 2: its two vmas are gone.",
    ),
    (
        ("p = fork()", "p.mmap(20)", "p.mmap(20, 'r', addr=28)", "p.exit()"),
        {},
        "exit ended process 2: its two vmas are gone; nothing refers to space B any more, so it "
        "is freed.",
    ),
)
