"""Scenes and recordings: the shapes of the reference history, and what makes them stable."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonvma_book import SCHEMES, Lokier, Machine
from anonvma_book.picture import language
from anonvma_book.picture.deltas import change
from anonvma_book.picture.recording import Band, Recording
from anonvma_book.picture.ring import Arc
from anonvma_book.picture.scene import Ghost, MmScene
from anonvma_book.scenarios import SCENARIOS


@pytest.fixture
def wraps() -> Recording:
    return Recording(SCENARIOS["the counter wraps"].machine())


def vmas(picture: MmScene) -> list[tuple[str, int, int]]:
    return [(vma.key, vma.start, vma.end) for vma in picture.vmas]


def test_the_last_step_of_the_reference_history(wraps: Recording) -> None:
    shown = wraps.scenes[8]
    (mm,) = shown.mms
    assert vmas(mm) == [
        ("A0", 2, 8),
        ("A8", 10, 13),
        ("A12", 16, 24),
        ("A26", 24, 26),
        ("A20", 30, 33),
        ("B0", 36, 46),
    ]
    assert [vma.key for vma in mm.vmas if vma.new] == ["B0"]
    assert [(unit.start, unit.end) for unit in mm.units] == [
        (2, 8),
        (10, 13),
        (16, 26),
        (30, 33),
        (36, 46),
    ]
    (group,) = mm.groups
    assert (group.page, group.left_index, group.right_index) == (24, 20, 26)
    assert shown.movement == "wrap"
    assert shown.handed_out == 66


def test_reservations_lie_over_free_pages_and_say_what_they_are(wraps: Recording) -> None:
    (mm,) = wraps.scenes[8].mms
    found = {
        row.owner: (row.first, row.end, row.free_start, row.free_end, row.exclusive, row.notes[0])
        for row in mm.reserved
    }
    assert found == {
        "A0": (6, 8, 8, 10, False, "2 reserved for the hole"),
        "A8": (11, 12, 13, 14, False, "1 reserved, shared"),
        "A26": (28, 38, 26, 30, True, "10 reserved, exclusive"),
        "A20": (23, 26, 33, 36, False, "3 reserved, shared"),
        "B0": (10, 20, 46, 56, False, "10 reserved, shared"),
    }


def test_the_rings_tell_where_every_index_went(wraps: Recording) -> None:
    a, b = wraps.scenes[8].rings
    assert (a.closed, a.next, a.caption, a.bars) == (True, 46, "closed", (38,))
    assert a.note == "never handed out: 18 left, 20 needed"
    assert [arc for arc in a.arcs if arc.kind == "used"] == [
        Arc("used", 0, 6),
        Arc("used", 8, 11),
        Arc("used", 12, 20),
        Arc("used", 20, 23),
        Arc("used", 26, 28),
    ]
    assert a.arcs[-2:] == (Arc("given", 38, 46), Arc("unused", 46, 64))
    assert (b.closed, b.next, b.note) == (False, 20, "")
    covered = sorted((arc.first, arc.end) for arc in a.arcs)
    assert [first for first, _ in covered] == [0, *(end for _, end in covered[:-1])]


def test_a_group_waits_until_its_neighbour_has_grown() -> None:
    recording = Recording(SCENARIOS["a group"].machine())
    grown = recording.scenes[3]
    assert grown.movement == "group"
    late = {vma.key: vma.late for vma in grown.mms[0].vmas}
    assert late == {"A0": False, "A14": True, "A8": False}
    assert grown.mms[0].ghosts == (Ghost(2, 6, "A", 0),)
    assert not any(vma.late for vma in recording.scenes[4].mms[0].vmas)


def test_a_split_leaves_a_ghost_and_marks_what_changed() -> None:
    recording = Recording(SCENARIOS["a split"].machine())
    (mm,) = recording.scenes[2].mms
    assert [(vma.key, vma.new, vma.hatch) for vma in mm.vmas] == [
        ("A0", False, "blank"),
        ("A4", True, "right_diagonal_line"),
        ("A8", False, "blank"),
    ]
    assert mm.ghosts == (Ghost(6, 18, "A", 0),)


def test_a_claim_is_wiped_away_from_the_neighbour_and_outlines_what_was_reserved() -> None:
    (mm,) = Recording(SCENARIOS["good neighbours"].machine()).scenes[2].mms
    claimed = mm.vmas[1]
    assert (claimed.key, claimed.new, claimed.side) == ("A8", True, "left")
    assert mm.ghosts == (Ghost(8, 14, "A", 6),)


def test_a_claim_from_above_is_wiped_the_other_way() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48, layout="top-down")
    machine.run("a = mmap(6, 'rw', addr=30)\nb = mmap(3, 'r', addr=27)")
    (mm,) = Recording(machine).scenes[2].mms
    assert [(vma.key, vma.side) for vma in mm.vmas if vma.new] == [("A3", "right")]


def test_a_forks_child_is_there_at_once_and_has_its_scripts_name() -> None:
    recording = Recording(SCENARIOS["a fork"].machine())
    forked = recording.scenes[3]
    assert [(mm.pid, mm.name) for mm in forked.mms] == [(1, "init"), (2, "child")]
    assert not any(vma.new for mm in forked.mms for vma in mm.vmas)
    assert recording.scenes[5].movement == "move"
    assert recording.scenes[5].pid == 2


def test_files_have_no_indexes() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("f = mmap(4, 'r', addr=8, file=True)\nmunmap(f + 1, 1)")
    (mm,) = Recording(machine).scenes[2].mms
    assert [(vma.key, vma.letter, vma.role) for vma in mm.vmas] == [
        ("file8", "", "unit"),
        ("file10", "", "unit"),
    ]
    assert mm.reserved == ()


def test_following_records_only_what_is_new(wraps: Recording) -> None:
    machine = wraps.machine
    kept = wraps.scenes[:6]
    version = wraps.version
    assert wraps.follow() == 9
    assert wraps.version == version
    machine.go_to(5)
    machine.run("munmap(c, 2)")
    assert wraps.follow() == 6
    assert wraps.version == version + 1
    assert all(old is new for old, new in zip(kept, wraps.scenes, strict=False))
    assert len(wraps.scenes) == 7
    assert machine.position == 6


def test_the_frame_shows_small_tasks_whole_and_large_ones_where_they_are_mapped() -> None:
    small = Machine(Lokier.classroom(), task_pages=48)
    assert Recording(small).window() == (0, 48)
    large = Machine(Lokier.as_written(), task_pages=2**20)
    large.run("a = mmap(100, 'rw', addr=70000)\nmremap(a, 100, 300)")
    recording = Recording(large)
    start, end = recording.window()
    assert start <= 70000
    assert end >= 70300
    assert end - start < 1000
    (band,) = recording.bands()
    assert band.letters == ("A",)
    assert recording.states[-1].space(0).next <= band.top <= 2**24


def test_no_band_changes_while_stepping(wraps: Recording) -> None:
    assert wraps.bands() == [Band(("A",), 64), Band(("B",), 32)]
    position = wraps.machine.position
    for step in range(position):
        wraps.machine.go_to(step)
        assert wraps.bands() == [Band(("A",), 64), Band(("B",), 32)]


def test_address_spaces_that_were_freed_leave_their_band_to_later_ones() -> None:
    machine = Machine(Lokier.classroom(), task_pages=48)
    machine.run("\n".join(["a = mmap(20, 'rw', addr=1)", "munmap(a, 20)"] * 5))
    found = Recording(machine).bands()
    assert [band.letters for band in found] == [("A", "C", "E"), ("B", "D")]


def test_a_recording_is_plain_json_and_small(wraps: Recording) -> None:
    text = json.dumps(wraps.json())
    assert len(text) < 32_000
    part = wraps.json(first=8)
    assert part["first"] == 8
    assert len(part["scenes"]) == 1
    (mm,) = part["scenes"][0]["mms"]
    assert mm["vmas"]["cuts"] == [[5, 0, 1]]
    assert mm["vmas"]["rows"]["start"] == [36]


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_a_change_leads_from_one_table_to_the_next(before: list[int], after: list[int]) -> None:
    told = change(after, before)
    made, came, old = [], iter(told["rows"]), 0
    for at, gone, count in told["cuts"]:
        made += [*before[old:at], *islice(came, count)]
        old = at + gone
    assert made + before[old:] == after
    assert list(came) == []


def test_a_call_among_a_thousand_vmas_is_told_in_few_words() -> None:
    machine = Machine(Lokier.as_written(), task_pages=2**20)
    machine.run("a = mmap(2000, 'rw', addr=16)")
    machine.run("\n".join(f"mprotect({16 + 4 * n}, 1, 'r')" for n in range(500)))
    recording = Recording(machine)
    assert len(recording.states[-1].mms[0].vmas) == 1000
    assert len(json.dumps(recording.json(first=500))) < 6_000


def channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def luminance(color: str) -> float:
    red, green, blue = (channel(int(color[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [language.LIGHT, language.DARK], ids=["light", "dark"])
def test_every_colour_can_be_told_from_its_ground(theme: language.Theme) -> None:
    for role in ("A", "B", "C", "D", "given"):
        assert contrast(theme[role], theme["ground"]) >= 3
        assert contrast(theme[role], theme["panel"]) >= 3
    for role in ("A", "B", "C", "D", "unit"):
        assert contrast(theme[f"on_{role}"], theme[role]) >= 4.5
    for role in ("ink", "muted"):
        assert contrast(theme[role], theme["ground"]) >= 4.5
        assert contrast(theme[role], theme["panel"]) >= 4.5


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "lokier"])
def test_where_no_counter_hands_out_indexes_there_is_no_dial(scheme: str) -> None:
    machine = Machine(SCHEMES[scheme](), task_pages=48)
    machine.run("a = mmap(4, 'rw', addr=2)\nfault(a)\nb = mmap(3, 'rw', addr=20)\nfault(b)\nfork()")
    recording = Recording(machine)
    assert recording.frame_json()["counted"] is False
    assert {band.top for band in recording.bands()} == {48}
    for ring in recording.scenes[-1].rings:
        assert (ring.next, ring.closed, ring.note, ring.caption) == (None, False, "", "")
        assert {arc.kind for arc in ring.arcs} == {"used"}


def test_the_package_of_pictures_needs_nothing_but_the_standard_library(root: Path) -> None:
    for path in (root / "anonvma_book" / "picture").glob("*.py"):
        assert "anonvma_widgets" not in path.read_text()
        assert "bokeh" not in path.read_text().replace("Bokeh", "")
