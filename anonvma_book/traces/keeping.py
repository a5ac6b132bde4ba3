"""Write what comes in down into the file that is named, as it comes.

strace runs this as a program of its own, so that a recording outlives the command that began it.
Where the disk is full it says so once, and lets the rest go by: strace itself would say it once a
call, among what the recorded program writes. The last line has no end then.
"""

from __future__ import annotations

import os
import signal
import sys

BLOCK = 1 << 16  # bytes; what is there is read at once, be it less


def main(path: str) -> int:
    """Copy stdin to the end of ``path``; 1 if some of it could not be written."""
    for name in ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)  # the recorded program's business
    status = 0
    file = os.open(path, os.O_RDWR | os.O_APPEND)
    while block := os.read(0, BLOCK):
        try:
            while block and not status:
                block = block[os.write(file, block) :]
        except OSError as error:
            status = 1
            size = os.fstat(file).st_size
            if os.pread(file, 1, max(size - 1, 0)) == b"\n":
                os.ftruncate(file, size - 1)
            said = f"{path}: {error.strerror}; what was recorded until now is kept"
            print(f"anonvma-book: {said}", file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
