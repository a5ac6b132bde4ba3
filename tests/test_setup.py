"""The files around the book agree with each other, and make says what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

CONDA_PYTHON = "3.12"
LIBRARIES = (
    "anywidget",
    "bokeh",
    "ipywidgets",
    "jupyterlab",
    "latex2mathml",
    "nbclient",
    "nbconvert",
)

Make = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return project


def runtime_pins(project: dict[str, Any], python: str) -> Iterator[tuple[str, str]]:
    """The names and pins of the dependencies that ``python`` gets."""
    for line in project["dependencies"]:
        requirement = Requirement(line)
        if not requirement.marker or requirement.marker.evaluate({"python_version": python}):
            yield requirement.name, str(requirement.specifier)


def conda_pins(environment: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The names and pins of environment.yml: conda's ``a=1.2`` is pip's ``a~=1.2.0``."""
    for line in environment["dependencies"]:
        if isinstance(line, str) and line != "pip":
            name, version = line.split("#")[0].strip().split("=")
            yield name, f"~={version}.0"


def test_conda_environment_has_the_pins_of_the_project(root: Path, project: dict[str, Any]) -> None:
    environment = yaml.safe_load((root / "environment.yml").read_text())
    pins = dict(conda_pins(environment))
    assert pins.pop("python") == f"~={CONDA_PYTHON}.0"
    assert pins.pop("nodejs")  # no Python package
    assert pins == dict(runtime_pins(project, CONDA_PYTHON))
    assert environment["name"] == project["name"]
    assert environment["channels"] == ["conda-forge"]
    assert "pip" in environment["dependencies"]
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_every_python_gets_one_pin_for_each_dependency(
    project: dict[str, Any], python: str
) -> None:
    assert python in Requirement(f"python{project['requires-python']}").specifier
    names = [name for name, _ in runtime_pins(project, python)]
    assert names == list(LIBRARIES)


def test_citation_names_this_book(root: Path, project: dict[str, Any]) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"]
    assert citation["title"] == project["name"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"] == "MIT"
    assert citation["authors"] == project["authors"]
    assert (root / "LICENSE").read_text().startswith("MIT License\n")


def test_changelog_has_an_unreleased_section(root: Path) -> None:
    assert "\n## [Unreleased]\n" in (root / "CHANGELOG.md").read_text()


def test_ci_runs_the_readmes_command(root: Path) -> None:
    script = root / ".ci/run"
    assert script.stat().st_mode & 0o111
    assert "exec make test" in script.read_text()
    readme = (root / "README.md").read_text()
    assert "make lab" in readme
    assert "make test" in readme


def test_the_model_imports_the_standard_library_alone(root: Path) -> None:
    """-S leaves out site-packages, so that nothing else can be found."""
    modules = [
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in sorted((root / "anonvma_book").rglob("*.py"))
        if path.stem != "__main__"
    ]
    code = f"import sys; sys.path.insert(0, {str(root)!r})\n"
    code += "\n".join(f"import {module.removesuffix('.__init__')}" for module in modules)
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True, cwd="/")


@pytest.fixture
def make(root: Path, tmp_path: Path) -> Make:
    """Run make in a folder with nothing but the Makefile; its name has a space."""
    folder = tmp_path / "a copy"
    folder.mkdir()
    shutil.copy(root / "Makefile", folder)
    (folder / "pyproject.toml").touch()

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )

    return run


def script(path: Path, text: str) -> str:
    """An executable shell script at ``path``."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_make_help_names_every_command(make: Make, root: Path) -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (root / "Makefile").read_text(), re.MULTILINE)
    assert phony
    shown = make().stdout
    assert shown == make("help").stdout
    for target in set(phony[1].split()) - {"help", "browser", "FORCE"}:
        assert f"make {target} " in shown


def test_make_refuses_an_old_python(make: Make, tmp_path: Path) -> None:
    old = script(tmp_path / "old python", "exit 1")
    done = make("lab", f"PYTHON={old}")
    assert done.returncode != 0
    assert f"make: {old} is not a Python 3.11 or newer: install one, or name it" in done.stderr


def test_make_says_that_venv_is_missing(make: Make, tmp_path: Path) -> None:
    bare = script(tmp_path / "python", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = make("test", f"PYTHON={bare}")
    assert done.returncode != 0
    assert f"make: {bare} cannot make virtual environments" in done.stderr
    assert "python3-venv" in done.stderr


def test_make_says_that_packages_could_not_be_installed(make: Make, tmp_path: Path) -> None:
    """A python whose venvs have a pip that always fails."""
    pip = f'[ "$1" = -m ] && [ "$2" = pip ] && exit 1; exec "{sys.executable}" "$@"'
    offline = script(
        tmp_path / "python",
        f'if [ "$1" = -m ]; then mkdir -p .venv/bin; cp "$0.venv" .venv/bin/python; '
        f'else exec "{sys.executable}" "$@"; fi',
    )
    script(tmp_path / "python.venv", pip)
    done = make("lab", f"PYTHON={offline}")
    assert done.returncode != 0
    assert "make: the book could not be installed: is there a network?" in done.stderr
