"""How a command ends: with a status, and where it did not come to its end with one line why.

status  0 done, 1 done with a bad result, 2 wrong usage or input, or a file that cannot be
        written; 128 + N where signal N ended it: 130 for an interrupt, 143 for SIGTERM
line    on stderr, with the name of the command; what an exception has as notes is its rest
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from anonvma_book.errors import AnonvmaError, InvariantError, MappingError, printable

HEARD = {"SIGTERM": "ended by SIGTERM", "SIGHUP": "the terminal was closed"}
"""The signals that end a command as an interrupt does, where there are such; and what is said."""

NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)
"""What a write meets where a disk, a file or a quota is full, or a disk fails."""


class Ended(KeyboardInterrupt):
    """A signal that is not the keyboard's asks this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def ended(name: str, command: Callable[[], int]) -> int:
    """Run a command; its status. ``name`` begins the line that says what went wrong.

    That is what a reader can get wrong: an :class:`AnonvmaError`, or an ``OSError`` such as a file
    that is not there. A defect keeps its traceback.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file's name may have what it cannot encode
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with hearing():
            status = command()
            sys.stdout.flush()
            return status
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        drop_output()
        return 0
    except KeyboardInterrupt as stop:
        number = stop.number if isinstance(stop, Ended) else signal.SIGINT
        said = HEARD.get(signal.Signals(number).name, "interrupted")
        say(name, "; ".join([said, *getattr(stop, "__notes__", [])]))
        return 128 + number
    except (AnonvmaError, OSError) as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in NO_ROOM:
            drop_output()
            error.filename = "standard output"  # all other writes name their file
        say(name, one_line(error))
        return 2


@contextmanager
def hearing() -> Iterator[None]:
    """Turn the signals of ``HEARD`` into :class:`Ended`, so that all that was begun is left well.

    One that is ignored stays so, as under `nohup`.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (getattr(signal, name, None) for name in HEARD):
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    raise Ended(number)


def drop_output() -> None:
    """Let what was printed and not yet written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(name: str, line: str) -> None:
    """Say it on stderr, on a line of its own also where a terminal has just shown ^C."""
    with suppress(OSError):
        begin = "\n" if sys.stderr.isatty() and line.startswith("interrupted") else ""
        print(f"{begin}{name}: {line}", file=sys.stderr, flush=True)


def one_line(error: Exception) -> str:
    """What went wrong, in the words of a reader; its notes follow.

    >>> one_line(FileNotFoundError(2, "No such file or directory", "a.strace"))
    'a.strace: No such file or directory'
    """
    if isinstance(error, InvariantError):  # with a dump of the state, line by line
        return str(error)
    said = str(error)
    if isinstance(error, OSError) and not isinstance(error, MappingError):
        name = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        said = f"{name}{error.strerror or error}"
    return printable("; ".join([said, *getattr(error, "__notes__", [])]))
