"""The bundled traces: complete, replayed in step with the kernel, and what they show."""

from __future__ import annotations

from functools import cache

import pytest

from anonvma_book.errors import AnonvmaError
from anonvma_book.schemes import Lokier
from anonvma_book.traces import BUNDLED, Replay, Tally, Trace, load, replay
from anonvma_book.traces.coverage import differences, of_areas, of_vmas
from anonvma_book.traces.library import DATA, find

loaded = cache(load)


@cache
def replayed(name: str, minimum: int, side: str) -> Tally:
    return replay(loaded(name), Lokier(minimum=minimum, side=side))


def test_every_trace_has_its_three_files_and_no_file_is_left_over() -> None:
    files = {path.name for path in DATA.iterdir()} - {"README.md"}
    kinds = ("strace", "maps", "faults")
    assert files == {f"{name}.{kind}.xz" for name in BUNDLED for kind in kinds}


def test_an_unknown_trace_names_the_bundled_ones() -> None:
    with pytest.raises(AnonvmaError) as caught:
        find("py_nump")
    assert str(caught.value).startswith("no trace and no file 'py_nump'; the bundled traces are")
    assert all(name in str(caught.value) for name in BUNDLED)


EXACT_SNAPSHOTS = {
    "bash_pipeline": 40,
    "c_growsdown": 2,
    "c_realloc": 3,
    "gcc_cc1": 22,
    "java_gc": 6,
    "node_heap": 6,
    "perl_strings": 6,
    "postgres": 15,
    "py_mpfork": 14,
    "py_numpy": 6,
    "redis_bgsave": 14,
    "sqlite_100k": 5,
}


def compare_with_the_kernel(trace: Trace, scheme: Lokier) -> int:
    """Replay, and compare at every exact snapshot; how many there were."""
    running = Replay(trace, scheme)
    exact = sorted((shot for shot in trace.snapshots if shot.exact), key=lambda shot: shot.line)
    for shot in exact:
        running.run_to(shot.line)
        memory = running.threads.memory(shot.pid)
        assert memory is not None, shot[:4]
        memory.machine.check()
        assert differences(of_vmas(memory.mm.vmas), of_areas(shot.areas)) == [], shot[:4]
    running.run()
    return len(exact)


@pytest.mark.parametrize("name", BUNDLED)
def test_a_replay_maps_what_the_kernel_mapped(name: str) -> None:
    assert compare_with_the_kernel(loaded(name), Lokier(side="below")) == EXACT_SNAPSHOTS[name]


@pytest.mark.parametrize("name", ["c_realloc", "perl_strings", "postgres", "py_mpfork"])
@pytest.mark.parametrize("shares", ["shared", "exclusive"])
def test_the_same_with_so_few_indexes_that_everything_wraps(name: str, shares: str) -> None:
    scheme = Lokier(index_bits=9, minimum=3, mremap_reserves=shares, side="above")
    assert compare_with_the_kernel(loaded(name), scheme) == EXACT_SNAPSHOTS[name]


@pytest.mark.parametrize("name", BUNDLED)
def test_units_do_not_depend_on_the_settings(name: str) -> None:
    """The most units of a process at the same line are the same with every setting.

    The peak in vmas may stand at another line, so only where it does not are they comparable.
    """
    tallies = [
        replayed(name, minimum, side) for minimum in (2**22, 2**12) for side in ("above", "below")
    ]
    by_line: dict[int, set[int]] = {}
    for tally in tallies:
        by_line.setdefault(tally.peak_line, set()).add(tally.units)
        assert 0 < tally.units <= tally.vmas
        assert tally.wraps == 0
        assert (tally.unseen > 0) == (name in ("c_growsdown", "py_mpfork"))  # see starts.py
        assert tally.refused == (name == "c_realloc")  # one mremap moves several units
    assert all(len(units) == 1 for units in by_line.values())


# Vmas and units at the peak, side above and then below, as measured before with another replay
# that kept mappings with MAP_NORESERVE and MAP_STACK apart from their neighbours. Those few are
# units of their own there and not here: hence fewer vmas and units here, by up to 4.
BEFORE = {
    ("py_numpy", 2**12): ((73, 25), (28, 26)),
    ("gcc_cc1", 2**22): ((91, 14), (14, 14)),
    ("redis_bgsave", 2**22): ((36, 24), (24, 24)),
    ("postgres", 2**22): ((30, 24), (27, 24)),
    ("py_mpfork", 2**22): ((39, 32), (32, 32)),
    ("node_heap", 2**22): ((537, 530), (530, 530)),
}


@pytest.mark.parametrize(("name", "minimum"), BEFORE)
def test_the_figures_of_the_book(name: str, minimum: int) -> None:
    for side, (vmas, units) in zip(("above", "below"), BEFORE[name, minimum], strict=True):
        tally = replayed(name, minimum, side)
        assert vmas - 4 <= tally.vmas <= vmas
        assert units - 4 <= tally.units <= units


def test_py_numpy() -> None:
    above, below = (replayed("py_numpy", 2**12, side) for side in ("above", "below"))
    assert abs(above.vmas - 73) <= 1
    assert abs(above.units - 25) <= 1
    assert abs(below.vmas - 28) <= 1
    assert abs(below.units - 26) <= 1
    assert above.claims < below.claims
    assert above.fresh > below.fresh


def test_the_rare_boundary_is_rare_where_the_side_is_right() -> None:
    for name in BUNDLED:
        below = replayed(name, 2**22, "below")
        assert below.boundaries <= 3, name
