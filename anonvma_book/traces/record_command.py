"""``anonvma-book record``: write down a program's memory calls, with strace.

anonvma-book record -- python3 -c "x = list(range(10**6))"     python3.strace.xz
anonvma-book record -o mine.strace -- make -j2                 mine.strace
anonvma-book replay python3.strace.xz

While the program runs the trace is plain text. One that ends in .xz is compressed at the end; a
recording that is cut short, even by SIGKILL, leaves the plain text, which replay takes as well.
An interrupt and SIGTERM are the program's business: the recording ends when it does.
"""

from __future__ import annotations

import argparse
import lzma
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from anonvma_book.ending import Ended
from anonvma_book.errors import AnonvmaError
from anonvma_book.files import replacing
from anonvma_book.traces import keeping
from anonvma_book.traces.strace import read_strace

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

CALLS = (
    "mmap,munmap,mremap,mprotect,?pkey_mprotect,brk,madvise,shmat,shmdt,"
    "clone,?clone3,?fork,?vfork,execve,?execveat,exit_group"
)
"""What is recorded; those with a ``?`` are not on every kind of processor."""

BLOCK = 1 << 20  # bytes that are compressed at once


def add_parser(subparsers: Subparsers) -> None:
    """Add ``record`` to the subcommands."""
    parser = subparsers.add_parser(
        "record",
        help="write down a program's memory calls, with strace",
        description="Run a program under strace, and write its memory calls and those of its "
        "children to a trace that `anonvma-book replay` takes. The status is 1 if the program's "
        "own was not 0.",
        usage="anonvma-book record [-h] [-o FILE] -- PROGRAM [ARGUMENT ...]",
        allow_abbrev=False,
    )
    parser.add_argument(
        "-o",
        type=Path,
        dest="output",
        metavar="FILE",
        help="where to write; compressed if it ends in .xz (default: PROGRAM.strace.xz, or "
        "PROGRAM-2.strace.xz if that is there)",
    )
    parser.add_argument("program", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Record the program. AnonvmaError where that is not possible."""
    command = args.program[1:] if args.program[:1] == ["--"] else args.program
    if not command:
        raise AnonvmaError("record: no program; anonvma-book record -- PROGRAM [ARGUMENT ...]")
    strace = find_strace()
    if shutil.which(command[0]) is None:
        raise AnonvmaError(f"record: there is no program {command[0]!r}")
    output = args.output or unused(f"{Path(command[0]).name}.strace.xz")
    status, whole = record(strace, command, output)
    said = f" (the program's status was {status})" if status else ""
    cut = "" if whole else ", and the recording is cut off there"
    print(f"{output}: {count_calls(output):,} calls{said}{cut}", file=sys.stderr)
    return int(status != 0) if whole else 2


def find_strace() -> str:
    """The path of strace. AnonvmaError that says what to install."""
    if sys.platform != "linux":
        raise AnonvmaError("record: strace, which records, is there on Linux alone")
    path = shutil.which("strace")
    if path is None:
        raise AnonvmaError("record: strace is not installed; on Debian: apt-get install strace")
    return path


def unused(name: str) -> Path:
    """``name`` in the current folder, numbered if it is taken."""
    path = Path(name)
    number = 1
    while path.exists() or plain(path).exists():
        number += 1
        path = Path(name.replace(".strace", f"-{number}.strace"))
    return path


def plain(output: Path) -> Path:
    """The file that strace itself writes.

    >>> plain(Path("ls.strace.xz")).name
    'ls.strace'
    """
    return output.with_suffix("") if output.suffix == ".xz" else output


def record(strace: str, command: list[str], output: Path) -> tuple[int, bool]:
    """Run ``command`` and write its trace.

    Its exit status, 128 + N where signal N ended it, and whether all of it was written. An
    interrupt from the keyboard goes to the program, too: what it does of that is recorded.
    """
    text = plain(output)
    if text != output and text.exists():
        raise AnonvmaError(
            f"record: {text} is there, perhaps from a recording that was cut short, and would be "
            "written over: rename it, or choose another name with -o"
        )
    text.write_text("", encoding="utf-8")  # says now, and by name, where that cannot be
    options = ["-f", "-q", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", f"|{keeper(text)}"]
    with subprocess.Popen([strace, *options, "--", *command]) as process:
        while process.returncode is None:
            try:
                process.wait()
            except Ended as end:
                pass_on(end.number, process.pid)
            except KeyboardInterrupt:
                continue
    if not text.stat().st_size:
        text.unlink()
        raise AnonvmaError("record: strace recorded nothing; its own message says why")
    whole = is_whole(text)
    if text != output:
        compress(text, output)
    status = process.returncode
    return 128 - status if status < 0 else status, whole


def keeper(text: Path) -> str:
    """The shell's line for the program that writes the recording down.

    It has a session of its own: what ends the others, from the keyboard or not, leaves it alone.
    """
    alone = [setsid] if (setsid := shutil.which("setsid")) else []
    program = [sys.executable, "-I", "-S", keeping.__file__, str(text.resolve())]
    return shlex.join(["exec", *alone, *program])


def pass_on(number: int, strace: int) -> None:
    """Send a signal to the program that strace, which ignores it, has started."""
    with suppress(OSError):  # it may end at this moment
        for child in Path(f"/proc/{strace}/task/{strace}/children").read_text().split():
            if f"TracerPid:\t{strace}\n" in Path(f"/proc/{child}/status").read_text():
                os.kill(int(child), number)


def is_whole(text: Path) -> bool:
    """Whether the last line of a recording has its end."""
    with text.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def compress(text: Path, output: Path) -> None:
    """Make ``output`` of ``text``, which goes once the former is whole."""
    try:
        with (
            replacing(output) as part,
            lzma.open(part, "wb") as target,
            text.open("rb") as source,
        ):
            shutil.copyfileobj(source, target, BLOCK)
    except OSError as error:
        error.add_note(f"{text} has the recording, not compressed")
        raise
    text.unlink()


def count_calls(output: Path) -> int:
    """How many calls a replay will find. TraceError where it would find none."""
    return len(read_strace(output))
