"""The schemes, one file each. ``SCHEMES`` is the registry: a new scheme is one more line."""

from anonvma_book.schemes.base import Scheme
from anonvma_book.schemes.lokier import Lokier

SCHEMES: dict[str, type[Scheme]] = {"lokier": Lokier}

__all__ = ["SCHEMES", "Lokier", "Scheme"]
