"""A plug-in of pytest for a mutant's run: the tests of the engine, the quick ones first.

A mutant is killed by the first test that fails, so hand-worked examples come before random
histories. Nothing is random: the same mutant meets the same histories each time, and a history
that fails is not made shorter.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest
from hypothesis import HealthCheck, Phase, settings

TESTS = (
    "tests/exhaustive/test_search.py",
    "tests/schemes/*.py",
    "tests/test_*.py",
    "tests/twin/test_linux_*.py",
    "tests/twin/test_rule_scripts.py",
)
"""Where the engine and the schemes are tested."""

ELSEWHERE = (
    "tests/test_bound.py",  # the growth bound of long histories: slow, and proven of Lokier alone
    "tests/test_book.py",
    "tests/test_chapter*.py",
    "tests/test_cli.py",
    "tests/test_pictures.py",
    "tests/test_setup.py",
    "tests/test_wheel.py",
)
"""Files of those that test something else, or take too long to be run for every mutant."""

EXAMPLES, STEPS = "12", "30"

os.environ.setdefault("ANONVMA_EXAMPLES", EXAMPLES)
os.environ.setdefault("ANONVMA_STEPS", STEPS)

settings.register_profile(
    "mutants",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=int(EXAMPLES),
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what does not test the engine."""
    path = PurePath(collection_path.relative_to(config.rootpath))
    if collection_path.is_dir():
        return None if any(path in PurePath(wanted).parents for wanted in TESTS) else True
    return None if _is_any(path, TESTS) and not _is_any(path, ELSEWHERE) else True


def _is_any(path: PurePath, patterns: tuple[str, ...]) -> bool:
    return any(path.match(pattern) for pattern in patterns)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The quick ones first, each time in the same order."""
    items.sort(key=lambda item: (_is_slow(item), item.nodeid))


def _is_slow(item: pytest.Item) -> bool:
    """Whether a test tries many histories, or a long one, and not one that was worked out."""
    long = any(part in item.nodeid for part in ("/exhaustive/", "_a_thousand"))
    return long or item.get_closest_marker("hypothesis") is not None
