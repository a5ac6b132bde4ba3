"""``anonvma-book record``: write down a program's memory calls, with strace.

anonvma-book record -- python3 -c "x = list(range(10**6))"     python3.strace.xz
anonvma-book record -o mine.strace -- make -j2                 mine.strace
anonvma-book replay python3.strace.xz

While the program runs the trace is plain text. One that ends in .xz is compressed at the end; a
recording that is cut short, even by SIGKILL, leaves the plain text, which replay takes as well.
"""

from __future__ import annotations

import argparse
import lzma
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from anonvma_book.errors import AnonvmaError
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
    status = record(strace, command, output)
    said = f" (the program's status was {status})" if status else ""
    print(f"{output}: {count_calls(output):,} calls{said}", file=sys.stderr)
    return int(status != 0)


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


def record(strace: str, command: list[str], output: Path) -> int:
    """Run ``command`` and write its trace; its exit status, 128 + N where signal N ended it.

    An interrupt from the keyboard goes to the program, too: what it does of that is recorded.
    """
    text = plain(output)
    text.write_text("", encoding="utf-8")  # says now, and by name, where that cannot be
    options = ["-f", "-q", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(text.resolve())]
    with subprocess.Popen([strace, *options, "--", *command]) as process:
        while process.returncode is None:
            try:
                process.wait()
            except KeyboardInterrupt:
                continue
    if not text.stat().st_size:
        text.unlink()
        raise AnonvmaError("record: strace recorded nothing; its own message says why")
    if text != output:
        compress(text, output)
    status = process.returncode
    return 128 - status if status < 0 else status


def compress(text: Path, output: Path) -> None:
    """Make ``output`` of ``text``, which goes once the former is whole."""
    part = output.with_name(output.name + ".part")
    with text.open("rb") as source, lzma.open(part, "wb") as target:
        shutil.copyfileobj(source, target, BLOCK)
    os.replace(part, output)
    text.unlink()


def count_calls(output: Path) -> int:
    """How many calls a replay will find. TraceError where it would find none."""
    return len(read_strace(output))
