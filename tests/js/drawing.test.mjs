// From scenes to the columns of Bokeh's sources: data, not pixels on a screen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bandScale, pageScale } from "../../widgets/anonvma_widgets/js/scale.js";
import { changedRows, columnsOf, readScenes, rowsOf } from "../../widgets/anonvma_widgets/js/rows.js";
import { dialData, ghostHands, ringsAt } from "../../widgets/anonvma_widgets/js/dials.js";
import { planeData, planeNotes, reservedLine, rugData } from "../../widgets/anonvma_widgets/js/plane.js";
import { stillPicture } from "../../widgets/anonvma_widgets/js/picture.js";
import { stripData, stripFrame } from "../../widgets/anonvma_widgets/js/strip.js";
import { MEASURES, mm, vma } from "./scenes.mjs";

const LOOK = new Proxy({}, { get: (_, role) => `<${String(role)}>` });
const LANGUAGE = { measures: MEASURES, hatch: { scale: 16, dot_scale: 8, alpha: 0.55, weight: 1.3 } };
const SCALE = pageScale([0, 48], 768, MEASURES);
const BANDS = bandScale([{ letters: ["A"], top: 64 }, { letters: ["B"], top: 32 }], MEASURES);
const RESERVED = {
  owner: "A26", letter: "A", role: "A", first: 28, end: 38, page: 26, side: "above", exclusive: true,
  free_start: 26, free_end: 30, notes: ["10 reserved, exclusive", "10 reserved"],
};
const GROUP = { page: 24, left: "A12", left_letter: "A", left_index: 20, right: "A26", right_letter: "A", right_index: 26 };
const MM = mm([vma("A", 12, 16, 24), vma("A", 26, 24, 26, { new: true, hatch: "dot" })], {
  units: [{ start: 16, end: 26, role: "unit", hatch: "blank", labels: ["16..26 rw", "rw"] }],
  reserved: [RESERVED],
  groups: [GROUP],
  ghosts: [{ start: 16, end: 20, letter: "A", first: 12 }],
});
const RING = {
  letter: "A", role: "A", limit: 64, next: 38, closed: false, caption: "next 38", note: "",
  arcs: [{ kind: "used", first: 12, end: 20 }, { kind: "reserved", first: 28, end: 38 }], bars: [38],
};
const CLOSED = { ...RING, closed: true, caption: "closed", note: "never handed out: 26 left", arcs: [...RING.arcs, { kind: "unused", first: 38, end: 64 }] };
const NEW = { ...RING, letter: "B", role: "B", next: 20, arcs: [{ kind: "used", first: 0, end: 10 }], bars: [] };

test("tables become rows and rows columns", () => {
  assert.deepEqual(rowsOf({ a: [1, 2], b: [3, 4] }), [{ a: 1, b: 3 }, { a: 2, b: 4 }]);
  assert.deepEqual(columnsOf([], ["x"]), { x: [] });
});

test("a change leaves the rows that stay the same objects", () => {
  const before = [{ n: 1 }, { n: 2 }, { n: 3 }];
  const after = changedRows({ cuts: [[1, 1, 2]], rows: { n: [7, 8] } }, before);
  assert.deepEqual(after, [{ n: 1 }, { n: 7 }, { n: 8 }, { n: 3 }]);
  assert.ok(after[0] === before[0] && after[3] === before[2]);
  assert.equal(changedRows({ cuts: [], rows: [] }, before), before);
});

test("scenes are put together from changes, near and far, again and again", () => {
  const first = { number: 0, mms: [{ pid: 1, vmas: { key: ["A0"] } }], rings: [], twin: ["one", "end"] };
  const next = (number) => ({
    number, mms: [{ pid: 1, vmas: { cuts: [[number, 0, 1]], rows: { key: [`A${number}`] } } }], rings: [],
    twin: { cuts: [[0, 1, 1]], rows: [`step ${number}`] },
  });
  const scenes = readScenes([first]);
  scenes.push(...readScenes(Array.from({ length: 200 }, (_, place) => next(place + 1)), scenes[0]));
  for (const number of [200, 3, 150, 0]) {
    assert.equal(scenes[number].mms[0].vmas.length, number + 1);
    assert.equal(scenes[number].mms[0].vmas.at(-1).key, `A${number}`);
    assert.equal(scenes[number].twin, number ? `step ${number}\nend` : "one\nend");
  }
  assert.equal(scenes[4].mms[0].vmas[2], scenes[9].mms[0].vmas[2]);
});

test("all columns of a source are equally long", () => {
  const picture = stillPicture(MM, 1);
  const data = {
    ...stripFrame(SCALE, LOOK, MEASURES),
    ...stripData(picture, SCALE, LOOK, LANGUAGE, null),
    ...planeData(picture, SCALE, BANDS, LOOK, MEASURES, null),
    ...planeNotes(picture, [RING], SCALE, BANDS, LOOK, MEASURES),
    ...rugData([RING], SCALE, BANDS, LOOK),
    ...dialData([RING, NEW], BANDS.bands, LOOK, MEASURES, null),
  };
  for (const [name, columns] of Object.entries(data)) {
    const lengths = new Set(Object.values(columns).map((values) => values.length));
    assert.equal(lengths.size, 1, name);
    assert.ok(Object.values(columns).flat(2).every((value) => value !== undefined && !Number.isNaN(value)), name);
  }
});

test("the strip: two lanes, a staple, a reservation with its true count and its bar", () => {
  const data = stripData(stillPicture(MM, 0), SCALE, LOOK, LANGUAGE, null);
  assert.deepEqual(data.units.label, ["16..26 rw"]);
  assert.deepEqual(data.vmas.key, ["A12", "A26"]);
  assert.deepEqual([data.vma_hatches.hatch, data.vma_hatches.hatch_scale], [["dot"], [8]]);
  assert.deepEqual(data.vma_hatches.alpha, [0.55]);
  assert.deepEqual(data.vma_labels.background, [null, "<A>"]);
  assert.deepEqual(data.new_vmas.key, ["A26"]);
  assert.deepEqual(data.staples.page, [24]);
  assert.deepEqual(data.strip_counts.text, ["+10"]);
  assert.equal(data.strip_bars.x0.length, 1);
  assert.equal(data.strip_ghosts.xs.length, 0);
});

test("hovering dims everything else", () => {
  const hover = { ...MM.vmas[0], endIndex: 20 };
  const strip = stripData(stillPicture(MM, 0), SCALE, LOOK, LANGUAGE, hover);
  assert.deepEqual(strip.vmas.alpha, [1, 0.35]);
  assert.deepEqual(strip.units.alpha, [1]);
  const plane = planeData(stillPicture(MM, 0), SCALE, BANDS, LOOK, MEASURES, hover);
  assert.deepEqual(plane.diagonals.alpha, [1, 0.35]);
  const dial = dialData([RING], BANDS.bands, LOOK, MEASURES, hover);
  assert.deepEqual(dial.ring_arcs.alpha, [1, 0.35]);
});

test("the plane: a diagonal is one index a page, above the foot of its band", () => {
  const data = planeData(stillPicture(MM, 1), SCALE, BANDS, LOOK, MEASURES, null);
  assert.deepEqual(data.diagonals.xs[0], [16, 24]);
  assert.deepEqual(data.diagonals.ys[0], [12, 20]);
  assert.deepEqual([data.group_jumps.y0, data.group_jumps.y1], [[20], [26]]);
  assert.equal(data.plane_bars.x0[0], 36);
  assert.equal(data.plane_ghosts.xs.length, 1);
});

test("a reservation's dots end at the edge of the window, and then have no bar", () => {
  const { line, end } = reservedLine({ ...RESERVED, page: 44 }, BANDS.band("A"), SCALE, BANDS);
  assert.ok(line.xs[1] <= 48);
  assert.equal(end, null);
});

test("notes on the plane say what is reserved, and where a space closed why", () => {
  const notes = planeNotes(stillPicture(MM, 0), [CLOSED], SCALE, BANDS, LOOK, MEASURES);
  assert.deepEqual(notes.plane_labels.text.sort(), ["A12", "A26"]);
  assert.ok(notes.plane_notes.text.includes("group"));
  assert.ok(notes.plane_notes.text.includes("10 reserved, exclusive"));
  assert.ok(notes.plane_notes.text.includes("never handed out: 26 left"));
});

test("a dial: an open ring has a hand, a closed one none", () => {
  const open = dialData([RING], BANDS.bands, LOOK, MEASURES, null);
  assert.deepEqual([open.hands.next, open.ring_captions.text], [[38], ["next 38"]]);
  const both = dialData([CLOSED, NEW], BANDS.bands, LOOK, MEASURES, null);
  assert.deepEqual(both.hands.space, ["B"]);
  assert.deepEqual(both.ring_letters.text, ["A", "B"]);
});

test("the wrap: the old ring runs on to its limit, the new one grows", () => {
  const [closing, opening] = ringsAt([RING], [CLOSED, NEW], 0.5, false);
  assert.deepEqual(closing.arcs.at(-1), { kind: "unused", first: 38, end: 51 });
  assert.deepEqual([closing.ghostHand, opening.size], [38, 0.75]);
  assert.deepEqual([...ghostHands([RING], [CLOSED, NEW])], [["A", 38]]);
  const [done, full] = ringsAt([RING], [CLOSED, NEW], 1, true);
  assert.deepEqual([done.arcs.at(-1).end, full.size, full.alpha], [64, 1, 1]);
});

test("indexes that are given up thin out on the dial", () => {
  const after = { ...RING, arcs: [{ kind: "given", first: 12, end: 20 }, RING.arcs[1]] };
  const [half] = ringsAt([RING], [after], 0.5, false);
  const data = dialData([half], BANDS.bands, LOOK, MEASURES, null).ring_arcs;
  assert.equal(data.outer[0] - data.inner[0], (16 + 1.5) / 2);
  const [done] = ringsAt([RING], [after], 1, true);
  assert.deepEqual(done.arcs, after.arcs);
});

test("what is too narrow to be told apart is drawn as one, without a hatch", () => {
  const many = mm(Array.from({ length: 100 }, (_, n) => vma("A", 2 * n, 16 + 2 * n, 18 + 2 * n, { hatch: n % 2 ? "dot" : "blank" })));
  const wide = pageScale([0, 4096], 768, MEASURES);
  const strip = stripData(stillPicture(many, 0), wide, LOOK, LANGUAGE, null);
  assert.deepEqual([strip.vmas.key.length, strip.vma_hatches.key?.length ?? strip.vma_hatches.left.length], [1, 0]);
  assert.deepEqual([strip.vmas.start[0], strip.vmas.end[0]], [16, 216]);
  const flat = bandScale([{ letters: ["A"], top: 4096 }], MEASURES);
  assert.equal(planeData(stillPicture(many, 0), wide, flat, LOOK, MEASURES, null).diagonals.xs.length, 1);
});

test("what the counter hands out appears behind its hand", () => {
  const after = { ...RING, next: 46, arcs: [...RING.arcs, { kind: "used", first: 38, end: 46 }] };
  const [ring] = ringsAt([RING], [after], 0.25, false);
  assert.deepEqual([ring.next, ring.arcs.at(-1).end], [40, 40]);
});
