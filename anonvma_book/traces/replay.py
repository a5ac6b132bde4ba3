"""A trace, call by call, through machines with a scheme.

What is replayed are a program's calls, with the addresses that the kernel chose; what is ours is
which vmas there are. Flags that keep mappings apart in today's Linux though no protection differs
(accounting, MAP_NORESERVE, MAP_STACK's refusal of huge pages, what madvise sets) count for a
scheme with today's rules, not for those of 2004. Calls that had failed are skipped, and so is
mbind. A scheme that does something at the first write gets the page faults that were recorded.

refused  a call that the kernel carried out and the scheme does not, as its mremap is stricter
unseen   a call on memory that the trace does not show, as in one recorded without snapshots
"""

from __future__ import annotations

from collections.abc import Callable

from anonvma_book.errors import MappingError, SettingError
from anonvma_book.machine import Machine
from anonvma_book.schemes import Lokier, Scheme
from anonvma_book.traces.actions import ACTIONS, do, grow_stack, madvise, touch
from anonvma_book.traces.call_text import ENDED, FORKS, SysCall
from anonvma_book.traces.library import TASK_PAGES, Trace
from anonvma_book.traces.starts import heap_start, pages_up, start_areas
from anonvma_book.traces.tally import Tally
from anonvma_book.traces.threads import Memory, Threads

MOST_VMAS = 65530  # Linux's vm.max_map_count

Progress = Callable[[int, int], None]


def replay(trace: Trace, scheme: Scheme, progress: Progress | None = None) -> Tally:
    """Replay a whole trace; ``progress`` is told after each call how many of how many are done."""
    return Replay(trace, scheme).run(progress)


class Replay:
    """A replay that can be stopped at any line. ``tally`` counts, ``threads`` has the memory.

    ``pages`` says whether faults make pages; if None, they do where the scheme asks for that.
    """

    def __init__(self, trace: Trace, scheme: Scheme, pages: bool | None = None) -> None:
        self.trace = trace
        self.scheme = scheme
        prepares = type(scheme).first_write is not Scheme.first_write
        self.pages = prepares if pages is None else pages
        self.tally = Tally()
        self.threads = Threads()
        self.counters: list[dict[str, int]] = []  # of every machine there was
        self._position = 0
        self._fault = 0

    def run(self, progress: Progress | None = None) -> Tally:
        """Carry out all that is left."""
        total = len(self.trace.calls)
        while self._position < total:
            self.step()
            if progress is not None:
                progress(self._position, total)
        return self.tally

    def run_to(self, line: int) -> None:
        """Carry out everything up to and including ``line`` of the trace, and faults after it."""
        calls = self.trace.calls
        while self._position < len(calls) and calls[self._position].line <= line:
            self.step()
        self._touch(line)

    def step(self) -> None:
        """Carry out the next call, and before it the faults that came before it."""
        call = self.trace.calls[self._position]
        self._touch(call.line - 1)
        if call.name == ENDED:
            self.threads.end_thread(call.tid)
        elif call.name == "exit_group":
            self.threads.end_process(self._pid(call))
        elif call.name == "madvise":  # not counted: it changes nothing that all schemes have
            madvise(self.tally, self._memory(self._pid(call)), call)
        elif call.errno is not None:
            self.tally.failed += 1
        elif call.succeeded and call.name != "exit":
            self.tally.calls += 1
            memory = self._carry_out(call)
            self.tally.look(memory.mm, call.line)
        self._position += 1

    def _carry_out(self, call: SysCall) -> Memory:
        """One call that the kernel carried out; the memory that it changed."""
        if call.name == "execve":
            return self._begin(call)
        memory = self._memory(self._pid(call))
        if call.name in FORKS:
            if call.result:  # 0 is what the child sees
                self.tally.processes += self.threads.fork(call, call.result)
            return memory
        self._check_size(memory, call)
        try:
            ACTIONS[call.name](self.tally, memory, call)
        except MappingError:
            self.tally.refused += 1
        return memory

    def _check_size(self, memory: Memory, call: SysCall) -> None:
        """SettingError where a process would be cut into more vmas than Linux lets be."""
        pages = 0
        limit = self.scheme.limit if isinstance(self.scheme, Lokier) else TASK_PAGES
        if call.name in ("mmap", "mremap"):
            pages = pages_up(max(call.length, call.new_length))
        elif call.name == "brk":
            pages = pages_up(call.result or 0) - memory.mm.brk
        if pages > limit and pages > (MOST_VMAS - len(memory.mm.vmas)) * limit:
            raise SettingError(
                f"{self.trace.name}, line {call.line}: {call.name} of {pages:,} pages makes more "
                f"than {MOST_VMAS:,} vmas of {limit:,} indexes each; "
                "more index bits are needed"
            )

    def _memory(self, pid: int) -> Memory:
        memory = self.threads.memory(pid)
        assert memory is not None, "a process that is there has memory"
        return memory

    def _pid(self, call: SysCall) -> int:
        """The process that made a call; one that was not seen to begin starts with nothing."""
        pid = self.threads.pid(call.tid)
        if pid is None:
            self._begin(call)
        return call.tid if pid is None else pid

    def _begin(self, call: SysCall) -> Memory:
        """A program begins: a machine of its own, with what the kernel maps at exec."""
        calls = self.trace.calls
        heap = min(heap_start(calls, self._position), TASK_PAGES)
        memory = Memory(
            Machine(
                self.scheme,
                task_pages=TASK_PAGES,
                layout="top-down",
                brk_start=heap,
                record=False,
            )
        )
        pid = self.threads.pid(call.tid)
        self.threads.begin(call.tid if pid is None else pid, memory)
        self.counters.append(memory.machine.world.counters)
        self.tally.processes += 1
        if call.name == "execve":
            self._map_start(memory)
        return memory

    def _map_start(self, memory: Memory) -> None:
        """Map what a snapshot shows at exec: the stack first, as the kernel does, then upwards."""
        areas = start_areas(self.trace.calls, self._position, self.trace.snapshots)
        for area in sorted(areas, key=lambda area: not area.growsdown):
            do(
                self.tally,
                memory,
                "mmap",
                addr=area.start,
                length=area.end - area.start,
                prot=area.protection,
                fixed=True,
                growsdown=area.growsdown,
                file=not area.anonymous,
            )

    def _touch(self, line: int) -> None:
        """The faults up to those after ``line``: stacks grow, and pages are written."""
        faults = self.trace.faults
        while self._fault < len(faults) and faults[self._fault].after_line <= line:
            fault = faults[self._fault]
            self._fault += 1
            memory = self.threads.memory(fault.pid)
            if memory is None:
                continue
            vmas = len(memory.mm.vmas)
            write = fault.access == "w"
            if not fault.present:
                grow_stack(self.tally, memory, fault.page, write)
            if self.pages and write:
                touch(self.tally, memory, fault)
            if len(memory.mm.vmas) != vmas:
                self.tally.look(memory.mm, fault.after_line)
