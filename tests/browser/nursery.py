"""Kernels that are there at once: forks of one process that has imported what a notebook imports.

A kernel's start is three seconds of imports (IPython, ipywidgets, Bokeh), and every test has a
kernel of its own. Here they are imported once. A fork has a namespace, an interpreter's state
and a process of its own, as a kernel that Jupyter starts has.

nursery  the process that has imported everything; it forks a kernel for whoever connects
stub     what Jupyter starts instead of the kernel: it asks for one, passes interrupts on to it,
         and ends with it; the kernel ends with the stub
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IMPORTS = ("ipykernel.kernelapp", "IPython.core.completer", "anonvma_widgets.questions")
STREAMS = (0, 1, 2)


@contextmanager
def nursery(home: Path) -> Iterator[None]:
    """While the block runs, a JupyterLab whose settings are in ``home`` gets its kernels here."""
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as listening:
        address = f"{short}/nursery"  # a socket's name is limited to some hundred characters
        listening.bind(address)
        listening.listen()
        kernel = home / "data" / "kernels" / "python3"
        kernel.mkdir(parents=True)
        argv = [sys.executable, "-S", __file__, address, "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.nursery", str(listening.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def serve(listening: socket.socket) -> None:
    """Import everything, draw the empty figures, then fork a kernel for each stub."""
    for name in IMPORTS:
        importlib.import_module(name)
    importlib.import_module("anonvma_widgets.figures").figures_json()
    gc.freeze()  # or a fork would write to, and so copy, all that it has
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a kernel
    while True:
        stub, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            be_a_kernel(stub)
            return
        stub.close()


def be_a_kernel(stub: socket.socket) -> None:
    """Be the kernel that the stub asks for: its folder, environment and streams are the stub's."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    text, streams, _, _ = socket.recv_fds(stub, 2**16, len(STREAMS))
    while not text.endswith(b"\n"):
        text += stub.recv(2**16)
    asked = json.loads(text)
    for stream, sent in zip(STREAMS, streams, strict=True):
        os.dup2(sent, stream)
        os.close(sent)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    stub.sendall(b"%d\n" % os.getpid())
    threading.Thread(target=end_with, args=[stub], daemon=True).start()
    kernelapp = importlib.import_module("ipykernel.kernelapp")
    kernelapp.launch_new_instance(argv=["-f", asked["connection"]])
    os._exit(0)  # without taking all modules apart first


def end_with(stub: socket.socket) -> None:
    """End this process when the stub has ended."""
    stub.recv(1)
    os._exit(1)


def be_a_stub(address: str, connection: str) -> None:
    """Have a kernel forked; return when it has ended."""
    asked = {"connection": connection, "folder": os.getcwd(), "environment": dict(os.environ)}
    text = json.dumps(asked).encode() + b"\n"
    with socket.socket(socket.AF_UNIX) as nursery:
        nursery.connect(address)
        sent = socket.send_fds(nursery, [text], STREAMS)
        nursery.sendall(text[sent:])
        kernel = int(nursery.makefile().readline())
        signal.signal(signal.SIGINT, lambda number, frame: os.kill(kernel, signal.SIGINT))
        nursery.recv(1)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        serve(socket.socket(fileno=int(sys.argv[1])))
    else:
        be_a_stub(*sys.argv[1:])
