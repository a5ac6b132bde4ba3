"""Pinned packages: got once through npm, checked, kept; and what can go wrong with that."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from base64 import b64encode
from hashlib import sha512
from pathlib import Path

import pytest

from anonvma_book.errors import AnonvmaError
from anonvma_widgets.publish import npm
from anonvma_widgets.publish.npm import PINS, Pin, cache_folder, package, unpack
from anonvma_widgets.publish.pyodide import python_asset

NAME = "minisearch"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own."""
    monkeypatch.setenv("ANONVMA_BOOK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def fake_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """An npm on PATH that does what a shell script says."""
    folder.mkdir(exist_ok=True)
    command = folder / "npm"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def archive(**files: bytes) -> bytes:
    """A package with these files; a name with ``__`` stands for a path."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return made.getvalue()


def test_the_real_thing_is_kept_and_needs_no_npm_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = package(NAME)
    assert folder == cache / "npm" / "minisearch-7.2.0"
    assert b"MiniSearch" in (folder / "dist" / "umd" / "index.js").read_bytes()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    monkeypatch.setenv("PATH", "")
    assert package(NAME) == folder


@pytest.mark.parametrize("name", PINS)
def test_pins_are_what_npm_says(name: str) -> None:
    command = ["npm", "view", f"{name}@{PINS[name].version}", "dist.integrity"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == PINS[name].integrity


def test_without_npm(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(AnonvmaError, match=r"there is no npm: install Node\.js, or"):
        package(NAME)
    assert list((cache / "npm").iterdir()) == []


def test_without_a_network(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(tmp_path / "bin", monkeypatch, "echo 'npm error code ENOTFOUND' >&2; exit 1")
    with pytest.raises(AnonvmaError) as caught:
        package(NAME)
    assert str(caught.value) == (
        "npm could not get minisearch@7.2.0 (ENOTFOUND): is there a network?"
    )
    assert list((cache / "npm").iterdir()) == []


def test_with_another_checksum(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_npm(tmp_path / "bin", monkeypatch, "echo other > minisearch-7.2.0.tgz")
    with pytest.raises(AnonvmaError, match=r"minisearch@7\.2\.0 is not what it was"):
        package(NAME)
    assert list((cache / "npm").iterdir()) == []


@pytest.mark.parametrize("name", ["package/../../evil", "evil", "/evil", "package"])
def test_an_archive_that_leaves_its_folder(
    name: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive(**{"package__good.js": b"1", name: b"2"})
    (tmp_path / "evil.tgz").write_bytes(content)
    integrity = "sha512-" + b64encode(sha512(content).digest()).decode()
    monkeypatch.setitem(npm.PINS, NAME, Pin("1.0.0", integrity))
    fake_npm(tmp_path / "bin", monkeypatch, f"cp '{tmp_path}/evil.tgz' .")
    with pytest.raises(AnonvmaError, match="it is not unpacked"):
        package(NAME)
    assert list((cache / "npm").iterdir()) == []
    assert not list(tmp_path.rglob("evil"))


def test_a_link_is_not_unpacked(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as packed:
        info = tarfile.TarInfo("package/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(info)
    with pytest.raises(AnonvmaError, match="it is not unpacked"):
        unpack("x", made.getvalue(), tmp_path / "x")


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ANONVMA_BOOK_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "anonvma-book"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "anonvma-book"


def test_pyodide_is_small_and_the_same_each_time() -> None:
    first = python_asset()
    python_asset.cache_clear()
    assert python_asset() == first
    assert len(first) < 8_000_000
    assert "http://" not in first
    assert "https://" not in first
