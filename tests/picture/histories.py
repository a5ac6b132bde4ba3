"""Random histories: several processes, every call, small numbers, so that wraps are common."""

from __future__ import annotations

from hypothesis import strategies as st

from anonvma_book import (
    PROTECTIONS,
    Call,
    Lokier,
    Machine,
    MappingError,
    Process,
    State,
    Step,
)

TASK = 24

_page = st.integers(0, TASK)
_length = st.integers(0, 8)
_flag = st.booleans()
_prot = st.sampled_from(PROTECTIONS) | st.just("rw")


def _call(name: str, **arguments: st.SearchStrategy[object]) -> st.SearchStrategy[Call]:
    return st.fixed_dictionaries(arguments).map(
        lambda given: Call.make(name, **given)  # type: ignore[arg-type]
    )


_mmap = _call(
    "mmap",
    length=st.integers(0, 12),
    prot=_prot,
    addr=st.none() | _page,
    fixed=_flag,
    growsdown=_flag,
)

CALLS = st.one_of(
    _mmap,
    _mmap,
    _call("mmap", length=_length, prot=_prot, addr=st.none() | _page, file=_flag),
    _call("munmap", start=_page, length=_length),
    _call("mprotect", start=_page, length=_length, prot=_prot),
    _call("mremap", old=_page, old_length=_length, new_length=st.integers(1, 14)),
    _call("mremap", old=_page, old_length=_length, new_length=_length, to=_page),
    _call("mremap", old=_page, old_length=_length, new_length=_length, dont_unmap=_flag),
    _call("brk", end=st.none() | _page),
    _call("fault", page=_page, write=_flag),
    st.sampled_from(("fork", "fork", "fork", "fork", "exec", "exit")).map(Call.make),
)

MACHINES = st.builds(
    lambda bits, proportion, minimum, reserves, side, layout, guard: Machine(
        Lokier(bits, proportion, minimum, reserves, side),
        task_pages=TASK,
        layout=layout,
        guard_gap=guard,
        brk_start=8,
    ),
    st.integers(2, 6),
    st.sampled_from((0, 0.5, 1)),
    st.integers(0, 2),
    st.sampled_from(("exclusive", "shared")),
    st.sampled_from(("layout", "above", "below")),
    st.sampled_from(("bottom-up", "top-down")),
    st.integers(0, 1),
)

HISTORIES = st.lists(
    st.tuples(CALLS, st.integers(0, 2), st.integers(0, 3)), min_size=6, max_size=16
)
History = list[tuple[Call, int, int]]

FIRST = {"mmap": "addr", "munmap": "start", "mprotect": "start", "mremap": "old", "fault": "page"}


def aimed(call: Call, process: Process, aim: int) -> Call:
    """The call at a mapped place, so that fewer are refused; 0 leaves it alone.

    A new mapping goes right behind a unit, mremap takes a whole unit, a fault goes to
    the first page of one or the page below; the others begin where a unit begins.
    """
    units = process.units
    if not aim or not units or call.name not in FIRST:
        return call
    unit = units[aim % len(units)]
    given = dict(call.arguments)
    place = {"mmap": unit.end, "fault": max(unit.start - aim % 2, 0)}.get(call.name, unit.start)
    given[FIRST[call.name]] = place
    if call.name == "mremap":
        given["old_length"] = unit.pages
    if given.get("dont_unmap"):
        given["new_length"] = unit.pages
    return Call.make(call.name, **given)


def play(machine: Machine, history: History) -> list[tuple[Step, State, State]]:
    """Each call that is not refused, with the states on either side of it.

    The numbers beside a call pick the process, and the unit that it is aimed at.
    """
    played = []
    for call, which, aim in history:
        living = list(machine.processes.values())
        if not living:
            break
        process = living[which % len(living)]
        name = next(n for n, pid in machine.world.processes.items() if pid == process.pid)
        before = machine.state
        try:
            step = machine.apply(aimed(call, process, aim)._replace(process=name))
        except MappingError:
            continue
        played.append((step, before, machine.state))
    return played
