"""The files of packages that pages are made with: got once through ``npm``, then kept.

    package("reveal.js")    the folder of its files; the network is needed the first time only

pin       a name, a version, and the checksum that npm itself would write into a lock file
cache     a folder of the user's own: ``ANONVMA_BOOK_CACHE`` names another

Nothing of a package is run, neither while it is got nor later on this machine: pages carry it.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from anonvma_book.errors import AnonvmaError

OTHER = "ANONVMA_BOOK_CACHE names another folder"

SECONDS = 600
"""How long npm may take for one package."""

INSIDE = "package"
"""The folder that every package of npm's has all its files in."""


class Pin(NamedTuple):
    """One version of a package; ``integrity`` as in ``npm view NAME@VERSION dist.integrity``."""

    version: str
    integrity: str


PINS = {
    "pyodide": Pin(
        "314.0.7",
        "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7"
        "y2q+SNvi/6V5JEsOlD2R1A==",
    ),
    "reveal.js": Pin(
        "6.0.2",
        "sha512-JYIg5D9aoxoaLeb84O+OvAwsKWdIavVgEDScxtYEXFCT6t6TQrhNtSgogcjdCpdL"
        "sWglhJn3zyE3fUOwiH5KEg==",
    ),
    "minisearch": Pin(
        "7.2.0",
        "sha512-dqT2XBYUOZOiC5t2HRnwADjhNS2cecp9u+TJRiJ1Qp/f5qjkeT5APcGPjHw+bz89"
        "Ms8Jp+cG4AlE+QZ/QnDglg==",
    ),
}


def package(name: str) -> Path:
    """The folder of a pinned package's files.

    Raises :class:`AnonvmaError` where npm is not there or cannot get it, and where what it got
    is not what was pinned.
    """
    pin = PINS[name]
    folder = cache_folder() / "npm" / f"{name}-{pin.version}"
    if not folder.is_dir():
        try:
            _keep(name, pin, folder)
        except OSError as error:
            said = f"{error.filename or folder}: {error.strerror or error}"
            raise AnonvmaError(f"{name} {pin.version} cannot be kept: {said}; {OTHER}") from error
    return folder


def cache_folder() -> Path:
    """Where packages are kept: the system's place for what can be got again."""
    own = os.environ.get("ANONVMA_BOOK_CACHE")
    if own:
        return Path(own)
    given = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    try:
        return (Path(given) if given else Path.home() / ".cache") / "anonvma-book"
    except RuntimeError:  # the user is one that the system does not know
        raise AnonvmaError(f"packages cannot be kept: there is no home folder; {OTHER}") from None


def _keep(name: str, pin: Pin, folder: Path) -> None:
    """Get the package; the folder is there as a whole, or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
        archive = _packed(name, pin, Path(scratch))
        content = archive.read_bytes()
        check(name, pin, content)
        archive.unlink()
        unpack(name, content, Path(scratch) / INSIDE)
        try:
            (Path(scratch) / INSIDE).rename(folder)
        except OSError:
            if not folder.is_dir():  # else another program was quicker
                raise


def _packed(name: str, pin: Pin, folder: Path) -> Path:
    """The archive, as npm puts it into ``folder``."""
    npm = shutil.which("npm")
    wanted = f"{name}@{pin.version}"
    if npm is None:
        raise AnonvmaError(
            f"{wanted} is needed, and there is no npm: install Node.js, "
            "or copy the cache folder from where it was made before (ANONVMA_BOOK_CACHE)"
        )
    own = f"--cache={folder / 'cache'}"  # so that nothing else need be writable
    command = [npm, "pack", wanted, "--ignore-scripts", "--loglevel=error", own]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise AnonvmaError(f"npm did not get {wanted} within {SECONDS} seconds") from None
    found = sorted(folder.glob("*.tgz"))
    if "ENOSPC" in _code(done.stderr):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    if done.returncode or len(found) != 1:
        raise AnonvmaError(f"npm could not get {wanted}{_code(done.stderr)}: is there a network?")
    return found[0]


def _code(stderr: str) -> str:
    """The code that npm names its errors by, in brackets."""
    for line in stderr.splitlines():
        _, is_code, code = line.partition(" code ")
        if is_code:
            return f" ({code.strip()})"
    return ""


def check(name: str, pin: Pin, content: bytes) -> None:
    """AnonvmaError if the archive is another one than was pinned."""
    found = "sha512-" + b64encode(hashlib.sha512(content).digest()).decode()
    if found != pin.integrity:
        raise AnonvmaError(
            f"what npm got as {name}@{pin.version} is not what it was: its checksum is {found}"
        )


def unpack(name: str, content: bytes, folder: Path) -> None:
    """Write the files of an archive into ``folder``; nothing else than files, nowhere else."""
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        for member in archive:
            if member.isdir():
                continue
            top, *parts = PurePosixPath(member.name).parts
            if not member.isfile() or top != INSIDE or not parts or ".." in parts:
                raise AnonvmaError(f"{name} has {member.name!r} in its archive: it is not unpacked")
            source = archive.extractfile(member)
            assert source is not None
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read())
