"""What ``mutmut run`` found: the figures by file, and whether a survivor is new.

    python -m tests.mutants.report            compare with docs/mutants.md: 1 where it differs
    python -m tests.mutants.report --write    and put the figures there

survivor   a mutant that every test passes, or that no test reaches
listed     a survivor that docs/mutants.md names, with the reason why it may
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

PAGE = Path("docs/mutants.md")
FIGURES = "## Figures"
COLUMNS = "killed", "timeout", "survived", "no tests", "not checked"
SURVIVING = "survived", "no tests", "suspicious", "segfault"
LISTED = re.compile(
    r"^- `(?P<function>[^`]+)`: `(?P<was>[^`]*)` → `(?P<now>[^`]*)`\. (Equivalent|Left): \S.*",
    re.MULTILINE,
)


class Survivor(NamedTuple):
    """A mutant by its place and change, since its number moves with the code around it."""

    function: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"- `{self.function}`: `{self.was}` → `{self.now}`."


class Found(NamedTuple):
    """One file's mutants: how many ended how, and which survived."""

    file: str
    ends: Counter[str]
    survivors: tuple[Survivor, ...]


def results() -> Iterator[Found]:
    """Every mutated file, in order of its name, as the last run left it."""
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        ends = {name: status_by_exit_code[code] for name, code in data.exit_code_by_key.items()}
        survivors = (_survivor(name, path) for name, end in ends.items() if end in SURVIVING)
        if ends:
            yield Found(str(path), Counter(ends.values()), tuple(survivors))


def _survivor(name: str, path: Path) -> Survivor:
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    was, now = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    place = name.partition("__mutmut_")[0].replace("xǁ", "").replace("ǁ", ".")
    return Survivor(place.replace(".x_", "."), was, now)


def listed(page: str) -> Counter[Survivor]:
    """The survivors that the page names."""
    return Counter(Survivor(*match.group(1, 2, 3)) for match in LISTED.finditer(page))


def table(found: Iterable[Found]) -> str:
    """The figures as a table of Markdown, the whole last."""
    rows = [(one.file, one.ends) for one in found]
    whole: Counter[str] = sum((ends for _, ends in rows), Counter())
    lines = [
        f"| file | mutants | {' | '.join(COLUMNS)} | killed of those checked |",
        "|:-----|--------:" + "|-----:" * (len(COLUMNS) + 1) + "|",
    ]
    for file, ends in [*rows, ("all", whole)]:
        dead = ends["killed"] + ends["timeout"]
        figures = " | ".join(str(ends[column]) for column in COLUMNS)
        share = f"{100 * dead / max(1, ends.total() - ends['not checked']):.1f} %"
        lines.append(f"| {file} | {ends.total()} | {figures} | {share} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print the figures and what differs from the page; 1 if something does."""
    page = PAGE.read_text("utf-8")
    found, allowed = list(results()), listed(page)
    survivors = Counter(survivor for one in found for survivor in one.survivors)
    unchecked = sum(one.ends["not checked"] for one in found)
    figures = table(found)
    print(figures)
    for heading, which in (
        ("These survive and are not listed in", survivors - allowed),
        ("These are listed and do not survive, in", allowed - survivors),
    ):
        if which:
            print(f"\n{heading} {PAGE}:\n", *sorted(map(str, which.elements())), sep="\n")
    if unchecked:
        print(f"\n{unchecked} mutants were not checked: the run was broken off.")
    if "--write" in arguments:
        PAGE.write_text(f"{page.partition(FIGURES)[0]}{FIGURES}\n\n{figures}\n", "utf-8")
    return int(bool(survivors != allowed or unchecked))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
