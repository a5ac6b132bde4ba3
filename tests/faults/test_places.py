"""The places themselves: a test that finds no fault there has to have looked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.faults.places import NO_ROOM, bound, read_only, run, small_disk

WRITE = "open('x', 'wb').write(bytes(99999))"


def test_a_small_disk_is_full_soon(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8192) as disk:
        done = subprocess.run(
            [*disk.prefix, sys.executable, "-c", WRITE],
            cwd="/" if disk.prefix else disk.inside,
            preexec_fn=disk.before,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert any(said in done.stderr for said in NO_ROOM)
        assert (disk.seen / "x").stat().st_size == 8192
    assert not (tmp_path / "disk" / "x").exists()


def test_nothing_can_be_made_in_a_read_only_folder(tmp_path: Path) -> None:
    with read_only(tmp_path / "folder") as folder:
        done = run(folder, "replay", "sqlite_100k", "--list", before=bound)
        assert done.status == 0
        failed = subprocess.run(
            [sys.executable, "-c", WRITE], cwd=folder, preexec_fn=bound, capture_output=True
        )
        assert b"Permission denied" in failed.stderr
