"""A real JupyterLab on loopback, with settings of its own, for one test session."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

START_SECONDS = 90
STOP_SECONDS = 15

SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {
        "autoStartDefaultKernel": True,
        "windowingMode": "none",  # every cell is in the page, seen or not
    },
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


class LabServer(NamedTuple):
    """A running server: its address, its token and the folder that it shows."""

    url: str
    token: str
    folder: Path

    def get(self, path: str, method: str = "GET") -> str:
        """What the server answers to a request of ``path``."""
        request = urllib.request.Request(
            self.url + path, headers={"Authorization": f"token {self.token}"}, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text: bytes = answer.read()
        return text.decode()

    def end_kernels(self) -> None:
        """End every notebook's kernel: a page that is open on one, or opened later, has none."""
        for session in json.loads(self.get("/api/sessions")):
            self.get(f"/api/sessions/{session['id']}", method="DELETE")


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def private_environment(home: Path) -> dict[str, str]:
    """An environment in which Jupyter and IPython see nothing of the user's own settings."""
    return {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_PREFER_ENV_PATH": "no",  # what is in home comes first
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def server_arguments(home: Path, port: int, token: str) -> list[str]:
    """JupyterLab's arguments: loopback, no network, our settings, the app open to scripts."""
    settings = home / "app_settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(SETTINGS))
    return [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=",
    ]


@contextmanager
def running_lab(
    folder: Path, home: Path, command: Sequence[str] = (), cwd: Path | None = None
) -> Iterator[LabServer]:
    """JupyterLab on ``folder`` while the block runs; ``home`` takes its settings and log.

    ``command`` starts it, given JupyterLab's arguments (default: ``python -m jupyterlab`` on
    ``folder``). Fails with the end of the log if it does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    port, token = free_port(), secrets.token_hex(16)
    default = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    log = home / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*(command or default), *server_arguments(home, port, token)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=private_environment(home),
            cwd=cwd,
            start_new_session=True,
        )
    server = LabServer(f"http://127.0.0.1:{port}", token, folder)
    try:
        wait_until_up(server, process, log)
        yield server
    finally:
        stop(process)


def wait_until_up(server: LabServer, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            server.get("/api/status")
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Let the server shut its kernels down; end its whole group if it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
