"""The wheel, installed in an environment of its own: `anonvma-book lab` as a reader has it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from anonvma_book.lab_command import READERS_FOLDER
from tests.browser.labserver import LabServer, running_lab

FILES = ("pyproject.toml", "README.md", "LICENSE")
FOLDERS = ("anonvma_book", "widgets", "chapters")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this tree, with one more chapter, built without a network."""
    tree = tmp_path_factory.mktemp("tree")
    for name in FILES:
        shutil.copy(root / name, tree)
    for name in FOLDERS:
        ignore = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(root / name, tree / name, ignore=ignore)
    chapter = new_notebook(cells=[new_code_cell("6 * 7")])
    nbformat.write(chapter, tree / "chapters" / "00-a-test.ipynb")
    pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tree), str(tree))
    (built,) = tree.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The installed ``anonvma-book``; what the book depends on comes from this environment.

    The folder of the dependencies is on the path as a plain folder, so that an editable
    install of the tree in it is not seen.
    """
    place = tmp_path_factory.mktemp("venv")
    venv.create(place, symlinks=True)
    python = str(place / "bin" / "python")
    pip(sys.executable, "--python", python, "install", "--no-deps", "--no-index", str(wheel))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    dependencies = place / "lib" / version / "site-packages" / "dependencies.pth"
    dependencies.write_text(sysconfig.get_path("purelib") + "\n")
    return str(place / "bin" / "anonvma-book")


def pip(python: str, *arguments: str) -> None:
    subprocess.run([python, "-m", "pip", "--quiet", *arguments], check=True)


def served_chapters(lab: LabServer) -> set[str]:
    """The names of the notebooks that the server shows."""
    listing = json.loads(lab.get("/api/contents"))["content"]
    return {entry["name"] for entry in listing if entry["type"] == "notebook"}


def test_the_wheel_holds_both_packages_and_the_chapters(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "anonvma_book/chapters/00-a-test.ipynb" in names
    assert "anonvma_book/py.typed" in names
    for package in ("anonvma_book", "widgets/anonvma_widgets"):
        for path in (root / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(root)).removeprefix("widgets/") in names
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops <= {"anonvma_book", "anonvma_widgets"}
    assert not [name for name in names if name.endswith("conftest.py")]


def test_the_lab_opens_and_never_overwrites_a_readers_chapter(
    command: str, tmp_path: Path, root: Path
) -> None:
    start = [command, "lab"]
    with running_lab(tmp_path, tmp_path / "home", start, cwd=tmp_path) as lab:
        first = served_chapters(lab)
    book = {path.name for path in (root / "chapters").glob("*.ipynb")}
    assert first == {"00-a-test.ipynb"} | book

    mine = tmp_path / READERS_FOLDER / "00-a-test.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("'my own answer'")]), mine)
    edited = mine.read_bytes()
    with running_lab(tmp_path, tmp_path / "home", start, cwd=tmp_path) as lab:
        assert served_chapters(lab) == first
    assert mine.read_bytes() == edited
    assert "kept: 00-a-test.ipynb" in (tmp_path / "home" / "server.log").read_text()

    mine.rename(mine.with_name("my-answer.ipynb"))
    with running_lab(tmp_path, tmp_path / "home", start, cwd=tmp_path) as lab:
        assert served_chapters(lab) == first | {"my-answer.ipynb"}
    assert b"6 * 7" in mine.read_bytes()


def test_the_installed_command_tells_its_version(command: str) -> None:
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("anonvma-book 0.")
