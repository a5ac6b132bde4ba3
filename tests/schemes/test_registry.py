"""The registry: every scheme by its name."""

from __future__ import annotations

import pytest

from anonvma_book import SettingError
from anonvma_book.schemes import SCHEMES, Lokier, name_of, scheme_named


def test_a_name_and_back() -> None:
    for name, kind in SCHEMES.items():
        scheme = scheme_named(name)
        assert type(scheme) is kind
        assert name_of(scheme) == name
        assert repr(scheme).startswith(f"{kind.__name__}(")


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(SettingError) as caught:
        scheme_named("ours")
    assert str(caught.value) == (
        "there is no scheme 'ours'; there are pte_chains, anonmm, anon_vma, anon_vma_chain, "
        "range_tree, lokier"
    )


def test_one_that_is_not_registered_has_the_name_of_its_class() -> None:
    class Ours(Lokier):
        pass

    assert name_of(Ours()) == "Ours"
