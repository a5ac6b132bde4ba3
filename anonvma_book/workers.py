"""Processes that work for this one: they end when it does, however it ends.

    with Workers(2) as workers:
        future = workers.submit(work, item)

An interrupt, or any other exception that leaves the block, ends at once what they are doing. Where
this process is killed, each of them sees that and goes.
"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children, get_context, parent_process
from types import TracebackType

from anonvma_book.ending import HEARD


class Workers(ProcessPoolExecutor):
    """``jobs`` processes, or as many as there are processors; ``start`` as multiprocessing has it.

    An interrupt from the keyboard reaches every process: the first one deals with it.
    """

    def __init__(self, jobs: int | None = None, start: str | None = None) -> None:
        self._others = set(active_children())
        super().__init__(jobs or os.cpu_count(), get_context(start), initializer=_begin)

    def end(self) -> None:
        """End what is being done, and forget what was to be done."""
        for process in set(active_children()) - self._others:
            process.kill()
        self.shutdown(wait=True, cancel_futures=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        if kind is not None:
            self.end()
        return super().__exit__(kind, error, trace)


def _begin() -> None:
    """What a worker does first. It has inherited how its parent deals with signals."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in HEARD:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
