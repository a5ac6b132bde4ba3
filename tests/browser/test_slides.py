"""Decks in a real Chromium: opened from a file, without a network and without a kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from anonvma_widgets.publish import chromium
from anonvma_widgets.publish.slides import SUFFIX, SlidesExporter
from tests.notebooks import chapters
from tests.publishing import captured

GROUPS = "05-groups"
RIVALS = "11-the-rivals"
SERIOUS = ("serious", "critical")
MOST_BYTES = 2.5 * 2**20
READY_MS = 30_000
LOCAL = ("file:", "data:", "blob:")

SETTLED = "!document.querySelector('section.deck-page.present .deck-lab:not([data-ready])')"

WALK = (Path(__file__).parent / "slides.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def decks(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The deck of a chapter, by the chapter's name."""
    folder = tmp_path_factory.mktemp("decks")

    def deck(name: str) -> Path:
        made = folder / f"{name}{SUFFIX}"
        if not made.exists():
            notebook = captured(f"{name}.ipynb", captures)
            html, _ = SlidesExporter().from_notebook_node(notebook)
            made.write_text(html, encoding="utf-8")
        return made

    return deck


@pytest.fixture
def offline(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of the size of a slide, without a network; nothing may be asked for or go wrong."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)

    def asked(request: Request) -> None:
        if not request.url.startswith(LOCAL):
            wrong.append(f"asked for {request.url}")

    context.on("request", asked)
    context.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
    context.on("weberror", lambda error: wrong.append(f"error: {error.error}"))
    context.on(
        "console",
        lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None,
    )
    yield context
    for page in context.pages:
        page.wait_for_load_state()  # what is still being loaded would fail when it closes
    context.close()
    assert wrong == []


def open_deck(context: BrowserContext, path: Path, query: str = "") -> Page:
    """The deck in a page of its own, when its first slide is there."""
    page = context.new_page()
    page.goto(path.as_uri() + query)
    page.wait_for_function("document.documentElement.dataset.deck === 'ready'", timeout=READY_MS)
    return page


def go_to(page: Page, part: str) -> None:
    """Show the first slide that has such a part, with everything on it."""
    page.evaluate(
        """part => {
            const {h, v} = Reveal.getIndices(document.querySelector(part).closest("section"));
            Reveal.slide(h, v, 99);
        }""",
        part,
    )


def go_to_lab(page: Page) -> None:
    """Show the slide of the first lab, and wait until it is drawn."""
    go_to(page, ".deck-lab")
    expect(page.locator("section.deck-page.present .deck-lab")).to_have_attribute(
        "data-ready", "true"
    )


def count(page: Page) -> str:
    """What the lab of the slide says of its step."""
    return page.locator("section.deck-page.present .av-count").inner_text()


def slide_number(page: Page) -> int:
    """Which slide is shown."""
    number: int = page.evaluate("Reveal.getSlides().indexOf(Reveal.getCurrentSlide())")
    return number


@pytest.mark.parametrize("name", [path.stem for path in chapters()])
def test_nothing_is_cut_off_or_overlaps_on_any_slide(
    offline: BrowserContext, decks: Callable[[str], Path], name: str
) -> None:
    deck = decks(name)
    assert deck.stat().st_size < MOST_BYTES
    assert open_deck(offline, deck).evaluate(WALK) == []


def test_a_lab_is_stepped_by_button_key_slider_and_played(
    offline: BrowserContext, decks: Callable[[str], Path]
) -> None:
    page = open_deck(offline, decks(GROUPS))
    go_to_lab(page)
    here = slide_number(page)
    lab = page.locator("section.deck-page.present .deck-lab")
    assert count(page) == "3 of 3"
    lab.get_by_role("button", name="Step back").click()
    assert count(page) == "2 of 3"
    page.keyboard.press("ArrowLeft")  # on the button
    assert count(page) == "1 of 3"
    lab.locator(".av-figures").focus()
    page.keyboard.press("ArrowRight")
    assert count(page) == "2 of 3"
    page.keyboard.press("Home")
    assert count(page) == "0 of 3"
    assert lab.locator(".av-sentence").inner_text() == "Before the first call."
    lab.get_by_role("slider").fill("1")
    assert count(page) == "1 of 3"
    lab.get_by_role("button", name="Play").click()
    expect(lab.locator(".av-count")).to_have_text("3 of 3", timeout=15_000)
    assert slide_number(page) == here


def test_keys_are_the_decks_outside_and_the_labs_inside(
    offline: BrowserContext, decks: Callable[[str], Path]
) -> None:
    page = open_deck(offline, decks(GROUPS))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert slide_number(page) == 1
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert slide_number(page) == 0

    go_to_lab(page)
    here = slide_number(page)
    page.locator("section.deck-page.present .av-figures").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("o")  # reveal's overview
    assert slide_number(page) == here
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("ArrowRight")
    assert slide_number(page) == here + 1
    page.keyboard.press("ArrowLeft")
    page.locator("section.deck-page.present .av-figures").focus()
    page.keyboard.press("PageDown")  # a clicker
    assert slide_number(page) == here + 1


def test_the_pointer_finds_its_page_however_large_the_slide_is(
    offline: BrowserContext, decks: Callable[[str], Path]
) -> None:
    page = open_deck(offline, decks(GROUPS))
    go_to_lab(page)
    for width, height in ((1280, 720), (1920, 1080), (800, 600)):
        page.set_viewport_size({"width": width, "height": height})
        strip = page.locator("section.deck-page.present .av-strip")
        box = strip.bounding_box()
        assert box is not None
        wide = "strip => strip.firstElementChild.offsetWidth / strip.offsetWidth"
        assert strip.evaluate(wide) == 1  # BokehJS does not take it for larger than it is
        marked = page.evaluate(
            """([x, y]) => {
                const strip = document.querySelector("section.deck-page.present .av-strip");
                const at = {clientX: x, clientY: y, bubbles: true};
                strip.dispatchEvent(new PointerEvent("pointermove", at));
                const lab = document.querySelector("section.deck-page.present .anonvma");
                const figures = lab.bokehDocuments[0];
                const alpha = figures.get_model_by_name("vmas").data.alpha;
                return Array.from(alpha).filter(each => each === 1).length;
            }""",
            [box["x"] + box["width"] * 0.475, box["y"] + box["height"] * 0.45],
        )
        assert marked == 1  # of three vmas: the others are dimmed
        page.mouse.move(1, 1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    offline: BrowserContext, decks: Callable[[str], Path], theme: Literal["light", "dark"]
) -> None:
    page = open_deck(offline, decks(GROUPS))
    page.emulate_media(color_scheme=theme)
    for part in (".deck-code", ".deck-ask", ".deck-lab"):
        go_to(page, part)
        page.wait_for_function(SETTLED)
        found = Axe().run(page).response
        assert found["passes"], "nothing was looked at"
        assert [each for each in found["violations"] if each["impact"] in SERIOUS] == []


def test_dark_and_light(browser: Browser, decks: Callable[[str], Path], pictures: Path) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, offline=True, color_scheme="dark"
    )
    page = open_deck(context, decks(GROUPS))
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(17, 17, 17)"
    go_to_lab(page)
    lab = page.locator("section.deck-page.present .anonvma")
    expect(lab).to_have_attribute("data-theme", "dark")
    page.screenshot(path=pictures / "slide-dark.png")
    page.keyboard.press("t")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    expect(lab).to_have_attribute("data-theme", "light")
    page.screenshot(path=pictures / "slide-light.png")
    context.close()


def test_the_speaker_sees_the_notes(offline: BrowserContext, decks: Callable[[str], Path]) -> None:
    page = open_deck(offline, decks(GROUPS))
    with offline.expect_page() as opened:
        page.keyboard.press("s")
    notes = opened.value
    notes.locator(".speaker-controls-notes .value").get_by_text("For the lecturer").wait_for()


def test_on_paper_each_slide_is_a_page_with_its_lab_at_the_last_step(
    offline: BrowserContext, decks: Callable[[str], Path]
) -> None:
    page = open_deck(offline, decks(GROUPS), "?print-pdf")
    total = page.locator("section.deck-page").count()
    expect(page.locator(".pdf-page")).to_have_count(total)
    for lab in page.locator(".deck-lab").all():
        expect(lab).to_have_attribute("data-ready", "true")
        done, _, end = lab.locator(".av-count").inner_text().partition(" of ")
        assert done == end


def test_pdf(decks: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = tmp_path / "deck.pdf"
    chromium.write_pdf(decks(GROUPS), "print-pdf", pdf)
    content = pdf.read_bytes()
    assert content.count(b"/Type /Page\n") > 40
    assert content.count(b"/Subtype /Image") >= 3 * 3  # each lab has a strip, a plane and a dial
