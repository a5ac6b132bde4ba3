"""How fast a lab is in a browser; ``python -m tests.browser.speed`` prints a table.

step    from the key's own time stamp to the frame that shows the step complete: the words, and
        every figure painted. No movement (reduced motion), so the first frame is the last.
begins  the same with movement: to the first painted frame of it
call    from Enter, through the kernel, to the frame that shows the new step complete
frames  painted frames a second while a movement runs
growth  heap in use after garbage collection, DOM nodes and Bokeh models, after many steps

A frame counts as shown when a message posted in its requestAnimationFrame arrives: that is after
the browser has laid it out and painted it. Floors are measured the same way, in the same page: a
key that changes a text, a key that redraws a Bokeh figure of one rectangle, and a call that the
kernel refuses, whose answer changes a text alone.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bokeh.embed import json_item
from playwright.sync_api import CDPSession, Locator, Page, expect, sync_playwright

from anonvma_widgets.figures import base
from tests.browser import chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.labserver import LabServer, running_lab
from tests.browser.labview import open_lab

CODE = """\
from anonvma_book import Lokier, Machine
from anonvma_widgets.lab import Lab

machine = Machine(Lokier.as_written(), task_pages=2**20, mmap_base=16)
machine.run({script!r})
Lab(machine=machine, at={at})
"""

PROBE = """() => {
    const probe = { begin: 0, painted: false, sample: null, waiting: null, paints: 0 };
    window.probe = probe;
    const stamp = event => { if (probe.waiting) probe.begin ||= event.timeStamp; };
    document.addEventListener("keydown", stamp, true);
    for (const view of Object.values(Bokeh.index.roots ?? Bokeh.index)) {
        view.repainted?.connect(() => { probe.painted = true; probe.paints += 1; });
    }
    const frame = () => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
            const { waiting } = probe;
            if (waiting && probe.begin && probe.painted && waiting.done()) {
                probe.waiting = null;
                waiting.resolve(performance.now() - probe.begin);
            }
        };
        channel.port2.postMessage(0);
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    probe.until = done => {
        Object.assign(probe, { begin: 0, painted: false });
        return new Promise(resolve => { probe.waiting = { done, resolve }; });
    };
}"""

WAIT = """(lab, text) => {
    const count = lab.querySelector(".av-count");
    probe.result = probe.until(() => count.textContent === text);
}"""

WAIT_FOR_ERROR = """(lab, name) => {
    const sentence = lab.querySelector(".av-sentence");
    probe.result = probe.until(() => sentence.textContent.includes(name));
    probe.painted = true;
}"""

RESULT = "() => probe.result"

FLOORS = """async spec => {
    const field = document.createElement("input");
    field.id = "floor";
    const [label, place] = [document.createElement("p"), document.createElement("div")];
    document.body.append(field, label, place);
    const [view] = [...await Bokeh.embed.embed_item(spec, place)];
    const source = view.model.document.get_model_by_name("floor");
    view.repainted.connect(() => { probe.painted = true; });
    let count = 0;
    field.addEventListener("keydown", event => {
        count += 1;
        if (event.key === "b") source.data = { left: [count], right: [60], top: [1], bottom: [0] };
        else { label.textContent = String(count); probe.painted = true; }
    });
    probe.floor = () => {
        const next = count + 1;
        probe.result = probe.until(() => count === next);
    };
}"""

MOVEMENT = """async lab => {
    const box = lab.querySelector(".av-figures");
    const frames = [];
    let paints = probe.paints;
    const begin = performance.now();
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    await new Promise(resolve => {
        const look = now => {
            if (lab.dataset.state !== "moving") return resolve();
            if (probe.paints > paints) frames.push(now);
            paints = probe.paints;
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    });
    return { painted: frames.length, seconds: (performance.now() - begin) / 1000 };
}"""

IDLE = """() => new Promise(resolve => {
    let frames = 0;
    const begin = performance.now();
    const look = () => {
        frames += 1;
        if (performance.now() - begin < 500) requestAnimationFrame(look);
        else resolve(frames / (performance.now() - begin) * 1000);
    };
    requestAnimationFrame(look);
})"""

STEPS = """async (lab, count) => {
    const box = lab.querySelector(".av-figures");
    const press = key => box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const [at, end] = lab.querySelector(".av-count").textContent.split(" of ").map(Number);
    let [position, key] = [at, "ArrowRight"];
    for (let step = 0; step < count; step += 1) {
        if (position === end) key = "ArrowLeft";
        if (position === 0) key = "ArrowRight";
        position += key === "ArrowRight" ? 1 : -1;
        press(key);
        await new Promise(resolve => setTimeout(resolve, 0));
    }
    press("Home");
}"""

MODELS = "lab => lab.bokehDocuments.reduce((sum, doc) => sum + doc._all_models.size, 0)"


class Growth(NamedTuple):
    """What a page holds: bytes of JavaScript heap in use, DOM nodes, Bokeh models."""

    heap: float
    nodes: float
    models: float


def script(vmas: int, more: int) -> str:
    """Calls that make ``vmas`` vmas, then ``more`` calls of several kinds among them."""
    lines = [f"a = mmap({2 * vmas + 400}, 'rw', addr=16)"]
    lines += [f"mprotect(a + {4 * n + 1}, 1, 'r')" for n in range(vmas // 2)]
    lines += [call(n, vmas) for n in range(more)]
    return "\n".join(lines)


def call(n: int, vmas: int) -> str:
    """One of the calls: protect, unprotect, unmap and map again, all over the vmas."""
    page = 4 * ((n // 4) * 7 % max(1, vmas // 2)) + 2
    return (
        f"mprotect(a + {page}, 1, 'r')",
        f"mprotect(a + {page}, 1, 'rw')",
        f"munmap(a + {page}, 1)",
        f"mmap(1, 'rw', addr=a + {page})",
    )[n % 4]


@contextmanager
def browser_page(*, still: bool) -> Iterator[Page]:
    """A page of a headless Chromium; ``still`` asks for reduced motion."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1200})
        page.emulate_media(reduced_motion="reduce" if still else "no-preference")
        yield page
        browser.close()


def opened(page: Page, server: LabServer, vmas: int, more: int) -> Locator:
    """A lab with that many vmas, ``more`` steps before its end, with the probe in the page."""
    text = script(vmas, more)
    code = CODE.format(script=text, at=len(text.splitlines()) - more)
    lab = open_lab(page, server, f"speed{vmas}.ipynb", code)
    page.evaluate(PROBE)
    lab.scroll_into_view_if_needed()
    lab.locator(".av-figures").focus()
    page.wait_for_timeout(1000)
    return lab


def numbers(lab: Locator) -> tuple[int, int]:
    """The step that is shown, and the last one."""
    position, end = lab.locator(".av-count").inner_text().split(" of ")
    return int(position), int(end)


def history(page: Page, lab: Locator, count: int) -> list[float]:
    """Milliseconds from a key to the painted step, ``count`` times forward."""
    box = lab.locator(".av-figures")
    box.focus()
    position, end = numbers(lab)
    times = []
    for step in range(position + 1, position + count + 1):
        lab.evaluate(WAIT, f"{step} of {end}")
        page.keyboard.press("ArrowRight")
        times.append(float(page.evaluate(RESULT)))
        page.wait_for_timeout(30)
    return times


def calls(page: Page, lab: Locator, vmas: int, count: int) -> list[float]:
    """Milliseconds from Enter to the painted step, for ``count`` new calls."""
    field = lab.get_by_label("Script line")
    times = []
    for n in range(count):
        _, end = numbers(lab)
        field.fill(call(n, vmas))
        lab.evaluate(WAIT, f"{end + 1} of {end + 1}")
        field.press("Enter")
        times.append(float(page.evaluate(RESULT)))
        page.wait_for_timeout(30)
    return times


def refusals(page: Page, lab: Locator, count: int) -> list[float]:
    """Milliseconds from Enter to the painted refusal, for ``count`` calls that name no page."""
    field = lab.get_by_label("Script line")
    times = []
    for n in range(count):
        field.fill(f"munmap(nothing_{n}, 1)")
        lab.evaluate(WAIT_FOR_ERROR, f"'nothing_{n}'")
        field.press("Enter")
        times.append(float(page.evaluate(RESULT)))
        page.wait_for_timeout(30)
    return times


def rectangle() -> dict[str, Any]:
    """A Bokeh figure of one rectangle, as the browser embeds it."""
    made = base.canvas("floor_figure", 60, 1)
    base.draw(made, "quad", "floor", **base.BOX)
    return dict(json_item(made))


def floors(page: Page, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a key to a painted text, and to a painted Bokeh rectangle."""
    page.evaluate(FLOORS, rectangle())
    page.locator("#floor").focus()
    found: dict[str, list[float]] = {"a": [], "b": []}
    for key in "ab" * count:
        page.evaluate("() => { probe.floor(); }")
        page.keyboard.press(key)
        found[key].append(float(page.evaluate(RESULT)))
        page.wait_for_timeout(30)
    return found["a"], found["b"]


def movements(page: Page, lab: Locator, count: int) -> list[float]:
    """Painted frames a second in each of ``count`` movements."""
    rates = []
    for _ in range(count):
        done = lab.evaluate(MOVEMENT)
        rates.append(done["painted"] / done["seconds"])
        expect(lab).not_to_have_attribute("data-state", "moving")
    return rates


def held(page: Page, lab: Locator, session: CDPSession) -> Growth:
    """What the page holds now, after collecting garbage."""
    page.wait_for_timeout(2500)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    models: float = lab.evaluate(MODELS)
    return Growth(metrics["JSHeapUsedSize"], metrics["Nodes"], models)


def growth(page: Page, lab: Locator, steps: int) -> tuple[Growth, Growth]:
    """What the page holds before and after ``steps`` steps; a hundred go before both."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    lab.evaluate(STEPS, 100)
    before = held(page, lab, session)
    lab.evaluate(STEPS, steps)
    after = held(page, lab, session)
    session.detach()
    return before, after


def spread(times: list[float]) -> str:
    """p50 and p95."""
    ordered = sorted(times)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{statistics.median(ordered):.0f} / {late:.0f}"


def row(name: str, *cells: str) -> None:
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def measured(server: LabServer, vmas: int, count: int, steps: int) -> None:
    """Print the rows for that many vmas."""
    with browser_page(still=True) as page:
        lab = opened(page, server, vmas, count)
        row(f"history step, {vmas:,} vmas", spread(history(page, lab, count)), "ms")
        row(f"new call, {vmas:,} vmas", spread(calls(page, lab, vmas, count)), "ms")
        if vmas == 100:
            text, rectangle = floors(page, count)
            row("floor: a text", spread(text), "ms")
            row("floor: a Bokeh rectangle", spread(rectangle), "ms")
            row("floor: a refused call", spread(refusals(page, lab, count)), "ms")
    with browser_page(still=False) as page:
        lab = opened(page, server, vmas, count)
        row(f"movement begins, {vmas:,} vmas", spread(history(page, lab, count // 2)), "ms")
        page.wait_for_timeout(2500)
        rates = movements(page, lab, count // 2 - 1)
        row(f"in a movement, {vmas:,} vmas", f"{statistics.median(rates):.0f}", "frames a second")
        if vmas == 100:
            row("floor: empty frames", f"{page.evaluate(IDLE):.0f}", "frames a second")
            grown(*growth(page, lab, steps), steps)


def grown(before: Growth, after: Growth, steps: int) -> None:
    """Print the rows of what grew."""
    heap = f"{before.heap / 1e6:.1f} to {after.heap / 1e6:.1f}"
    row(f"heap, {steps:,} steps", heap, "MB")
    row(f"DOM nodes, {steps:,} steps", f"{before.nodes:.0f} to {after.nodes:.0f}", "")
    row(f"Bokeh models, {steps:,} steps", f"{before.models:.0f} to {after.models:.0f}", "")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="How fast a lab is in a browser.")
    parser.add_argument("--vmas", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--count", type=int, default=50, help="times that each is measured")
    parser.add_argument("--steps", type=int, default=10_000, help="steps for the growth")
    chosen = parser.parse_args()
    row("what", "p50 / p95", "unit")
    row("---", "---:", "---")
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "notebooks"
        folder.mkdir()
        with running_lab(folder, Path(home) / "jupyter") as server:
            for vmas in chosen.vmas:
                measured(server, vmas, chosen.count, chosen.steps)


if __name__ == "__main__":
    main()
