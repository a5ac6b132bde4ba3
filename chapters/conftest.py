"""Strict nbval: a chapter is compared in full, or it fails."""

from __future__ import annotations

import pytest
from nbval.plugin import IPyNbCell

from tests.notebooks import TRANSPORT, cell_faults


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a cell that nbval would run without comparing it; skip transport MIME types."""
    if not isinstance(item, IPyNbCell):
        return
    for fault in cell_faults(item.cell, item.cell_num + 1):
        pytest.fail(f"{item.nodeid}: {fault}", pytrace=False)
    item.parent.skip_compare = tuple({*item.parent.skip_compare, *TRANSPORT})
