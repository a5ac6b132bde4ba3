"""Where traces are: the bundled ones by name, a reader's own by path.

companion  a file beside a trace with the same name, .maps or .faults instead of .strace; a
           trace that a reader recorded has none, and a replay does without
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from anonvma_book.errors import AnonvmaError
from anonvma_book.traces.call_text import SysCall
from anonvma_book.traces.faults import Fault, read_faults
from anonvma_book.traces.snapshots import Snapshot, read_snapshots
from anonvma_book.traces.strace import cut_off_line, read_strace

TASK_PAGES = 2**35  # the user half of a 47-bit address range, in pages of 4 KiB

DATA = Path(__file__).parent / "data"

BUNDLED = {
    "bash_pipeline": "bash and 43 children that it forks for pipelines",
    "c_growsdown": "a C program with mappings that grow down, a deep stack and threads",
    "c_realloc": "a C program that grows arrays with mremap, page by page and by doubling",
    "gcc_cc1": "gcc compiling a file: cc1, as, collect2 and ld, with much brk",
    "java_gc": "a Java program that makes garbage, in one large reservation",
    "node_heap": "Node.js filling its heap",
    "perl_strings": "Perl growing long strings",
    "postgres": "PostgreSQL with its server processes",
    "py_mpfork": "Python's multiprocessing, by fork",
    "py_numpy": "Python growing numpy arrays",
    "redis_bgsave": "Redis forking to save its data while they change",
    "sqlite_100k": "SQLite with a hundred thousand rows",
}


class Trace(NamedTuple):
    """A trace with what is known beside it; ``snapshots`` and ``faults`` may be empty."""

    name: str
    calls: list[SysCall]
    snapshots: list[Snapshot]
    faults: list[Fault]


def find(trace: str) -> Path:
    """The file of a bundled trace, or of a path. AnonvmaError where there is none.

    >>> find("py_numpy").name
    'py_numpy.strace.xz'
    """
    if trace in BUNDLED:
        return DATA / f"{trace}.strace.xz"
    path = Path(trace)
    if path.is_file():
        return path
    if path.exists():
        kind = "a folder" if path.is_dir() else "not a regular file"
        raise AnonvmaError(f"{trace}: {kind}, and a trace is a file")
    raise AnonvmaError(
        f"no trace and no file {trace!r}; the bundled traces are {', '.join(BUNDLED)}"
    )


def load(trace: str, task_pages: int = TASK_PAGES) -> Trace:
    """A bundled trace by name, or a recorded one by path, read with its companions.

    AnonvmaError where there is no such file, TraceError where it cannot be read.
    """
    path = find(trace)
    maps, faults = _companion(path, ".maps"), _companion(path, ".faults")
    return Trace(
        trace if trace in BUNDLED else path.name,
        read_strace(path),
        read_snapshots(maps, task_pages) if maps else [],
        read_faults(faults) if faults else [],
    )


def cut_off_note(trace: str) -> str:
    """What there is to say of a trace that ends within a line: it is replayed up to there.

    Empty where all is well. The errors are those of :func:`load`.
    """
    number = 0 if trace in BUNDLED else cut_off_line(find(trace))
    if not number:
        return ""
    return f"{trace}, line {number}: the trace is cut off here, and is replayed up to this line"


def _companion(path: Path, kind: str) -> Path | None:
    beside = path.with_name(path.name.replace(".strace", kind))
    return beside if beside != path and beside.is_file() else None
