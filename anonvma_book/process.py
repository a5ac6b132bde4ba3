"""A process as a reader uses it: the calls as methods, and what can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonvma_book.picture.text import text_picture
from anonvma_book.vma import Unit, Vma, units_of

if TYPE_CHECKING:
    from anonvma_book.machine import Machine


class Process:
    """Process ``pid`` of a machine. All addresses and lengths are in pages.

    Every call raises :class:`MappingError`, with ``errno``, where the kernel would refuse it;
    then nothing has changed. Source of the rules: scheme, sections 3 to 6.
    """

    def __init__(self, machine: Machine, pid: int) -> None:
        self.machine = machine
        self.pid = pid

    def __repr__(self) -> str:
        return f"Process({self.pid})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Process) and self.machine is other.machine and self.pid == other.pid
        )

    def __hash__(self) -> int:
        return hash((id(self.machine), self.pid))

    def __str__(self) -> str:
        machine = self.machine
        step = machine.steps[machine.position - 1] if machine.position else None
        return text_picture(machine.state, step, of=len(machine.steps), pid=self.pid)

    @property
    def vmas(self) -> tuple[Vma, ...]:
        """The vmas in order of address; empty once the process has exited."""
        mm = self.machine.world.mms.get(self.pid)
        return tuple(mm.vmas) if mm is not None else ()

    @property
    def units(self) -> tuple[Unit, ...]:
        """What the user sees: a line of ``/proc/PID/maps`` each."""
        return tuple(units_of(self.vmas))

    def mmap(
        self,
        length: int,
        prot: str = "rw",
        *,
        addr: int | None = None,
        fixed: bool = False,
        noreplace: bool = False,
        growsdown: bool = False,
        file: bool = False,
        noreserve: bool = False,
        stack: bool = False,
    ) -> int:
        """Map ``length`` pages; gives the first page.

        ``prot`` is one of "none", "r", "w", "rw", "x", "rx", "wx", "rwx". ``addr`` is a hint,
        and a command with ``fixed`` (what is there goes) or ``noreplace`` (EEXIST). ``file``
        makes an opaque mapping that only occupies addresses. ``noreserve`` and ``stack`` are
        MAP_NORESERVE and MAP_STACK, of which only Linux's own scheme makes something.
        Errors: EINVAL (length, protection), ENOMEM (no room, outside the task), EEXIST.
        """
        page: int = self.machine.do(
            self.pid,
            "mmap",
            (length, prot, addr, fixed, noreplace, growsdown, file, noreserve, stack),
        )
        return page

    def munmap(self, start: int, length: int) -> None:
        """Unmap ``length`` pages from ``start``; holes are fine. Errors: EINVAL."""
        self.machine.do(self.pid, "munmap", (start, length))

    def mprotect(self, start: int, length: int, prot: str) -> None:
        """Change the protection of ``length`` pages from ``start``; no index changes.

        Errors: EINVAL (protection), ENOMEM (a hole in the range).
        """
        self.machine.do(self.pid, "mprotect", (start, length, prot))

    def madvise(self, start: int, length: int, advice: str) -> None:
        """Advise about ``length`` pages from ``start``: "dontneed" drops pages.

        Under Linux's own scheme "dontfork", "wipeonfork", "dontdump" and "nohugepage" set a flag
        of the vma, and split it. Errors: EINVAL (advice), ENOMEM (a hole in the range).
        """
        self.machine.do(self.pid, "madvise", (start, length, advice))

    def mremap(
        self,
        old: int,
        old_length: int,
        new_length: int,
        *,
        may_move: bool = True,
        to: int | None = None,
        dont_unmap: bool = False,
    ) -> int:
        """Resize or move one unit, or a part of one; gives its first page afterwards.

        ``to`` moves it there, and what was there goes. ``dont_unmap`` leaves the old range
        mapped and empty.
        Errors: EFAULT (not mapped, leaves its unit), EINVAL (lengths, overlap), ENOMEM.
        """
        page: int = self.machine.do(
            self.pid, "mremap", (old, old_length, new_length, may_move, to, dont_unmap)
        )
        return page

    def brk(self, end: int | None = None) -> int:
        """Let the heap end at page ``end``; without it, ask. Gives the end. Errors: ENOMEM."""
        page: int = self.machine.do(self.pid, "brk", (end,))
        return page

    def fault(self, page: int, write: bool = True) -> None:
        """Touch ``page``: it comes into being, or is copied if a write finds it shared.

        Below a growsdown vma the stack grows down to it. Errors: SIGSEGV (errno EFAULT).
        """
        self.machine.do(self.pid, "fault", (page, write))

    def fork(self) -> Process:
        """A child with the same vmas and indexes; pages are shared until they are written."""
        child = self.machine.apply(self.machine.call_of(self.pid, "fork", ())).result
        assert child is not None, "fork gives a pid"
        return Process(self.machine, child)

    def exec(self) -> None:
        """A new program: nothing is mapped, and a new address space starts a new fork group."""
        self.machine.do(self.pid, "exec", ())

    def exit(self) -> None:
        """Everything of the process goes."""
        self.machine.do(self.pid, "exit", ())
