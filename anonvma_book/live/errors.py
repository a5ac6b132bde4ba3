"""What can go wrong with the live kernel, besides the calls that it refuses."""

from __future__ import annotations

from anonvma_book.errors import AnonvmaError


class LiveError(AnonvmaError):
    """A process of the live kernel has ended, or does not answer."""


class LiveUnavailable(LiveError):  # noqa: N818  # it reads as a sentence where it is caught
    """This computer cannot run the live kernel; the message says why."""
