"""The browser's side as one module: anywidget takes a single text, we write many small files.

The files import each other by name, relative and whole lines; nothing else is rewritten. They are
put together in the order of their imports, without the import lines and the word ``export``, so
all of them share one scope: a name may be defined at the top of one file only.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "js"
ENTRY = "main.js"

IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) )", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:async function|function|const|let|class) (\w+)", re.MULTILINE)


def modules(entry: str = ENTRY) -> list[str]:
    """The names of all files that ``entry`` needs, each after those that it imports."""
    ordered: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"{' imports '.join([*above, name])}: a circle")
        if name in ordered:
            return
        for needed in IMPORT.findall(read(name)):
            visit(needed, (*above, name))
        ordered.append(name)

    visit(entry, ())
    return ordered


def read(name: str) -> str:
    """The text of a file of the browser's side."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def bundle(entry: str = ENTRY) -> str:
    """All files that ``entry`` needs as one module, with the default export of the entry."""
    parts = []
    owner: dict[str, str] = {}
    for name in modules(entry):
        text = EXPORT.sub("", IMPORT.sub("", read(name)))
        for defined in TOP_LEVEL.findall(text):
            if defined in owner:
                raise ValueError(f"{defined} is defined in {owner[defined]} and in {name}")
            owner[defined] = name
        parts.append(f"// {name}\n{text}")
    return "\n".join(parts)


@cache
def style() -> str:
    """All style sheets, in the order of their names."""
    return "\n".join(read(path.name) for path in sorted(FOLDER.glob("*.css")))
