"""The schemes, one file each. ``SCHEMES`` is the registry: a new scheme is one more line."""

from anonvma_book.schemes.anon_vma import AnonVma
from anonvma_book.schemes.anon_vma_chain import AnonVmaChain
from anonvma_book.schemes.anonmm import Anonmm
from anonvma_book.schemes.base import Scheme
from anonvma_book.schemes.lokier import Lokier
from anonvma_book.schemes.pte_chains import PteChains
from anonvma_book.schemes.range_tree import RangeTree

SCHEMES: dict[str, type[Scheme]] = {
    "pte_chains": PteChains,
    "anonmm": Anonmm,
    "anon_vma": AnonVma,
    "anon_vma_chain": AnonVmaChain,
    "range_tree": RangeTree,
    "lokier": Lokier,
}
"""In order of history, with Lokier's last."""

__all__ = [
    "SCHEMES",
    "AnonVma",
    "AnonVmaChain",
    "Anonmm",
    "Lokier",
    "PteChains",
    "RangeTree",
    "Scheme",
]
