"""A full disk: one line names the file, and what was saved before is still there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest

from anonvma_book.lab_command import books_chapters
from anonvma_book.traces.many import read_store
from tests.faults.places import NO_ROOM, Done, run, several, small_disk

KIB = 1024
FULL = "|".join(NO_ROOM)


def expect_full(done: Done, name: str) -> str:
    """The command said once that there is no room for the file, and nothing else; what follows."""
    assert done.status == 2
    found = re.fullmatch(rf"anonvma-book: (?:\S*/)?{re.escape(name)}: (?:{FULL})(.*)\n", done.err)
    assert found, done.err
    return found[1]


@pytest.mark.parametrize(
    "arguments",
    [("replay", "sqlite_100k"), ("replay", "--list"), ("replay", "sqlite_100k", "--json")],
)
def test_what_is_printed(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        expect_full(run(tmp_path, *arguments, out=full), "standard output")
    finally:
        os.close(full)


def small_traces(folder: Path) -> list[str]:
    """Traces of one call: there is little to do, and a result for each scheme."""
    paths = [folder / f"{number}.strace" for number in range(1, 4)]
    for number, path in enumerate(paths, 1):
        path.write_text(f"1 brk(NULL) = 0x{number}000\n")
    return list(map(str, paths))


def test_results_that_were_kept_are_used_where_there_is_room(tmp_path: Path) -> None:
    compare = ("replay", *small_traces(tmp_path), "--compare", "--jobs", "1")
    with small_disk(tmp_path / "disk", 4 * KIB) as disk:
        expect_full(disk.run(*compare, "--results", "a.jsonl"), "a.jsonl")
        torn = (disk.seen / "a.jsonl").read_bytes()
    store = tmp_path / "a.jsonl"
    store.write_bytes(torn)
    kept = len(read_store(store))
    assert kept == torn.count(b"\n") > 5
    done = run(tmp_path, *compare, "--results", "a.jsonl")
    assert (done.status, done.err) == (0, "")
    assert store.read_bytes().startswith(torn[: torn.rindex(b"\n") + 1])
    assert len(read_store(store)) == 21
    with small_disk(tmp_path / "disk", 8 * KIB) as disk:
        (disk.seen / "a.html").write_text("an older one")
        drawn = disk.run(*compare, "--results", str(store), "--plot", "a.html")
        assert "lokier below" in drawn.out
        expect_full(drawn, "a.html")
        assert [path.name for path in disk.seen.iterdir()] == ["a.html"]
        assert (disk.seen / "a.html").read_text() == "an older one"


def test_findings_of_a_search(tmp_path: Path) -> None:
    search = ("search", "--pages", "2", "--depth", "1", "--jobs", "1", "--results", "a.jsonl")
    with small_disk(tmp_path / "disk", 4 * KIB) as disk:
        expect_full(disk.run(*search), "a.jsonl")
        torn = (disk.seen / "a.jsonl").read_bytes()
    (tmp_path / "a.jsonl").write_bytes(torn)
    done = run(tmp_path, *search)
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "a.jsonl").read_bytes().startswith(torn[: torn.rindex(b"\n") + 1])


PROGRAM = "for i in $(seq 400); do true & wait; done; echo done"


def test_a_recording_is_kept_as_far_as_there_was_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 12 * KIB) as disk:
        done = disk.run("record", "-o", "a.strace", "--", "sh", "-c", PROGRAM)
        assert (done.status, done.out) == (2, "done\n")
        first, last = done.err.splitlines()
        said = rf"anonvma-book: \S+/a\.strace: (?:{FULL}); what was recorded until now is kept"
        assert re.fullmatch(said, first)
        assert re.fullmatch(r"a\.strace: \d+ calls, and the recording is cut off there", last)
        assert [path.name for path in disk.seen.iterdir()] == ["a.strace"]
        text = (disk.seen / "a.strace").read_bytes()
        assert not text.endswith(b"\n")
        again = disk.run("replay", "a.strace", "--side", "below")
        assert again.status == 0
        assert "the trace is cut off here" in again.err


def test_a_recording_that_cannot_be_compressed_stays_as_it_is(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8 * KIB) as disk:
        done = disk.run("record", "-o", "a.strace.xz", "--", "sh", "-c", PROGRAM)
        assert done.status == 2
        there = [path.name for path in disk.seen.iterdir()]
        if disk.prefix:
            assert done.err.endswith("; a.strace has the recording, not compressed\n")
            assert there == ["a.strace"]
        else:  # every file has room of its own
            assert done.err.endswith(" calls, and the recording is cut off there\n")
            assert there == ["a.strace.xz"]


def test_slides_and_packages(tmp_path: Path) -> None:
    cell = nbformat.v4.new_markdown_cell("# A chapter without code")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "a.ipynb")
    with small_disk(tmp_path / "disk", 64 * KIB) as disk:
        old = disk.seen / "a.slides.html"
        old.write_text("the old ones")
        cache = {"ANONVMA_BOOK_CACHE": str(disk.inside / "cache")}
        done = disk.run(
            command=several(
                (["slides", str(tmp_path / "a.ipynb"), "--output", "."], {}),
                (["html", "--output", str(tmp_path / "site"), "--without-python"], cache),
            )
        )
        slides, html = done.err.splitlines()
        assert re.fullmatch(rf"anonvma-book slides: a\.slides\.html: (?:{FULL})", slides)
        assert re.fullmatch(
            rf"anonvma-book html: minisearch \S+ cannot be kept: \S+: (?:{FULL}); "
            "ANONVMA_BOOK_CACHE names another folder",
            html,
        )
        assert sorted(path.name for path in disk.seen.iterdir()) == ["a.slides.html", "cache"]
        assert list((disk.seen / "cache" / "npm").iterdir()) == []
        assert old.read_text() == "the old ones"


def test_chapters_are_copied_whole_or_not_at_all(tmp_path: Path) -> None:
    book = books_chapters()[0]
    with small_disk(tmp_path / "disk", 64 * KIB) as disk:
        done = disk.run("lab", "--folder", "mine", "--version")
        names = sorted(path.name for path in (disk.seen / "mine").iterdir())
        missing = sorted(path.name for path in book.glob("*.ipynb"))[len(names)]
        rest = expect_full(done, missing)
        assert rest.endswith("--folder names another place")
        for name in names:
            assert (disk.seen / "mine" / name).read_bytes() == (book / name).read_bytes()
