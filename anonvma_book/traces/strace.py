r"""The memory calls in what strace wrote.

    tid  time             name    arguments                                     result
    1234 10:02:03.000456  mmap   (NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0)    = 0x7f617290d000

call    one completed system call, with its result; sizes and addresses here are in bytes
tid     the thread that made it; 0 in a trace that was recorded without -f
resumed a call whose end stands on a later line, because another thread's call came in between

The text is somebody else's: nothing is evaluated, every pattern runs in linear time, and what
cannot be read is one :class:`~anonvma_book.errors.TraceError`. Calls that do not change the
mappings are skipped, signals and messages of strace too.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anonvma_book.errors import TraceError
from anonvma_book.traces.call_text import ENDED, FORKS, PARSERS, SysCall, parse_call
from anonvma_book.traces.source import numbered_lines, shortened


def read_strace(path: Path) -> list[SysCall]:
    """The calls of a trace file, as :func:`parse_strace` gives them."""
    return parse_strace(_with_cut_off_line(numbered_lines(path, with_ends=True)), path.name)


def cut_off_line(path: Path) -> int:
    """The number of a trace's last line where that was cut short, else 0."""
    last = deque(numbered_lines(path, with_ends=True), maxlen=1)
    return next((number for number, text in last if _is_cut_off(text)), 0)


def _with_cut_off_line(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Let a call without its end be one that has begun: a recording was cut short there."""
    for number, text in lines:
        if _is_cut_off(text):
            result = _RESULT.search(text)
            text = text[: result.start() + 1 if result else None] + " <unfinished ...>"
        yield number, text.rstrip("\r\n")


def _is_cut_off(text: str) -> bool:
    """Whether a line has no end and may miss more than that; an address is that of a page."""
    if not text or text[-1] in "\r\n":
        return False
    result = _RESULT.search(text)
    if result is None:
        return not _NO_CALL.search(text)
    value = result[1]
    if value in ("", "-", "0x") or (value == "0" and _AN_ADDRESS.search(text)):
        return True
    return value[:2] == "0x" and not value.endswith("000") and f"({value})" not in text


def parse_strace(lines: Iterable[tuple[int, str]], source: str) -> list[SysCall]:
    """The calls in numbered lines, in order of completion, a fork before its child's first call.

    TraceError, which names ``source`` and the line, where a call of interest is malformed, or
    where there is no call of interest at all.
    """
    reader = _Reader(source)
    number = 0
    for number, text in lines:
        reader.read(number, text)
    if not reader.calls:
        raise TraceError(source, max(number, 1), "no memory call so far: is this from strace?")
    return parents_first(reader.calls)


class _Reader:
    """Lines in, calls out; it remembers the calls that have begun and not returned."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.calls: list[SysCall] = []
        self.begun: dict[int, str] = {}

    def read(self, number: int, text: str) -> None:
        tid, rest = _without_prefix(text)
        if rest.startswith("+++ "):
            self._ended(number, tid, rest)
            return
        if resumed := _RESUMED.match(rest):
            rest = self._resume(tid, resumed[1], rest[resumed.end() :])
        named = _NAME.match(rest)
        if named is None or named[1] not in PARSERS:
            return
        if unfinished := _UNFINISHED.search(rest):
            self.begun[tid] = rest[: unfinished.start()].rstrip()
        elif not _KILLED.search(rest):
            try:
                self.calls.append(parse_call(number, tid, named[1], rest, named.end()))
            except ValueError as error:
                raise TraceError(self.source, number, f"{error}: {shortened(text)}") from None

    def _ended(self, number: int, tid: int, rest: str) -> None:
        if superseded := _SUPERSEDED.match(rest):  # a thread runs execve and becomes the leader
            self.begun[tid] = self.begun.pop(int(superseded[1]), "")
        else:
            self.begun.pop(tid, None)
            self.calls.append(SysCall(number, tid, ENDED, None))

    def _resume(self, tid: int, name: str, rest: str) -> str:
        """The whole text of a call that ends on this line."""
        begun = self.begun.pop(tid, "")
        if begun.startswith(f"{name}("):
            return begun + rest
        return f"{name}(?{rest}" if name in PARSERS else ""


def parents_first(calls: list[SysCall]) -> list[SysCall]:
    """``calls`` with each fork before its child's first call, also where it returned later.

    A child may run, and a vfork's child always runs, before its parent's call returns.
    """
    lives: dict[int, _Life] = {}
    place = [float(position) for position in range(len(calls))]
    for position, call in enumerate(calls):
        life = lives.get(call.tid)
        if life is None or life.ended:
            life = lives[call.tid] = _Life(position, made=not lives)
        life.ended = call.name == ENDED
        if call.name in FORKS and call.succeeded and call.result:
            child = lives.get(call.result)
            if child is None or child.made:
                lives[call.result] = _Life(position, made=True)
            else:
                place[position] = child.first - 0.5
                child.made = True
    return [calls[position] for position in sorted(range(len(calls)), key=place.__getitem__)]


@dataclass
class _Life:
    """A thread between its first call and its end; ``made``: the fork that made it was seen."""

    first: int
    made: bool
    ended: bool = False


def _without_prefix(text: str) -> tuple[int, str]:
    """The tid at the start of a line, and the line without tid, time and numbers in brackets."""
    text = text.strip()
    tid = 0
    if found := _TID.match(text):
        tid = int(found[1])
        text = text[found.end() :]
    while found := _TIME.match(text):
        text = text[found.end() :]
    return tid, text


_TID = re.compile(r"(?:\[pid {1,9})?(\d{1,10})(?:<[^<>]{0,64}>)?(?:\] ?|\s+)")
_TIME = re.compile(
    r"(?:\d\d:\d\d:\d\d(?:\.\d{1,9})?|\d{1,12}\.\d{1,9}|\(\+ {0,12}\d{1,12}\.\d{1,9}\)"
    r"|\[[ 0-9a-f?]{1,16}\])\s+"
)
_NO_CALL = re.compile(r"(?:\+\+\+|---|>)\s*$")
_RESULT = re.compile(r"\) {1,64}= (\S*)")
_AN_ADDRESS = re.compile(r"\b(?:mmap|mremap|brk|shmat)[( ]")
_NAME = re.compile(r"([a-z_][a-z0-9_]{0,40})\(")
_RESUMED = re.compile(r"<\.\.\. ([a-z_][a-z0-9_]{0,40}) resumed> ?")
_UNFINISHED = re.compile(r"<(?:unfinished|detached|pid changed to \d{1,10}) \.\.\.>$")
_SUPERSEDED = re.compile(r"\+\+\+ superseded by execve in pid (\d{1,10})")
_KILLED = re.compile(r"<unfinished \.\.\.>\) {1,40}= \?$")
