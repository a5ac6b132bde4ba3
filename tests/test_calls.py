"""Scripts: read, printed, and refused with the line and the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonvma_book import Call, Lokier, Machine, MappingError, Script, ScriptError
from anonvma_book.calls import SIGNATURES, Argument, Ref, misnomer

REFERENCE = """\
a = mmap(6, 'rw', addr=2)
b = mmap(3, 'rw', addr=10)
c = mmap(4, 'rw', addr=16)
d = mmap(3, 'r', addr=30)
mremap(c, 4, 10)
e = mmap(4, 'rw', addr=40)
munmap(e, 4)
f = mmap(10, 'rw', addr=36)"""


def test_the_reference_history_reads_back_as_it_prints() -> None:
    assert str(Script.read(REFERENCE)) == REFERENCE
    machine = Machine(Lokier.classroom(), task_pages=48)
    steps = machine.run(REFERENCE)
    assert [step.result for step in steps] == [2, 10, 16, 30, 16, 40, None, 36]
    assert str(machine.script) == REFERENCE


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("mmap(4)", "mmap(4, 'rw')"),
        ("mmap(length=4, prot='r')", "mmap(4, 'r')"),
        (" x=mmap( 4 ,addr = 0x10, fixed=False ) # why", "x = mmap(4, 'rw', addr=16)"),
        ("mmap(4, 'rw', fixed=True, addr=a + 1 - 3)", "mmap(4, 'rw', addr=a - 2, fixed=True)"),
        ("mmap(2 + 2, addr=1 + a)", "mmap(4, 'rw', addr=a + 1)"),
        ("init.mmap(4)", "mmap(4, 'rw')"),
        ("y = child.mremap(a, 4, 9, to=None)", "y = child.mremap(a, 4, 9)"),
        ("mremap(a, 4, 4, may_move=False)", "mremap(a, 4, 4, may_move=False)"),
        ("mremap(a, 4, 4, dont_unmap=True, to=-1)", "mremap(a, 4, 4, to=-1, dont_unmap=True)"),
        ("brk()", "brk()"),
        ("brk(None)", "brk()"),
        ("brk(end=a)", "brk(a)"),
        ("fault(a, write=False)", "fault(a, write=False)"),
        ("child = fork()", "child = fork()"),
        ("child.exec()", "child.exec()"),
        ("mprotect(a + 1, 2, 'r')", "mprotect(a + 1, 2, 'r')"),
    ],
)
def test_written_and_printed(written: str, printed: str) -> None:
    assert str(Script.read(written)) == printed
    assert str(Script.read(printed)) == printed


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("mmap(4", "cannot be read: mmap(4"),
        ("mmap 4", "cannot be read: mmap 4"),
        ("\x00", "cannot be read: \x00"),
        ("mmap(4); mmap(5)", "not one call: mmap(4); mmap(5)"),
        ("4", "not one call: 4"),
        ("a", "not one call: a"),
        ("import os", "not a call: import os"),
        ("a = b = mmap(4)", "not a call: a = b = mmap(4)"),
        ("a += mmap(4)", "not a call: a += mmap(4)"),
        ("a.b = mmap(4)", "a result is given to a plain name"),
        ("a.b.mmap(4)", "the name of a call is expected before the parenthesis"),
        ("f()(4)", "the name of a call is expected before the parenthesis"),
        (
            "open('x')",
            "unknown call 'open'; there are mmap, munmap, mprotect, madvise, mremap, brk, "
            "fault, fork, exec, exit",
        ),
        ("mmap()", "mmap needs length"),
        ("munmap(4)", "munmap needs length"),
        ("munmap(4, 5, 6)", "munmap takes 2 positional arguments"),
        ("mmap(4, 'rw', 10)", "mmap takes 2 positional arguments"),
        ("munmap(4, start=5)", "munmap: start is given twice"),
        ("mmap(4, colour=5)", "mmap has no parameter 'colour'"),
        ("mmap(4, **x)", "mmap has no parameter None"),
        ("mmap(*x)", "an argument is a number, a text, True, False or a name like a + 1"),
        ("mmap(4.5)", "an argument is a number, a text, True, False or a name like a + 1"),
        ("mmap(mmap(4))", "an argument is a number, a text, True, False or a name like a + 1"),
        ("mmap(a * 2)", "only + and - are understood"),
        ("mmap(a + b)", "only numbers can be added to a name"),
        ("mmap(2 - a)", "only + and - are understood"),
        ("mmap('4')", "mmap: length '4' is not a whole number of pages"),
        ("mmap(True)", "mmap: length True is not a whole number of pages"),
        ("mmap(4, rw)", "mmap: prot is text like 'rw', not Ref(name='rw', plus=0)"),
        ("mmap(4, fixed=1)", "mmap: fixed is True or False, not 1"),
        ("mmap(None)", "mmap: length None is not a whole number of pages"),
        ("mmap(18446744073709551617)", "a number is too large"),
        ("mmap(a + 18446744073709551616 + 1)", "mmap: length is more than 2**64 pages"),
        ("x = munmap(4, 5)", "munmap gives nothing to call 'x'"),
        ("mmap = mmap(4)", "'mmap' is taken"),
        ("init = fork()", "'init' is taken"),
        (f"{'x' * 41} = mmap(4)", f"'{'x' * 41}' is no name of 1 to 40 letters, digits and _"),
        ("madvise(1, 1, 5)", "madvise: advice is text like 'dontfork', not 5"),
        ("mremap(1, 'x', 2)", "mremap: old length 'x' is not a whole number of pages"),
        ("#" * 501, "longer than 500 characters"),
        (f"mmap({'(' * 20}1", f"more than 20 brackets: mmap({'(' * 20}1"),
    ],
)
def test_what_cannot_be_read(line: str, reason: str) -> None:
    with pytest.raises(ScriptError) as caught:
        Script.read(f"mmap(4)\n\n{line}\nmmap(5)")
    assert str(caught.value) == f"line 3: {reason}"
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "line",
    [
        f"{'x' * 40} = mmap(4)",
        "mmap(18446744073709551616)",
        f"mmap(4, '{'(' * 19}')",
        f"mmap(4, '{'X' * 30}')",
    ],
)
def test_what_is_just_not_too_much(line: str) -> None:
    assert len(Script.read(line).calls) == 1


def test_a_call_is_made_with_parameters_that_it_has() -> None:
    with pytest.raises(TypeError, match=r"^munmap has no parameter 'prot'$"):
        Call.make("munmap", start=1, length=1, prot="r")


def test_a_comment_may_have_any_brackets() -> None:
    assert Script.read(f"  # {'(' * 100}") == Script(())


def test_nothing_runs_where_a_line_cannot_be_read() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    with pytest.raises(ScriptError):
        machine.run("mmap(4)\nmmap(")
    assert machine.steps == ()


def test_blank_lines_and_comments_are_nothing() -> None:
    assert Script.read("\n  \n# mmap(4)\n").calls == ()
    assert str(Script(())) == ""


# Names


def test_names_stand_for_pages_and_processes() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("a = mmap(4, 'rw', addr=8)\nc = fork()\nc.munmap(a + 1, 2)\na = mremap(a, 4, 5)")
    assert [vma[:2] for vma in machine.processes[2].vmas] == [(8, 9), (11, 12)]
    assert [vma[:2] for vma in machine.processes[1].vmas] == [(8, 13)]
    assert machine.steps[2].arguments == {"start": 9, "length": 2}


def test_a_name_may_be_given_again() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("a = mmap(4, 'rw', addr=8)\na = mmap(4, 'r', addr=20)\nmunmap(a, 4)")
    assert [vma.start for vma in machine.processes[1].vmas] == [8]
    machine.go_to(1)
    machine.run("munmap(a, 4)")
    assert machine.processes[1].vmas == ()


def test_a_child_without_a_name_gets_one() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("p2 = mmap(4, 'rw')")
    child = machine.processes[1].fork()
    child.munmap(1, 2)
    child.fork().exit()
    assert str(machine.script) == (
        "p2 = mmap(4, 'rw')\np2_ = fork()\np2_.munmap(1, 2)\np3 = p2_.fork()\np3.exit()"
    )


@pytest.mark.parametrize("name", ["fork", "init", "lambda", "two words", "", "1a", "é", "x" * 41])
def test_a_call_may_not_be_given_a_name_that_cannot_be_read(name: str) -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    with pytest.raises(MappingError, match="EINVAL"):
        machine.apply(Call.make("mmap", "init", name, length=4))
    assert machine.processes[1].vmas == ()


# Every call that can be made reads back as it prints

NAMES = st.text("abxyz_09", min_size=1, max_size=40).filter(lambda name: misnomer(name) is None)
NUMBERS = st.integers(-(2**63), 2**63)
VALUES: dict[str, st.SearchStrategy[Argument]] = {
    "pages": st.one_of(NUMBERS, st.builds(Ref, NAMES, NUMBERS)),
    "protection": st.text(max_size=20),
    "flag": st.booleans(),
    "advice": st.sampled_from(["dontneed", "dontfork"]),
}


@given(st.data())
def test_any_call_reads_back(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SIGNATURES)))
    arguments = {p.name: data.draw(VALUES[p.kind]) for p in SIGNATURES[name]}
    gives = name in ("mmap", "mremap", "brk", "fork")
    called = data.draw(st.one_of(st.none(), NAMES)) if gives else None
    process = data.draw(st.one_of(st.just("init"), NAMES))
    call = Call.make(name, process, called, **arguments)
    assert Script.read(str(call)).calls == (call,)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        script = Script.read(text)
    except ScriptError:
        return
    assert Script.read(str(script)) == script


@pytest.mark.parametrize(
    ("line", "quoted"),
    [("a" * 60, "a" * 60), ("a" * 61, "a" * 57 + "..."), ("a" * 99, "a" * 57 + "...")],
)
def test_a_long_line_is_quoted_in_part(line: str, quoted: str) -> None:
    with pytest.raises(ScriptError) as caught:
        Script.read(f"  {line}")
    assert str(caught.value) == f"line 1: not one call: {quoted}"


def test_the_longest_line() -> None:
    assert Script.read("#" * 500).calls == ()
