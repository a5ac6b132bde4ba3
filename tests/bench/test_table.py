"""The tables of ``make bench`` have what was measured, and nothing else."""

from __future__ import annotations

from tests.bench.__main__ import Rates, Row, table
from tests.bench.calls import SIZES, Kernel, Model


def mixed(who: str, *rates: float) -> Rates:
    """Rates at the first sizes."""
    return {Row("mixed", who, size): rate for size, rate in zip(SIZES, rates, strict=False)}


def test_calls_are_compared_where_both_were_measured() -> None:
    assert table(mixed(Model.name, 600, 500, 400) | mixed(Kernel.name, 1200, 1250, 2000)) == (
        "| calls a second | 10 vmas | 1,000 vmas | 30,000 vmas |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| mixed: anonvma_book | 600 | 500 | 400 |\n"
        "| mixed: the kernel, through ctypes | 1,200 | 1,250 | 2,000 |\n"
        "| the model's share of it | 0.50 | 0.40 | 0.20 |\n"
        "| cost of a mixed call, against 10 vmas | 1.00 | 1.20 | 1.50 |"
    )


def test_a_part_of_the_measurements_gives_a_part_of_the_tables() -> None:
    walks = "| | vmas | a second |\n| --- | ---: | ---: |\n| walks: anonvma_book | 10 | 7 |"
    assert table({Row("walks", Model.name, 10): 7.0} | mixed(Model.name, 600, 500)) == walks
    assert table({}) == ""
