"""The command line: what goes on to JupyterLab, and how errors are said."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from anonvma_book import cli, lab_command
from anonvma_book.errors import MappingError, TraceError


def run_failing_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status when a subcommand raises ``error``."""

    def run(args: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(lab_command, "run", run)
    return cli.main(["lab"])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TraceError("a.strace", 3, "no call here"), "a.strace, line 3: no call here"),
        (MappingError("munmap", "length is 0", "EINVAL"), "munmap: length is 0 (EINVAL)"),
        (FileNotFoundError(2, "No such file or directory", "b"), "b: No such file or directory"),
        (OSError("odd"), "odd"),
    ],
)
def test_an_expected_error_is_one_line(
    error: Exception,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_failing_with(error, monkeypatch) == 2
    assert capsys.readouterr() == ("", f"anonvma-book: {line}\n")


def test_an_interrupt_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_failing_with(KeyboardInterrupt(), monkeypatch) == 130


def test_a_defect_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        run_failing_with(ZeroDivisionError(), monkeypatch)


def test_a_reader_of_the_output_may_go_away() -> None:
    code = (
        "import sys; from anonvma_book import cli, lab_command\n"
        "lab_command.run = lambda args: [print('x' * 99) for _ in range(9999)] and 0\n"
        "sys.exit(cli.main(['lab']))"
    )
    done = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" | head -n 1', sys.executable, code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("x" * 99 + "\n", "")


def test_what_lab_does_not_know_goes_on_in_order() -> None:
    args = cli.parse(["lab", "--no-browser", "--port", "8899", "--folder", "here", "--debug"])
    assert args.folder == Path("here")
    assert args.rest == ["--no-browser", "--port", "8899", "--debug"]


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["--no-such-option"]])
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(arguments)
    assert exit_.value.code == 2


def test_lab_opens_the_first_chapter_unless_told_otherwise(tmp_path: Path) -> None:
    for name in ("05-b.ipynb", "00-a.ipynb"):
        (tmp_path / name).touch()
    opened = "--LabApp.default_url=/lab/tree/00-a.ipynb"
    assert opened in lab_command.jupyter_arguments(tmp_path, ["--no-browser"])
    own = ["--LabApp.default_url=/lab"]
    assert opened not in lab_command.jupyter_arguments(tmp_path, own)


def test_in_the_source_tree_the_chapters_themselves_are_opened(root: Path) -> None:
    assert lab_command.readers_chapters(None) == root / "chapters"


def test_copying_keeps_what_is_there(tmp_path: Path) -> None:
    book, mine = tmp_path / "book", tmp_path / "mine"
    (book / "data").mkdir(parents=True)
    (book / ".ipynb_checkpoints").mkdir()
    for name in ("00-a.ipynb", "05-b.ipynb", "data/t.txt", "conftest.py", ".ipynb_checkpoints/c"):
        (book / name).write_text(name)
    copied = lab_command.copy_missing(book, mine)
    assert copied == (["00-a.ipynb", "05-b.ipynb", "data/t.txt"], [])
    assert lab_command.copy_missing(book, mine) == ([], [])

    (mine / "00-a.ipynb").write_text("mine")
    (mine / "05-b.ipynb").unlink()
    (mine / "data/t.txt").unlink()
    (mine / "data/t.txt").symlink_to("nowhere")
    assert lab_command.copy_missing(book, mine) == (["05-b.ipynb"], ["00-a.ipynb", "data/t.txt"])
    assert (mine / "00-a.ipynb").read_text() == "mine"
