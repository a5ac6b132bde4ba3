"""Run chapters from top to bottom and store their outputs: ``make execute``.

The only way in which stored outputs are renewed. A chapter that did not change, run again, is
the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tests.notebooks import chapters, faults, read, strip

CELL_TIMEOUT = 60  # seconds
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def execute(path: Path) -> NotebookNode:
    """The notebook at ``path`` with fresh outputs; the file is left as it is."""
    notebook = read(path)
    notebook.metadata.kernelspec = KERNELSPEC
    client = NotebookClient(
        notebook,
        kernel_name=KERNELSPEC["name"],
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    strip(notebook)
    return notebook


def store(notebook: NotebookNode, path: Path) -> bool:
    """Write ``notebook`` to ``path`` if that changes the file; whether it did."""
    text = nbformat.writes(notebook) + "\n"
    if path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def main() -> int:
    """Execute the chapters named on the command line, or all of them."""
    parser = argparse.ArgumentParser(prog="make execute", description=__doc__)
    parser.add_argument("chapter", nargs="*", type=Path, help="notebooks (default: all)")
    paths = parser.parse_args().chapter or chapters()
    if not paths:
        print("make execute: there are no chapters", file=sys.stderr)
        return 1
    status = 0
    for path in paths:
        start = time.monotonic()
        try:
            notebook = execute(path)
        except (OSError, CellExecutionError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            status = 1
            continue
        found = list(faults(notebook))
        changed = store(notebook, path)
        seconds = time.monotonic() - start
        print(f"{path}: {'changed' if changed else 'unchanged'}, {seconds:.1f} s")
        for fault in found:
            print(f"{path}: {fault}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
