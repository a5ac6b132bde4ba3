"""What a test does in JupyterLab's page: open a chapter, run it, read it, change the theme."""

from __future__ import annotations

import secrets
from typing import Any

from playwright.sync_api import Page

from tests.browser.labserver import LabServer

OPEN_MS = 60_000
RUN_MS = 120_000

READY = """async () => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session.kernel;
    await kernel.info;
}"""

RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"

CLOSE = """() => {
    for (const widget of [...jupyterapp.shell.widgets("main")]) {
        if (widget.context) widget.context.model.dirty = false;  // closed without being asked
        widget.close();
    }
}"""

OPEN = """async path => {
    await jupyterapp.restored;
    await jupyterapp.commands.execute("docmanager:open", { path });
}"""

OUTPUTS = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === 'code')
    .map(cell => cell.model.outputs.toJSON())"""

SIDEBAR = """open => {
    if (jupyterapp.shell.leftCollapsed === open)
        return jupyterapp.commands.execute("application:toggle-left-area");
}"""

TWO_FRAMES = "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"


def load(page: Page, lab: LabServer) -> None:
    """Load JupyterLab into the page, in a workspace of its own, with nothing open."""
    page.goto(f"{lab.url}/lab/workspaces/{secrets.token_hex(4)}?token={lab.token}&reset")
    page.locator("#jp-main-dock-panel").wait_for(timeout=OPEN_MS)


def open_chapter(page: Page, lab: LabServer, name: str) -> None:
    """Open ``name`` (a file name) alone; return when its kernel is ready.

    JupyterLab is loaded if it is not in the page yet.
    """
    if page.url.startswith(f"{lab.url}/lab"):
        close_all(page)
    else:
        load(page, lab)
    page.evaluate(OPEN, name)
    page.locator(".jp-NotebookPanel .jp-Notebook").wait_for(timeout=OPEN_MS)
    page.evaluate(READY)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=OPEN_MS)


def close_all(page: Page) -> None:
    """Close what is open in JupyterLab, without saving it."""
    page.evaluate(CLOSE)


def run_all(page: Page) -> None:
    """Run every cell of the open chapter; AssertionError if one fails."""
    page.evaluate(RUN_ALL)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=RUN_MS)
    for number, cell in enumerate(outputs(page), 1):
        for output in cell:
            assert output["output_type"] != "error", f"code cell {number}: {output}"


def outputs(page: Page) -> list[list[dict[str, Any]]]:
    """The outputs of each code cell of the open chapter, as the notebook format has them."""
    cells: list[list[dict[str, Any]]] = page.evaluate(OUTPUTS)
    return cells


def set_theme(page: Page, theme: str) -> None:
    """Change JupyterLab's theme to ``light`` or ``dark``; return when it is there."""
    name = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[theme]
    page.evaluate(
        "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})",
        name,
    )
    is_light = "true" if theme == "light" else "false"
    page.locator(f"body[data-jp-theme-light={is_light}]").wait_for(state="attached")
    painted(page)


def hide_sidebar(page: Page) -> None:
    """Close the file browser, to leave the page to the chapter."""
    page.evaluate(SIDEBAR, False)
    painted(page)


def show_sidebar(page: Page) -> None:
    """Open the file browser, as it is at first."""
    page.evaluate(SIDEBAR, True)


def painted(page: Page) -> None:
    """Return when the browser has painted what was done."""
    page.evaluate(TWO_FRAMES)
