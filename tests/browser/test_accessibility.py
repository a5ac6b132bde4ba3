"""axe-core finds nothing serious in a chapter, in a lab and in the questions, in both themes.

What is ours is looked at: rendered texts and outputs of the notebook, not JupyterLab around them.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.labpage import OPEN_MS, open_chapter, run_all, set_theme
from tests.browser.labserver import LabServer
from tests.browser.labview import open_lab
from tests.browser.questionview import check, open_questions

OURS = {"include": [[".jp-RenderedMarkdown"], [".jp-OutputArea-output"]]}
SERIOUS = ("serious", "critical")

TWICE = """() => {
    const ids = [...document.querySelectorAll(".jp-OutputArea-output [id]")].map(each => each.id);
    return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""

FAMILY = """\
from anonvma_widgets import Lab
SCRIPT = "a = mmap(4, 'rw', addr=8)\\nfault(a)\\nchild = fork()\\nchild.fault(a)"
Lab(script=SCRIPT, page=8, beside=("anon_vma_chain",))"""


def serious_in_both_themes(page: Page) -> list[str]:
    """What axe calls serious or critical: in the light theme, then in the dark one."""
    found = []
    for theme in ("light", "dark"):
        set_theme(page, theme)
        others = f".anonvma:not([data-theme={theme}]), .aq:not([data-theme={theme}])"
        expect(page.locator(others)).to_have_count(0)
        found += [f"{theme}: {line}" for line in serious(page)]
    return found


def serious(page: Page) -> list[str]:
    """In the theme that is set: a line each, with the element."""
    found = Axe().run(page, context=OURS, options={"resultTypes": ["violations"]}).response
    violations: list[dict[str, Any]] = found["violations"]
    assert found["passes"], "nothing was looked at"
    assert page.evaluate(TWICE) == [], "ids that are there twice"
    return [
        f"{violation['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for violation in violations
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def test_a_whole_chapter(lab: LabServer, page: Page) -> None:
    open_chapter(page, lab, "05-groups.ipynb")
    run_all(page)
    shown = page.locator(".anonvma")
    expect(page.locator(".anonvma[data-ready]")).to_have_count(shown.count(), timeout=OPEN_MS)
    expect(page.locator(".aq").last).to_be_visible(timeout=OPEN_MS)
    assert serious_in_both_themes(page) == []


def test_a_fault_in_an_output_and_in_a_text_would_be_found(lab: LabServer, page: Page) -> None:
    code = "from anonvma_widgets.questions import Drill\nDrill('seam')"
    open_questions(page, lab, "fault.ipynb", code)
    page.evaluate(
        """() => {
            document.querySelector(".aq").append(document.createElement("button"));
            document.querySelector(".jp-RenderedMarkdown").innerHTML += "<img src='data:,'>";
        }"""
    )
    assert [line.split(":")[0] for line in serious(page)] == ["button-name", "image-alt"]


def test_a_lab_with_everything_open(lab: LabServer, page: Page) -> None:
    shown = open_lab(page, lab, "open.ipynb", FAMILY)
    closed = shown.locator("[aria-expanded=false], [aria-pressed=false]")
    for _ in range(closed.count()):
        closed.first.click()
    expect(closed).to_have_count(0)
    folded = shown.locator("details:not([open]) > summary:visible")
    for _ in range(folded.count()):
        folded.first.click()
    assert serious_in_both_themes(page) == []


def test_every_kind_of_question_with_its_verdict(lab: LabServer, page: Page) -> None:
    questions = open_questions(
        page,
        lab,
        "kinds.ipynb",
        "from anonvma_widgets.questions import Drill, Exercise, Predict, Progress\n"
        "GROWN = \"a = mmap(4, 'rw', addr=16)\\nb = mmap(3, 'r', addr=32)\\nmremap(a, 4, 10)\"\n"
        "Predict(GROWN, 'vmas', 'seam 24', 'index 24', 'units row')",
        "Predict(GROWN, 'vmas drawn')",
        "Exercise('Map.', lambda machine: 'No.', start='mmap(2)', hints=('Three.',))",
        "Drill('walk', seed=1)",
        "Progress()",
    )
    expect(questions).to_have_count(5)
    questions.nth(1).get_by_role("application").focus()
    page.keyboard.press("Enter")
    questions.nth(2).get_by_role("button", name="Hint 1").click()
    for place in range(4):
        check(questions.nth(place))
        expect(questions.nth(place).locator(".aq-verdict b")).to_be_visible()
    assert serious_in_both_themes(page) == []
    questions.nth(1).get_by_role("button", name="Type it instead").click()
    assert serious_in_both_themes(page) == []
