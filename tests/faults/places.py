"""Commands as a reader runs them, in places where something is wrong: a full disk, a read-only one.

small disk   a tmpfs in a mount namespace of its own, where such a thing may be made; elsewhere a
             folder for which every file has a largest size: a write fails there as well
no writing   a process that permissions bind, be it root's
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "anonvma_book.cli"]
SEVERAL = """
import json, os, sys
from anonvma_book import cli
for arguments, environment in json.loads(sys.argv[1]):
    os.environ.update(environment)
    status = cli.main(arguments)
    assert status == 2, (arguments, status)
"""
"""Commands that all fail, one after the other in one process: it takes seconds to import Bokeh."""

PATHS = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'widgets'}", "PYTHONDONTWRITEBYTECODE": "1"}

NO_ROOM = ("No space left on device", "File too large")
"""What a full disk says, and what a full file does."""

PR_CAPBSET_DROP = 24
CAPABILITIES = (1, 2, 3)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER


class Done(NamedTuple):
    """What a command left."""

    status: int
    out: str
    err: str


def run(
    folder: Path,
    *arguments: str,
    before: Callable[[], None] | None = None,
    prefix: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
    out: int | None = None,
    command: Sequence[str] = COMMAND,
) -> Done:
    """Run ``anonvma-book`` in ``folder``; ``prefix`` is a program that starts it there."""
    done = subprocess.run(
        [*prefix, *command, *arguments],
        cwd=folder,
        env={**os.environ, **PATHS, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if out is None else out,
        stderr=subprocess.PIPE,
        preexec_fn=before,
        text=True,
        timeout=240,
    )
    return Done(done.returncode, done.stdout or "", done.stderr)


def several(*commands: tuple[list[str], dict[str, str]]) -> list[str]:
    """The command that runs commands, each with an addition to the environment: all fail."""
    return [sys.executable, "-c", SEVERAL, json.dumps(commands)]


@contextmanager
def start(
    folder: Path,
    *arguments: str,
    before: Callable[[], None] = lambda: None,
    env: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """Begin a command, in a session of its own and with the signals that a terminal gives it.

    Nothing of it is left when the block ends.
    """

    def begin() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        before()

    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **PATHS, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=begin,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def alive(session: int) -> list[str]:
    """The command lines of what is left of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, own = stat.read_text().rpartition(") ")[2].split()[:4]
            line = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ")
        except OSError:
            continue
        if int(own) == session and state != "Z":
            found.append(line.decode(errors="replace"))
    return found


class Disk(NamedTuple):
    """A small disk: where we see it, and how a command is started that does."""

    seen: Path
    inside: Path
    prefix: tuple[str, ...]
    before: Callable[[], None] | None

    def run(self, *arguments: str, command: Sequence[str] = COMMAND) -> Done:
        """Run a command in it."""
        folder = Path("/") if self.prefix else self.inside
        return run(folder, *arguments, prefix=self.prefix, before=self.before, command=command)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Disk]:
    """A disk of ``size`` bytes, a multiple of 4096, on ``folder``."""
    folder.mkdir(exist_ok=True)
    script = f'mount -t tmpfs -o size={size} none "$0" && echo made && exec cat'
    for options in (["-m"], ["-U", "-r", "-m"]):
        holder = subprocess.Popen(
            ["unshare", *options, "sh", "-c", script, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with holder:
            assert holder.stdout is not None
            if holder.stdout.readline() != b"made\n":
                continue
            user = ("-U", "--preserve-credentials") if "-U" in options else ()
            there = ("sh", "-c", 'cd "$0" && exec "$@"', str(folder))
            enter = ("nsenter", "-t", str(holder.pid), *user, "-m", *there)
            yield Disk(Path(f"/proc/{holder.pid}/root{folder}"), folder, enter, None)
        return
    yield Disk(folder, folder, (), lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    shutil.rmtree(folder)


def bound() -> None:
    """Let permissions bind this process, be it root's: called before a command begins."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if os.geteuid() == 0:
        for capability in CAPABILITIES:
            assert prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder in which nothing can be made; ``bound`` before the command."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o555)
    try:
        yield folder
    finally:
        folder.chmod(0o755)
