"""Address spaces: the counter, the reservation's size, the wrap. Section 2 of the scheme."""

from __future__ import annotations

from fractions import Fraction

import pytest

from anonvma_book import AddressSpace, Lokier, Machine, SettingError, space_use
from tests.maps import classroom, happened, lines


@pytest.mark.parametrize(
    ("proportion", "minimum", "size", "total", "reserve"),
    [
        (1, 0, 5, 5, 5),
        (1, 8, 5, 5, 8),  # the minimum
        (0, 0, 5, 5, 0),
        (0, 3, 5, 5, 3),
        (2, 0, 5, 5, 10),
        (Fraction(1, 4), 0, 4, 4, 1),
        (Fraction(1, 4), 0, 5, 5, 2),  # rounded up
        (0.1, 0, 10, 10, 1),  # a float means the fraction that is written
        (1, 0, 5, 30, 30),  # growth counts the whole unit
        (1, 0, 40, 40, 24),  # the limit wins
        (1, 50, 60, 60, 4),  # over the minimum, too
        (1, 1, 64, 64, 0),
    ],
)
def test_the_clamp(
    proportion: float | Fraction, minimum: int, size: int, total: int, reserve: int
) -> None:
    scheme = Lokier(6, proportion, minimum)
    assert scheme.reserve(size, total) == reserve


def test_the_counter_hands_out_nothing_twice() -> None:
    init = classroom(side="below")
    for page in (2, 8, 14):
        init.mmap(4, "r" if page == 8 else "rw", addr=page)
    assert lines(init) == ["2..6 rw A4 -4", "8..12 r A12 -4", "14..18 rw A20 -4"]
    init.munmap(8, 4)
    init.mmap(4, "x", addr=30)
    assert lines(init)[2] == "30..34 x A28 -4"
    assert init.machine.spaces == (AddressSpace(0, limit=64, next=32),)


def test_the_wrap() -> None:
    #   26 left, 28 needed: B opens, and A is closed
    init = classroom()
    init.mmap(19, "rw", addr=1)
    assert [space.next for space in init.machine.spaces] == [38]
    init.mremap(1, 19, 2)
    init.mmap(14, "r", addr=30, fixed=True)
    assert lines(init) == ["1..3 rw A0 +36", "30..44 r B0 +14"]
    assert happened(init) == ["Wrapped", "Placed"]
    assert [space.name for space in init.machine.spaces] == ["A", "B"]
    assert space_use(init.machine.state, 0).closed
    assert not space_use(init.machine.state, 1).closed


@pytest.mark.parametrize(("pages", "space"), [(13, "A38"), (14, "B0")])
def test_the_wrap_comes_when_the_limit_would_be_passed(pages: int, space: str) -> None:
    init = classroom()
    init.mmap(19, "rw", addr=1)
    init.mremap(1, 19, 2)
    init.mmap(pages, "r", addr=34)
    assert lines(init)[1].split()[2] == space


def test_an_empty_space_is_freed() -> None:
    init = classroom()
    init.mmap(20, "rw", addr=1)
    init.mmap(15, "r", addr=30)
    assert [space.name for space in init.machine.spaces] == ["A", "B"]
    init.munmap(1, 20)
    assert [space.name for space in init.machine.spaces] == ["B"]
    assert happened(init)[-1] == "Freed"
    init.machine.undo()
    assert [space.name for space in init.machine.spaces] == ["A", "B"]


def test_a_space_that_was_never_used_is_freed_at_the_wrap() -> None:
    init = classroom(index_bits=3, proportion=0, minimum=0, task=24)
    init.mmap(4, "rw", addr=1)
    init.munmap(1, 4)
    init.mmap(5, "rw", addr=10)
    assert lines(init) == ["10..15 rw B0"]
    assert [space.name for space in init.machine.spaces] == ["B"]


def test_fork_shares_the_counter_until_one_wraps() -> None:
    init = classroom()
    child = init.fork()
    init.mmap(4, "rw", addr=2)
    child.mmap(4, "rw", addr=2)
    assert (lines(init), lines(child)) == (["2..6 rw A0 +4"], ["2..6 rw A8 +4"])
    child.mmap(30, "r", addr=10)
    assert lines(child)[1] == "10..40 r B0 +30"
    init.mmap(2, "r", addr=20)
    assert lines(init)[1] == "20..22 r A16 +2"


def test_a_space_lives_as_long_as_any_process_refers_to_it() -> None:
    init = classroom()
    init.mmap(4, "rw", addr=2)
    child = init.fork()
    init.exec()
    assert [space.name for space in init.machine.spaces] == ["A", "B"]
    child.exit()
    assert [space.name for space in init.machine.spaces] == ["B"]
    init.exit()
    assert init.machine.spaces == ()
    assert init.machine.processes == {}
    init.machine.check()


def test_what_became_of_the_indexes() -> None:
    init = classroom()
    init.mmap(6, "rw", addr=2)
    init.mmap(3, "rw", addr=10)
    init.mmap(4, "r", addr=30)
    init.munmap(30, 4)
    use = space_use(init.machine.state, 0)
    assert use.in_use == ((0, 6), (8, 11))
    assert use.reserved == ((6, 8), (11, 12))
    assert use.given_up == ((12, 20),)
    assert (use.space.next, use.space.left) == (20, 44)


def test_how_a_space_is_written() -> None:
    assert repr(AddressSpace(0, 64, 3)) == "AddressSpace(id=0, limit=64, next=3)"
    assert repr(AddressSpace(2, 64, parent=0)) == "AddressSpace(id=2, limit=64, next=0, parent=0)"


# Settings and the three presets


def test_the_settings_as_they_are_unless_given() -> None:
    assert repr(Lokier()) == (
        "Lokier(index_bits=32, proportion=1, minimum=4194304, mremap_reserves='exclusive', "
        "side='layout')"
    )


def test_a_proportion_is_a_fraction_of_millionths_at_least() -> None:
    assert Lokier(proportion=0.001).proportion == Fraction(1, 1000)
    assert Lokier(proportion=Fraction(1, 10**6)).proportion == Fraction(1, 10**6)
    assert Lokier(proportion=Fraction(1, 10**6 + 3)).proportion == Fraction(1, 10**6)


def test_the_ends_of_the_settings() -> None:
    assert Lokier(index_bits=64).limit == 2**64
    assert Lokier(index_bits=1, minimum=0).limit == 2


def test_what_it_weighs() -> None:
    init = classroom()
    assert init.machine.scheme.weight(init.machine.world) == 192
    init.mmap(2, "rw", addr=2)
    init.mmap(2, "r", addr=4)
    init.fork()
    assert init.machine.scheme.weight(init.machine.world) == 192 + 4 * 16


def test_the_presets() -> None:
    assert repr(Lokier.as_written()) == repr(Lokier(32, 1, 2**22))
    assert repr(Lokier.a_million()) == repr(Lokier(32, 1, 2**12))
    assert repr(Lokier.classroom()) == repr(Lokier(6, 1, 1))
    assert repr(Lokier.classroom(side="above")).endswith("side='above')")
    assert repr(Lokier(6, Fraction(1, 4), 1)).startswith("Lokier(index_bits=6, proportion=0.25, mi")


@pytest.mark.parametrize(
    ("scheme", "room"),
    [(Lokier.as_written(side="below"), 1023), (Lokier(22, 1, 2**12, side="below"), 1023)],
)
def test_the_number_as_written_is_room_for_a_thousand(scheme: Lokier, room: int) -> None:
    #   2**32 / 2**22 is 1024, and each mapping takes one index more than it reserves
    machine = Machine(scheme)
    init = machine.processes[1]
    for _ in range(room):
        init.mmap(1)
    assert len(machine.spaces) == 1
    init.mmap(1)
    assert len(machine.spaces) == 2
    assert Lokier.a_million().limit // (2**12 + 1) == 1_048_320


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("index_bits", 0, "index_bits is a whole number from 1 to 64, not 0"),
        ("index_bits", 65, "index_bits is a whole number from 1 to 64, not 65"),
        ("index_bits", 3.0, "index_bits is a whole number, not 3.0"),
        ("index_bits", True, "index_bits is a whole number, not True"),
        ("proportion", -1, "proportion is a number of 0 or more, not -1"),
        ("proportion", float("nan"), "proportion is a number of 0 or more, not nan"),
        ("proportion", float("inf"), "proportion is a number of 0 or more, not inf"),
        ("proportion", "1", "proportion is a number of 0 or more, not '1'"),
        ("minimum", -1, "minimum is a whole number of 0 or more, not -1"),
        ("mremap_reserves", "x", "mremap_reserves is one of 'exclusive', 'shared', not 'x'"),
        ("side", "left", "side is one of 'layout', 'above', 'below', not 'left'"),
    ],
)
def test_a_setting_that_makes_no_sense(name: str, value: object, message: str) -> None:
    with pytest.raises(SettingError) as caught:
        Lokier(**{name: value})  # type: ignore[arg-type]
    assert str(caught.value) == message
