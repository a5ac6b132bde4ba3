"""Calls as values, and the script text that they are read from and printed as.

    a = mmap(6, 'rw', addr=2)          a call, and a name for its result
    mprotect(a + 1, 2, 'r')            a name stands for a page; a number may be added
    child = fork()                     a name for a process
    child.munmap(a, 1)                 a call of that process; without a prefix it is pid 1's
    # a comment

One call a line. A script is data: it is parsed, never evaluated as Python.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from keyword import iskeyword
from types import NoneType
from typing import NamedTuple

from anonvma_book.errors import ScriptError

INIT = "init"
LONGEST_LINE = 500
LONGEST_NAME = 40
MOST_BRACKETS = 20  # a line of hundreds, one in the other, ends the Python of a web page
LARGEST_NUMBER = 2**64


class Ref(NamedTuple):
    """The page that ``name`` stands for, ``plus`` pages further."""

    name: str
    plus: int = 0

    def __str__(self) -> str:
        if not self.plus:
            return self.name
        return f"{self.name} {'-' if self.plus < 0 else '+'} {abs(self.plus)}"


Argument = int | str | bool | None | Ref


class Parameter(NamedTuple):
    """One parameter of a call; without a default it must be given."""

    name: str
    kind: str
    required: bool = False
    default: Argument = None
    positional: bool = False


def _needed(name: str, kind: str) -> Parameter:
    return Parameter(name, kind, required=True, positional=True)


def _flag(name: str, default: bool = False) -> Parameter:
    return Parameter(name, "flag", default=default)


SIGNATURES: dict[str, tuple[Parameter, ...]] = {
    "mmap": (
        _needed("length", "pages"),
        Parameter("prot", "protection", default="rw", positional=True),
        Parameter("addr", "pages"),
        _flag("fixed"),
        _flag("noreplace"),
        _flag("growsdown"),
        _flag("file"),
        _flag("noreserve"),
        _flag("stack"),
    ),
    "munmap": (_needed("start", "pages"), _needed("length", "pages")),
    "mprotect": (
        _needed("start", "pages"),
        _needed("length", "pages"),
        _needed("prot", "protection"),
    ),
    "madvise": (
        _needed("start", "pages"),
        _needed("length", "pages"),
        _needed("advice", "advice"),
    ),
    "mremap": (
        _needed("old", "pages"),
        _needed("old_length", "pages"),
        _needed("new_length", "pages"),
        _flag("may_move", True),
        Parameter("to", "pages"),
        _flag("dont_unmap"),
    ),
    "brk": (Parameter("end", "pages", positional=True),),
    "fault": (_needed("page", "pages"), _flag("write", True)),
    "fork": (),
    "exec": (),
    "exit": (),
}
"""The parameters of every call, in order; what is not given has its default."""


LINUX_ONLY = frozenset({"madvise", "noreserve", "stack"})
"""The calls and parameters that change nothing but under a scheme with Linux's own calls."""


TYPES: dict[str, type] = {"pages": int, "flag": bool, "protection": str, "advice": str}


def _types(parameter: Parameter) -> tuple[type, ...]:
    may_be_none = parameter.kind == "pages" and not parameter.required
    return (TYPES[parameter.kind], NoneType) if may_be_none else (TYPES[parameter.kind],)


FITTING = {
    name: [list(types) for types in product(*map(_types, signature))]
    for name, signature in SIGNATURES.items()
}
"""The types that the arguments of each call may have: what :func:`misfit` finds nothing in."""


class Call(NamedTuple):
    """One call: what is asked, of which process, and what its result is to be called.

    ``arguments`` holds what differs from the defaults, in the order of the signature.
    """

    name: str
    arguments: tuple[tuple[str, Argument], ...] = ()
    target: str | None = None
    process: str = INIT

    @classmethod
    def make(
        cls, name: str, process: str = INIT, target: str | None = None, /, **arguments: Argument
    ) -> Call:
        """A call from keyword arguments.

        >>> print(Call.make("mmap", "init", "f", length=10, prot="rw", addr=36))
        f = mmap(10, 'rw', addr=36)
        """
        given = []
        for parameter in SIGNATURES[name]:
            value = arguments.pop(parameter.name, parameter.default)
            if parameter.required or value != parameter.default:
                given.append((parameter.name, value))
        if arguments:
            raise TypeError(f"{name} has no parameter {next(iter(arguments))!r}")
        return cls(name, tuple(given), target, process)

    @classmethod
    def of(cls, name: str, process: str, arguments: tuple[Argument, ...]) -> Call:
        """A call without a target, from all its arguments in the order of the signature."""
        names = (parameter.name for parameter in SIGNATURES[name])
        return cls.make(name, process, None, **dict(zip(names, arguments, strict=True)))

    def __str__(self) -> str:
        given = dict(self.arguments)
        parts = []
        for parameter in SIGNATURES[self.name]:
            shown = parameter.name == "prot" and self.name == "mmap"
            if parameter.name not in given and not shown:
                continue
            value = given.get(parameter.name, parameter.default)
            text = str(value) if isinstance(value, Ref) else repr(value)
            parts.append(text if parameter.positional else f"{parameter.name}={text}")
        prefix = "" if self.process == INIT else f"{self.process}."
        target = f"{self.target} = " if self.target is not None else ""
        return f"{target}{prefix}{self.name}({', '.join(parts)})"


class Script(NamedTuple):
    r"""Calls in order. ``str`` gives the text, which reads back as the same script.

    >>> text = "a = mmap(4, 'rw')\nmremap(a, 4, 9)"
    >>> str(Script.read(text)) == text
    True
    """

    calls: tuple[Call, ...]

    @classmethod
    def read(cls, text: str) -> Script:
        """The script in ``text``; :class:`ScriptError` names the line that is wrong."""
        return cls(tuple(call for _, call in read_lines(text)))

    def __str__(self) -> str:
        return "\n".join(map(str, self.calls))


def read_lines(text: str) -> Iterator[tuple[int, Call]]:
    """Each call of a script with its line number, from 1."""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            call = read_call(line)
        except _MalformedError as error:
            raise ScriptError(number, str(error)) from None
        if call is not None:
            yield number, call


class _MalformedError(ValueError):
    """Why a line is not a call."""


def read_call(line: str) -> Call | None:
    """The call on one line; None for a blank line or a comment."""
    if len(line) > LONGEST_LINE:
        raise _MalformedError(f"longer than {LONGEST_LINE} characters")
    if line.lstrip().startswith("#"):
        return None
    if sum(map(line.count, "([{")) > MOST_BRACKETS:
        raise _MalformedError(f"more than {MOST_BRACKETS} brackets: {_short(line)}")
    try:
        body = ast.parse(line.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _MalformedError(f"cannot be read: {_short(line)}") from None
    if not body:
        return None
    statement = body[0]
    target = None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = _new_name(statement.targets[0])
    elif not isinstance(statement, ast.Expr):
        raise _MalformedError(f"not a call: {_short(line)}")
    if len(body) > 1 or not isinstance(statement.value, ast.Call):
        raise _MalformedError(f"not one call: {_short(line)}")
    return _call(statement.value, target)


def _call(node: ast.Call, target: str | None) -> Call:
    function, process = node.func, INIT
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        name, process = function.attr, function.value.id
    elif isinstance(function, ast.Name):
        name = function.id
    else:
        raise _MalformedError("the name of a call is expected before the parenthesis")
    signature = SIGNATURES.get(name)
    if signature is None:
        raise _MalformedError(f"unknown call {name!r}; there are {', '.join(SIGNATURES)}")
    if target is not None and name not in ("mmap", "mremap", "brk", "fork"):
        raise _MalformedError(f"{name} gives nothing to call {target!r}")
    positional = [parameter for parameter in signature if parameter.positional]
    if len(node.args) > len(positional):
        raise _MalformedError(f"{name} takes {len(positional)} positional arguments")
    given: dict[str, Argument] = {
        parameter.name: _argument(argument)
        for parameter, argument in zip(positional, node.args, strict=False)
    }
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in {parameter.name for parameter in signature}:
            raise _MalformedError(f"{name} has no parameter {keyword.arg!r}")
        if keyword.arg in given:
            raise _MalformedError(f"{name}: {keyword.arg} is given twice")
        given[keyword.arg] = _argument(keyword.value)
    for parameter in signature:
        _check(name, parameter, given)
    return Call.make(name, process, target, **given)


def _check(name: str, parameter: Parameter, given: dict[str, Argument]) -> None:
    if parameter.name not in given:
        if parameter.required:
            raise _MalformedError(f"{name} needs {parameter.name}")
        return
    problem = misfit(parameter, given[parameter.name])
    if problem:
        raise _MalformedError(f"{name}: {problem}")


def misfit(parameter: Parameter, value: Argument) -> str | None:
    """What is wrong with the type of an argument; None where nothing is."""
    what = parameter.name.replace("_", " ")
    if parameter.kind == "flag":
        return None if isinstance(value, bool) else f"{what} is True or False, not {value!r}"
    if value is None and not parameter.required and parameter.kind == "pages":
        return None
    if parameter.kind == "advice":
        return None if isinstance(value, str) else f"{what} is text like 'dontfork', not {value!r}"
    if parameter.kind == "protection":
        return None if isinstance(value, str) else f"{what} is text like 'rw', not {value!r}"
    if isinstance(value, (bool, str)) or not isinstance(value, (int, Ref)):
        return f"{what} {value!r} is not a whole number of pages"
    if abs(value.plus if isinstance(value, Ref) else value) > LARGEST_NUMBER:
        return f"{what} is more than 2**64 pages"
    return None


def misnomer(name: str) -> str | None:
    """What is wrong with a name for a result; None where nothing is."""
    if name in SIGNATURES or name == INIT or iskeyword(name):
        return f"{name!r} is taken"
    if not (name.isascii() and name.isidentifier()) or len(name) > LONGEST_NAME:
        return f"{_short(name)!r} is no name of 1 to {LONGEST_NAME} letters, digits and _"
    return None


def _argument(node: ast.expr) -> Argument:
    """A number, a text, True, False, None, or a name with a number added."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, str, type(None))):
        if isinstance(node.value, int) and abs(node.value) > LARGEST_NUMBER:
            raise _MalformedError("a number is too large")
        return node.value
    if isinstance(node, ast.Name):
        return Ref(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _argument(node.operand)
        if isinstance(value, int):
            return -value
    if isinstance(node, ast.BinOp):
        return _computed(node)
    raise _MalformedError("an argument is a number, a text, True, False or a name like a + 1")


def _computed(node: ast.BinOp) -> int | Ref:
    left, right = _argument(node.left), _argument(node.right)
    if isinstance(node.op, ast.Sub) and isinstance(right, int):
        right = -right
    elif not isinstance(node.op, ast.Add):
        raise _MalformedError("only + and - are understood")
    if isinstance(left, int) and isinstance(right, Ref):
        left, right = right, left
    if isinstance(right, int):
        if isinstance(left, Ref):
            return Ref(left.name, left.plus + right)
        if isinstance(left, int):
            return left + right
    raise _MalformedError("only numbers can be added to a name")


def _new_name(node: ast.expr) -> str:
    if not isinstance(node, ast.Name):
        raise _MalformedError("a result is given to a plain name")
    problem = misnomer(node.id)
    if problem:
        raise _MalformedError(problem)
    return node.id


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 60 else text[:57] + "..."
