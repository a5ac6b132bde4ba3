"""What mremap, brk and fault did: the calls under which something grows, shrinks or moves.

    mremap grew the unit at 16 from 4 to 10 pages: its reservation held 4, so a second vma
    took A26..28 and reserves 10 more.

Each ``tell_`` function gives one or two sentences without capitals and full stops.
"""

from __future__ import annotations

from anonvma_book.events import (
    Claimed,
    Copied,
    Faulted,
    FirstWrite,
    Moved,
    Placed,
    Unmapped,
    Wrapped,
)
from anonvma_book.picture.clauses import Facts, fresh, growth, loss, seams, vmas_between
from anonvma_book.picture.words import (
    NOTHING,
    clauses,
    index_name,
    label,
    pages,
    range_list,
    replaced,
    united,
    word,
)
from anonvma_book.vma import ANONYMOUS, FILE, space_name

# mremap


def tell_mremap(facts: Facts) -> list[str]:
    """In place: the same length, shorter, longer; or moved."""
    old, length, new = (facts.number(name) for name in ("old", "old_length", "new_length"))
    if facts.did(Moved):
        return _move(facts, old, length, new)
    what, _ = _subject(facts, old, length)
    if new == length:
        return [f"mremap left {what} at {pages(length)}; {NOTHING}"]
    change = f"{what} from {length} to {pages(new)}"
    if new < length:
        if not facts.step.events:
            return [f"mremap shrank {change}, of which none was mapped behind; {NOTHING}"]
        return [f"mremap shrank {change}", loss(facts)]
    if facts.unit_before(old).kind == FILE:
        return [f"mremap grew {change}: a file mapping has no indexes"]
    grown = growth(facts, facts.vmas_in_unit(old), old + length)
    return [f"mremap grew {change}: {clauses([grown, *seams(facts, None, old + new)])}"]


def _subject(facts: Facts, old: int, length: int) -> tuple[str, bool]:
    """The old range as a reader knows it, and whether it is a whole unit."""
    end = old + length
    unit = facts.unit_before(old)
    name = "file mapping" if unit.kind == FILE else "unit"
    if (unit.start, unit.end) == (old, end):
        return f"the {name} at {old}", True
    part = f" of the {name} at {unit.start}" if end <= unit.end else ""
    return f"pages {old}..{end}{part}", False


def _move(facts: Facts, old: int, length: int, new: int) -> list[str]:
    to = facts.step.result or 0
    what, whole = _subject(facts, old, length)
    lead = f"mremap moved {what} to {to}"
    if facts.given("dont_unmap"):
        lead += " and left the old pages mapped and empty"
    elif new != length:
        it = "it" if whole else "them"
        lead += f" and {'grew' if new > length else 'shrank'} {it} from {length} to {pages(new)}"
    if not facts.given("to") and not facts.given("dont_unmap"):
        lead += f", because {_why_moved(facts, old, length, new)}"
    in_the_way = sum(
        min(event.vma.end, to + new) - max(event.vma.start, to)
        for event in facts.events(Unmapped)
        if event.vma.start < to + new and event.vma.end > to
    )
    if in_the_way:
        lead += f", over {replaced(in_the_way)}"
    return [lead, "; ".join(filter(None, _after_move(facts, to, length, new, whole)))]


def _why_moved(facts: Facts, old: int, length: int, new: int) -> str:
    if old + length < facts.unit_before(old).end:
        return "the range ends inside its unit"
    task = facts.state_before.task_pages
    return f"the task ends at {task}" if old + new > task else "the pages behind are not free"


def _after_move(facts: Facts, to: int, length: int, new: int, whole: bool) -> list[str]:
    """What it keeps, what it got, what it touches, what is lost."""
    moved = [event.after for event in facts.events(Moved)]
    if moved[0].kind == FILE:
        return ["a file mapping has no indexes", loss(facts)]
    if any(event.before.pgoff != event.after.pgoff for event in facts.events(Moved)):
        it = "its" if whole else "their"
        return [f"{it} indexes are the new addresses", *_copies(facts), *seams(facts, to, to + new)]
    parts = united((vma.space or 0, vma.pgoff, vma.index_end) for vma in moved)
    if len(moved) > 1:
        keeps = f"{'its' if whole else 'their'} {word(len(moved))} vmas keep"
    else:
        keeps = "it keeps" if whole else "they keep"
    told = [f"{keeps} {range_list(parts)}"]
    if facts.given("dont_unmap"):
        told += _left_behind(facts)
    elif new > length:
        told.append(growth(facts, len(moved), to + length))
    else:
        told[0] += ", so no page is touched"
    return [*told, *seams(facts, to, to + new), loss(facts)]


def _copies(facts: Facts) -> list[str]:
    """Pages that could not move, because another process maps them."""
    number = len(facts.events(Copied))
    if not number:
        return []
    return [
        f"{pages(number)} that another process maps, too, {'is' if number == 1 else 'are'} copied"
    ]


def _left_behind(facts: Facts) -> list[str]:
    """What dont_unmap's old range got."""
    for claimed in facts.events(Claimed):
        neighbour = label(claimed.neighbour)
        return [f"the old pages claim {label(claimed.vma)} from the reservation of {neighbour}"]
    many = len(facts.events(Placed)) != 1
    return [fresh(facts, "the old pages") if many else f"for the old pages {fresh(facts)}"]


# brk


def tell_brk(facts: Facts) -> list[str]:
    """Asked, shorter, longer."""
    start, old = facts.before.brk_start, facts.before.brk
    end = facts.step.result or 0
    if end == old:
        return [f"brk told where the heap ends, at page {end}; {NOTHING}"]
    change = f"the heap at {start} from {old - start} to {pages(end - start)}"
    if end < old:
        return [f"brk shrank {change}", loss(facts)]
    joined = seams(facts, None, end)
    last = vmas_between(facts.before, old - 1, old)
    if last and last[0].protection == "rw" and last[0].kind == ANONYMOUS:
        whose = "its reservation" if old > start else "the reservation of its neighbour"
        grown = growth(facts, facts.vmas_in_unit(old - 1), old, whose=whose)
        return [f"brk grew {change}: {clauses([grown, *joined])}"]
    got = clauses([fresh(facts), *joined])
    if facts.did(Wrapped) or len(facts.events(Placed)) > 1:
        return [f"brk grew {change}", got]
    return [f"brk grew {change}: {got}"]


# fault


def tell_fault(facts: Facts) -> list[str]:
    """Nothing to do, a new page, a copy; below a stack, first its growth."""
    page = facts.number("page")
    there = [pte for pte in facts.before.ptes if pte.page == page]
    lead = f"fault {'wrote' if facts.given('write') else 'read'} page {page}"
    for copied in facts.events(Copied):
        same = "at the same index" if there[0].space == copied.space else "with index"
        return [
            f"{lead}, which another process maps, too: frame {copied.frame} is its own copy "
            f"of frame {copied.source}, {same} {index_name(copied.space, copied.index)}"
        ]
    for faulted in facts.events(Faulted):
        index = index_name(faulted.space, faulted.index)
        made = f"frame {faulted.frame} with index {index} came into being"
        if not vmas_between(facts.before, page, page + 1):
            return [f"{lead}, so {_grew_down(facts, page)}", made]
        return [f"{lead}: {clauses([*_first_write(facts), made])}"]
    if not vmas_between(facts.before, page, page + 1):
        return [f"{lead}, so {_grew_down(facts, page)}"]
    if facts.unit_before(page).kind == FILE:
        return [f"{lead} of a file mapping, which has no anonymous pages; {NOTHING}"]
    if not there:
        return [f"{lead} of a vma that was never written, and no page came into being; {NOTHING}"]
    return [f"{lead}, which is there already; {NOTHING}"]


def _first_write(facts: Facts) -> list[str]:
    """The space that the vma got with its first write, where it did not have one before."""
    return [
        f"the first write to its vma {'opens' if opened else 'shares'} space "
        f"{space_name(vma.space or 0)}{'' if opened else ' with its neighbour'}"
        for vma, opened in facts.events(FirstWrite)
    ]


def _grew_down(facts: Facts, page: int) -> str:
    first = next(vma for vma in facts.before.vmas if vma.start > page)
    unit = facts.unit_before(first.start)
    new = unit.pages + first.start - page
    grown = growth(facts, facts.vmas_in_unit(first.start), first.start, up=False)
    return (
        f"the unit at {unit.start} grew down from {unit.pages} to {pages(new)}: "
        f"{clauses([grown, *seams(facts, page, None)])}"
    )
