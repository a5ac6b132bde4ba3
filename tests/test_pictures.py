"""The README's pictures: each is there, has a text, is small, and can be taken again."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.pictures import FOLDER, MOST_BYTES, PICTURES

IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")


def test_the_readme_shows_every_picture_with_a_text(root: Path) -> None:
    shown = IMAGE.findall((root / "README.md").read_text(encoding="utf-8"))
    assert [path for _, path in shown] == [f"docs/pictures/{name}.png" for name in PICTURES]
    assert all(len(text) > 60 for text, _ in shown)


def test_pictures_are_there_and_small() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURES)
    assert all(path.stat().st_size <= MOST_BYTES for path in FOLDER.glob("*.png"))
