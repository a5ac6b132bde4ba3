"""The command line, given anything: status 0, 1 or 2, and why on one line of stderr.

What becomes another program (lab, slides, html) is parsed here and goes no further.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anonvma_book import cli
from anonvma_book.schemes import SCHEMES
from anonvma_book.traces.comparison import markdown
from anonvma_book.traces.many import Item, Outcome
from anonvma_book.traces.measure import Measured
from tests.fuzz.test_traces import REAL
from tests.fuzz.texts import HALF, MARKUP, NUMBERS, raw

# What a shell cannot pass on: NUL, and half characters that are no bytes of a file's name.
word = raw.map(lambda text: text.replace("\0", "").encode("utf-8", "replace").decode())
numbers = st.sampled_from([*NUMBERS, "2^12", "2^99", "2**64", "nan", "inf", "1e400", "1/3", "-0.5"])
value = word | numbers | st.sampled_from(["x.strace", "found.jsonl", ".", "/", "", "-", "--"])
OPTIONS = {
    "replay": ["side", "preset", "index-bits", "proportion", "minimum", "scheme", "json", "list"],
    "replay ": ["quiet", "markdown", "plot", "results", "jobs", "dask", "index-bits", "help"],
    "search": ["pages", "longest", "depth", "bits", "scheme", "jobs", "results", "quiet", "help"],
    "twin": ["calls", "seed", "from", "without", "quiet", "help"],
    "record": ["output", "help"],
    "": ["version", "help"],
}
MEANT = ["above", "below", "as-written", "classroom", *SCHEMES]


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A subcommand with options that it has, and values that may be anything."""
    name = draw(st.sampled_from(list(OPTIONS)))
    options = draw(st.lists(st.sampled_from(OPTIONS[name]).map("--{}".format), max_size=4))
    pairs = [part for option in options for part in (option, draw(value | st.sampled_from(MEANT)))]
    last = {
        "search": ["--pages", draw(st.sampled_from(["1", "17", "x"]))],
        "twin": ["--calls", "0"],
        "record": ["--"],
    }.get(name, draw(st.lists(value, max_size=2)))
    return [*name.split(), *pairs, *last]


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Stand in a folder with a short trace, and what is none."""
    made = tmp_path_factory.mktemp("commands")
    (made / "x.strace").write_text("\n".join(REAL))
    (made / "found.jsonl").write_text("[]\n")
    with chdir(made):
        yield


def run(arguments: list[str]) -> tuple[int, str, str]:
    """The status of a command, and what it wrote."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = cli.main(arguments)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else -1
    said, wrong = (each.buffer.getvalue().decode() for each in (out, err))
    return status, said, wrong


@settings(max_examples=60)
@given(arguments=command_lines())
@example(arguments=["replay", "no\nfile"])
@example(arguments=["replay", "x.strace", "--compare", "--plot", "a\nb/\x1b[2J"])
@example(arguments=["replay", "x.strace", "--compare", "--jobs", "0"])
@example(arguments=["search", "\x1b[2J\n"])
@example(arguments=["replay", "x.strace", "--index-bits", "2^99"])
@example(arguments=["replay", "x.strace", "--compare", "--results", "found.jsonl"])
@example(arguments=["replay", "a" * 5000])
def test_a_command_ends_with_a_status_and_one_line(arguments: list[str]) -> None:
    status, said, wrong = run(arguments)
    assert status in (0, 1, 2)
    lines = wrong.splitlines()
    if status == 2:
        assert said == ""
        usage = lines[0].startswith("usage: ")
        assert lines[-1].startswith("anonvma-book")
        assert usage or len(lines) == 1
        assert all(line.isprintable() for line in lines)
    else:
        assert not lines or status == 1


@settings(max_examples=25)
@given(st.sampled_from(["lab", "slides", "html"]), st.lists(value, max_size=4))
def test_what_goes_on_to_another_program_goes_on_as_it_is(name: str, rest: list[str]) -> None:
    given = ["--folder", "x", *rest] if name == "lab" else rest
    with suppress(SystemExit):  # --help, and --folder without one
        assert set(cli.parse([name, *given]).rest) <= set(rest)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("name", [b"\xff.strace", "e\u0301\n\x1b[2J<b>.strace".encode()])
def test_a_file_may_have_any_name(tmp_path: Path, name: bytes, encoding: str) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_text("\n".join(REAL))
    command = [sys.executable, "-m", "anonvma_book.cli", "replay", str(path), "--side", "above"]
    done = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": encoding}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout
    assert b" calls" in done.stdout


@settings(max_examples=40)
@given(st.lists(st.sampled_from(MARKUP) | raw, min_size=1, max_size=3))
@example(["|", HALF, "\n| a | b |\n"])
def test_markdown_shows_a_name_as_it_is(parts: list[str]) -> None:
    scheme = SCHEMES["anonmm"]()
    outcome = Outcome(Item("".join(parts) + ".strace", "anonmm", scheme), Measured(vmas=1))
    lines = markdown([outcome]).splitlines()
    assert len(lines) == 7
    assert lines[2].isprintable()
    assert re.fullmatch(r"\| (?:[^<>\[\]`*&~$|\\]|\\[<>\[\]`*&~$|\\])+ \| 0 / 1 \|", lines[2])
