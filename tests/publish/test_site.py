"""Pages and sites of small notebooks: what stands in them, and what is refused."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from anonvma_book.errors import AnonvmaError
from anonvma_book.session import Session
from anonvma_widgets.publish import npm, site, site_command
from anonvma_widgets.publish.capture import SHOWN
from anonvma_widgets.publish.glossary import glossary, heading_id, used
from anonvma_widgets.publish.page import PageExporter, link
from anonvma_widgets.publish.pageparts import body
from anonvma_widgets.publish.search import Section, sections
from anonvma_widgets.publish.site import MARKER, Launch, check_folder, write_site
from tests.notebooks import APPENDIX, HEADING, chapters, headings, read
from tests.notebooks import heading_id as id_of_heading

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


def shown(**values: Any) -> NotebookNode:
    """An output that was a widget."""
    made: NotebookNode = new_output("execute_result", {SHOWN: values, "text/plain": "in <words>"})
    return made


def player() -> NotebookNode:
    history = Session("a split").history_json()
    return shown(kind="player", live=False, history=history, recipe=None)


def notebook(*cells: NotebookNode) -> NotebookNode:
    """A notebook that counts as captured."""
    made: NotebookNode = new_notebook(cells=list(cells))
    made.metadata["anonvma"] = {"sources": [c.source for c in cells if c.cell_type == "code"]}
    return made


def page_of(*cells: NotebookNode) -> str:
    html, _ = PageExporter().from_notebook_node(notebook(*cells))
    return html


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, NotebookNode], Path]:
    """Two chapters and an appendix, captured, and the folder that they are stored in."""
    library = tmp_path / "minisearch" / "dist" / "umd"
    library.mkdir(parents=True)
    (library / "index.js").write_text("var MiniSearch;\n//# sourceMappingURL=index.js.map\n")
    monkeypatch.setattr(npm, "package", lambda name: tmp_path / name)
    made = {
        "00-one.ipynb": notebook(
            new_markdown_cell("# 0 One\n\n*The first.*"),
            new_markdown_cell("## Here\n\nA [walk](15-appendix.ipynb#walk), [on](01-two.ipynb)."),
            new_code_cell("Player('a split')", outputs=[player()]),
        ),
        "01-two.ipynb": notebook(new_markdown_cell("# 1 Two\n\n*The second.*\n\nWords.")),
        "15-appendix.ipynb": notebook(
            new_markdown_cell("# Appendix"),
            new_markdown_cell(
                "### walk\n\nTo *look* at all. [Chapter 0: Here](00-one.ipynb#Here).",
                id="appendix-glossary-w",
            ),
        ),
    }
    sources = tmp_path / "sources"
    sources.mkdir()
    for name, each in made.items():
        nbformat.write(each, sources / name)
    return made, sources


# Pages


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("05-groups.ipynb", "05-groups.html"),
        ("05-groups.ipynb#Two-lanes", "05-groups.html#Two-lanes"),
        ("#Two-lanes", "#Two-lanes"),
        ("https://example.org/a.ipynb#b", "https://example.org/a.ipynb#b"),
    ],
)
def test_a_link_to_a_chapter_leads_to_its_page(address: str, leads_to: str) -> None:
    assert link(address) == leads_to


def test_headings_have_the_ids_that_links_name_and_none_twice() -> None:
    for path in chapters():
        made = body(read(path), link, lambda source: "")
        ids = [entry.anchor for entry in made.entries]
        assert len(set(ids)) == len(ids)
        named = {id_of_heading(heading) for heading in headings(read(path))}
        assert named <= {re.sub("&quot;", '"', each.replace("&amp;", "&")) for each in ids}


def test_a_heading_that_a_slide_repeats_stands_once() -> None:
    made = page_of(
        new_markdown_cell("# A"),
        new_markdown_cell("## B\n\nOne."),
        new_markdown_cell("## B\n\nTwo."),
    )
    assert made.count('<h2 id="B">') == 1
    assert "<p>Two.</p>" in made


def test_what_is_hostile_is_shown_and_not_run() -> None:
    question = {
        "kind": "question",
        "spec": {"key": "k", "kind": "predict", "text": HOSTILE, "body": None, "fields": []},
        "cells": [0],
        "place": 0,
    }
    printed = new_output("stream", name="stdout", text=HOSTILE)
    made = page_of(
        new_markdown_cell(f"# One {HOSTILE}\n\n{HOSTILE}\n\n[a](javascript:alert(1))"),
        new_code_cell(f"'{HOSTILE}'", outputs=[printed, shown(**question)]),
        new_code_cell("1", outputs=[new_output("execute_result", {"text/html": HOSTILE})]),
    )
    own = made.split("</style>")[1]
    assert "<script>alert" not in own
    assert "<img" not in own
    assert "javascript:alert" not in own
    assert "\\u003c/script>\\u003cscript>alert" in own


def test_notes_for_the_speaker_are_left_to_the_slides() -> None:
    note = new_markdown_cell("Say this aloud.", metadata={"slideshow": {"slide_type": "notes"}})
    assert "Say this aloud" not in page_of(new_markdown_cell("# A"), note)


def test_a_page_alone_has_all_inside_and_names_nobody() -> None:
    made = page_of(new_markdown_cell("# A"), new_code_cell("Player()", outputs=[player()]))
    text_of_page = made.split("</style>")[1].split("\n<script>")[0]
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', text_of_page)
    assert "globalThis.anonvmaShared" in made
    assert "<noscript><pre>in &lt;words&gt;</pre></noscript>" in made
    assert 'id="lab-1"' in made


def test_code_that_shows_a_question_is_folded_and_short_code_of_a_lab_is_not() -> None:
    lab = new_code_cell("Player('a split')", outputs=[player()])
    drill = new_code_cell("Drill('seam')", outputs=[shown(kind="progress")])
    parts = body(notebook(lab, drill), link, lambda source: source).parts
    assert [part.kind for part in parts] == ["code", "lab", "folded", "progress"]


# Glossary and search


def test_every_term_of_the_book_has_its_meaning() -> None:
    appendix = read(APPENDIX)
    meanings = glossary(appendix)
    terms = [
        heading_id(heading)
        for cell in appendix.cells
        if cell.id.startswith("appendix-glossary-")
        for heading in HEADING.findall(cell.source)
    ]
    assert list(meanings) == terms
    assert all(text.endswith((".", "?", ")")) for text in meanings.values())
    assert not [text for text in meanings.values() if "Chapter " in text or "<" in text]
    assert meanings["adjacent"] == "One ends where the other begins."


def test_a_page_has_the_meanings_that_it_links_to() -> None:
    meanings = {"walk": "W.", "mm": "M.", "vma": "V."}
    addresses = ["15-appendix.html#walk", "05-groups.html#mm", "#vma", "https://a.org/#mm"]
    assert used(meanings, addresses) == {"vma": "V.", "walk": "W."}


def test_sections_are_cut_at_headings() -> None:
    html = [
        "Before.",
        '<h1 id="A-b">A <code>b</code></h1><p>One &amp; two</p>',
        '<h2 id="C">C</h2>',
    ]
    assert list(sections("x.html", "A b", html)) == [
        Section("x.html", "A b", "", "A b", "Before."),
        Section("x.html", "A b", "A-b", "A b", "One & two"),
        Section("x.html", "A b", "C", "C", ""),
    ]


# The site


def test_a_site_has_its_parts_once_and_every_link_leads_somewhere(
    small: tuple[dict[str, NotebookNode], Path], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    write_site(*small, folder, python=False)
    pages = sorted(folder.glob("*.html"))
    assert [page.stem for page in pages] == ["00-one", "01-two", "15-appendix", "index"]
    for page in pages:
        for address in re.findall(r'(?:href|src)="([^"]*)"', page.read_text()):
            target, _, anchor = address.partition("#")
            assert target == "data:," or not re.match(r"[a-z]+:|/", target), address
            if target != "data:,":
                there = folder / (target or page.name)
                assert there.is_file(), f"{page.name}: {address}"
                assert not anchor or f'id="{anchor}"' in there.read_text(), (
                    f"{page.name}: {address}"
                )
    first = (folder / "00-one.html").read_text()
    meanings = re.search(r'id="meanings">(.*?)</script>', first)
    assert meanings is not None
    assert json.loads(meanings[1]) == {"walk": "To look at all."}
    assert 'rel="next" href="01-two.html"' in first
    assert (folder / "notebooks/00-one.ipynb").read_bytes() == (
        small[1] / "00-one.ipynb"
    ).read_bytes()
    assert "sourceMappingURL" not in (folder / "assets/search.js").read_text()
    assert not (folder / "assets/python.js").exists()


def test_the_same_chapters_give_the_same_bytes(
    small: tuple[dict[str, NotebookNode], Path], tmp_path: Path
) -> None:
    made = []
    for name in ("one", "two"):
        write_site(deepcopy(small[0]), small[1], tmp_path / name, python=False)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        made.append([(path.relative_to(tmp_path / name), path.read_bytes()) for path in files])
    assert made[0] == made[1]


def test_a_folder_of_others_is_refused_and_left_alone(
    small: tuple[dict[str, NotebookNode], Path], tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("x")
    with pytest.raises(AnonvmaError, match="files that are not of this book"):
        write_site(*small, folder, python=False)
    with pytest.raises(AnonvmaError, match="not a folder"):
        check_folder(folder / "thesis.txt")
    with pytest.raises(AnonvmaError, match="files that are not of this book"):
        site_command.main(["--output", str(folder)])
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_a_site_replaces_the_one_before_it_as_a_whole_or_not_at_all(
    small: tuple[dict[str, NotebookNode], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    write_site(*small, folder, python=False)
    (folder / "old.html").write_text("x")
    with monkeypatch.context() as broken:

        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        broken.setattr(site, "write_assets", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_site(*small, folder, python=False)
    assert (folder / "old.html").is_file()
    write_site(*small, folder, python=False)
    assert (folder / MARKER).is_file()
    assert not (folder / "old.html").exists()
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".site")]


# Launch links and the command line


def test_launch_links_are_there_where_they_are_given() -> None:
    assert Launch().links("x.ipynb") == []
    binder, hub = Launch("https://github.com/a/b.git", "main", "https://hub.example").links(
        "x.ipynb"
    )
    assert binder == (
        "Open in Binder",
        "https://mybinder.org/v2/gh/a/b/main?labpath=chapters%2Fx.ipynb",
    )
    assert hub == (
        "Open on the hub",
        "https://hub.example/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fa%2Fb.git"
        "&branch=main&urlpath=lab%2Ftree%2Fb%2Fchapters%2Fx.ipynb",
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--repository", "javascript:alert(1)"], "not an address that begins with https://"),
        (["--hub", "https://hub.example"], "--hub needs --repository"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(arguments: list[str], says: str) -> None:
    with pytest.raises(AnonvmaError, match=says):
        site_command.main(arguments)
