"""What a step did, in the order in which it happened.

Each event is an immutable value with the vmas and numbers that a picture or a sentence needs.
``pid`` is on the step, not here: one call works on one process.
"""

from __future__ import annotations

from typing import NamedTuple

from anonvma_book.vma import Vma


class Placed(NamedTuple):
    """A new vma got fresh indexes from the counter, with ``reserved`` more beside them."""

    vma: Vma
    reserved: int


class Claimed(NamedTuple):
    """A new vma took indexes that ``neighbour`` had reserved; ``gap`` stay with the hole.

    ``neighbour`` is the vma as it was before the claim.
    """

    vma: Vma
    neighbour: Vma
    gap: int


class Extended(NamedTuple):
    """A vma grew by ``pages`` into its own reservation, which had held ``reserved``.

    ``vma`` is the vma after growing.
    """

    vma: Vma
    pages: int
    reserved: int


class Wrapped(NamedTuple):
    """Space ``old`` had ``left`` indexes, ``needed`` were asked for, so ``new`` was opened."""

    old: int
    new: int
    left: int
    needed: int


class Split(NamedTuple):
    """A vma came apart at a page."""

    vma: Vma
    at: int


class Merged(NamedTuple):
    """Two adjacent compatible vmas became one."""

    left: Vma
    right: Vma


class Grouped(NamedTuple):
    """Two adjacent vmas with the same flags are not compatible: the flag joins them."""

    left: Vma
    right: Vma


class Protected(NamedTuple):
    """The pages of a vma changed protection; their indexes did not change."""

    before: Vma
    protection: str


class Moved(NamedTuple):
    """A vma went to another address and kept its indexes; ``before`` is where it was."""

    before: Vma
    after: Vma


class Unmapped(NamedTuple):
    """A vma went away."""

    vma: Vma


class Returned(NamedTuple):
    """The indexes of an unmapped vma went back to the reservation of ``owner`` (as it is now)."""

    vma: Vma
    owner: Vma


class GaveUp(NamedTuple):
    """The indexes of an unmapped vma, with its reservations, are lost: nothing touches them."""

    vma: Vma


class Faulted(NamedTuple):
    """A page came into being: ``frame`` at (``space``, ``index``), mapped at ``page``."""

    page: int
    frame: int
    space: int
    index: int  # type: ignore[assignment]  # the kernel's name, over tuple.index


class Copied(NamedTuple):
    """A write to a shared page: ``frame`` is the copy of ``source``, at the same index."""

    page: int
    source: int
    frame: int
    space: int
    index: int  # type: ignore[assignment]  # the kernel's name, over tuple.index


class FirstWrite(NamedTuple):
    """The first write to a vma gave it a space: a new one (``opened``), or a neighbour's.

    ``vma`` is the vma after it. Not under Lokier's scheme, where a vma has a space from birth.
    """

    vma: Vma
    opened: bool


class Forked(NamedTuple):
    """A child was made, with the same vmas, indexes and pages."""

    child: int


class Exited(NamedTuple):
    """A process went away, with ``vmas`` vmas."""

    vmas: int


class Freed(NamedTuple):
    """No vma and no mm refers to this address space any more."""

    space: int


Event = (
    Placed
    | Claimed
    | Extended
    | Wrapped
    | Split
    | Merged
    | Grouped
    | Protected
    | Moved
    | Unmapped
    | Returned
    | GaveUp
    | Faulted
    | Copied
    | FirstWrite
    | Forked
    | Exited
    | Freed
)
