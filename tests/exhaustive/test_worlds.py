"""The command that searches every way to set a world: what it prints, keeps, and goes on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from anonvma_book import Lokier
from anonvma_book.cli import main
from anonvma_book.errors import AnonvmaError
from anonvma_book.exhaustive import Search, SmallWorld
from anonvma_book.exhaustive.worlds import DEFAULT_SIZES, Size, Task, read_store, search_all, tasks
from anonvma_book.schemes import SCHEMES
from anonvma_book.vma import Vma

SIZE = Size(pages=3, longest=2, depth=1)


class Ungrouped(Lokier):
    """Forgets the group flag."""

    def may_group(self, left: Vma, right: Vma) -> bool:
        return False


def silent(done: int, total: int) -> None:
    assert done <= total


def test_every_scheme_and_every_setting_is_a_task() -> None:
    wanted = list(tasks(DEFAULT_SIZES, 3, list(SCHEMES)))
    assert len(wanted) == 2 * (96 + 5 * 2)
    assert len({task.key for task in wanted}) == len(wanted)
    assert [task.depth for task in wanted] == sorted((task.depth for task in wanted), reverse=True)


def test_what_is_found_is_what_a_search_of_each_world_finds() -> None:
    wanted = list(tasks([SIZE], 3, ["anon_vma", "lokier"]))[:6]
    found = search_all(wanted, 2, None, silent)
    for task, one in found.items():
        search = Search(task.world)
        search.run(task.depth)
        assert one.levels == tuple(search.levels)
        assert not one.broken


def test_a_search_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    store = tmp_path / "found.jsonl"
    wanted = list(tasks([SIZE], 3, ["anonmm", "pte_chains"]))
    whole = search_all(wanted, 1, store, silent)
    lines = store.read_bytes().splitlines(keepends=True)
    assert len(lines) == 4
    store.write_bytes(b"".join(lines[:2]) + lines[2][:20])  # killed while it wrote
    heard: list[int] = []
    again = search_all(wanted, 1, store, lambda done, total: heard.append(done))
    assert again == whole
    assert heard == [2, 3, 4]
    assert len(read_store(store)) == 4


def test_a_file_of_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    store = tmp_path / "notes.txt"
    store.write_text("milk\n")
    with pytest.raises(AnonvmaError, match=r"notes\.txt, line 1: not a finding of a search"):
        read_store(store)
    assert store.read_text() == "milk\n"


def test_a_rule_that_breaks_ends_the_search_with_its_script() -> None:
    task = Task(SmallWorld(Ungrouped(3, 0, 0), pages=3, longest=2), depth=3)
    (found,) = search_all([task], 1, None, silent).values()
    assert "script:" in found.broken
    assert len(found.levels) == 2  # depths 0 and 1 are whole: two calls break it


def test_the_command_prints_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--depth", "1", "--scheme", "anonmm", "--jobs", "1"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert " ".join(out[0].split()) == "pages longest depth worlds new states calls done refused"
    assert out[1].split() == ["3", "2", "0", "2", "2", "0", "0"]
    assert out[-1].endswith("refused")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--bits", "9"], "--bits is from 1 to 8, not 9"),
        (["--pages", "1"], "--pages is from 2 to 16, not 1"),
        (["--scheme", "ours"], "there is no scheme 'ours'"),
    ],
)
def test_what_cannot_be_searched_is_said_in_a_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", *arguments]) == 2
    assert message in capsys.readouterr().err
