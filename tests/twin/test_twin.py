"""The model of today's Linux against the running kernel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anonvma_book.calls import Call, Script
from anonvma_book.cli import main
from anonvma_book.live import LiveKernel, LiveUnavailable, kernel_version
from anonvma_book.schemes.linux_rules import HIDDEN, RULES
from anonvma_book.twin.generator import Generator
from anonvma_book.twin.pair import WINDOW_PAGES, Twin
from anonvma_book.twin.run import run
from anonvma_book.twin.shrink import replay, shrink
from tests.twin.rule_scripts import SCRIPTS


@pytest.fixture(scope="module")
def kernel() -> Iterator[LiveKernel]:
    try:
        if kernel_version() < (6, 17):
            pytest.skip("the rules compared are those of Linux 6.17 and later")
        live = LiveKernel(WINDOW_PAGES)
    except LiveUnavailable as error:
        pytest.skip(str(error))
    with live:
        yield live


def read(script: str) -> list[Call]:
    return list(Script.read(script).calls)


def test_twenty_thousand_calls_agree(kernel: LiveKernel) -> None:
    report = run(20_000, seed=2026)
    assert report.disagreement is None, str(report.disagreement)
    assert report.calls == 20_000
    assert min(report.made.values()) > 50, report.made
    assert report.refused > 500


def test_every_rule_has_a_script() -> None:
    assert set(SCRIPTS) == RULES.keys() - HIDDEN


@pytest.mark.parametrize("rule", sorted(SCRIPTS))
def test_a_rule_that_is_off_is_noticed(kernel: LiveKernel, rule: str) -> None:
    calls = read(SCRIPTS[rule])
    twin = Twin(kernel)
    try:
        assert replay(twin, calls) is None
    finally:
        twin.end()
    without = Twin(kernel, without=(rule,))
    try:
        assert replay(without, calls) is not None
    finally:
        without.end()


@pytest.mark.parametrize("rule", ["anon_vma", "new-index", "read-is-free", "inner-gaps"])
def test_random_histories_notice_it(kernel: LiveKernel, rule: str) -> None:
    report = run(10_000, seed=1, without=[rule])
    found = report.disagreement
    assert found is not None
    assert found.reproduced
    assert len(found.script.calls) < 15


def test_shrinking_leaves_what_matters(kernel: LiveKernel) -> None:
    noise = [Call.make("mmap", length=1, prot="r", addr=page, fixed=True) for page in range(9)]
    moved = "mmap(2, 'rw', addr=300)\nfault(300, write=False)\nmremap(300, 2, 2, to=310)"
    calls = [*noise, *read(moved), *noise]
    twin = Twin(kernel, without=("new-index",))
    try:
        assert shrink(twin, calls) is None  # one vma alone shows nothing
        calls += read("mmap(2, 'rw', addr=312, fixed=True)")
        found = shrink(twin, calls)
    finally:
        twin.end()
    assert found is not None
    assert [call.name for call in found[0]] == ["mmap", "mremap", "mmap"]


def test_the_models_own_rules_hold(kernel: LiveKernel) -> None:
    twin = Twin(kernel)
    try:
        for seed in range(12):
            twin.begin()
            generator = Generator(twin, seed)
            for number in range(150):
                call = generator.next_call()
                if call is None:
                    break
                assert twin.step(call) is None
                if number % 10 == 0:
                    twin.model.check()
    finally:
        twin.end()


def test_the_command(kernel: LiveKernel, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "--calls", "400", "--seed", "3", "--quiet"]) == 0
    assert "400 calls in histories 0 to 1 of seed 3: no disagreement" in capsys.readouterr().out
    assert main(["twin", "--calls", "5000", "--without", "account", "--quiet"]) == 1
    out = capsys.readouterr().out
    assert "a disagreement" in out
    assert "after, with nothing mapped before:\nmmap(" in out
