"""Which code cells have to run so that one of them can: its slice of the chapter.

A page has no kernel that has run the chapter from its top. Before a question is asked there, the
cells that its cell builds on are run, and no others.

defined   the names that a cell gives a value at its top level
settled   those of them that have another value whatever happens: what they were does not matter
fixed     those of them that are modules, functions and classes: nothing changes these
changed   the names whose object it may change: by a method, an item or an attribute
used      the names that it reads, in functions as well
late      those that its functions read: what they are when a function is called may come later
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from symtable import SymbolTable, symtable
from typing import NamedTuple

BUILTINS = frozenset(dir(builtins))


class Names(NamedTuple):
    """What a cell does with names."""

    defined: frozenset[str]
    settled: frozenset[str]
    fixed: frozenset[str]
    changed: frozenset[str]
    used: frozenset[str]
    late: frozenset[str]


def needed_cells(sources: list[str], target: int) -> list[int]:
    """The numbers of the cells to run, in order; ``target`` is the last of them."""
    every = [names_of(source) for source in sources[: target + 1]]
    late: frozenset[str] = frozenset()
    while True:
        cells = _needed(every, late)
        more = late.union(*(every[cell].late for cell in cells))
        if more == late:
            return cells
        late = more


def _needed(every: list[Names], late: frozenset[str]) -> list[int]:
    """The cells that the last one needs, and those that give ``late`` the values it meets."""
    fixed = frozenset().union(*(names.fixed for names in every))
    target = len(every) - 1
    needed = every[target].used | late
    cells = [target]
    for number, names in reversed([*enumerate(every[:-1])]):
        if needed & (names.defined | (names.changed - fixed)):
            cells.append(number)
            needed = (needed - names.settled) | names.used
    return cells[::-1]


def names_of(source: str) -> Names:
    """What the cell does with names."""
    tree = ast.parse(source)
    fixed = {name for statement in tree.body for name in _fixes(statement)}
    stored = {name for statement in tree.body for name in _stores(statement)}
    settled = fixed | {name for each in tree.body if _settles(each) for name in _stores(each)}
    table = symtable(source, "<cell>", "exec")
    late = {name for inner in table.get_children() for name in _uses(inner)} - BUILTINS
    used = {*_uses(table), *_adds_to(tree)} - BUILTINS
    changed = {name for statement in tree.body for name in _changes(statement)}
    names = (fixed | stored, settled, fixed - stored, changed, used, late)
    return Names(*map(frozenset, names))


def _uses(table: SymbolTable) -> Iterator[str]:
    """The names of the notebook that are read, in functions as well: no parameters, no locals."""
    for symbol in table.get_symbols():
        own = table.get_type() == "module" or symbol.is_global()
        if own and symbol.is_referenced():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _uses(inner)


def _fixes(statement: ast.stmt) -> Iterator[str]:
    """The modules, functions and classes that a statement names."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            for alias in names:
                yield (alias.asname or alias.name).split(".")[0]


def _stores(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a value."""
    for node in _outside_functions(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _settles(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign | ast.AnnAssign)


def _adds_to(tree: ast.Module) -> Iterator[str]:
    """The names that are read to be written, as in ``name += 1``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _changes(statement: ast.stmt) -> Iterator[str]:
    """The names whose object a statement may change: no function changes what it is given."""
    for node in _outside_functions(statement):
        match node:
            case ast.Call(func=ast.Attribute() as method):
                yield from _root(method)
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                yield from _root(node)


def _root(node: ast.expr) -> Iterator[str]:
    """The name before all dots and brackets."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, without the bodies of functions and comprehensions."""
    inner = ast.FunctionDef | ast.Lambda | ast.ClassDef
    loops = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    if isinstance(node, inner | loops):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)
