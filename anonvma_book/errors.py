"""What can go wrong, each with the numbers that say why.

AnonvmaError    the base of all
MappingError    a call that the kernel would refuse; also an ``OSError`` with ``errno``
ScriptError     a script line that cannot be read or run
SettingError    a setting of a machine or a scheme that makes no sense
TraceError      a line of a trace that cannot be read
InvariantError  a rule of the scheme does not hold: a defect in this module
"""

from __future__ import annotations

import errno as errno_codes


class AnonvmaError(Exception):
    """The base of every error of this package."""


class MappingError(AnonvmaError, OSError):
    """A call that the kernel would refuse. Nothing has changed, unless ``partial`` is set.

    ``errno`` is the code as in :mod:`errno`, ``call_name`` the call, ``reason`` the condition
    with its numbers, ``code`` the name that is printed: a SIGSEGV has no errno of its own and
    carries EFAULT.

    >>> print(MappingError("munmap", "length is 0", "EINVAL"))
    munmap: length is 0 (EINVAL)
    """

    def __init__(
        self, call_name: str, reason: str, code: str, *, partial: bool = False
    ) -> None:
        number = errno_codes.EFAULT if code == "SIGSEGV" else getattr(errno_codes, code)
        super().__init__(number, reason)
        self.call_name = call_name
        self.reason = reason
        self.code = code
        self.partial = partial

    def __str__(self) -> str:
        return f"{self.call_name}: {self.reason} ({self.code})"

    def __reduce__(self) -> tuple[type[MappingError], tuple[str, str, str], dict[str, bool]]:
        state = {"partial": self.partial}
        return type(self), (self.call_name, self.reason, self.code), state


class ScriptError(AnonvmaError, ValueError):
    """A script line that cannot be read or run; ``line`` counts from 1.

    >>> print(ScriptError(3, "munmap: length is 0 (EINVAL)"))
    line 3: munmap: length is 0 (EINVAL)
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class SettingError(AnonvmaError, ValueError):
    """A setting out of its range."""


class TraceError(AnonvmaError, ValueError):
    """A line of a trace that cannot be read; ``source`` names the file, ``line`` counts from 1."""

    def __init__(self, source: str, line: int, reason: str) -> None:
        super().__init__(source, line, reason)
        self.source = source
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.reason}"


def sendable(text: str) -> str:
    r"""A reader's text as it can be sent: half a character, which JSON may bring, becomes "?".

    >>> sendable("a\ud800")
    'a?'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    r"""A reader's text on one line of a terminal: what would move its cursor is written out.

    >>> print(printable("a\nb\x1b[2J"))
    a\nb\x1b[2J
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class InvariantError(AnonvmaError, AssertionError):
    """A rule that must always hold does not. The message ends with a dump of the state."""
