"""What holds for the book as a whole: order, cross-references, glossary, sources, exercises.

term       a heading of the glossary; the entry under it links the section that introduces it
first use  the first section of that chapter which uses the term, other than in its title, a
           heading, a quotation, a speaker note, or the text of another link
"""

from __future__ import annotations

import inspect
import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlparse

from nbformat import NotebookNode

import anonvma_book
from tests.notebooks import (
    APPENDIX,
    LINK,
    chapters,
    code_cells,
    heading_id,
    headings,
    lectures,
    read,
    slide_type,
    text_of,
)

SENTENCES = 44  # of the message, without its quotation and its signature

# What a browser leaves as it is after "#"; JupyterLab compares the rest without decoding it.
FRAGMENT = re.compile(r"[A-Za-z0-9_.,:;?!'&/*+^-]+")
GLOSSARY_LINK = re.compile(r"\[([^\]]*)\]\(15-appendix\.ipynb#([^)\s]*)\)")
NOT_RUNNING = re.compile(
    r"(?s:```.*?```)|(?m:^#+ .*$)|(?m:^> .*$)|(?s:\[[^\]]*\]\([^)\s]*\))|<[^>\n]*>|`[^`\n]*`"
)


def part(name: str) -> str:
    """The text of one part of the appendix."""
    return "\n\n".join(
        cell.source
        for cell in read(APPENDIX).cells
        if cell.id == f"appendix-{name}" or cell.id.startswith(f"appendix-{name}-")
    )


def rows(text: str) -> list[list[str]]:
    """The cells of a table, row by row, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def web_links(text: str) -> list[str]:
    return [link for link in LINK.findall(text) if urlparse(link).scheme]


# Order


def test_chapters_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:2]) for path in chapters()] == list(range(len(chapters())))
    assert chapters()[-1] == APPENDIX


def test_every_chapter_ends_with_a_link_to_the_next() -> None:
    for path, following in pairwise(chapters()):
        last = read(path).cells[-1].source.split("\n- ")[-1]
        assert LINK.findall(last) == [following.name], path.name


def test_the_readme_lists_every_chapter(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- `(\d\d-[a-z0-9-]+)`: .+", readme, re.MULTILINE)
    assert listed == [path.stem for path in chapters()]


def test_cell_ids_are_unique_over_the_book() -> None:
    owners: dict[str, str] = {}
    for path in chapters():
        for cell in read(path).cells:
            assert owners.setdefault(cell.id, path.name) == path.name, cell.id


def test_every_output_has_a_text() -> None:
    for path in chapters():
        for cell in code_cells(read(path)):
            for output in cell.outputs:
                assert output.output_type in ("stream", "error") or (
                    output.data.get("text/plain") or output.data.get("text/markdown")
                ), f"{path.name}: {cell.id}"


# Links


def test_links_to_a_section_lead_to_one() -> None:
    ids = {path: [heading_id(heading) for heading in headings(read(path))] for path in chapters()}
    for path in chapters():
        for link in LINK.findall(text_of(read(path))):
            parts = urlparse(link)
            if parts.fragment and not parts.scheme:
                target = path.parent / parts.path if parts.path else path
                assert FRAGMENT.fullmatch(parts.fragment), link
                assert ids[target].count(parts.fragment) == 1, f"{path.name}: {link}"


def test_the_bibliography_has_what_the_chapters_cite() -> None:
    listed = web_links(part("bibliography"))
    assert len(set(listed)) == len(listed)
    cited = {link for path in lectures() for link in web_links(text_of(read(path)))}
    assert cited == set(listed)
    assert set(web_links(text_of(read(APPENDIX)))) == set(listed)


def test_every_exercise_is_listed() -> None:
    links = re.findall(r"^- \[([^]]*)\]\(([^)\s]*)\)$", part("exercises"), re.MULTILINE)
    assert [(" ".join(words.split()), link) for words, link in links] == [
        (heading, f"{path.name}#{heading_id(heading)}")
        for path in lectures()
        for heading in headings(read(path))
        if heading.startswith("Exercise ")
    ]


# The message and the symbols


def test_every_sentence_of_the_message_has_its_section() -> None:
    table = rows(part("message"))
    assert [number for number, _, _ in table] == [str(n + 1) for n in range(SENTENCES)]
    assert len({words for _, words, _ in table}) == SENTENCES
    for number, _, sections in table:
        links = LINK.findall(sections)
        assert links, number
        assert all(urlparse(link).path and urlparse(link).fragment for link in links), number


def is_there(name: str) -> bool:
    """Whether the module has what ``Vma.pgoff``, ``vma.split`` or ``world.World.mms`` names."""
    found: object = anonvma_book
    for step in name.split("."):
        if not hasattr(found, step):
            attribute = re.compile(rf"self\.{step}\b")
            return inspect.isclass(found) and bool(attribute.search(inspect.getsource(found)))
        found = getattr(found, step)
    return True


def test_the_symbols_of_the_module_are_there() -> None:
    for *_, names, section in rows(part("symbols")):
        assert LINK.findall(section), names
        for name in re.findall(r"`([^`]*)`", names):
            assert is_there(name), name


# The glossary


class Entry(NamedTuple):
    """A term of the glossary, and the file name of the chapter that introduces it."""

    term: str
    chapter: str


def glossary() -> list[Entry]:
    """Every term, in the order of the appendix."""
    entries = []
    for text in re.split(r"^### ", part("glossary"), flags=re.MULTILINE)[1:]:
        term, _, meaning = text.partition("\n")
        (link,) = LINK.findall(meaning)
        entries.append(Entry(term, urlparse(link).path))
    return entries


def running_text(source: str, term: str) -> str:
    """The prose of a cell; of code only what is the term itself, of links those to the glossary."""
    text = GLOSSARY_LINK.sub(r"\1", source).replace(f"`{term}`", term)
    return NOT_RUNNING.sub(" ", text)


def use_of(term: str) -> re.Pattern[str]:
    """The term as a whole word, in the singular or the plural."""
    stem = r"[\s-]+".join(re.escape(word) for word in re.split(r"[ -]", term))
    stem = re.sub("y$", "(?:y|ie)", stem)
    ignored = re.IGNORECASE if term.islower() else re.NOFLAG
    return re.compile(rf"(?<![\w/-]){stem}(?:s|(?<=[sxh])es)?(?![\w-])", ignored)


def first_use(notebook: NotebookNode, term: str) -> NotebookNode:
    """The first section that uses the term."""
    cells: list[NotebookNode] = notebook.cells[1:]
    for cell in cells:
        prose = cell.cell_type == "markdown" and slide_type(cell) != "notes"
        if prose and use_of(term).search(running_text(cell.source, term)):
            return cell
    raise AssertionError(f"{term} is not used in its chapter")


def test_the_glossary_is_in_order() -> None:
    terms = [entry.term for entry in glossary()]
    assert len(terms) > 50
    assert terms == sorted(terms, key=str.lower)


def test_the_first_use_of_a_term_is_linked_with_the_glossary() -> None:
    notebooks = {path.name: read(path) for path in lectures()}
    for term, chapter in glossary():
        cell = first_use(notebooks[chapter], term)
        links = {anchor: text for text, anchor in GLOSSARY_LINK.findall(cell.source)}
        assert heading_id(term) in links, f"{cell.id} uses {term} without a link"
        assert use_of(term).search(links[heading_id(term)]), cell.id
