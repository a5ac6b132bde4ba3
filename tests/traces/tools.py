"""What the tests of recording need; ``python -m tests.traces.tools`` installs strace.

Debian's package, where we are root and apt-get is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def install() -> None:
    """Install Debian's strace, if we may."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's strace for the tests ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "strace"],
        ):
            subprocess.run(command, stdin=subprocess.DEVNULL, env=environment, check=False)


def main() -> int:
    """Make sure that strace is there; elsewhere than on Linux it is not needed."""
    if sys.platform != "linux" or shutil.which("strace"):
        return 0
    install()
    if shutil.which("strace"):
        return 0
    print("strace is not there, and could not be installed: install it by hand", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
