"""Random histories under every scheme: walks are exact, contents survive, undo restores."""

from __future__ import annotations

from anonvma_book.schemes import Anonmm, AnonVma, Lokier, PteChains, RangeTree
from tests.schemes.histories import SETTINGS, Rivals


class PteChainsHistories(Rivals):
    make = PteChains


class AnonmmHistories(Rivals):
    make = Anonmm


class AnonVmaHistories(Rivals):
    make = AnonVma


class RangeTreeHistories(Rivals):
    make = RangeTree


class LokierHistories(Rivals):
    make = Lokier.classroom


TestPteChains = PteChainsHistories.TestCase
TestAnonmm = AnonmmHistories.TestCase
TestAnonVma = AnonVmaHistories.TestCase
TestRangeTree = RangeTreeHistories.TestCase
TestLokier = LokierHistories.TestCase

for case in (TestPteChains, TestAnonmm, TestAnonVma, TestRangeTree, TestLokier):
    case.settings = SETTINGS
