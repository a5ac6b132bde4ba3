"""anon_vma_chain: what the scheme answers by itself; its calls are tested in tests/twin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

import pytest

from anonvma_book import Machine, Process, SettingError, Vma
from anonvma_book.address_space import AddressSpace
from anonvma_book.pages import Page
from anonvma_book.schemes import AnonVmaChain
from tests.schemes.drawn import drawn, init, looks, weight, write

NEW = Vma(4, 6, "rw", pgoff=4)
OWN = Vma(4, 6, "rw", space=0, pgoff=4, chain=(0,))
OTHER = Vma(4, 6, "rw", space=1, pgoff=4, chain=(1,))
INHERITED = Vma(4, 6, "rw", space=1, pgoff=4, chain=(0, 1))


def four(*written: int) -> Process:
    """2..6."""
    process = init(AnonVmaChain())
    process.mmap(4, "rw", addr=2)
    write(process, *written)
    return process


def test_how_it_is_written() -> None:
    assert repr(AnonVmaChain()) == "AnonVmaChain((6, 18))"
    some = AnonVmaChain((6, 16), without=("reuse", "account"), first_index=4)
    assert repr(some) == "AnonVmaChain((6, 16), without=['account', 'reuse'])"
    assert some.first_index == 4


def test_a_rule_that_there_is_not() -> None:
    with pytest.raises(SettingError, match=r"^there is no rule 'a'; there are account, account-"):
        AnonVmaChain(without=("reuse", "b", "a"))


@pytest.mark.parametrize(
    ("target", "other", "expected"),
    [
        (NEW, NEW, True),
        (NEW, OWN, True),
        (NEW, INHERITED, False),
        (OWN, NEW, True),
        (INHERITED, NEW, False),
        (OWN, OWN, True),
        (OWN, OTHER, False),
        (INHERITED, OTHER, True),  # the same anon_vma; how it came to it does not matter
    ],
)
@pytest.mark.parametrize("version", [(6, 18), (6, 16), (6, 15)])
def test_which_anon_vmas_go_together(
    version: tuple[int, ...], target: Vma, other: Vma, expected: bool
) -> None:
    scheme = AnonVmaChain(version)
    if (target, other) == (NEW, OWN):
        expected = version >= (6, 16)
    inherited = len(other.chain) > 1
    assert scheme.compatible(target, other.space, inherited) is expected
    moved = other._replace(start=6, end=8, pgoff=6)
    assert scheme.may_merge(target, moved) is expected
    assert not scheme.may_merge(target, moved._replace(pgoff=7))
    assert not scheme.may_merge(target, moved._replace(protection="r"))


@pytest.mark.parametrize(
    ("rule", "pairs"),
    [
        ("anon_vma", [(OWN, OTHER), (INHERITED, NEW), (NEW, INHERITED)]),
        ("fork-child", [(INHERITED, NEW), (NEW, INHERITED), (NEW, NEW), (INHERITED, OTHER)]),
    ],
)
def test_a_rule_that_is_off_refuses_nothing(rule: str, pairs: Iterable[tuple[Vma, Vma]]) -> None:
    for target, other in pairs:
        inherited = len(other.chain) > 1
        assert AnonVmaChain(without=[rule]).compatible(target, other.space, inherited)


def test_without_fork_child_other_anon_vmas_still_keep_apart() -> None:
    assert not AnonVmaChain(without=["fork-child"]).compatible(OWN, 1, False)


def test_who_can_be_bridged() -> None:
    scheme = AnonVmaChain()
    assert scheme.bridges(NEW, NEW)
    assert scheme.bridges(OWN, NEW)
    assert scheme.bridges(NEW, OWN)
    assert scheme.bridges(OWN, OWN)
    assert not scheme.bridges(OWN, OTHER)
    assert AnonVmaChain(without=["three-way"]).bridges(OWN, OTHER)


def nobody_asks() -> NoReturn:
    """The size of a unit, which a scheme without reservations has no use for."""
    pytest.fail("the size of the unit was asked for")


def test_what_it_answers_where_others_keep_account() -> None:
    scheme, process = AnonVmaChain(), four()
    mm = process.machine.world.mms[1]
    blank = Vma(6, 8, "rw")
    assert scheme.place(mm, OWN, blank, None) == (OWN, [blank._replace(pgoff=6)], None)
    assert scheme.at_its_address(Vma(6, 8, "rw", "file")) == Vma(6, 8, "rw", "file")
    assert scheme.grow_up(mm, None, blank, nobody_asks) == [blank._replace(pgoff=6)]
    assert scheme.grow_up(mm, OWN, blank, nobody_asks) == [OWN._replace(end=8)]
    below = Vma(1, 4, "rw")
    assert scheme.grow_down(mm, OWN, below, nobody_asks) == [OWN._replace(start=1, pgoff=1)]
    assert scheme.give_back(mm, OWN, [NEW], OTHER) == (OWN, OTHER)
    assert not scheme.may_group(NEW, NEW)
    behind = Vma(6, 8, "rw", pgoff=6)
    assert scheme.merge(OWN, behind) == OWN._replace(end=8)
    assert scheme.merge(NEW, behind._replace(space=1, chain=(1,))) == OTHER._replace(end=8)


@pytest.mark.parametrize(
    ("vma", "without", "expected"),
    [
        (NEW, (), 14),
        (NEW, ("new-index",), 4),
        (OWN, (), 4),
        (Vma(4, 6, "rw", "file"), (), 0),
    ],
)
def test_what_moves_along(vma: Vma, without: tuple[str, ...], expected: int) -> None:
    mm = four().machine.world.mms[1]
    moved = AnonVmaChain(without=without).carry(mm, vma, 10)
    assert moved == vma._replace(start=14, end=16, pgoff=expected)


def test_the_first_write_makes_an_anon_vma_and_a_fork_one_below_it() -> None:
    parent = four(3)
    parent.fork()
    assert parent.machine.spaces == (AddressSpace(0, 2**64), AddressSpace(1, 2**64, parent=0))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((2, 4), ["2..4:rw:A2", "4..6:rwx:A4", "6..8:rw:-6"]),  # the previous vma's
        ((4, 2), ["2..4:rw:A2", "4..6:rwx:A4", "6..8:rw:-6"]),  # the next vma's
        ((2, 6, 4), ["2..4:rw:A2", "4..6:rwx:B4", "6..8:rw:B6"]),  # the next one's comes first
    ],
)
def test_a_neighbour_that_mprotect_could_join_shares_its_anon_vma(
    order: tuple[int, ...], expected: list[str]
) -> None:
    process = init(AnonVmaChain())
    process.mmap(6, "rw", addr=2)
    process.mprotect(4, 2, "rwx")
    write(process, *order)
    assert drawn(process) == expected


@pytest.mark.parametrize(
    "apart",
    [
        lambda p: p.mmap(2, "rw", addr=7),  # not adjacent
        lambda p: p.mmap(2, "rw", addr=6, noreserve=True),  # other flags
        lambda p: p.mmap(2, "rw", addr=6, growsdown=True, fixed=True),  # another kind
    ],
)
def test_others_do_not(apart: object) -> None:
    process = four(3)
    assert callable(apart)
    apart(process)
    last = process.vmas[-1]
    write(process, last.start)
    assert process.vmas[-1].space == 1


def test_a_walk_asks_every_vma_that_is_linked_and_holds_the_index() -> None:
    parent = four(2, 3)
    child = parent.fork()
    child.mprotect(2, 1, "r")
    assert looks(parent, 3) == [(1, 3, True), (2, 3, True)]
    assert looks(parent, 2) == [(1, 2, True), (2, 2, True)]
    write(child, 3)
    assert looks(parent, 3) == [(1, 3, True), (2, 3, False)]
    assert looks(child, 3) == [(2, 3, True)]
    child.mremap(3, 1, 1, to=40)
    assert looks(child, 40) == [(2, 40, True)]


def test_a_page_is_found_by_its_anon_vma_and_its_index() -> None:
    process = four(3)
    scheme, mm = process.machine.scheme, process.machine.world.mms[1]
    (vma,) = process.vmas
    assert scheme.finds(mm, vma, 3, Page(1, 0, 3))
    assert not scheme.finds(mm, vma, 3, Page(1, 1, 3))
    assert not scheme.finds(mm, vma, 3, Page(1, 0, 4))


def test_of_the_pieces_of_a_vma_one_takes_an_idle_anon_vma() -> None:
    parent = four(3)
    child = parent.fork()
    grandchild = child.fork()
    child.exit()
    grandchild.mprotect(2, 2, "r")
    last = grandchild.fork()
    assert [(vma.space, vma.chain) for vma in last.vmas] == [(1, (0, 1, 2)), (3, (0, 1, 2, 3))]


def test_without_fork_reuse_none_does() -> None:
    parent = init(AnonVmaChain(without=["fork-reuse"]))
    parent.mmap(4, "rw", addr=2)
    write(parent, 3)
    child = parent.fork()
    grandchild = child.fork()
    child.exit()
    assert grandchild.fork().vmas[0].chain == (0, 1, 2, 3)


def test_the_weight() -> None:
    assert weight(four()) == 0
    parent = four(3)
    parent.mprotect(2, 2, "r")
    assert weight(parent) == 104 + 2 * 64


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"space": None}, "is not linked to its own anon_vma"),
        ({"chain": ()}, "is not linked to its own anon_vma"),
        ({"space": 1}, "is not linked to its own anon_vma"),
        ({"chain": (0, 0)}, "has a link twice, or to what is gone"),
        ({"chain": (0, 7)}, "has a link twice, or to what is gone"),
    ],
)
def test_a_chain_that_is_wrong_is_found(fields: dict[str, object], said: str) -> None:
    process = four(3)
    machine: Machine = process.machine
    assert list(machine.scheme.problems(machine.world)) == []
    (vma,) = process.vmas
    wrong = vma._replace(**fields)
    machine.world.mms[1].vmas.replace((vma,), (wrong,))
    assert list(machine.scheme.problems(machine.world)) == [f"process 1: {wrong} {said}"]
