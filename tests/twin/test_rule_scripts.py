"""What each rule's script ends in on the model alone: with the rule, and without it.

With the rule it is what Linux 6.18 does; ``test_twin.py`` asks the running kernel.

300..302 rw+ac; 304..306 r   the vmas of a process; ac: accounted, nr: not reserved, dc: not in a
                             child, dd: not in a dump, wf: empty in a child
...; ... | ... | ENOMEM      those of the parent, those of its child, and how a call was refused
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from anonvma_book import Machine, MappingError, Script
from anonvma_book.schemes import AnonVmaChain
from anonvma_book.vma import Vma
from tests.twin.rule_scripts import SCRIPTS

LETTERS = {
    "account": "ac",
    "noreserve": "nr",
    "dontfork": "dc",
    "dontdump": "dd",
    "wipeonfork": "wf",
}

ENDS: dict[str, tuple[str, str]] = {
    "anon_vma": (
        "300..303 rw+ac; 303..305 rw+ac",
        "300..305 rw+ac",
    ),
    "fork-child": (
        "300..302 rw+ac | 300..302 rw+ac; 302..304 rw+ac",
        "300..302 rw+ac | 300..304 rw+ac",
    ),
    "three-way": (
        "300..303 rw+ac; 303..305 rw+ac",
        "300..305 rw+ac",
    ),
    "reuse": (
        "300..304 rw+ac",
        "300..302 rw+ac; 302..304 rw+ac",
    ),
    "reuse-next-first": (
        "300..302 rw+ac; 302..306 rw+ac",
        "300..304 rw+ac; 304..306 rw+ac",
    ),
    "reuse-single": (
        "300..302 rw+ac | 300..302 rw+ac; 302..304 rw+ac",
        "300..302 rw+ac | 300..304 rw+ac",
    ),
    "reuse-linear": (
        "300..310 rw+ac; 310..312 rw+ac; 320..322 rw+ac",
        "300..312 rw+ac; 320..322 rw+ac",
    ),
    "reuse-any-access": (
        "300..304 rw+ac",
        "300..302 rw+ac; 302..304 rw+ac",
    ),
    "new-index": (
        "310..314 rw+ac",
        "310..312 rw+ac; 312..314 rw+ac",
    ),
    "read-is-free": (
        "310..314 rw+ac",
        "310..312 rw+ac; 312..314 rw+ac",
    ),
    "fork-own": (
        "300..302 rw+ac | 300..302 rw+ac; 302..304 rw+ac",
        "300..302 rw+ac | 300..304 rw+ac",
    ),
    "dontfork": (
        "300..302 rw+ac+dc |",
        "300..302 rw+ac+dc | 300..302 rw+ac+dc",
    ),
    "wipeonfork": (
        "300..302 rw+ac+wf | 300..304 rw+ac+wf",
        "300..302 rw+ac+wf | 300..302 rw+ac+wf; 302..304 rw+ac+wf",
    ),
    "account": (
        "300..302 r+ac; 302..304 r",
        "300..304 r",
    ),
    "account-never-written": (
        "300..304 r",
        "300..302 r+ac; 302..304 r",
    ),
    "account-later": (
        "300..304 rw+ac",
        "300..302 rw; 302..304 rw+ac",
    ),
    "noreserve": (
        "300..302 rw+nr",
        "300..302 rw+ac+nr",
    ),
    "mprotect-same": (
        "300..303 rw+ac; 303..305 rw+ac; 320..322 rw+ac",
        "300..305 rw+ac; 320..322 rw+ac",
    ),
    "mprotect-hole": (
        "300..302 r; 304..306 rw+ac | ENOMEM",
        "300..302 rw+ac; 304..306 rw+ac | ENOMEM",
    ),
    "madvise-hole": (
        "300..302 rw+ac+dd; 304..306 rw+ac+dd | ENOMEM",
        "300..302 rw+ac+dd; 304..306 rw+ac | ENOMEM",
    ),
    "moved-inherited": (
        "300..302 rw+ac | 300..302 rw+ac; 302..304 rw+ac",
        "300..302 rw+ac | 300..304 rw+ac",
    ),
    "many-at-once": (
        "320..322 rw+ac; 322..324 r",
        "300..302 rw+ac; 302..304 r | EFAULT",
    ),
    "inner-gaps": (
        "320..322 rw+ac; 324..326 rw+ac",
        "320..324 rw+ac",
    ),
    "extend-joins": (
        "300..306 rw+ac",
        "300..304 rw+ac; 304..306 rw+ac",
    ),
    "extend-inherited": (
        "300..302 rw+ac | 300..305 rw+ac",
        "300..302 rw+ac | 300..303 rw+ac; 303..305 rw+ac",
    ),
    "one-vma": (
        "300..302 rw+ac; 302..304 r | EFAULT",
        "634..640 rw+ac",
    ),
    "shrink-anything": (
        "300..301 rw+ac",
        "300..302 rw+ac; 302..304 r | EFAULT",
    ),
    "dontunmap-unlinks": (
        "320..322 rw+ac; 340..344 rw+ac",
        "320..322 rw+ac; 340..342 rw+ac; 342..344 rw+ac",
    ),
    "dontunmap-account": (
        "300..302 rw+ac; 320..322 rw+ac",
        "300..302 rw; 320..322 rw+ac",
    ),
    "growth-prepares": (
        "300..303 rw+ac; 303..305 rw+ac",
        "300..305 rw+ac",
    ),
    "growth-stays": (
        "599..602 none | SIGSEGV",
        "600..602 none | SIGSEGV",
    ),
    "guard-gap": (
        "300..302 rw+ac; 310..312 rw+ac | SIGSEGV",
        "300..302 rw+ac; 309..312 rw+ac",
    ),
    "guard-inaccessible": (
        "300..302 none; 309..312 rw+ac",
        "300..302 none; 310..312 rw+ac | SIGSEGV",
    ),
    "guard-growsdown": (
        "300..302 rw+ac; 309..312 rw+ac",
        "300..302 rw+ac; 310..312 rw+ac | SIGSEGV",
    ),
    "search-gap": (
        "342..344 rw+ac; 600..602 rw+ac; 602..640 r",
        "598..600 rw+ac; 600..602 rw+ac; 602..640 r",
    ),
}
"""For each rule: the end with it, and the end without it."""


def end(rule: str, without: Sequence[str]) -> str:
    machine = Machine(
        AnonVmaChain(without=without, first_index=2**20),
        task_pages=640,
        layout="top-down",
        guard_gap=256,
    )
    refused = []
    for call in Script.read(SCRIPTS[rule]).calls:
        try:
            machine.apply(call)
        except MappingError as error:
            refused.append(error.code)
    if not without:
        machine.check()
    processes = [
        "; ".join(word(vma) for vma in process.vmas) for process in machine.processes.values()
    ]
    return " | ".join([*processes, *refused]).strip()


def word(vma: Vma) -> str:
    flags = "".join(f"+{LETTERS[flag]}" for flag in sorted(vma.flags))
    return f"{vma.start}..{vma.end} {vma.protection}{flags}"


@pytest.mark.parametrize("rule", SCRIPTS)
def test_with_the_rule(rule: str) -> None:
    assert end(rule, ()) == ENDS[rule][0]


@pytest.mark.parametrize("rule", SCRIPTS)
def test_without_it(rule: str) -> None:
    assert end(rule, [rule]) == ENDS[rule][1]
