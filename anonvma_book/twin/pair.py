"""The model and the kernel, side by side: every call is made on both, and everything compared.

After every call: its result or errno, and start, end and protection of every vma of the process
(and of a new child). Now and then, of all processes: the flags that /proc/PID/smaps shows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from anonvma_book.calls import INIT, Call
from anonvma_book.errors import MappingError
from anonvma_book.live import LiveKernel, LiveProcess, kernel_version
from anonvma_book.live.channel import PAGE
from anonvma_book.live.child import BASE
from anonvma_book.machine import Machine
from anonvma_book.schemes.anon_vma_chain import AnonVmaChain
from anonvma_book.vma import GROWSDOWN, Vma

WINDOW_PAGES = 640
GUARD_GAP = 256
"""The kernel's ``stack_guard_gap``, unless it was started with another one."""

FLAG_LETTERS = {
    "account": "ac",
    "noreserve": "nr",
    "nohugepage": "nh",
    "hugepage": "hg",
    "dontfork": "dc",
    "dontdump": "dd",
    "wipeonfork": "wf",
    GROWSDOWN: "gd",
}
"""What smaps calls the flags of a vma: Documentation/filesystems/proc.rst."""

COMPARED = frozenset(FLAG_LETTERS.values())
Border = tuple[int, int, str]


class Twin:
    """A model with the rules of the running kernel, and the kernel.

    ``without`` names rules of the model that are switched off. ``begin`` empties the window and
    starts anew, ``step`` makes a call on both; it gives what differs, or None.
    """

    def __init__(self, kernel: LiveKernel, without: Iterable[str] = ()) -> None:
        self.kernel = kernel
        self.without = tuple(without)
        self.root = next(iter(kernel.processes.values()))
        self.live: dict[str, LiveProcess] = {}
        self.refused = False
        self.begin()

    def begin(self) -> None:
        """Both anew: one process, called "init", with nothing mapped in the window."""
        self.end()
        self.live = {INIT: self.root.fork()}
        scheme = AnonVmaChain(kernel_version(), without=self.without, first_index=BASE // PAGE)
        self.model = Machine(
            scheme,
            task_pages=self.kernel.window_pages,
            layout="top-down",
            guard_gap=GUARD_GAP,
            record=False,
        )

    def end(self) -> None:
        """End the processes of the history; the kernel's first one stays, to begin anew."""
        for process in self.live.values():
            process.exit()
        self.live = {}

    def step(self, call: Call) -> str | None:
        """Make ``call`` on both; what differs afterwards. A call of no process is none."""
        if call.process not in self.live:
            return None
        modelled, refused = self._on_model(call)
        found, code = self._on_kernel(call)
        self.refused = code != 0
        if code != (refused.errno if refused else 0):
            model = f"is refused: {refused}" if refused else f"gives {modelled}"
            return f"the model {model}; the kernel gives {found}, errno {code}"
        if modelled != found:
            return f"the model gives {modelled}, the kernel {found}"
        for name in {call.process, call.target or call.process}:
            if name in self.live:
                difference = self._compare_borders(name)
                if difference:
                    return difference
        return None

    def compare_flags(self) -> str | None:
        """What differs in the flags of the vmas of all processes."""
        for name, process in self.live.items():
            flags = [letters & COMPARED for letters in process.vm_flags]
            for vma, found in zip(self.vmas(name), flags, strict=True):
                modelled = _letters(vma)
                if modelled != found:
                    return (
                        f"{name}: the model's {vma.start}..{vma.end} has {sorted(modelled)}, "
                        f"the kernel's {sorted(found)}"
                    )
        return None

    def vmas(self, name: str) -> list[Vma]:
        """The model's vmas of the process of that name."""
        return list(self.model.world.mms[self.model.world.processes[name]].vmas)

    def _on_model(self, call: Call) -> tuple[int | None, MappingError | None]:
        try:
            step = self.model.apply(call)
        except MappingError as error:
            return None, error
        return (None if call.name == "fork" else step.result), None

    def _on_kernel(self, call: Call) -> tuple[int | None, int]:
        process = self.live[call.process]
        if call.name == "fork":
            assert call.target is not None, "a child of the twin has a name"
            self.live[call.target] = process.fork()
            return None, 0
        if call.name == "exit":
            self.live.pop(call.process).exit()
            return None, 0
        found, code = process.attempt(call.name, **dict(call.arguments))
        return found, code

    def _compare_borders(self, name: str) -> str | None:
        found = self.live[name].borders
        modelled = tuple((vma.start, vma.end, vma.protection) for vma in self.vmas(name))
        if modelled == found:
            return None
        return f"{name}: the model has {_listed(modelled)}, the kernel {_listed(found)}"


def _letters(vma: Vma) -> frozenset[str]:
    kind = (GROWSDOWN,) if vma.kind == GROWSDOWN else ()
    return frozenset(FLAG_LETTERS[flag] for flag in itertools.chain(vma.flags, kind))


def _listed(borders: tuple[Border, ...]) -> str:
    return " ".join(f"{start}..{end}:{protection}" for start, end, protection in borders)
