"""Nothing that a reader writes is run: where the book could run text at all, and why it may.

The sources are walked: every way from text to code, or to an attribute whose name is text, stands
in ``MAY`` with its reason, and nothing stands there that is not needed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from anonvma_book.calls import Script
from anonvma_book.errors import ScriptError
from tests.conftest import ROOT

PACKAGES = (ROOT / "anonvma_book", ROOT / "widgets" / "anonvma_widgets")

RUN = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
NAMED = {"getattr", "setattr", "delattr", "hasattr", "globals", "locals", "vars", "import_module"}
NAMED |= {"attrgetter", "methodcaller"}
BEGUN = {"Popen", "run", "call", "check_call", "check_output", "getoutput", "CDLL"}
BEGUN |= {"system", "popen", *(f"exec{how}" for how in ("v", "ve", "vp", "vpe", "l", "le", "lp"))}
NEVER = {"pickle", "marshal", "shelve", "dill", "yaml", "code", "codeop", "runpy", "imp"}
HIDDEN = {"__builtins__", "__globals__", "__subclasses__", "__code__", "__bases__"}

MAY = {
    # The cells of the book's own notebooks, which a page carries with it, in a worker of its own.
    ("anonvma_book/inpage.py", "eval"),
    ("anonvma_book/inpage.py", "exec"),
    ("anonvma_book/inpage.py", "compile"),
    ("anonvma_book/inpage.py", "getattr"),  # four names that stand there
    ("anonvma_book/inpage.py", "vars"),  # of a module that was just made
    # Names that stand in the source: of signals, errors, options, fields and glyphs.
    ("anonvma_book/ending.py", "getattr"),
    ("anonvma_book/workers.py", "hasattr"),
    ("anonvma_book/workers.py", "getattr"),
    ("anonvma_book/traces/keeping.py", "getattr"),
    ("anonvma_book/errors.py", "getattr"),
    ("anonvma_book/picture/deltas.py", "getattr"),
    ("anonvma_book/traces/compare_command.py", "getattr"),
    ("anonvma_book/traces/comparison.py", "getattr"),
    ("anonvma_book/traces/comparison.py", "setattr"),
    ("anonvma_book/traces/measure.py", "setattr"),
    ("anonvma_book/traces/tally.py", "getattr"),
    ("anonvma_book/traces/many.py", "vars"),  # of a scheme, to print it
    ("anonvma_book/publish_command.py", "import_module"),  # one of two modules
    ("widgets/anonvma_widgets/figures/base.py", "getattr"),
    ("widgets/anonvma_widgets/questions.py", "setattr"),  # the keys of our own replies
    # A call of SIGNATURES, as a method of the same name: a script has no others.
    ("anonvma_book/live/process.py", "getattr"),
    # Other programs, as lists of arguments: no shell reads them.
    ("anonvma_book/lab_command.py", "execv"),  # JupyterLab
    ("anonvma_book/live/child.py", "execv"),  # itself, without randomized addresses
    ("anonvma_book/live/child.py", "CDLL"),  # the C library
    ("anonvma_book/live/kernel.py", "Popen"),  # the child that is measured
    ("anonvma_book/traces/record_command.py", "Popen"),  # what the reader gave to `record`
    ("widgets/anonvma_widgets/publish/chromium.py", "run"),
    ("widgets/anonvma_widgets/publish/npm.py", "run"),
}
"""Where text may become code, an attribute's name or a program, with the reason."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            if "chapters" not in path.relative_to(package).parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def called(node: ast.Call) -> str | None:
    """What a call may run or reach, by name; None where it can do neither."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[_, ast.Constant(), *_]) if name in NAMED:
            return None
        case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(), *_]):
            return None
        case ast.Call(func=ast.Name(id=name)) if name in RUN | NAMED | BEGUN:
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)):
            beside = {"os": BEGUN, "subprocess": BEGUN, "ctypes": BEGUN, "importlib": NAMED}
            beside |= {"operator": NAMED, "builtins": RUN | NAMED}
            return name if name in beside.get(owner, set()) else None
    return None


def test_text_becomes_code_nowhere_but_where_it_may() -> None:
    found = {
        (path, name)
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (name := called(node))
    }
    assert found == MAY


def test_nothing_reads_what_can_run() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names]
                names += [getattr(node, "module", None) or ""]
                assert not {name.split(".")[0] for name in names} & NEVER, path
            if isinstance(node, ast.Attribute):
                assert node.attr not in HIDDEN, path
            if isinstance(node, ast.Call):
                assert "shell" not in {keyword.arg for keyword in node.keywords}, path


def test_the_script_language_has_no_way_to_python() -> None:
    for text in (
        "__import__('os').system('x')",
        "eval('1')",
        "mmap(eval('1'))",
        "mmap(__import__('os').getpid())",
        "mmap(a.b)",
        "mmap(a[0])",
        "mmap([1][0])",
        "mmap((lambda: 1)())",
        "mmap(f'{1}')",
        "mmap(1 if 1 else 2)",
        "mmap(x := 1)",
        "mmap(*[1])",
        "mmap(**{'length': 1})",
        "mmap(2 ** 64)",
        "mmap(9 * 9)",
        "mmap('a' * 9)",
        "mmap(1 and 2)",
        "init.__class__()",
        "init.machine.apply()",
        "().__class__.__bases__",
        "import os",
        "del a",
        "@mmap\ndef f(): pass",
        "mmap(1); exit()",
        "__builtins__ = mmap(1)[0]",
        "a.b = mmap(1)",
        "a, b = mmap(1)",
    ):
        with pytest.raises(ScriptError):
            Script.read(text)
