"""The same calls under other schemes, step by step beside the lab's own.

lead     the recording of the machine that the reader drives
rival    a machine of another scheme, with the same task, layout and heap, that is given the
         lead's calls one by one
refused  a call that the rival's kernel would refuse: the rival stays as it was, and says so

Names are resolved by each machine for itself, as a program would: ``a`` is the page that this
machine's own mmap gave. A refused call gives its name to nothing: the name keeps what it stood
for, and if that is nothing, the calls that use it are refused as well, and say which call it was.
A call that the lead's own kernel refuses is no step, and never comes up.
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.calls import Call, Ref
from anonvma_book.errors import MappingError
from anonvma_book.picture.costs import Cost, Costs
from anonvma_book.picture.recording import Recording
from anonvma_book.picture.scene import Scene
from anonvma_book.schemes import Scheme, name_of, scheme_named
from anonvma_book.step import Step, shared


class SchemeName(NamedTuple):
    """What a reader knows a scheme by: a label, when it was, and what its letters A, B name."""

    label: str
    when: str
    space: str


NAMES = {
    "pte_chains": SchemeName("pte_chains", "Linux 2.6.0, 2003", "fork group"),
    "anonmm": SchemeName("anonmm", "Hugh Dickins, 2004", "anonmm"),
    "anon_vma": SchemeName("anon_vma", "Linux 2.6.7, 2004", "anon_vma"),
    "anon_vma_chain": SchemeName("anon_vma_chain", "Linux 2.6.34 to 6.18", "anon_vma"),
    "range_tree": SchemeName("range_tree", "Rajesh Venkatasubramanian, 2004", "context"),
    "lokier": SchemeName("lokier", "Jamie Lokier, 2004", "address space"),
}
"""By the names of the registry. What holds the pages of a vma has a letter in every scheme, and
that letter's colour; a vma that was never written has none under anon_vma and anon_vma_chain."""


def known_as(scheme: Scheme) -> SchemeName:
    """What a reader knows a scheme by; one that is not in the registry by its class."""
    name = name_of(scheme)
    return NAMES.get(name, SchemeName(name, "", "space"))


def rival_scheme(given: Scheme | str) -> Scheme:
    """The scheme itself, or the one of that name in the registry; SettingError if there is none."""
    return given if isinstance(given, Scheme) else scheme_named(given)


class Refusal(NamedTuple):
    """Why a call was refused, and whether a part of it was done and stays, as Linux may."""

    reason: str
    partial: bool


class Rival:
    """The calls of ``lead`` on a machine of ``scheme``: a scene and a cost for each step.

    Call :meth:`follow` after the lead has followed its machine.
    """

    def __init__(self, lead: Recording, scheme: Scheme) -> None:
        self.lead = lead
        self.name = known_as(scheme)
        self.machine = lead.machine.like(scheme)
        self.recording = Recording(self.machine)
        self.counted = Costs(self.recording)
        self.places = [0]  # the rival's own step at which it stands, for each step of the lead
        self.refusals: list[Refusal | None] = [None]
        self._known: list[Step] = []
        self.follow()

    def follow(self) -> int:
        """Make the lead's calls that are new; the number of the first step that is new."""
        kept = shared(self._known, self.lead.steps)
        first = kept + 1
        del self._known[kept:], self.places[first:], self.refusals[first:]
        self.machine.go_to(self.places[kept])
        for step in self.lead.steps[kept:]:
            self.refusals.append(self._make(step.call))
            self.places.append(self.machine.position)
            self._known.append(step)
        self.recording.follow()
        self.counted.follow()
        return first

    def _make(self, call: Call) -> Refusal | None:
        """Make one call; why it was refused, or None."""
        try:
            self.machine.apply(call)
        except MappingError as error:
            return Refusal(f"{error}{self._cause(call)}", error.partial)
        return None

    def _cause(self, call: Call) -> str:
        """Which refused step was to give a name that this call uses, and that means nothing."""
        world = self.machine.world
        used = {
            call.process,
            *(value.name for _, value in call.arguments if isinstance(value, Ref)),
        }
        unknown = used - world.names.keys() - world.processes.keys()
        for step, refusal in zip(self._known, self.refusals[1:], strict=True):
            if refusal is not None and step.call.target in unknown:
                return f", which step {step.number} was to give"
        return ""

    def scene(self, number: int) -> Scene:
        """The picture after the lead's step ``number``, in which nothing is new if it refused."""
        made = self.recording.scenes[self.places[number]]
        refusal = self.refusals[number]
        if refusal is None or refusal.partial:
            return made._replace(number=number)
        call = str(self.lead.steps[number - 1].call)
        told = f"{self.name.label} refuses the call and stays as it was: {refusal.reason}."
        return at_rest(made)._replace(number=number, call=call, sentence=told)

    def cost(self, number: int) -> Cost:
        """What its bookkeeping costs after the lead's step ``number``."""
        return self.counted.steps[self.places[number]]

    def refused(self, number: int) -> bool:
        """Whether the call of that step was refused, even if a part of it was done."""
        return self.refusals[number] is not None


def at_rest(made: Scene) -> Scene:
    """A scene in which nothing is new, and that has no outline of what was before."""
    mms = (
        mm._replace(vmas=tuple(vma._replace(new=False) for vma in mm.vmas), ghosts=())
        for mm in made.mms
    )
    return made._replace(mms=tuple(mms), movement="change")
