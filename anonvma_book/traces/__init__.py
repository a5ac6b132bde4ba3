"""Real programs: the calls that they made, and the same calls in the scheme.

trace     the memory calls of a program and its children, as strace wrote them down
snapshot  the mappings of one process at one line of a trace, as the kernel listed them
replay    a trace, call by call, through machines with a scheme of ours
"""

from __future__ import annotations

from anonvma_book.traces.library import BUNDLED, Trace, load
from anonvma_book.traces.replay import Replay, replay
from anonvma_book.traces.tally import Tally

__all__ = ["BUNDLED", "Replay", "Tally", "Trace", "load", "replay"]
