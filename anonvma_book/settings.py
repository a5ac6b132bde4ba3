"""The settings of a lab: a scheme and its numbers, the task, the layout; read, shown, applied.

    {"scheme": "lokier", "index_bits": 6, "proportion": "1", "minimum": 1,
     "mremap_reserves": "exclusive", "side": "layout", "task_pages": 48, "layout": "bottom-up"}

A setting that is not given stays as the machine has it. A scheme that keeps its name is kept as
it is, with whatever it was made with; Lokier's is made anew from its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from anonvma_book.errors import SettingError
from anonvma_book.machine import LAYOUTS, Machine
from anonvma_book.picture.rivals import NAMES
from anonvma_book.schemes import SCHEMES, Lokier, Scheme, name_of, scheme_named
from anonvma_book.schemes.lokier import KINDS_OF_RESERVATION, SIDES

PRESETS = {
    "classroom": Lokier.classroom,
    "as written": Lokier.as_written,
    "a million": Lokier.a_million,
}

LARGEST_TASK = 2**32
"""Pages of a task that is asked for in a page: more than any history there fills."""

MOST_PIECES = 64
"""A task has at most so many times the indexes of an address space: a mapping that fills it is cut
into as many vmas."""


def settings_json(machine: Machine) -> dict[str, Any]:
    """The settings of a machine, as plain values."""
    return {
        **scheme_json(machine.scheme),
        "task_pages": machine.settings["task_pages"],
        "layout": machine.settings["layout"],
    }


def scheme_json(scheme: Scheme) -> dict[str, Any]:
    """A scheme's name, and Lokier's numbers with his."""
    numbers = lokier_json(scheme) if type(scheme) is Lokier else {}
    return {"scheme": name_of(scheme), **numbers}


def lokier_json(scheme: Lokier) -> dict[str, Any]:
    """The numbers of Lokier's scheme; the proportion as text, since it may be a fraction."""
    return {
        "index_bits": scheme.index_bits,
        "proportion": str(scheme.proportion),
        "minimum": scheme.minimum,
        "mremap_reserves": scheme.mremap_reserves,
        "side": scheme.side,
    }


def choices_json() -> dict[str, Any]:
    """What there is to choose from."""
    schemes = [{"name": name, "label": f"{name}: {NAMES[name].when}"} for name in SCHEMES]
    return {
        "scheme": schemes,
        "presets": {name: lokier_json(make()) for name, make in PRESETS.items()},
        "mremap_reserves": list(KINDS_OF_RESERVATION),
        "side": list(SIDES),
        "layout": list(LAYOUTS),
    }


def with_settings(machine: Machine, given: Mapping[str, object]) -> Machine:
    """An empty machine like another, with what is given; SettingError says what is wrong."""
    for name, value in given.items():
        if not isinstance(value, (str, int, float, Fraction)):
            raise SettingError(f"{name} is a number or a word, not a {type(value).__name__}")
    wanted: dict[str, object] = {**settings_json(machine), **given}
    task = _number("task_pages", wanted["task_pages"])
    if task > LARGEST_TASK:
        raise SettingError(f"task_pages is at most {LARGEST_TASK} here, not {task}")
    same_task = task == machine.world.task_pages
    heap = machine.settings["brk_start"] if same_task else None
    scheme, layout = scheme_of(wanted, machine.scheme), str(wanted["layout"])
    if isinstance(scheme, Lokier) and task > MOST_PIECES * scheme.limit:
        raise SettingError(
            f"task_pages is at most {MOST_PIECES} times the {scheme.limit} indexes of an address "
            f"space here, not {task}"
        )
    return machine.like(scheme, task_pages=task, layout=layout, brk_start=heap)


def scheme_of(wanted: Mapping[str, object], own: Scheme) -> Scheme:
    """The scheme that settings name; ``own`` itself where it is that. May raise SettingError."""
    name = str(wanted["scheme"])
    if name == "lokier":
        numbers = {**lokier_json(Lokier.classroom()), **wanted}
        return Lokier(
            _number("index_bits", numbers["index_bits"]),
            _fraction("proportion", numbers["proportion"]),
            _number("minimum", numbers["minimum"]),
            str(numbers["mremap_reserves"]),
            str(numbers["side"]),
        )
    return own if name == name_of(own) else scheme_named(name)


def _number(name: str, value: object) -> int:
    """A whole number, also where it is written as text."""
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or len(text) > 20:
        raise SettingError(f"{name} is a whole number of 0 or more, not {text[:30]!r}")
    return int(text)


def _fraction(name: str, value: object) -> Fraction:
    """A number of 0 or more: "1", "0.5" or "1/3"."""
    text = str(value).strip()
    try:
        if len(text) > 20 or "e" in text.lower():
            raise ValueError
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise SettingError(
            f"{name} is a number of 0 or more, such as 1, 0.5 or 1/3, not {text[:30]!r}"
        ) from None
