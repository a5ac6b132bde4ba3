"""The program that the processes of the live kernel run. It does nothing but make system calls.

window   the pages at BASE and above that the calls are about; empty at the start
fence    a page at either border of the window: shared memory, which merges with nothing private
filling  inaccessible memory in all the rest of the address space, so that the kernel's own search
         for room ends in the window or fails
keeper   the process that was started: the parent of the first process, and of every orphan

    0          heap, program   fence  BASE                fence   libraries         stack
    | filling |#####| filling |#|          window        |#| filling |####| filling |###|

It is started as a script, by path, and imports nothing of this package; whoever drives it imports
this file for the numbers. Nothing here may put memory into the window, or free memory of the
system outside it, while it serves: its allocations come from a heap that is reserved at the start.
Every process has one socket and serves it until its other end is closed, so that nothing is left
behind by whoever drives it, however that ends.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable

BASE = 1 << 36
"""Where the window begins: above a program at a fixed place, below one that is not."""

OPERATIONS = ("mmap", "munmap", "mprotect", "mremap", "madvise", "write", "read", "fork", "exit")
FORK = OPERATIONS.index("fork")
EXIT = OPERATIONS.index("exit")

REQUEST = struct.Struct("8q")
"""A request: its number, the index of the operation, six arguments."""

ANSWER = struct.Struct("3q")
"""The answer: the number of the request, the result, and the errno if the result is -1."""

# The kernel's numbers, which Python's mmap module has only in part: asm-generic/mman-common.h
PROT_NONE = 0
MAP_SHARED = 0x01
MAP_PRIVATE = 0x02
MAP_FIXED = 0x10
MAP_ANONYMOUS = 0x20
MAP_GROWSDOWN = 0x100
MAP_NORESERVE = 0x4000
MAP_STACK = 0x20000
MAP_FIXED_NOREPLACE = 0x100000

HEAP_BYTES = 32 << 20
STACK_BYTES = 8 << 20
READY = b"ready "
"""The first message of the first process, followed by its pid."""

PR_SET_CHILD_SUBREAPER = 36
PR_SET_THP_DISABLE = 41
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4

Function = Callable[..., int]


class Unsuitable(Exception):  # noqa: N818  # its text is the whole answer
    """Why the window cannot be made on this system."""


class System:
    """The calls of the C library that the operations are, in the order of OPERATIONS."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(None, use_errno=True)
        self.page = os.sysconf("SC_PAGE_SIZE")
        self.mmap = self.function("mmap", 6, ctypes.c_long)
        self.munmap = self.function("munmap", 2)
        # Every byte value at its own offset, and room for one more.
        self.bytes = os.memfd_create("bytes", os.MFD_CLOEXEC)
        os.write(self.bytes, bytes(range(256)))
        self._pread = self.function("pread", 4, ctypes.c_long)
        self._pwrite = self.function("pwrite", 4, ctypes.c_long)
        self.operations: tuple[tuple[Function, int], ...] = (
            (self.mmap, 6),
            (self.munmap, 2),
            (self.function("mprotect", 3), 3),
            (self.function("mremap", 5, ctypes.c_long), 5),
            (self.function("madvise", 3), 3),
            (self.write, 2),
            (self.read, 1),
        )

    def function(self, name: str, arguments: int, result: type = ctypes.c_int) -> Function:
        """The C function ``name``, whose arguments all fit into a long."""
        try:
            function = self.library[name]
        except AttributeError:
            raise Unsuitable(f"the C library has no {name}") from None
        function.argtypes = [ctypes.c_long] * arguments
        function.restype = result
        return function

    def write(self, address: int, value: int) -> int:
        """Let the kernel store a byte there: it faults as a program would, but for EFAULT."""
        return self._pread(self.bytes, address, 1, value)

    def read(self, address: int) -> int:
        """The byte that the kernel loads from there; -1 for EFAULT."""
        if self._pwrite(self.bytes, address, 1, 256) == -1:
            return -1
        return os.pread(self.bytes, 1, 256)[0]

    def inaccessible(self, address: int, size: int, flags: int) -> int:
        """Map memory without access that is not accounted for; its address, or -1."""
        return self.mmap(address, size, PROT_NONE, MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0)

    def must(self, what: str, address: int, result: int) -> None:
        """Check that a mapping of the preparation is where it has to be."""
        if result != address:
            code = errno.errorcode.get(ctypes.get_errno()) if result == -1 else hex(result)
            raise Unsuitable(f"{what} at {address:#x} is not possible ({code})")


def main() -> None:
    """Run as ``child.py KEEPER_FD INIT_FD WINDOW_PAGES``; the keeper ends last."""
    stack = resource.getrlimit(resource.RLIMIT_STACK)
    if stack[0] == resource.RLIM_INFINITY:  # then the kernel searches upward from a third
        resource.setrlimit(resource.RLIMIT_STACK, (STACK_BYTES, stack[1]))
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    keeper, init = (socket.socket(fileno=int(fd)) for fd in sys.argv[1:3])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)  # SIGCHLD: whoever ends is gone at once
    try:
        system = System()
        system.function("prctl", 5)(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        if os.fork():
            init.close()
            keep(keeper)
        keeper.close()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        prepare(system, int(sys.argv[3]))
        init.send(READY + str(os.getpid()).encode())
    except (Unsuitable, OSError) as error:
        init.send(str(error).encode())
        os._exit(1)
    serve(system, init)


def keep(keeper: socket.socket) -> None:
    """Wait for the end of the book's side, then for the end of all others."""
    keeper.recv(1)
    try:
        os.wait()
    except ChildProcessError:
        os._exit(0)


def prepare(system: System, window_pages: int) -> None:
    """Make the heap, the fences, the filling and the window."""
    gc.disable()
    gc.freeze()
    limit = resource.getrlimit(resource.RLIMIT_AS)
    if limit[0] != resource.RLIM_INFINITY:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, limit[1]))
        except (OSError, ValueError):
            raise Unsuitable(
                f"the address space of a process is limited to {limit[1]} bytes (ulimit -v)"
            ) from None
    # How far a mapping may grow down.
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # were memory to run out, this process goes first
    # A touch brings in one page, also where huge pages are on.
    system.function("prctl", 5)(PR_SET_THP_DISABLE, 1, 0, 0, 0)
    reserve_heap(system)
    size = window_pages * system.page
    exactly = MAP_FIXED_NOREPLACE
    for fence in (BASE - system.page, BASE + size):
        placed = system.inaccessible(fence, system.page, MAP_SHARED | exactly)
        system.must("a fence", fence, placed)
    placed = system.inaccessible(BASE, size, MAP_PRIVATE | exactly)
    system.must(f"a window of {window_pages} pages", BASE, placed)
    fill(system)
    system.munmap(BASE, size)
    placed = system.inaccessible(0, size, MAP_PRIVATE)
    if placed != BASE:
        raise Unsuitable(
            "the kernel does not search for room there (vm.legacy_va_layout, setarch --addr-compat)"
        )
    system.munmap(BASE, size)


def reserve_heap(system: System) -> None:
    """Take from the system at once what this process may ever need, and give nothing back."""
    set_option = system.function("mallopt", 2)
    set_option(M_MMAP_MAX, 0)
    set_option(M_TRIM_THRESHOLD, 2**30)
    allocate = system.function("malloc", 1, ctypes.c_long)
    top = system.function("sbrk", 1, ctypes.c_long)
    before = top(0)
    system.function("free", 1)(allocate(HEAP_BYTES))
    if top(0) - before < HEAP_BYTES // 2:
        raise Unsuitable("the C library does not take its memory from the heap")


def fill(system: System) -> None:
    """Map inaccessible memory wherever the kernel finds room, until it finds none."""
    size = 1 << 62
    while size >= system.page:
        if system.inaccessible(0, size, MAP_PRIVATE) == -1:
            if ctypes.get_errno() != errno.ENOMEM:
                raise OSError(ctypes.get_errno(), "the address space cannot be filled")
            size //= 2


def serve(system: System, connection: socket.socket) -> None:
    """Carry out what comes over the socket until its other end is closed.

    Kept shallow, and its values few: Python maps more memory when calls nest deep.
    """
    operations = system.operations
    while True:
        try:
            request = connection.recv(REQUEST.size)
        except OSError:
            request = b""
        if not request:
            os._exit(0)
        number, operation, *arguments = REQUEST.unpack(request)
        code = 0
        if operation < FORK:
            function, count = operations[operation]
            result = function(*arguments[:count])
            if result == -1:
                code = ctypes.get_errno()
        elif operation == FORK:
            result, code, connection = fork(connection)
            if not result:
                continue
        else:
            os._exit(0)
        try:
            connection.send(ANSWER.pack(number, result, code))
        except OSError:
            os._exit(0)


def fork(connection: socket.socket) -> tuple[int, int, socket.socket]:
    """Fork: the pid, or 0 in the child, or -1; the errno; the socket to go on with.

    The child's socket comes over the parent's.
    """
    _, fds, _, _ = socket.recv_fds(connection, 1, 1)
    try:
        pid = os.fork()
    except OSError as error:
        os.close(fds[0])
        return -1, error.errno or errno.EAGAIN, connection
    if pid:
        os.close(fds[0])
        return pid, 0, connection
    connection.close()
    return 0, 0, socket.socket(fileno=fds[0])


if __name__ == "__main__":
    main()
