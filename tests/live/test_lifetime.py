"""How live kernels begin and end: nothing hangs, nothing is left behind, errors are clear."""

from __future__ import annotations

import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import anonvma_book.live.kernel
from anonvma_book.errors import AnonvmaError, SettingError
from anonvma_book.live import LiveError, LiveKernel, LiveUnavailable, kernel_version
from tests.live.borders import place, ranges

SOON = 5.0


def family(kernel: LiveKernel) -> list[int]:
    """The pids in Linux of all processes of a live kernel, the keeper's included."""
    pids = [process.linux_pid for process in kernel.processes.values()]
    return [*pids, os.getsid(pids[0])]


def runs(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def exists(pid: int) -> bool:
    """Whether a process exists, be it as a zombie."""
    return Path(f"/proc/{pid}").exists()


def all_gone(
    pids: list[int], seconds: float = 0.0, still_there: Callable[[int], bool] = exists
) -> bool:
    """Whether all processes have gone within some seconds."""
    end = time.monotonic() + seconds
    while any(still_there(pid) for pid in pids):
        if time.monotonic() >= end:
            return False
        time.sleep(0.01)
    return True


def run_python(program: str, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """Another Python that does ``before`` and runs ``program`` with the book."""
    root = Path(anonvma_book.__file__).parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def test_all_processes_are_gone_after_the_with_block() -> None:
    with LiveKernel() as live:
        child = live.processes[1].fork()
        child.fork()
        pids = family(live)
        assert len(set(pids)) == 4
        live.processes[1].exit()
    assert all_gone(pids)
    assert live.closed
    live.close()
    with pytest.raises(LiveError, match="this LiveKernel is closed"):
        child.mmap(1)


def test_garbage_ends_its_processes() -> None:
    live = LiveKernel()
    live.processes[1].fork()
    pids = family(live)
    del live
    gc.collect()
    assert all_gone(pids)


@pytest.mark.parametrize("ending", ["", "sys.exit(3)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_the_end_of_python_ends_its_processes(ending: str) -> None:
    program = f"""
import os, signal, sys
from anonvma_book.live import LiveKernel
live = LiveKernel()
child = live.processes[1].fork()
live.processes[1].exit()
child.fork()
pids = [process.linux_pid for process in live.processes.values()]
print(*pids, os.getsid(pids[0]), flush=True)
{ending}
"""
    output, errors = run_python(program).communicate(timeout=30)
    pids = [int(pid) for pid in output.split()]
    assert len(pids) == 3
    assert not errors
    assert all_gone(pids[:-1], SOON)
    # If Python was killed, the keeper's zombie is for the system's first process to bury.
    assert all_gone(pids[-1:], SOON, runs)


def test_a_killed_process_gives_a_clear_error() -> None:
    with LiveKernel() as live:
        init = live.processes[1]
        place(init, 100)
        child = init.fork()
        victim = init.linux_pid
        os.kill(victim, signal.SIGKILL)
        assert all_gone([victim], SOON)
        message = rf"^process 1 \(Linux pid {victim}\) has ended; start a new LiveKernel$"
        for use in (lambda: init.mmap(1), lambda: init.vmas, lambda: init.present, init.fork):
            with pytest.raises(LiveError, match=message):
                use()
        assert ranges(child) == [(100, 104)]
        init.exit()
        assert list(live.processes) == [2]


def test_a_process_that_does_not_answer() -> None:
    live = LiveKernel(timeout=0.2)
    init = live.processes[1]
    pids = family(live)
    os.kill(init.linux_pid, signal.SIGSTOP)
    start = time.monotonic()
    with pytest.raises(LiveError, match=r"does not answer within 0\.2 s"):
        init.mmap(3)
    assert time.monotonic() - start < SOON
    os.kill(init.linux_pid, signal.SIGCONT)
    assert init.mmap(1) == 4092, "the late answer to the call before belongs to that call"
    os.kill(init.linux_pid, signal.SIGSTOP)
    live.close()
    assert all_gone(pids)


def test_an_interrupt_at_the_keyboard_does_not_reach_the_processes() -> None:
    with LiveKernel() as live:
        init = live.processes[1]
        for pid in family(live):
            os.kill(pid, signal.SIGINT)
        assert init.mmap(1) == 4095


def test_a_kernel_made_in_a_thread_outlives_the_thread() -> None:
    made: list[LiveKernel] = []
    thread = threading.Thread(target=lambda: made.append(LiveKernel()))
    thread.start()
    thread.join()
    with made[0] as live:
        assert live.processes[1].mmap(1) == 4095


def test_many_threads_may_use_one_kernel() -> None:
    with LiveKernel() as live:
        init = live.processes[1]

        def work(number: int) -> None:
            for _ in range(500):
                assert init.mmap(1, addr=2 * number + 1, fixed=True) == 2 * number + 1
                assert init.attempt("munmap", 0, 0).errno
                init.munmap(2 * number + 1, 1)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert init.vmas == ()
        assert init.mmap(1) == 4095


def test_a_forked_copy_of_python_does_not_end_the_processes() -> None:
    with LiveKernel() as live:
        pid = os.fork()
        if not pid:
            live.close()
            os._exit(0)
        os.waitpid(pid, 0)
        assert live.processes[1].mmap(1) == 4095


def test_the_memory_of_the_own_python_does_not_change() -> None:
    program = """
import gc
from anonvma_book.live import LiveKernel

def lines():
    with open("/proc/self/maps", "rb", buffering=0) as file:
        return b"".join(iter(lambda: file.read(4096), b"")).splitlines()

def work():
    for number in range(500):
        page = init.mmap(4)
        init.fault(page)
        init.mremap(page, 4, 8)
        init.vmas
        init.fork().exit()
        init.munmap(0, 4096)

with LiveKernel() as live:
    init = live.processes[1]
    work()
    before = lines()
    work()
    after = lines()
    print(before == after, len(before))
    for line in set(before) ^ set(after):
        print(line)
"""
    output, errors = run_python(program).communicate(timeout=60)
    assert not errors
    assert output.startswith("True "), output


def test_a_limited_address_space_is_a_clear_refusal() -> None:
    program = """
from anonvma_book.live import LiveKernel, LiveUnavailable
try:
    LiveKernel()
except LiveUnavailable as error:
    print(error)
"""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))

    output, errors = run_python(program, limit).communicate(timeout=30)
    assert not errors
    assert output == (
        "the window cannot be made: the address space of a process is limited to "
        "4294967296 bytes (ulimit -v)\n"
    )


def test_an_unlimited_stack_does_not_matter() -> None:
    """With it Linux searches for room upward, from a third of the address space."""
    program = """
from anonvma_book.live import LiveKernel
with LiveKernel() as live:
    print(live.processes[1].mmap(1))
"""

    def unlimit() -> None:
        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))

    output, errors = run_python(program, unlimit).communicate(timeout=30)
    assert not errors
    assert output == "4095\n"


def test_elsewhere_than_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    for use in (LiveKernel, kernel_version):
        with pytest.raises(LiveUnavailable, match="needs Linux, and this is darwin") as raised:
            use()
        assert isinstance(raised.value, AnonvmaError)


def test_a_python_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(LiveUnavailable, match="could not be started"):
        LiveKernel()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(LiveUnavailable, match=r"ended while it prepared itself \(status 1\)"):
        LiveKernel()


@pytest.mark.parametrize("pages", [1, 0, -5, 2**22 + 1, "many", None, 4.0, True])
def test_settings(pages: object) -> None:
    with pytest.raises(SettingError, match="window_pages is a whole number"):
        LiveKernel(pages)  # type: ignore[arg-type]


def test_the_version_is_numbers() -> None:
    assert kernel_version() >= (4, 17)
    assert all(isinstance(number, int) for number in kernel_version())
