"""Every way to set a world, searched by several processes, with what was found kept in a file.

size     the pages of a world, the longest mapping, and the depth to which it is searched
task     one world to be searched; its key tells it from all others
found    how many states there were at each depth, or the rule that broke, with its script
store    a file with one finding a line, as JSON: a search that is continued skips what is there
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import as_completed
from pathlib import Path
from typing import Any, NamedTuple

from anonvma_book import lines
from anonvma_book.errors import InvariantError
from anonvma_book.exhaustive.search import Level, Search
from anonvma_book.exhaustive.small_world import SmallWorld, lokier_worlds
from anonvma_book.machine import LAYOUTS
from anonvma_book.schemes import Lokier, scheme_named
from anonvma_book.traces.many import settings
from anonvma_book.workers import Workers

FORMAT = 1
"""Goes up when what is searched changes, so that no old finding is taken for a new one."""


class Size(NamedTuple):
    """How large a world is, and to which depth it is searched."""

    pages: int
    longest: int
    depth: int


DEFAULT_SIZES = (Size(pages=3, longest=2, depth=3), Size(pages=5, longest=4, depth=1))
"""What fits in two minutes on two cores: small and deep, and wide and shallow."""


class Task(NamedTuple):
    """One world, and the depth to which it is searched."""

    world: SmallWorld
    depth: int

    @property
    def key(self) -> str:
        """What tells this task from any other."""
        world = self.world._asdict() | {"scheme": settings(self.world.scheme)}
        parts = ", ".join(f"{name}={value}" for name, value in world.items())
        return f"{FORMAT} depth={self.depth}, {parts}"


class Found(NamedTuple):
    """What a search counted, depth by depth; ``broken`` is the dump of a rule that broke."""

    levels: tuple[Level, ...]
    broken: str = ""


Progress = Callable[[int, int], None]
"""Hears how many of how many tasks are done."""


def tasks(sizes: Iterable[Size], index_bits: int, schemes: Sequence[str]) -> Iterator[Task]:
    """Every world of those sizes; the deepest first, so that all processes end together.

    Lokier's scheme in every way to set it, the others in both layouts; SettingError names a
    scheme that there is not.
    """
    for name in schemes:
        scheme_named(name)
    for pages, longest, depth in sorted(sizes, key=lambda size: -size.depth):
        like = SmallWorld(Lokier(index_bits), pages=pages, longest=longest)
        for name in schemes:
            for world in worlds(like, name, index_bits):
                yield Task(world, depth)


def worlds(like: SmallWorld, name: str, index_bits: int) -> Iterator[SmallWorld]:
    """The worlds of one scheme."""
    if name == "lokier":
        yield from lokier_worlds(like, index_bits)
        return
    for layout in LAYOUTS:
        yield like._replace(scheme=scheme_named(name), layout=layout)


def searched(task: Task) -> Found:
    """Search one world, perhaps in another process."""
    search = Search(task.world)
    try:
        search.run(task.depth)
    except InvariantError as error:
        return Found(tuple(search.levels), str(error))
    return Found(tuple(search.levels))


def search_all(
    wanted: Sequence[Task], jobs: int, store: Path | None, progress: Progress
) -> dict[Task, Found]:
    """What was found in each world, in the order of ``wanted``; what is in ``store`` is not sought.

    The first rule that breaks ends the search: what was done until then is returned.
    """
    known = read_store(store) if store is not None else {}
    found = {task: known[task.key] for task in wanted if task.key in known}
    left = [task for task in wanted if task not in found]
    progress(len(found), len(wanted))
    with Workers(min(jobs, len(left) or 1)) as workers:
        futures = {workers.submit(searched, task): task for task in left}
        for future in as_completed(futures):
            task = futures[future]
            found[task] = future.result()
            if store is not None:
                append(store, task, found[task])
            progress(len(found), len(wanted))
            if found[task].broken:
                workers.end()
                break
    return {task: found[task] for task in wanted if task in found}


def append(store: Path, task: Task, found: Found) -> None:
    """Write one finding down, at once."""
    lines.append(store, task.key, found._asdict())


def read_store(store: Path) -> dict[str, Found]:
    """What is in a store, by key; TraceError where the file is something else."""

    def finding(told: Any) -> tuple[str, Found]:
        levels = tuple(Level(*map(int, level)) for level in told["levels"])
        return str(told["key"]), Found(levels, str(told["broken"]))

    return dict(lines.read(store, finding, "a finding of a search"))
