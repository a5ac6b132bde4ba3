"""What a step did, in one sentence, at most two: call, what, numbers, why.

    mmap put 3 pages at 10, two pages behind A0..6: it claims A8..11 from the reservation,
    and the hole keeps A6..8.

One function a call gives its sentences without capitals and full stops; :func:`narrate` picks
the function and finishes them. mremap, brk and fault are told in growing.py; what several calls
say is in clauses.py.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence

from anonvma_book.errors import MappingError
from anonvma_book.events import (
    Claimed,
    Exited,
    Forked,
    Freed,
    Grouped,
    Merged,
    Placed,
    Split,
    Wrapped,
)
from anonvma_book.picture.clauses import (
    Facts,
    fresh,
    given_up,
    loss,
    seams,
    vma_at,
    vmas_between,
    why_no_claim,
)
from anonvma_book.picture.growing import tell_brk, tell_fault, tell_mremap
from anonvma_book.picture.words import (
    NOTHING,
    PROTECTION_WORDS,
    capital,
    clauses,
    label,
    listed,
    pages,
    plural,
    replaced,
    word,
)
from anonvma_book.state import State
from anonvma_book.step import Step
from anonvma_book.vma import Vma, index_range, space_name


def narrate(step: Step, before: State, after: State) -> str:
    """One or two sentences on what ``step`` did; the states are those on either side of it."""
    facts = Facts(step, before, after)
    if step.error is not None:
        return f"{step.error}. What it had done by then stays" + _freed(facts) + "."
    first, *others = filter(None, TELLERS[step.call.name](facts))
    return ". ".join([first, *map(capital, others)]) + _freed(facts) + "."


def narrate_error(error: BaseException) -> tuple[str, str]:
    """What went wrong, and the name of its errno (empty where it has none).

    >>> narrate_error(MappingError("munmap", "length is 0", "EINVAL"))
    ('munmap: length is 0', 'EINVAL')
    """
    refusal = error if isinstance(error, MappingError) else error.__cause__
    if isinstance(refusal, MappingError):
        return str(error).removesuffix(f" ({refusal.code})"), refusal.code
    number = getattr(error, "errno", None)
    return str(error) or type(error).__name__, errno.errorcode.get(number or 0, "")


def _freed(facts: Facts) -> str:
    names = [space_name(event.space) for event in facts.events(Freed)]
    if not names:
        return ""
    spaces, so = ("space", "it is") if len(names) == 1 else ("spaces", "they are")
    return f"; nothing refers to {spaces} {listed(names)} any more, so {so} freed"


# mmap


def _mmap(facts: Facts) -> list[str]:
    start, length = facts.step.result or 0, facts.number("length")
    lead = f"mmap put {_what(facts, length)} at {start}{_not_as_asked(facts, start)}"
    lost = given_up(facts)
    if facts.given("file"):
        return [f"{lead}: it occupies addresses and gets no indexes", lost]
    joined = seams(facts, start, start + length)
    if facts.did(Claimed):
        return [_claim(facts, lead, joined), lost]
    placed = facts.events(Placed)
    if facts.did(Wrapped) or len(placed) > 1:
        return [lead, clauses([fresh(facts), *joined])]
    if not placed:
        return [": ".join(filter(None, [lead, clauses(joined)])), lost]
    why = "" if facts.unmapped else why_no_claim(facts, placed[0].vma)
    return [f"{lead}: {clauses([why + fresh(facts), *joined])}", lost]


def _what(facts: Facts, length: int) -> str:
    if facts.given("file"):
        return f"a file mapping of {pages(length)}"
    return f"a growsdown mapping of {pages(length)}" if facts.given("growsdown") else pages(length)


def _not_as_asked(facts: Facts, start: int) -> str:
    """What was in the way: pages that a fixed mapping replaced, or that a hint met."""
    if facts.unmapped:
        return f", over {replaced(facts.unmapped)}"
    if facts.given("addr") and facts.number("addr") != start:
        return f", for lack of room at {facts.number('addr')}"
    return ""


def _claim(facts: Facts, lead: str, joined: Sequence[str]) -> str:
    (claimed,) = facts.events(Claimed)
    vma, neighbour, gap = claimed
    behind = vma.start >= neighbour.end
    distance = plural(gap, "page") if gap else "right"
    lead += f", {distance} {'behind' if behind else 'before'} {label(neighbour)}"
    claims = f"it claims {label(vma)} from the reservation"
    return f"{lead}: {clauses([claims, *_after_claim(facts, claimed, behind, joined)])}"


def _after_claim(
    facts: Facts, claimed: Claimed, behind: bool, joined: Sequence[str]
) -> Sequence[str]:
    """What the hole keeps; without a hole, the neighbour may have grown."""
    vma, neighbour, gap = claimed
    if gap:
        first = neighbour.index_end if behind else vma.index_end
        return [f"the hole keeps {index_range(vma.space or 0, first, first + gap)}", *joined]
    whole = vma_at(facts.after, vma.start)
    grown = whole.start < vma.start if behind else whole.end > vma.end
    if grown and len(facts.events(Merged)) == 1:
        return [f"that vma grows to {label(whole)}", *joined[1:]]
    return joined


# munmap


def _munmap(facts: Facts) -> list[str]:
    start = facts.number("start")
    end = start + facts.number("length")
    hit = vmas_between(facts.before, start, end)
    if not hit:
        return [f"munmap found no page mapped in {start}..{end}; {NOTHING}"]
    what = f"pages {start}..{end}"
    if facts.unmapped < end - start:
        what = f"{pages(facts.unmapped)} in {start}..{end}"
    return [f"munmap removed {what}: {_cut(hit, start, end)}", loss(facts)]


def _cut(hit: Sequence[Vma], start: int, end: int) -> str:
    """What became of the vmas that lost pages ``start..end``."""
    cut = [vma for vma in hit if vma.start < start or vma.end > end]
    gone = len(hit) - len(cut)
    if len(hit) == 1 and cut and cut[0].start < start and cut[0].end > end:
        return "one vma became two"
    if len(hit) == 1 and cut:
        border = f"ends at {start}" if cut[0].start < start else f"starts at {end}"
        return f"the vma at {cut[0].start} now {border}"
    parts = []
    if gone:
        parts.append(f"{plural(gone, 'vma')} {'is' if gone == 1 else 'are'} gone")
    if cut:
        vmas = word(len(cut)) if gone else plural(len(cut), "vma")
        parts.append(f"{vmas} {'is' if len(cut) == 1 else 'are'} shorter")
    return listed(parts)


# mprotect


def _mprotect(facts: Facts) -> list[str]:
    start = facts.number("start")
    end = start + facts.number("length")
    how = PROTECTION_WORDS[str(facts.step.arguments["prot"])]
    if start == end:
        return [f"mprotect was given no pages; {NOTHING}"]
    if not facts.step.events:
        return [f"mprotect left pages {start}..{end} {how}, as they were; {NOTHING}"]
    changes = clauses([_pieces_changed(facts), *_grouped(facts)])
    return [f"mprotect made pages {start}..{end} {how}", f"{changes}; no index changed"]


def _madvise(facts: Facts) -> list[str]:
    start = facts.number("start")
    end = start + facts.number("length")
    advice = facts.step.arguments["advice"]
    if facts.before == facts.after:
        return [f"madvise said {advice} about pages {start}..{end}; {NOTHING}"]
    return [f"madvise said {advice} about pages {start}..{end}", _pieces_changed(facts)]


def _pieces_changed(facts: Facts) -> str:
    """How many vmas became how many, of those that are not the same before and after."""
    before, after = set(facts.before.vmas), set(facts.after.vmas)
    old, new = _without_groups(before - after), _without_groups(after - before)
    gone, come = len(old - new), len(new - old)
    if gone != come:
        return f"{plural(gone, 'vma')} became {word(come)}"
    if facts.did(Split) and facts.did(Merged):
        return f"{'the border' if gone == 2 else 'borders'} between {plural(gone, 'vma')} moved"
    return "no vma was split or merged"


def _without_groups(vmas: set[Vma]) -> set[Vma]:
    return {vma._replace(group=False) for vma in vmas}


def _grouped(facts: Facts) -> list[str]:
    groups = facts.events(Grouped)
    if len(groups) == 1:
        left, right = groups[0]
        return [f"the group flag joins those at {left.start} and {right.start}"]
    return [f"the group flag joins {word(len(groups))} pairs of vmas"] if groups else []


# fork, exec, exit


def _fork(facts: Facts) -> list[str]:
    (forked,) = facts.events(Forked)
    lead = f"fork made process {forked.child} as a copy of process {facts.step.pid}"
    vmas, present = len(facts.before.vmas), len(facts.before.ptes)
    if not vmas:
        return [f"{lead}, which has no vmas"]
    same = "the same vma" if vmas == 1 else f"the same {plural(vmas, 'vma')}"
    shared = f"{pages(present)} that both map until one writes" if present else "no page yet"
    return [f"{lead}: {same} at the same indexes, and {shared}"]


def _exec(facts: Facts) -> list[str]:
    lead = f"exec started a new program in process {facts.step.pid}: {_all_gone(facts)}"
    if facts.after.space is None:
        return [lead]
    return [f"{lead}, and indexes now come from space {space_name(facts.after.space)}"]


def _exit(facts: Facts) -> list[str]:
    return [f"exit ended process {facts.step.pid}: {_all_gone(facts)}"]


def _all_gone(facts: Facts) -> str:
    (exited,) = facts.events(Exited)
    if not exited.vmas:
        return "it had no vmas"
    return "its vma is gone" if exited.vmas == 1 else f"its {plural(exited.vmas, 'vma')} are gone"


TELLERS: dict[str, Callable[[Facts], list[str]]] = {
    "mmap": _mmap,
    "munmap": _munmap,
    "mprotect": _mprotect,
    "madvise": _madvise,
    "mremap": tell_mremap,
    "brk": tell_brk,
    "fault": tell_fault,
    "fork": _fork,
    "exec": _exec,
    "exit": _exit,
}
"""Who tells of which call."""
