"""A script of anybody's: it runs, or ScriptError names its line, and then nothing has changed.

Bounds: a line has at most 500 characters, and what it costs does not depend on how it is nested;
a script costs as many calls as it has lines.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anonvma_book import Lokier, Machine
from anonvma_book.calls import LONGEST_LINE, SIGNATURES, Script
from anonvma_book.errors import ScriptError
from anonvma_book.scenarios import SCENARIOS
from anonvma_book.schemes import SCHEMES
from tests.fuzz.bounds import bounded, refusal
from tests.fuzz.texts import HALF, mutated, nested, raw

SCRIPTS = [each.script for each in SCENARIOS.values()] + [
    "child = fork()\nchild.munmap(1, 4)\nexec()\nmadvise(1, 2, 'dontneed')\nbrk()",
    "a = mmap(3, 'r', addr=5, fixed=True)\nb = mremap(a, 3, 3, to=20, dont_unmap=True)",
]
WORDS = [*SIGNATURES, "init.", "a", "True", "None", "=", ",", "(", ")", "addr=", "eval", "exit()"]
numbers = st.integers(-2, 60) | st.sampled_from([2**63, 2**64, 2**64 + 1, -(2**64)])
values = st.one_of(
    numbers.map(str),
    st.sampled_from(["'rw'", "'none'", "'w'", "''", "True", "None", "a", "a + 1", "1 - a", "b"]),
)


@st.composite
def almost_calls(draw: st.DrawFn) -> str:
    """A call with the right names, and values that may be anything."""
    name = draw(st.sampled_from(list(SIGNATURES)))
    arguments = draw(st.lists(values, max_size=4))
    named = draw(st.lists(st.sampled_from(SIGNATURES[name] or [None]), max_size=3))
    arguments += [f"{each.name}={draw(values)}" for each in named if each is not None]
    before = draw(st.sampled_from(["", "", "a = ", "b = ", "p = ", "p.", "a = p."]))
    return f"{before}{name}({', '.join(arguments)})"


scripts = st.one_of(
    st.lists(almost_calls(), max_size=12).map("\n".join),
    mutated(SCRIPTS, more=WORDS),
    nested.map("mmap({})".format),
    nested,
    raw,
)


@settings(max_examples=150)
@given(scripts, st.sampled_from(sorted(SCHEMES)))
@example(f"mmap('{HALF}')", "lokier")
@example("mmap(1)\0", "lokier")
@example(f"mmap({'-' * 490}1)", "lokier")
@example(f"mmap({'1+' * 244}1)", "lokier")
@example(f"mmap({'(' * 240}1{')' * 240})", "lokier")
@example("fork()\n" * 40 + "nobody.exit()", "anon_vma")
def test_a_script_runs_or_is_refused_as_a_whole(text: str, scheme: str) -> None:
    machine = Machine(SCHEMES[scheme](), task_pages=48)
    machine.run("kept = mmap(4, 'rw', addr=30)\nfault(kept)")
    before, names = machine.state, dict(machine.world.names)
    error = refusal(ScriptError, lambda: machine.run(text))
    if error is None:
        read = Script.read(text)
        assert Script.read(str(read)) == read
    else:
        assert 1 <= error.line <= len(text.splitlines())
        assert str(error).startswith(f"line {error.line}: ")
        assert (machine.state, dict(machine.world.names)) == (before, names)
    machine.check()
    assert len(machine.script.calls) == len(machine.steps)


@given(st.binary(max_size=200))
def test_bytes_are_no_script(text: bytes) -> None:
    refusal(ScriptError, lambda: Script.read(text.decode("utf-8", "surrogateescape")))


@pytest.mark.parametrize("left", ["(", "[", "-", "not ", "1+", "1**", "f(", "lambda:", "{", "x<"])
def test_nothing_is_too_deep(left: str) -> None:
    text = f"mmap({left * (480 // len(left))}1)"
    assert len(text) <= LONGEST_LINE
    with bounded(seconds=1, megabytes=4):
        error = refusal(ScriptError, lambda: Script.read(text))
    assert len(str(error)) < 200


def test_what_is_long_is_not_read() -> None:
    with bounded(seconds=1, megabytes=8), pytest.raises(ScriptError, match=r"^line 2: longer than"):
        Script.read("mmap(1)\n" + "(" * 10**6)


def test_a_script_costs_as_many_calls_as_it_has_lines() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    with bounded(seconds=20, megabytes=16):
        machine.run("a = mmap(2, 'rw', addr=4)\nmunmap(a, 2)\n" * 500)
    assert len(machine.steps) == 1000
