"""Lokier's anon_vma scheme of March 2004, to run, to look at, and to check.

    >>> from anonvma_book import Machine, Lokier
    >>> machine = Machine(Lokier.classroom(), task_pages=48)
    >>> init = machine.processes[1]
    >>> a = init.mmap(4, "rw")
    >>> init.vmas
    (Vma(start=1, end=5, protection='rw', space=0, reserved_above=4),)

The rules are in the message "Re: anon_vma RFC2" by Jamie Lokier, linux-kernel, 12 March 2004.
"""

from anonvma_book.address_space import AddressSpace
from anonvma_book.calls import Call, Script
from anonvma_book.errors import (
    AnonvmaError,
    InvariantError,
    MappingError,
    ScriptError,
    SettingError,
    TraceError,
)
from anonvma_book.machine import Machine
from anonvma_book.process import Process
from anonvma_book.reverse_map import Candidate, Walk
from anonvma_book.schemes import SCHEMES, Lokier, Scheme
from anonvma_book.state import MmState, Pte, SpaceUse, State, space_use
from anonvma_book.step import Step
from anonvma_book.vma import PROTECTIONS, Unit, Vma, space_name

__all__ = [
    "PROTECTIONS",
    "SCHEMES",
    "AddressSpace",
    "AnonvmaError",
    "Call",
    "Candidate",
    "InvariantError",
    "Lokier",
    "Machine",
    "MappingError",
    "MmState",
    "Process",
    "Pte",
    "Scheme",
    "Script",
    "ScriptError",
    "SettingError",
    "SpaceUse",
    "State",
    "Step",
    "TraceError",
    "Unit",
    "Vma",
    "Walk",
    "space_name",
    "space_use",
]
