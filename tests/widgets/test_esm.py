"""The browser's side: the files make one module, and node's own tests of them pass."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import playwright
import pytest

from anonvma_widgets import esm

WIDGETS = ("main.js", "questions.js")
PAGES = ("page.js", "slides.js")


def test_a_file_comes_after_those_that_it_imports() -> None:
    order = esm.modules()
    assert order[-1] == "main.js"
    for name in order:
        for needed in esm.IMPORT.findall(esm.read(name)):
            assert order.index(needed) < order.index(name)


def test_every_file_is_used_and_none_reaches_for_a_network() -> None:
    used = {name for entry in (*WIDGETS, *PAGES) for name in esm.modules(entry)}
    assert {path.name for path in esm.FOLDER.glob("*.js")} == used
    text = "".join(map(esm.bundle, (*WIDGETS, *PAGES))) + esm.style()
    assert set(re.findall(r"https?://[^\"']+", text)) == {"http://www.w3.org/2000/svg"}
    for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert risky not in text


@pytest.mark.parametrize("entry", WIDGETS)
def test_the_module_has_one_scope_and_one_export(entry: str) -> None:
    text = esm.bundle(entry)
    lines = re.findall(r"^(?:import|export) .*", text, re.MULTILINE)
    assert lines == ["export default { render };"]


def test_two_files_may_not_define_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.js").write_text("export function same() {}\n")
    (tmp_path / "main.js").write_text('import { same } from "./a.js";\nfunction same() {}\n')
    monkeypatch.setattr(esm, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"same is defined in a\.js and in main\.js"):
        esm.bundle.__wrapped__()


def test_a_circle_of_imports_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.js").write_text('import { x } from "./main.js";\n')
    (tmp_path / "main.js").write_text('import { y } from "./a.js";\n')
    monkeypatch.setattr(esm, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"main\.js imports a\.js imports main\.js: a circle"):
        esm.modules()


def node() -> str:
    """The node that Playwright brings with it: no other need be installed."""
    found = Path(playwright.__file__).parent / "driver" / "node"
    return str(found) if found.exists() else shutil.which("node") or pytest.fail("there is no node")


@pytest.mark.parametrize("entry", WIDGETS)
def test_node_can_read_the_module(tmp_path: Path, entry: str) -> None:
    module = tmp_path / "bundle.mjs"
    module.write_text(esm.bundle(entry), encoding="utf-8")
    code = f"import('{module.as_uri()}').then(m => console.log(typeof m.default.render))"
    done = subprocess.run(
        [node(), "-e", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "function"), done.stderr


def test_nodes_tests_pass(root: Path) -> None:
    files = sorted(str(path) for path in (root / "tests" / "js").glob("*.test.mjs"))
    assert files
    done = subprocess.run(
        [node(), "--test", *files], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
