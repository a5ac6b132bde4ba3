"""Strict nbval: a chapter is compared in full, or it fails. What was compared is captured too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from anonvma_widgets.publish.capture import TELL, beside_stored
from tests.notebooks import TRANSPORT, cell_faults, code_cells
from tests.publishing import alone, captures, keep

TELL_SECONDS = 60


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a cell that nbval would run without comparing it; skip transport MIME types."""
    if not isinstance(item, IPyNbCell):
        return
    for fault in cell_faults(item.cell, item.cell_num + 1):
        pytest.fail(f"{item.nodeid}: {fault}", pytrace=False)
    item.parent.skip_compare = tuple({*item.parent.skip_compare, *TRANSPORT})


COMPARED = pytest.StashKey[list[IPyNbCell]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """When every cell of a chapter was run and is as stored, keep what its widgets show."""
    yield  # raises where the cell differs
    if not isinstance(item, IPyNbCell):
        return
    compared = item.parent.stash.setdefault(COMPARED, [])
    compared.append(item)
    folder = captures(item.config)
    if folder is not None and len(compared) == len(code_cells(item.parent.nb)):
        with alone(item.path.name, folder) as kept:
            if not kept.exists():
                keep_what_is_shown(item.parent, compared, kept)


def keep_what_is_shown(chapter: IPyNbFile, cells: list[IPyNbCell], kept: Path) -> None:
    """Have the chapter's kernel tell what its widgets show, beside the outputs of the cells."""
    with TemporaryDirectory() as home:
        path = Path(home) / "shown.json"
        telling = chapter.kernel.execute_cell_input(TELL.format(path=str(path)))
        chapter.kernel.await_reply(telling, timeout=TELL_SECONDS)
        told = json.loads(path.read_text(encoding="utf-8"))
    keep(beside_stored(chapter.nb, [cell.test_outputs for cell in cells], told), kept)
