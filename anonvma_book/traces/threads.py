"""Who shares which memory: threads, processes, and what fork, vfork and exec do to them.

thread   what strace calls by its tid; the threads of a process share everything
process  named by the tid of its first thread
memory   an mm of a machine; a vfork's child shares its parent's until it execs or ends
machine  one for each exec: the processes that descend from it by fork are one fork group
"""

from __future__ import annotations

from dataclasses import dataclass

from anonvma_book.calls import INIT, Argument, Call
from anonvma_book.machine import Machine
from anonvma_book.mm import Mm
from anonvma_book.step import Step
from anonvma_book.traces.call_text import SysCall


@dataclass(eq=False)
class Memory:
    """The memory of a process: process ``name`` of ``machine``."""

    machine: Machine
    name: str = INIT

    @property
    def mm(self) -> Mm:
        """The mm itself."""
        world = self.machine.world
        return world.mms[world.processes[self.name]]

    def do(self, call: str, **arguments: Argument) -> Step:
        """Carry out one call. MappingError where it is refused."""
        return self.machine.apply(Call.make(call, self.name, **arguments))

    def forked(self) -> Memory:
        """The memory of a child."""
        name = self.do("fork").call.target
        assert name is not None, "the machine names every child"
        return Memory(self.machine, name)


class Threads:
    """The living threads, and the memory of each."""

    def __init__(self) -> None:
        self._process: dict[int, int] = {}  # tid -> pid
        self._memory: dict[int, Memory] = {}  # pid -> memory

    def pid(self, tid: int) -> int | None:
        """The process of a thread; None for a thread that has not been seen yet."""
        return self._process.get(tid)

    def memory(self, pid: int) -> Memory | None:
        """The memory of a process; None for one that is not there."""
        return self._memory.get(pid)

    @property
    def machines(self) -> list[Machine]:
        """The machines in which a process lives, the oldest first."""
        return list(dict.fromkeys(memory.machine for memory in self._memory.values()))

    def begin(self, pid: int, memory: Memory) -> None:
        """Process ``pid`` has ``memory`` from now on, and one thread: a new program, or unseen."""
        self.end_process(pid)
        self._process[pid] = pid
        self._memory[pid] = memory

    def fork(self, call: SysCall, child: int) -> bool:
        """Let ``call`` make ``child``; whether that made an mm, too."""
        parent = self._process[call.tid]
        if child in (call.tid, parent):  # no kernel says so
            return False
        self.end_thread(child)  # of a tid that is used again the end was not seen
        if "CLONE_THREAD" in call.flags:
            self._process[child] = parent
            return False
        shares = "CLONE_VM" in call.flags
        memory = self._memory[parent]
        self.begin(child, memory if shares else memory.forked())
        return not shares

    def end_thread(self, tid: int) -> None:
        """A thread has ended; with its last thread a process ends."""
        pid = self._process.pop(tid, None)
        if pid is not None and pid not in self._process.values():
            self._end_memory(pid)

    def end_process(self, pid: int) -> None:
        """All threads of a process have ended."""
        for tid in [tid for tid, process in self._process.items() if process == pid]:
            del self._process[tid]
        self._end_memory(pid)

    def _end_memory(self, pid: int) -> None:
        memory = self._memory.pop(pid, None)
        if memory is not None and memory not in self._memory.values():
            memory.do("exit")
