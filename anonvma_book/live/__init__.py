"""The running Linux kernel, driven through the calls of the book.

kernel   LiveKernel: the processes, how they begin and end
process  LiveProcess: the calls, and what the kernel says about the window
channel  one process's socket and its files in /proc
maps     what those files say
child    the program that the processes run; everything about the window and its fences
"""

from __future__ import annotations

from anonvma_book.live.errors import LiveError, LiveUnavailable
from anonvma_book.live.kernel import LiveKernel, kernel_version
from anonvma_book.live.process import ADVICE, Answer, LiveProcess

__all__ = [
    "ADVICE",
    "Answer",
    "LiveError",
    "LiveKernel",
    "LiveProcess",
    "LiveUnavailable",
    "kernel_version",
]
