"""The schemes, one file each. ``SCHEMES`` is the registry: a new scheme is one more line."""

from anonvma_book.errors import SettingError
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


def scheme_named(name: str) -> Scheme:
    """The scheme of that name as it was; SettingError names those that there are.

    >>> scheme_named("anonmm")
    Anonmm()
    """
    if name not in SCHEMES:
        raise SettingError(f"there is no scheme {name!r}; there are {', '.join(SCHEMES)}")
    return SCHEMES[name]()


def name_of(scheme: Scheme) -> str:
    """A scheme's name in the registry; one that is not there has that of its class."""
    names = (name for name, kind in SCHEMES.items() if type(scheme) is kind)
    return next(names, type(scheme).__name__)


__all__ = [
    "SCHEMES",
    "AnonVma",
    "AnonVmaChain",
    "Anonmm",
    "Lokier",
    "PteChains",
    "RangeTree",
    "Scheme",
    "name_of",
    "scheme_named",
]
