"""One call as strace prints it, and as a value.

    mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f617290d000

Arguments may be numbers or names, with comments, strings, structures and file names in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from anonvma_book.traces.source import shortened

ENDED = "+++"


class SysCall(NamedTuple):
    """One call. ``result`` is None where strace printed ``?``; ``errno`` is the error's name.

    ``start`` is the address that was asked for (for brk the end of the heap), ``to`` mremap's
    new address; a field that the call does not have keeps its default. The name ``+++`` is the
    end of a thread, ``program`` what execve ran, without its folder.
    """

    line: int
    tid: int
    name: str
    result: int | None
    errno: str | None = None
    start: int = 0
    length: int = 0
    new_length: int = 0
    to: int | None = None
    protection: str = "none"
    flags: frozenset[str] = frozenset()
    program: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the call returned, and without an error."""
        return self.result is not None and self.errno is None


def parse_call(number: int, tid: int, name: str, text: str, begin: int) -> SysCall:
    """The call whose arguments begin at ``begin``; ValueError says what is wrong with it."""
    arguments, end = split_arguments(text, begin)
    found = _RESULT.match(text, end)
    if found is None:
        raise ValueError("no result")
    result = None if found[1] == "?" else _number(found[1].lstrip("-"))
    if result is not None and found[1].startswith("-"):
        result = -result
    errno = found[2] or ("error" if result == -1 else None)
    call = SysCall(number, tid, name, result, errno)
    try:
        return PARSERS[name](call, arguments)
    except IndexError:
        raise ValueError(f"{len(arguments)} arguments are too few") from None


def split_arguments(text: str, begin: int = 0) -> tuple[list[str], int]:
    """The arguments in ``text`` from ``begin`` to the bracket that closes them, and its end.

    Commas in strings, structures, comments and file names do not count. Comments are dropped.

    >>> split_arguments('"a, b", [1, 2], 0x1 /* R */) = 0')
    (['"a, b"', '[1, 2]', '0x1'], 28)
    """
    arguments: list[str] = []
    current = ""
    depth = 0
    for token in _TOKEN.finditer(text, begin):
        part = token[0]
        if depth == 0 and part in ",)":
            if current.strip() or part == ",":
                arguments.append(current.strip())
            current = ""
            if part == ")":
                return arguments, token.end()
            continue
        depth += (part in "([{") - (part in ")]}")
        if not part.startswith("/*"):
            current += part
    raise ValueError("the arguments do not end")


def _number(text: str) -> int:
    """A decimal or hexadecimal number of at most 64 bits; NULL is 0."""
    if text == "NULL":
        return 0
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {shortened(text, 24)!r}")
    number = int(text, 16 if text[:2] == "0x" else 10)
    if number >> 64:
        raise ValueError(f"more than 64 bits: {shortened(text, 24)!r}")
    return number


def _flags(text: str, names: dict[int, str]) -> frozenset[str]:
    """The flags of ``A|B|0x8``, where numbers stand for the ``names`` that matter here."""
    flags: set[str] = set()
    for part in text.split("|"):
        part = part.strip()
        if _NUMBER.fullmatch(part):
            bits = _number(part)
            flags.update(name for bit, name in names.items() if bits & bit)
        elif _FLAG.fullmatch(part):
            flags.add(part)
        else:
            raise ValueError(f"not a flag: {shortened(part, 24)!r}")
    return frozenset(flags)


def _protection(flags: frozenset[str]) -> str:
    """PROT_READ and so on as ``r``, ``w`` and ``x``; ``none`` without any."""
    letters = {"PROT_READ": "r", "PROT_WRITE": "w", "PROT_EXEC": "x"}
    return "".join(letter for flag, letter in letters.items() if flag in flags) or "none"


def _mmap(call: SysCall, args: list[str]) -> SysCall:
    return call._replace(
        start=_number(args[0]),
        length=_number(args[1]),
        protection=_protection(_flags(args[2], PROT_FLAGS)),
        flags=_flags(args[3], MAP_FLAGS),
    )


def _munmap(call: SysCall, args: list[str]) -> SysCall:
    return call._replace(start=_number(args[0]), length=_number(args[1]))


def _mprotect(call: SysCall, args: list[str]) -> SysCall:
    flags = _flags(args[2], PROT_FLAGS)
    return _munmap(call, args)._replace(name="mprotect", protection=_protection(flags), flags=flags)


def _mremap(call: SysCall, args: list[str]) -> SysCall:
    flags = _flags(args[3], MREMAP_FLAGS)
    to = _number(args[4]) if len(args) > 4 else None
    return _munmap(call, args)._replace(new_length=_number(args[2]), flags=flags, to=to)


def _madvise(call: SysCall, args: list[str]) -> SysCall:
    return _munmap(call, args)._replace(flags=_flags(args[2], ADVICE))


def _brk(call: SysCall, args: list[str]) -> SysCall:
    return call._replace(start=_number(args[0]))


def _shmat(call: SysCall, args: list[str]) -> SysCall:
    return call._replace(start=_number(args[1]))


def _fork(call: SysCall, args: list[str]) -> SysCall:
    found = _CLONE_FLAGS.search(", ".join(args))
    flags = _flags(found[1], CLONE_FLAGS) if found else frozenset[str]()
    if call.name == "vfork":
        flags = frozenset({"CLONE_VM", "CLONE_VFORK"})
    return call._replace(flags=flags)


def _execve(call: SysCall, args: list[str]) -> SysCall:
    path = next((arg for arg in args if arg.startswith('"')), "")
    return call._replace(name="execve", program=path.strip('".').rsplit("/", 1)[-1])


def _as_it_is(call: SysCall, args: list[str]) -> SysCall:
    return call


# The bits of <asm/mman.h> and <linux/sched.h> on x86, for traces with numbers instead of names.
PROT_FLAGS = {1: "PROT_READ", 2: "PROT_WRITE", 4: "PROT_EXEC", 1 << 24: "PROT_GROWSDOWN"}
MAP_FLAGS = {
    0x1: "MAP_SHARED",
    0x2: "MAP_PRIVATE",
    0x20: "MAP_ANONYMOUS",
    0x100: "MAP_GROWSDOWN",
    0x4000: "MAP_NORESERVE",
    0x20000: "MAP_STACK",
    0x40000: "MAP_HUGETLB",
}
ADVICE: dict[int, str] = {}  # not bits: strace names them all
MREMAP_FLAGS = {1: "MREMAP_MAYMOVE", 2: "MREMAP_FIXED", 4: "MREMAP_DONTUNMAP"}
CLONE_FLAGS = {0x100: "CLONE_VM", 0x4000: "CLONE_VFORK", 0x10000: "CLONE_THREAD"}
FORKS = ("fork", "vfork", "clone", "clone3")

PARSERS: dict[str, Callable[[SysCall, list[str]], SysCall]] = {
    "mmap": _mmap,
    "munmap": _munmap,
    "mprotect": _mprotect,
    "pkey_mprotect": _mprotect,
    "mremap": _mremap,
    "madvise": _madvise,
    "brk": _brk,
    "shmat": _shmat,
    "shmdt": _brk,
    "execve": _execve,
    "execveat": _execve,
    "exit": _as_it_is,
    "exit_group": _as_it_is,
    **dict.fromkeys(FORKS, _fork),
}

_RESULT = re.compile(
    r"\s{0,64}= (\?|-?\d{1,20}|0x[0-9a-f]{1,20})(?:<[^<>]{0,4096}>)?(?: (E[A-Z0-9]+))?(?!\S)"
)
_NUMBER = re.compile(r"0x[0-9a-f]{1,20}|\d{1,20}")
_FLAG = re.compile(r"(?:\d{1,3}<<)?[A-Z][A-Z0-9_]{1,63}")
_CLONE_FLAGS = re.compile(r"flags=([^,}\s]{1,1000})")
# A string, a comment or a file name that does not end takes the rest of the line: no way back.
_TOKEN = re.compile(
    r"""
      "(?:[^"\\]|\\.)*+(?:"|\\?\Z)      # a string
    | /\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)   # a comment
    | <<
    | <[^<>]*+>?                        # a file name, as strace -y prints it
    | [^"/<(){}\[\],]++
    | .
    """,
    re.DOTALL | re.VERBOSE,
)
