"""A process of the live kernel as a reader uses it: the calls as methods, and what can be seen."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from anonvma_book.errors import MappingError
from anonvma_book.live import child
from anonvma_book.live.channel import PAGE, Channel
from anonvma_book.live.errors import LiveError
from anonvma_book.live.maps import Border, borders_of, flags_of
from anonvma_book.vma import ANONYMOUS, GROWSDOWN, PROTECTIONS, Unit

if TYPE_CHECKING:
    from anonvma_book.live.kernel import LiveKernel

READ, WRITE, EXECUTE = 1, 2, 4
MAY_MOVE, FIXED, DONT_UNMAP = 1, 2, 4
LARGEST = 2**62 // PAGE

ADVICE = {
    "dontneed": 4,
    "free": 8,
    "dontfork": 10,
    "dofork": 11,
    "mergeable": 12,
    "unmergeable": 13,
    "hugepage": 14,
    "nohugepage": 15,
    "dontdump": 16,
    "dodump": 17,
    "wipeonfork": 18,
    "keeponfork": 19,
    "cold": 20,
    "pageout": 21,
    "populate_read": 22,
    "populate_write": 23,
}
"""The kernel's numbers: asm-generic/mman-common.h."""


class Answer(NamedTuple):
    """What became of a call: its result, and the errno, which is 0 where all is well."""

    result: int | None
    errno: int


class LiveProcess:
    """Process ``pid`` of a live kernel. Addresses and lengths are in pages of its window.

    The calls are those of :class:`anonvma_book.process.Process`. Where the kernel refuses one,
    :class:`MappingError` has its errno. A call that would reach out of the window is refused
    here, with the errno that the end of the task would give.
    """

    def __init__(self, kernel: LiveKernel, pid: int) -> None:
        self.kernel = kernel
        self.pid = pid

    def __repr__(self) -> str:
        return f"LiveProcess({self.pid})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, LiveProcess) and self.kernel is other.kernel and self.pid == other.pid
        )

    def __hash__(self) -> int:
        return hash((id(self.kernel), self.pid))

    def __str__(self) -> str:
        return self.maps_text

    # What can be seen

    @property
    def linux_pid(self) -> int:
        """The pid that Linux knows the process by."""
        return self._channel("linux_pid").linux_pid

    @property
    def maps_text(self) -> str:
        """The window's lines of /proc/PID/maps, as they are."""
        return self._channel("maps").window_text().decode()

    @property
    def borders(self) -> tuple[Border, ...]:
        """Start, end and protection of every vma, in order of address: the fastest look."""
        return borders_of(self._channel("maps").window_text(), child.BASE, PAGE)

    @property
    def vmas(self) -> tuple[Unit, ...]:
        """The kernel's vmas, in order of address; empty once the process has exited."""
        if self.pid not in self.kernel.processes:
            return ()
        borders = self.borders
        if not self.kernel.grows_down:
            return tuple(Unit(start, end, protection) for start, end, protection in borders)
        return tuple(
            Unit(start, end, protection, GROWSDOWN if "gd" in flags else ANONYMOUS)
            for (start, end, protection), flags in zip(borders, self.vm_flags, strict=True)
        )

    @property
    def vm_flags(self) -> tuple[frozenset[str], ...]:
        """The flags of every vma as two letters each, from VmFlags in /proc/PID/smaps.

        "ac" is memory that is accounted for, "gd" grows down, "dd" has MADV_DONTDUMP, ...:
        the list is in Documentation/filesystems/proc.rst. Slower than ``vmas``.
        """
        return flags_of(self._channel("smaps").window_text("smaps"))

    @property
    def present(self) -> tuple[int, ...]:
        """The pages of the window that exist, in memory or swapped out: /proc/PID/pagemap."""
        return self._channel("pagemap").present()

    @property
    def vma_count(self) -> int:
        """How many vmas the whole process has, which is what vm.max_map_count limits."""
        lines = self._channel("maps").all_lines()
        return sum(not line.endswith(b"[vsyscall]") for line in lines)

    # What can be done

    def mmap(
        self,
        length: int,
        prot: str = "rw",
        *,
        addr: int | None = None,
        fixed: bool = False,
        noreplace: bool = False,
        growsdown: bool = False,
        noreserve: bool = False,
        stack: bool = False,
    ) -> int:
        """Map ``length`` pages; gives the first page.

        ``addr`` is a hint, and a command with ``fixed`` (what is there goes) or ``noreplace``
        (EEXIST). A hint that is not above 0, or does not fit into the window, is none.
        """
        flags = child.MAP_PRIVATE | child.MAP_ANONYMOUS
        flags |= child.MAP_FIXED if fixed else 0
        flags |= child.MAP_FIXED_NOREPLACE if noreplace else 0
        flags |= child.MAP_GROWSDOWN if growsdown else 0
        flags |= child.MAP_NORESERVE if noreserve else 0
        flags |= child.MAP_STACK if stack else 0
        access = _access("mmap", prot)
        size = self._size("mmap", length)
        address = 0
        if fixed or noreplace:
            if addr is None:
                _refuse("mmap", "a fixed mapping needs addr", errno.EINVAL)
            self._inside("mmap", addr, length, errno.ENOMEM)
            address = _address(addr)
        elif addr is not None and 0 < addr <= self.kernel.window_pages - length:
            address = _address(addr)
        where = f" at {addr}" if addr is not None else ""
        what = f"{length} pages {prot}{where}"
        page = self._page("mmap", what, address, size, access, flags, -1)
        self.kernel.grows_down |= growsdown
        return page

    def munmap(self, start: int, length: int) -> None:
        """Unmap ``length`` pages from ``start``; holes are fine."""
        size = self._size("munmap", length)
        self._inside("munmap", start, length, errno.EINVAL)
        self._call("munmap", f"{start}..{start + length}", _address(start), size)

    def mprotect(self, start: int, length: int, prot: str) -> None:
        """Change the protection of ``length`` pages from ``start``.

        Up to a hole in the range it is changed, and then the error is ENOMEM.
        """
        access = _access("mprotect", prot)
        size = self._size("mprotect", length)
        self._inside("mprotect", start, length, errno.ENOMEM)
        what = f"{start}..{start + length} to {prot}"
        self._call("mprotect", what, _address(start), size, access)

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
        """Resize or move a vma, or a part of one; gives its first page afterwards.

        ``to`` moves it there, and what was there goes. ``dont_unmap`` leaves the old range
        mapped and empty. Since Linux 6.17 the range may span several vmas, if ``to`` is given
        and the length stays. A range that leaves the window is refused: EFAULT.
        """
        old_size = self._size("mremap", old_length)
        new_size = self._size("mremap", new_length)
        self._inside("mremap", old, 0, errno.EFAULT)
        if to is not None:  # what lies beyond the window must not be moved
            self._inside("mremap", to, new_length, errno.EINVAL)
            self._inside("mremap", old, old_length, errno.EFAULT)
        elif new_length < old_length:  # nor unmapped
            self._inside("mremap", old, new_length, errno.EFAULT)
            old_size = min(old_size, (self.kernel.window_pages - old) * PAGE)
        flags = MAY_MOVE if may_move else 0
        flags |= FIXED if to is not None else 0
        flags |= DONT_UNMAP if dont_unmap else 0
        target = _address(to) if to is not None else 0
        where = f" at {to}" if to is not None else ""
        what = f"{old}..{old + old_length} to {new_length} pages{where}"
        return self._page("mremap", what, _address(old), old_size, new_size, flags, target)

    def madvise(self, start: int, length: int, advice: str) -> None:
        """Advise about ``length`` pages from ``start``; ``advice`` is a name of ADVICE.

        "dontdump", "dontfork", "nohugepage" and "wipeonfork" are flags of a vma and split it;
        "dontneed" drops the pages and keeps the mapping.
        """
        if advice not in ADVICE:
            _refuse("madvise", f"advice {advice!r} is none of {', '.join(ADVICE)}", errno.EINVAL)
        size = self._size("madvise", length)
        self._inside("madvise", start, length, errno.ENOMEM)
        what = f"{start}..{start + length} {advice}"
        self._call("madvise", what, _address(start), size, ADVICE[advice])

    def fault(self, page: int, write: bool = True) -> None:
        """Touch ``page``; a write stores a 1. Errors: SIGSEGV (errno EFAULT).

        The kernel touches the page for the process (as part of read or write), so that the
        process lives on where a program would be killed.
        """
        if write:
            self.store(page, 1)
        else:
            self.load(page)

    def store(self, page: int, value: int) -> None:
        """Write ``value``, 0 to 255, into the first byte of ``page``."""
        if not 0 <= value <= 255:
            _refuse("fault", f"{value} is not a byte", errno.EINVAL)
        self._touch("write", page, value)

    def load(self, page: int) -> int:
        """The first byte of ``page``."""
        return self._touch("read", page)

    def fork(self) -> LiveProcess:
        """A child that has a copy of the window; both go on."""
        return self.kernel.fork(self.pid)

    def exit(self) -> None:
        """End the process; when this is back, its memory is gone."""
        self.kernel.exit(self.pid)

    def attempt(self, call_name: str, *arguments: object, **options: object) -> Answer:
        """Make the call of that name; what became of it, instead of an exception.

        ``attempt("munmap", 0, 0)`` gives ``Answer(result=None, errno=22)``.
        """
        try:
            return Answer(getattr(self, call_name)(*arguments, **options), 0)
        except MappingError as error:
            return Answer(None, error.errno or 0)

    # How a call is carried out

    def _channel(self, call_name: str) -> Channel:
        return self.kernel.channel(call_name, self.pid)

    def _call(self, call_name: str, what: str, *arguments: int) -> int:
        result, code = self._channel(call_name).ask(call_name, *arguments)
        if result == -1:
            _refuse(call_name, f"{what}: {os.strerror(code).lower()}", code)
        return result

    def _page(self, call_name: str, what: str, *arguments: int) -> int:
        address = self._call(call_name, what, *arguments)
        page = (address - child.BASE) // PAGE
        if not 0 <= page < self.kernel.window_pages:
            raise LiveError(f"{call_name}: {what}: the kernel chose {address:#x}, far away")
        return page

    def _touch(self, how: str, page: int, value: int = 0) -> int:
        result = -1
        if 0 <= page < self.kernel.window_pages:
            result, _ = self._channel("fault").ask(how, _address(page), value)
        if result == -1:
            past = "written" if how == "write" else "read"
            raise MappingError("fault", f"page {page} cannot be {past}", "SIGSEGV")
        return result

    def _size(self, call_name: str, length: int) -> int:
        """A length in bytes; what no kernel takes is cut to what none takes either."""
        if length < 0:
            _refuse(call_name, f"length is {length}", errno.EINVAL)
        return min(length, LARGEST) * PAGE

    def _inside(self, call_name: str, start: int, length: int, code: int) -> None:
        window = self.kernel.window_pages
        if start < 0 or start + length > window:
            reason = f"{start}..{start + length} is outside the window 0..{window}"
            _refuse(call_name, reason, code)


def _refuse(call_name: str, reason: str, code: int) -> NoReturn:
    raise MappingError(call_name, reason, errno.errorcode[code])


def _access(call_name: str, prot: str) -> int:
    if prot not in PROTECTIONS:
        reason = f"protection {prot!r} is none of {', '.join(PROTECTIONS)}"
        _refuse(call_name, reason, errno.EINVAL)
    if prot == "none":
        return 0
    return sum(bit for letter, bit in (("r", READ), ("w", WRITE), ("x", EXECUTE)) if letter in prot)


def _address(page: int) -> int:
    return child.BASE + page * PAGE
