"""A package, a home folder, a cache and a working folder that cannot be written."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.places import ROOT, bound, read_only, run, several, start

NO_CACHE = shutil.ignore_patterns("__pycache__")


def refused(folder: Path, *arguments: str) -> str:
    """What a command says that cannot be done there: one line, without the command's name."""
    done = run(folder, *arguments, before=bound)
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
    return done.err.strip()


def test_what_needs_no_writing_works(tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(ROOT / "anonvma_book", package / "anonvma_book", ignore=NO_CACHE)
    with ExitStack() as folders:
        for folder in (package, *filter(Path.is_dir, package.rglob("*"))):
            folders.enter_context(read_only(folder))
        home = folders.enter_context(read_only(tmp_path / "home"))
        env = {"HOME": str(home), "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": ""}
        for more in ([], ["--compare"]):
            done = run(home, "replay", "sqlite_100k", *more, before=bound, env=env)
            assert (done.status, done.err) == (0, "")


def test_jupyterlab_opens_where_the_home_folder_cannot_be_written(tmp_path: Path) -> None:
    own = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "XDG_DATA_HOME")
    with read_only(tmp_path / "home") as home, pytest.MonkeyPatch.context() as patch:
        for name in own:
            patch.delenv(name, raising=False)
        env = {"HOME": str(home), "TMPDIR": str(tmp_path)}
        arguments = ("lab", "--no-browser", "--port", "0", "--folder", "mine")
        with start(tmp_path, *arguments, before=bound, env=env) as lab:
            assert lab.stdout is not None
            assert lab.stderr is not None
            lines = iter(lab.stderr.readline, "")
            assert any("is running at" in line for line in lines)
            said = lab.stdout.readline() + lab.stdout.readline()
        assert "JupyterLab cannot write to your home folder: its files go to" in said
        assert list(home.iterdir()) == []


def test_a_working_folder(tmp_path: Path) -> None:
    with read_only(tmp_path / "here") as here:
        compare = ("replay", "sqlite_100k", "--compare")
        denied = "Permission denied"
        said = refused(here, *compare, "--results", "a.jsonl")
        assert said == f"anonvma-book: a.jsonl: {denied}"
        assert refused(here, *compare, "--plot", "a.html") == f"anonvma-book: a.html: {denied}"
        said = refused(here, "search", "--depth", "1", "--results", "a.jsonl")
        assert said == f"anonvma-book: a.jsonl: {denied}"
        said = refused(here, "record", "--", "true")
        assert said == f"anonvma-book: true.strace: {denied}"
        said = refused(here, "lab", "--folder", "mine")
        assert said.endswith(
            f"/here/mine: {denied}; the chapters are copied for you to write in; --folder names "
            "another place"
        )


def test_where_pages_and_packages_go(tmp_path: Path) -> None:
    with read_only(tmp_path / "here") as here:
        commands = several(
            (["slides", "5"], {}),
            (["html", "--without-python"], {}),
            (
                ["html", "--output", str(tmp_path / "site"), "--without-python"],
                {"ANONVMA_BOOK_CACHE": str(here / "cache")},
            ),
        )
        slides, site, cache = run(here, command=commands, before=bound).err.splitlines()
    assert slides == "anonvma-book slides: slides: Permission denied"
    assert site == f"anonvma-book html: {tmp_path}/here/site: Permission denied"
    assert re.fullmatch(
        r"anonvma-book html: minisearch \S+ cannot be kept: \S+/here/cache: Permission denied; "
        "ANONVMA_BOOK_CACHE names another folder",
        cache,
    )
