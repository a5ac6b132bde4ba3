"""One process of the live kernel, from the book's side: its socket, and its files in /proc."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading

from anonvma_book.live.child import ANSWER, BASE, OPERATIONS, REQUEST
from anonvma_book.live.errors import LiveError

NUMBER = {name: number for number, name in enumerate(OPERATIONS)}
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
CHUNK = 1 << 16
SPARE = 160


class EndedError(LiveError):
    """The process at the other end is no more."""


class Channel:
    """The way to process ``linux_pid`` and back; ``name`` is what errors call it."""

    def __init__(
        self, connection: socket.socket, linux_pid: int, name: str, size: int, timeout: float
    ) -> None:
        set_timeout(connection, timeout)
        self.connection = connection
        self.timeout = timeout
        self.linux_pid = linux_pid
        self.name = f"{name} (Linux pid {linux_pid})"
        self.size = size
        self._count = 0
        self._lock = threading.Lock()
        self._files: dict[str, int] = {}
        self._enough = {"maps": CHUNK, "smaps": CHUNK}  # bytes: the kernel's work grows with them
        fence = BASE - PAGE, BASE + size
        self._fences = [f"{start:08x}-{start + PAGE:08x} ".encode() for start in fence]
        try:
            # This stays the same process's folder, whoever may get its pid later.
            self._folder = os.open(f"/proc/{linux_pid}", os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            raise self.gone() from None

    def gone(self) -> EndedError:
        """The error for a process that is no more."""
        return EndedError(f"{self.name} has ended; start a new LiveKernel")

    def silent(self) -> LiveError:
        """The error for a process that is stopped, or busy for too long."""
        return LiveError(f"{self.name} does not answer within {self.timeout} s")

    def ask(
        self, operation: str, a: int = 0, b: int = 0, c: int = 0, d: int = 0, e: int = 0, f: int = 0
    ) -> tuple[int, int]:
        """Have an operation carried out; its result and, if that is -1, the errno."""
        with self._lock:
            self._send(NUMBER[operation], a, b, c, d, e, f)
            return self._receive()

    def fork(self, child_end: socket.socket) -> tuple[int, int]:
        """Fork, the child being at the other end of ``child_end``'s socket; pid and errno."""
        with self._lock:
            self._send(NUMBER["fork"])
            socket.send_fds(self.connection, [b"f"], [child_end.fileno()])
            return self._receive()

    def end(self) -> None:
        """Have the process exit; back when its memory is gone."""
        try:
            with self._lock, contextlib.suppress(EndedError):
                self._send(NUMBER["exit"])
                self._receive()
        finally:
            self.close()

    def close(self) -> None:
        """Close everything; the process ends when it sees that."""
        self.connection.close()
        for fd in (*self._files.values(), self._folder):
            with contextlib.suppress(OSError):
                os.close(fd)
        self._files.clear()
        self._folder = -1

    def _send(self, operation: int, *arguments: int) -> None:
        self._count += 1
        six = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
        try:
            self.connection.send(REQUEST.pack(self._count, operation, *six))
        except BlockingIOError:
            raise self.silent() from None
        except OSError:
            raise self.gone() from None

    def _receive(self) -> tuple[int, int]:
        """The answer to the last request; one to an earlier request was given up, and is dropped.

        An earlier request is one whose asker was interrupted.
        """
        while True:
            try:
                answer = self.connection.recv(ANSWER.size)
            except BlockingIOError:
                raise self.silent() from None
            except OSError:
                answer = b""
            if not answer:
                raise self.gone()
            number, result, code = ANSWER.unpack(answer)
            if number == self._count:
                return result, code

    def window_text(self, file: str = "maps") -> bytes:
        """The lines of a file of /proc/PID that are about the window, "maps" or "smaps"."""
        low, high = self._fences
        text = bytearray(self._read(file, self._enough[file], 0))
        end = text.find(high)
        while end < 0:
            seen = len(text)
            text += self._read(file, CHUNK, seen)
            if len(text) == seen:
                raise self.gone()
            end = text.find(high, seen - len(high))
        self._enough[file] = end + SPARE
        last_of_fence = b"VmFlags" if file == "smaps" else low
        start = text.index(b"\n", text.index(last_of_fence, text.index(low))) + 1
        return bytes(text[start:end])

    def all_lines(self) -> list[bytes]:
        """Every line of /proc/PID/maps."""
        text = bytearray()
        while chunk := self._read("maps", CHUNK, len(text)):
            text += chunk
        return bytes(text).splitlines()

    def present(self) -> tuple[int, ...]:
        """The pages of the window that have a page: bits 63 and 62 of /proc/PID/pagemap."""
        pages = self.size // PAGE
        entries = self._read("pagemap", 8 * pages, BASE // PAGE * 8)
        if len(entries) != 8 * pages:
            raise self.gone()
        return tuple(
            page for page, (entry,) in enumerate(struct.iter_unpack("Q", entries)) if entry >> 62
        )

    def _read(self, file: str, size: int, offset: int) -> bytes:
        try:
            if file not in self._files:
                flags = os.O_RDONLY | os.O_CLOEXEC
                self._files[file] = os.open(file, flags, dir_fd=self._folder)
            return os.pread(self._files[file], size, offset)
        except OSError:
            raise self.gone() from None


def set_timeout(connection: socket.socket, seconds: float) -> None:
    """Let the kernel do the waiting: cheaper for each call than Python's own timeout."""
    whole = int(seconds)
    value = struct.pack("ll", whole, int((seconds - whole) * 1e6))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)
