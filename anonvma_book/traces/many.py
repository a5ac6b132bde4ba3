"""Many traces and schemes at once, over any executor, so that nothing is lost or done twice.

item      one trace under one scheme
outcome   what was measured, or why it failed; one failure leaves the others alone
store     a file with one outcome a line, as JSON; a run that is continued skips what is there
executor  a ``concurrent.futures.Executor``: processes here, or a Dask client's
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from anonvma_book import lines
from anonvma_book.errors import AnonvmaError
from anonvma_book.schemes import Scheme
from anonvma_book.traces.library import Trace, find, load
from anonvma_book.traces.measure import Measured, measure

FORMAT = 1
"""Goes up when what is measured changes, so that no old outcome is taken for a new one."""


class Item(NamedTuple):
    """A bundled trace or a file, and the scheme; ``label`` names the scheme in tables."""

    trace: str
    label: str
    scheme: Scheme

    def __str__(self) -> str:
        return f"{self.trace} under {self.label}"

    @property
    def key(self) -> str:
        """What tells this item from any other, settings and contents of the file included."""
        return f"{FORMAT} {digest(self.trace)} {settings(self.scheme)}"


def settings(scheme: Scheme) -> str:
    """A scheme as the call that makes it.

    >>> from anonvma_book.schemes import Anonmm
    >>> settings(Anonmm())
    'Anonmm()'
    """
    if type(scheme).__repr__ is not object.__repr__:
        return repr(scheme)
    given = ", ".join(f"{name}={value!r}" for name, value in sorted(vars(scheme).items()))
    return f"{type(scheme).__name__}({given})"


class Outcome(NamedTuple):
    """``measured``, or in ``error`` why not."""

    item: Item
    measured: Measured | None
    error: str = ""


Progress = Callable[[int, int], None]


@lru_cache(maxsize=64)
def digest(trace: str) -> str:
    """What the file of a trace holds, as 16 digits. AnonvmaError where there is no such file."""
    return hashlib.sha256(find(trace).read_bytes()).hexdigest()[:16]


@lru_cache(maxsize=2)
def loaded(trace: str) -> Trace:
    """The trace, read once for several schemes."""
    return load(trace)


def work(item: Item) -> Measured:
    """What is done for one item, perhaps in another process."""
    return measure(loaded(item.trace), item.scheme)


def attempt(worker: Callable[[Item], Measured], item: Item) -> Measured | str:
    """What the worker gives, or its error in words: not every error can travel by itself."""
    try:
        return worker(item)
    except Exception as error:  # whatever it was: the other items go on
        return f"{type(error).__name__}: {error}"


def run(
    items: Sequence[Item],
    executor: Callable[[], Executor],
    store: Path | None = None,
    progress: Progress | None = None,
    worker: Callable[[Item], Measured] = work,
) -> list[Outcome]:
    """The outcomes, in the order of ``items``; those in ``store`` are taken from there.

    ``executor`` makes one. Where it breaks, as when the system kills a process, every item that
    it had not done is done alone, so that the one that breaks it is known.
    """
    known = read_store(store) if store is not None else {}
    outcomes = {item: Outcome(item, known[item.key]) for item in items if item.key in known}
    left = [item for item in items if item not in outcomes]

    def keep(outcome: Outcome) -> None:
        outcomes[outcome.item] = outcome
        if store is not None and outcome.measured is not None:
            append(store, outcome.item, outcome.measured)
        if progress is not None:
            progress(len(outcomes), len(items))

    if progress is not None:
        progress(len(outcomes), len(items))
    for item in _run_together(left, executor, worker, keep):
        for again in _run_together([item], executor, worker, keep):
            keep(Outcome(again, None, "the process that did it was ended"))
    return [outcomes[item] for item in items]


def _run_together(
    items: Iterable[Item],
    make: Callable[[], Executor],
    worker: Callable[[Item], Measured],
    keep: Callable[[Outcome], None],
) -> list[Item]:
    """Do items in one executor; those that are left, because it broke."""
    left = list(items)
    if not left:
        return []
    futures: dict[Future[Measured | str], Item] = {}
    with make() as executor:
        try:
            for item in left:
                futures[executor.submit(attempt, worker, item)] = item
            for future in as_completed(futures):
                item = futures[future]
                try:
                    found = future.result()
                except BrokenExecutor:
                    continue
                except Exception as error:  # of the executor itself, as when Dask loses a worker
                    found = f"{type(error).__name__}: {error}"
                left.remove(item)
                keep(Outcome(item, None, found) if isinstance(found, str) else Outcome(item, found))
        except BrokenExecutor:  # when an item was handed over
            pass
        except BaseException:  # this was interrupted
            executor.shutdown(wait=False)
            raise
    return left


def append(store: Path, item: Item, measured: Measured) -> None:
    """Write one outcome down, at once."""
    named = {"trace": item.trace, "scheme": item.label}
    lines.append(store, item.key, {**named, **measured.as_dict()})


def read_store(store: Path) -> dict[str, Measured]:
    """What is in a store, by key; TraceError where the file is something else."""

    def outcome(told: Any) -> tuple[str, Measured]:
        values = {name: told[name] for name in Measured.__dataclass_fields__}
        if any(type(value) is not int for value in values.values()):
            raise TypeError("what is measured are whole numbers")
        return str(told["key"]), Measured(**values)

    return dict(lines.read(store, outcome, "an outcome of a comparison"))


def check(items: Iterable[Item]) -> None:
    """AnonvmaError for the first trace that is not there, before anything is done."""
    for item in items:
        try:
            digest(item.trace)
        except OSError as error:
            raise AnonvmaError(f"{item.trace}: {error.strerror or error}") from error
