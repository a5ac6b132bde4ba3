"""The whole book's site in a real Chromium: from a file, and from a server under a path.

Every other host is refused; a request that fails or is for another host, and every error on the
console, fails the test.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from anonvma_widgets.publish.capture import capture
from anonvma_widgets.publish.page import PageExporter
from anonvma_widgets.publish.site import write_site
from tests.browser.labview import say
from tests.browser.questionview import check
from tests.notebooks import CHAPTERS, chapters, read
from tests.publishing import captured

GROUPS = "05-groups.html"
LAB = "#lab-1 .anonvma[data-ready]"
READY_MS = 30_000
PYTHON_MS = 90_000
MOST_PAGE = 1.5 * 2**20
MOST_SHARED = 2.5 * 2**20
MOST_ALONE = 3 * 2**20
pytestmark = pytest.mark.timeout(900)  # where it is alone, it runs the whole book first

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="session")
def site(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, without Python: that has tests of its own."""
    folder = tmp_path_factory.mktemp("site") / "under" / "a-path"
    notebooks = {path.name: captured(path.name, captures) for path in chapters()}
    write_site(notebooks, CHAPTERS, folder, python=False)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address of the site on a server of this machine, under a path."""
    root = site.parent.parent
    handler = partial(Quiet, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.relative_to(root)}"
        server.shutdown()


@pytest.fixture
def watched(browser: Browser, served: str) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts in which nothing may go wrong, and no other host be asked."""
    wrong: list[str] = []
    made: list[BrowserContext] = []
    local = ("file:", "data:", "blob:", served)

    def asked(request: Request) -> None:
        if not request.url.startswith(local):
            wrong.append(f"asked for {request.url}")

    def context(**options: Any) -> BrowserContext:
        new = browser.new_context(**{"viewport": {"width": 1400, "height": 1000}, **options})
        new.route("**/*", lambda route: route.continue_()
                  if route.request.url.startswith(local) else route.abort())  # fmt: skip
        new.on("request", asked)
        new.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
        new.on("weberror", lambda error: wrong.append(f"error: {error.error}"))
        new.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        made.append(new)
        return new

    yield context
    for each in made:
        for page in each.pages:
            page.wait_for_load_state()  # what is still being loaded would fail when it closes
        each.close()
    assert wrong == []


@pytest.fixture
def page(watched: Callable[..., BrowserContext]) -> Page:
    return watched().new_page()


def opened(page: Page, address: str) -> None:
    """Go there, as if for the first time, and wait until the page's script has run."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.page === 'ready'")


def every(site: Path) -> list[str]:
    return sorted(path.name for path in site.glob("*.html"))


# All pages


def test_every_page_opens_from_a_file_and_draws_all_its_labs(site: Path, page: Page) -> None:
    for name in every(site):
        opened(page, (site / name).as_uri())
        labs = page.locator(".lab")
        for place in range(labs.count()):
            labs.nth(place).scroll_into_view_if_needed()
            drawn = labs.nth(place).locator(".anonvma[data-ready]")
            expect(drawn).to_be_attached(timeout=READY_MS)
        questions = page.locator(".question").count()
        assert page.locator(".question .aq-title").count() == questions, name
        assert page.evaluate("document.documentElement.scrollWidth") <= 1400, name


def test_every_page_opens_from_a_server_under_a_path_and_fits_in_a_narrow_window(
    site: Path, served: str, watched: Callable[..., BrowserContext]
) -> None:
    page = watched(viewport={"width": 600, "height": 900}).new_page()
    for name in every(site):
        opened(page, f"{served}/{name}")
        assert page.locator("h1").count() == 1, name
        assert page.evaluate("document.documentElement.scrollWidth") <= 600, name
    page.goto(f"{served}/index.html")
    expect(page.locator(LAB)).to_be_visible(timeout=READY_MS)


def test_pages_and_what_they_share_are_small(site: Path) -> None:
    for path in site.glob("*.html"):
        assert path.stat().st_size < MOST_PAGE, path.name
    shared = sum(path.stat().st_size for path in (site / "assets").iterdir())
    assert shared < MOST_SHARED


def test_a_site_opens_where_it_is_moved_to(site: Path, tmp_path: Path, page: Page) -> None:
    moved = Path(shutil.copytree(site, tmp_path / "with a space & more"))
    opened(page, (moved / "index.html").as_uri())
    page.locator(".chapters a").nth(5).click()
    expect(page.locator("h1")).to_have_text("5 Groups")
    page.get_by_role("link", name="Next 6 Room to grow").click()
    expect(page.locator("h1")).to_have_text("6 Room to grow")


def test_a_chapter_is_captured_alike_when_it_is_compared_and_when_it_is_run_for_that(
    captures: Path,
) -> None:
    name = "04-counting-indexes.ipynb"
    assert capture(read(CHAPTERS / name), CHAPTERS) == captured(name, captures)


def test_a_page_alone_is_one_file_that_plays(
    captures: Path, tmp_path: Path, watched: Callable[..., BrowserContext]
) -> None:
    notebook = captured("05-groups.ipynb", captures)
    html, _ = PageExporter().from_notebook_node(notebook, {"metadata": {"path": str(CHAPTERS)}})
    alone = tmp_path / "alone.html"
    alone.write_text(html, encoding="utf-8")
    assert alone.stat().st_size < MOST_ALONE
    page = watched(offline=True).new_page()
    opened(page, alone.as_uri() + "#lab-1=1")
    expect(page.locator(f"{LAB} .av-count")).to_have_text("1 of 3")


# Labs and their addresses


def test_stepping_a_lab_changes_the_address(site: Path, page: Page) -> None:
    opened(page, (site / GROUPS).as_uri())
    lab = page.locator("#lab-1")
    lab.scroll_into_view_if_needed()
    expect(lab.locator(".anonvma[data-ready]")).to_be_visible(timeout=READY_MS)
    assert "#" not in page.url
    lab.locator(".av-figures").focus()
    page.keyboard.press("ArrowLeft")
    expect(lab.locator(".av-count")).to_have_text("2 of 3")
    page.wait_for_function("location.hash === '#lab-1=2'")


def test_an_address_opens_a_lab_at_its_step(site: Path, served: str, page: Page) -> None:
    for base in (site.as_uri(), served):
        opened(page, f"{base}/{GROUPS}#lab-3=2")
        lab = page.locator("#lab-3")
        expect(lab.locator(".av-count")).to_have_text("2 of 4")
        expect(lab).to_be_in_viewport()
    page.evaluate("location.hash = '#lab-2=1'")
    expect(page.locator("#lab-2 .av-count")).to_have_text("1 of 3")


def test_calls_in_an_address_are_offered_and_never_run(site: Path, page: Page) -> None:
    script = "a = mmap(4)%0A%3Cimg src=x onerror=alert(1)%3E"
    opened(page, f"{(site / GROUPS).as_uri()}#lab-1=1&script={script}")
    offer = page.locator("#lab-1 .lab-offer")
    expect(offer.locator("pre")).to_have_text("a = mmap(4)\n<img src=x onerror=alert(1)>")
    expect(offer).to_contain_text("There is no Python on this page")
    expect(page.locator("#lab-1 .av-step")).to_have_count(3)


def test_the_link_of_a_lab_can_be_copied(
    served: str, watched: Callable[..., BrowserContext]
) -> None:
    context = watched()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served)
    page = context.new_page()
    opened(page, f"{served}/{GROUPS}#lab-1=2")
    page.locator("#lab-1 .lab-link").click()
    expect(page.locator("#lab-1 .lab-link")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{served}/{GROUPS}#lab-1=2"


def test_labs_take_calls_and_questions_are_graded_on_a_page_from_a_file(
    captures: Path, tmp_path: Path, page: Page
) -> None:
    name = "08-the-counter-wraps.ipynb"
    write_site({name: captured(name, captures)}, CHAPTERS, tmp_path / "live", python=True)
    opened(page, (tmp_path / "live" / "08-the-counter-wraps.html").as_uri())
    page.locator("#lab-1").scroll_into_view_if_needed()
    lab = page.locator(LAB)
    expect(lab).to_be_visible(timeout=READY_MS)
    position, end = lab.locator(".av-count").inner_text().split(" of ")
    assert position == end
    say(lab, "z = mmap(1, 'rw')")
    expect(lab.locator(".av-count")).to_have_text(
        f"{int(end) + 1} of {int(end) + 1}", timeout=PYTHON_MS
    )
    expect(lab.locator(".av-sentence")).to_contain_text("mmap put 1 page")
    say(lab, "munmap(99, 1)")
    expect(lab.locator(".av-error")).to_contain_text("EINVAL")
    question = page.locator(".question .aq").first
    question.scroll_into_view_if_needed()
    for group in question.locator("fieldset").all():
        group.locator("input").first.check()
    for field in question.locator("input[type=text]").all():
        field.fill("7")
    check(question)
    expect(question.locator(".aq-verdict")).to_contain_text("The machine:", timeout=PYTHON_MS)


# What is around the text


def test_the_search_finds_a_section_and_leads_to_it(site: Path, page: Page) -> None:
    opened(page, (site / "index.html").as_uri())
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search the book")
    expect(field).to_be_focused()
    field.fill("two lanes")
    expect(page.locator(".search-says")).to_contain_text("section")
    first = page.locator(".search li a").first
    expect(first).to_contain_text("5 Groups")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/05-groups.html#Two-lanes")
    expect(page.get_by_role("heading", name="Two lanes")).to_be_in_viewport()


def test_the_search_closes_and_says_when_there_is_nothing(site: Path, page: Page) -> None:
    opened(page, (site / GROUPS).as_uri())
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("zzxxqq")
    expect(page.locator(".search-says")).to_have_text("Nothing was found.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_term_shows_its_meaning_on_hover_and_on_focus(site: Path, page: Page) -> None:
    opened(page, (site / GROUPS).as_uri())
    link = page.locator(".text a[href='15-appendix.html#border']").first
    meaning = page.get_by_role("tooltip")
    link.hover()
    expect(meaning).to_contain_text("Where one vma or unit ends.")
    meaning.hover()
    page.wait_for_timeout(400)
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    page.mouse.move(0, 0)
    page.locator(".text a").first.focus()
    for _ in range(page.locator("a, button, summary").count()):
        if link.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(meaning).to_be_visible()
    expect(link).to_have_attribute("aria-describedby", "term-meaning")
    page.keyboard.press("Tab")
    expect(meaning.get_by_text("Where one vma or unit ends.")).to_be_hidden()


def test_the_theme_follows_the_system_until_it_is_chosen(
    site: Path, watched: Callable[..., BrowserContext]
) -> None:
    page = watched(color_scheme="dark").new_page()
    ground = "getComputedStyle(document.body).backgroundColor"
    opened(page, (site / GROUPS).as_uri())
    assert page.evaluate(ground) == "rgb(17, 17, 17)"
    page.get_by_role("button", name="Light", exact=True).click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    expect(page.locator(".aq").first).to_have_attribute("data-theme", "light")
    opened(page, (site / "index.html").as_uri())
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_progress_is_kept_and_counted_on_the_first_page(served: str, page: Page) -> None:
    opened(page, f"{served}/{GROUPS}")
    kept = json.loads(page.evaluate("localStorage.getItem('anonvma-book.progress')"))
    keys = list(kept["5 Groups"])
    assert len(keys) == page.locator(".question").count()
    kept["5 Groups"][keys[0]].update(first=True, right=True)
    page.evaluate("kept => localStorage.setItem('anonvma-book.progress', kept)", json.dumps(kept))
    page.reload()
    expect(page.locator(".question .aq-done").first).to_have_text("right at the first try")
    opened(page, f"{served}/index.html")
    row = page.locator(".chapters li").nth(5)
    expect(row).to_contain_text(f"1 of {len(keys)} right")


def test_contents_fold_on_a_narrow_page(site: Path, watched: Callable[..., BrowserContext]) -> None:
    page = watched(viewport={"width": 600, "height": 900}).new_page()
    opened(page, (site / GROUPS).as_uri())
    button = page.get_by_role("button", name="Contents")
    contents = page.get_by_role("navigation", name="Contents")
    expect(contents).to_be_hidden()
    button.press("Enter")
    expect(contents).to_be_visible()
    contents.get_by_role("link", name="Two lanes").click()
    expect(contents).to_be_hidden()
    expect(page.get_by_role("heading", name="Two lanes")).to_be_in_viewport()


def test_without_scripts_a_page_can_be_read(
    site: Path, watched: Callable[..., BrowserContext]
) -> None:
    page = watched(java_script_enabled=False).new_page()
    page.goto((site / GROUPS).as_uri())
    expect(page.locator("#lab-1 pre")).to_contain_text("step 3 of 3")
    expect(page.locator("#lab-1 pre")).to_be_visible()
    expect(page.get_by_role("navigation", name="Contents")).to_be_visible()


# Accessibility


@pytest.mark.parametrize("name", ["index.html", "00-how-to-use-this-book.html", GROUPS])
def test_axe_finds_nothing_serious_in_either_theme(served: str, page: Page, name: str) -> None:
    opened(page, f"{served}/{name}")
    for place in page.locator(".lab").all():
        place.scroll_into_view_if_needed()
        expect(place.locator(".anonvma[data-ready]")).to_be_attached(timeout=READY_MS)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        others = f".anonvma:not([data-theme={theme}]), .aq:not([data-theme={theme}])"
        expect(page.locator(others)).to_have_count(0)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response
        assert found["passes"], "nothing was looked at"
        assert [
            f"{theme}: {violation['id']}: {node['html'][:200]}"
            for violation in found["violations"]
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        ] == []
