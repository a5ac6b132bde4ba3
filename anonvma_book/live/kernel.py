"""The running Linux kernel, as a machine whose processes make the calls of the book.

    with LiveKernel() as live:
        init = live.processes[1]
        a = init.mmap(4, "rw")
        child = init.fork()
        print(init.maps_text)

The processes are children of this one that do nothing else; what they map, they map in a window
of their address space far from all that a process needs to live.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import signal
import socket
import subprocess
import sys
import sysconfig
import weakref
from pathlib import Path
from types import TracebackType

from anonvma_book.errors import MappingError, SettingError
from anonvma_book.live.channel import PAGE, Channel, set_timeout
from anonvma_book.live.child import READY
from anonvma_book.live.errors import LiveError, LiveUnavailable
from anonvma_book.live.process import LiveProcess

ARCHITECTURES = ("x86_64", "aarch64", "riscv64")
"""Where the kernel's numbers for mmap are the generic ones, and the window's place is free."""

PROGRAM = Path(__file__).with_name("child.py")
LARGEST_WINDOW = 2**22
START_SECONDS = 30.0
END_SECONDS = 2.0

# The heap alone, and from the start: see child.py. Nothing of the reader's settings goes in.
ENVIRONMENT = {
    "PYTHONMALLOC": "malloc",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
    "MALLOC_ARENA_MAX": "1",
    "LC_ALL": "C",
}


def kernel_version() -> tuple[int, ...]:
    """The version of the running kernel, as numbers: ``kernel_version() >= (6, 17)``.

    Raises :class:`LiveUnavailable` elsewhere than on Linux.
    """
    _need_linux()
    return parse_version(platform.release())


def parse_version(release: str) -> tuple[int, ...]:
    """The numbers at the head of a release's name.

    >>> parse_version("6.18.44-generic"), parse_version("6.19-rc3+")
    ((6, 18, 44), (6, 19))
    """
    numbers = []
    for part in release.split("."):
        digits = len(part) - len(part.lstrip("0123456789"))
        if digits:
            numbers.append(int(part[:digits]))
        if digits < len(part):
            break
    return tuple(numbers)


class LiveKernel:
    """Processes of the running kernel, to be driven call by call.

    ``window_pages``  the size of the window, in pages: 2 to 2**22; page numbers count from its
                      start
    ``timeout``       seconds to wait for the answer to a call before :class:`LiveError`

    The calls are the system's own, the search for room included: outside the window there is
    none. :class:`LiveUnavailable` says why a computer cannot do this. Use it as a context
    manager; ``close``, its end as garbage and the end of Python end all its processes, too.
    """

    def __init__(self, window_pages: int = 4096, *, timeout: float = 10.0) -> None:
        _check(window_pages, timeout)
        _need_linux()
        self.window_pages = window_pages
        self.timeout = timeout
        self.grows_down = False
        """Whether any process ever had a mapping that grows down."""
        self._alive: dict[int, Channel] = {}
        self._last_pid = 0
        keeper, keeper_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        init, init_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with keeper_end, init_end:
            program = _start(keeper_end, init_end, window_pages)
        self._finalizer = weakref.finalize(self, _end, os.getpid(), program, keeper, self._alive)
        try:
            self._adopt(init, _greeting(init, program))
        except BaseException:
            init.close()
            self.close()
            raise

    def __enter__(self) -> LiveKernel:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{len(self._alive)} processes"
        return f"LiveKernel(window_pages={self.window_pages}): {state}"

    def close(self) -> None:
        """End all processes and wait until they are gone; once is enough, more do no harm."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        """Whether everything has ended."""
        return not self._finalizer.alive

    @property
    def processes(self) -> dict[int, LiveProcess]:
        """The processes by pid, the first one being 1; those that exited are gone."""
        return {pid: LiveProcess(self, pid) for pid in sorted(self._alive)}

    def channel(self, call_name: str, pid: int) -> Channel:
        """The way to process ``pid``. ESRCH where it has exited."""
        channel = self._alive.get(pid)
        if channel is None:
            if self.closed:
                raise LiveError("this LiveKernel is closed; start a new one")
            raise MappingError(call_name, f"there is no process {pid}", "ESRCH")
        return channel

    def fork(self, pid: int) -> LiveProcess:
        """Have process ``pid`` fork; the child."""
        parent = self.channel("fork", pid)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                linux_pid, code = parent.fork(theirs)
            if linux_pid == -1:
                raise MappingError("fork", os.strerror(code).lower(), errno.errorcode[code])
            return self._adopt(ours, linux_pid)
        except BaseException:
            ours.close()
            raise

    def exit(self, pid: int) -> None:
        """Have process ``pid`` exit; when this is back, its memory is gone."""
        channel = self.channel("exit", pid)
        del self._alive[pid]
        channel.end()

    def _adopt(self, connection: socket.socket, linux_pid: int) -> LiveProcess:
        """Give the next pid to the process at the other end of a socket."""
        pid = self._last_pid + 1
        size = self.window_pages * PAGE
        name = f"process {pid}"
        self._alive[pid] = Channel(connection, linux_pid, name, size, self.timeout)
        self._last_pid = pid
        return LiveProcess(self, pid)


def _need_linux() -> None:
    problem = ""
    if sys.platform != "linux":
        problem = f"needs Linux, and this is {sys.platform}"
    elif platform.machine() not in ARCHITECTURES:
        problem = f"is made for {', '.join(ARCHITECTURES)}, and this is {platform.machine()}"
    elif sysconfig.get_config_var("Py_GIL_DISABLED") or not sys.executable:
        problem = "needs an ordinary build of Python that can be started as a process"
    if problem:
        raise LiveUnavailable(f"the live kernel {problem}; the rest of the book works without it")


def _check(window_pages: int, timeout: float) -> None:
    if type(window_pages) is not int or not 2 <= window_pages <= LARGEST_WINDOW:
        raise SettingError(
            f"window_pages is a whole number from 2 to {LARGEST_WINDOW}, not {window_pages!r}"
        )
    if not 0 < timeout <= 3600:
        raise SettingError(f"timeout is more than 0 and at most 3600 seconds, not {timeout!r}")


def _start(
    keeper_end: socket.socket, init_end: socket.socket, window_pages: int
) -> subprocess.Popen[bytes]:
    """Start the keeper; in a session of its own, so that the keyboard does not reach it."""
    fds = keeper_end.fileno(), init_end.fileno()
    # -I would shut the environment out, too, which is ours here.
    command = [sys.executable, "-P", "-s", "-S", str(PROGRAM)]
    try:
        return subprocess.Popen(
            [*command, *map(str, fds), str(window_pages)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            pass_fds=fds,
            start_new_session=True,
        )
    except OSError as error:
        raise LiveUnavailable(f"Python could not be started as a process: {error}") from None


def _greeting(init: socket.socket, program: subprocess.Popen[bytes]) -> int:
    """Wait until the first process has made its window; its pid in Linux."""
    set_timeout(init, START_SECONDS)
    try:
        greeting = init.recv(1000)
    except BlockingIOError:
        raise LiveUnavailable(f"no process was ready within {START_SECONDS:.0f} s") from None
    except OSError:
        greeting = b""
    if not greeting:
        status = program.wait(END_SECONDS)
        raise LiveUnavailable(f"the process ended while it prepared itself (status {status})")
    if not greeting.startswith(READY):
        raise LiveUnavailable(f"the window cannot be made: {greeting.decode()}")
    return int(greeting.removeprefix(READY))


def _end(
    owner: int, program: subprocess.Popen[bytes], keeper: socket.socket, alive: dict[int, Channel]
) -> None:
    """Close all sockets, which ends all processes, and wait for the keeper, who is the last."""
    for channel in alive.values():
        channel.close()
    alive.clear()
    keeper.close()
    if os.getpid() != owner:  # a copy of this Python: the processes are not its own
        return
    for wake in ((), (signal.SIGTERM, signal.SIGCONT), (signal.SIGKILL,)):
        for number in wake:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, number)
        try:
            program.wait(END_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue
