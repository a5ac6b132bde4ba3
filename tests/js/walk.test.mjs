// The reverse walk's data: the run of a page, its texts, and where its shapes lie.

import assert from "node:assert/strict";
import test from "node:test";

import { clipped, linesOf, pageAtPoint, readWalks, runAt, shownProcesses, sumText, walkData, walkLayout, walkSentence, walkText } from "../../widgets/anonvma_widgets/js/walkdata.js";
import { walkBetween } from "../../widgets/anonvma_widgets/js/walk.js";
import { MEASURES, mm, vma } from "./scenes.mjs";

const LOOK = { ink: "ink", muted: "muted", panel: "panel", ground: "ground", given: "given", A: "A" };
const NAMES = new Map([[1, "init"], [2, "child"], [3, "writer"]]);
const SENT = {
  how: "asks for the vmas of the address space that hold the index",
  runs: {
    pid: [1], start: [7], end: [8], letter: ["A"], first: [3], by: ["index"],
    sentence: ["Who maps page A{index}? Three vmas of space A hold index {index}: three candidates, two hits, one miss."],
    looks: [{
      pid: [1, 2, 3], key: ["A0", "A0", "A0"], letter: ["A", "A", "A"], start: [4, 24, 4], first: [0, 0, 0],
      shift: [0, 20, 0], hit: [true, true, false], reason: ["hit", "hit", "miss: its own copy of A{index}"],
    }],
  },
  present: { pid: [1, 2, 3], start: [7, 27, 7], end: [8, 28, 8] },
};
const WALKS = readWalks(SENT);
const ASKED = { pid: 1, page: 7 };
const RUN = runAt(WALKS, ASKED);
const MMS = [
  mm([vma("A", 0, 4, 10)]),
  mm([vma("A", 0, 24, 30)], { pid: 2, name: "child" }),
  mm([vma("A", 0, 4, 10)], { pid: 3, name: "writer" }),
];
const FRAME = { window: [0, 32], indexes: [0, 24], task_pages: 32 };

test("the run of a page, and none where nothing is mapped", () => {
  assert.equal(RUN.first, 3);
  assert.equal(runAt(WALKS, { pid: 1, page: 8 }), undefined);
  assert.equal(readWalks(null), null);
  assert.equal(walkSentence(undefined, { pid: 1, page: 8 }), "Page 8 of process 1 is free: there is nothing to look for.");
});

test("the text is the one that Python writes", () => {
  assert.equal(walkText(RUN, ASKED, NAMES), [
    "Who maps page A3? Three vmas of space A hold index 3: three candidates, two hits, one miss.",
    "process   vma  page-table entry  outcome",
    "1 init    A0   4 + 3 - 0 = 7     hit",
    "2 child   A0   24 + 3 - 0 = 27   hit",
    "3 writer  A0   4 + 3 - 0 = 7     miss: its own copy of A3",
  ].join("\n"));
});

test("a sum has signs in brackets; without indexes it is the page alone", () => {
  const look = { start: 4, first: -2, shift: 0 };
  assert.equal(sumText({ start: 4, first: -2, by: "index" }, look, 5), "4 + (−1) − (−2) = 5");
  assert.equal(sumText({ start: 4, first: 4, by: "entry" }, { ...look, shift: 3 }, 5), "page 8");
});

test("panels stand side by side as far as there is room, on one scale", () => {
  const wide = walkLayout(FRAME, 1100, 3, 1, MEASURES);
  assert.equal(wide.columns, 3);
  assert.equal(wide.top(2), 0);
  const narrow = walkLayout(FRAME, 560, 3, 1, MEASURES);
  assert.equal(narrow.columns, 2);
  assert.ok(narrow.top(2) > 0);
  assert.ok(narrow.left(1) + narrow.panel <= 560 - MEASURES.margin + 0.001);
  assert.ok(narrow.height > wide.height);
});

test("rings lie where the index meets the diagonal, boxes under them, hits are filled", () => {
  const at = walkLayout(FRAME, 1100, 3, 1, MEASURES);
  const data = walkData(WALKS, RUN, ASKED, MMS, at, LOOK, MEASURES, null);
  assert.deepEqual(data.walk_rings.page, [7, 27, 7]);
  assert.deepEqual(data.walk_hits.pid, [1, 2]);
  assert.deepEqual(data.walk_misses.pid, [3]);
  const [line] = data.walk_line.y0;
  for (const [place, x] of data.walk_rings.x.entries()) {
    assert.equal(data.walk_rings.y[place], line);
    assert.equal(data.walk_uprights.x0[place], x);
    const { xs, ys } = { xs: data.walk_diagonals.xs[place], ys: data.walk_diagonals.ys[place] };
    const share = (x - xs[0]) / (xs[1] - xs[0]);
    assert.ok(Math.abs(ys[0] + (ys[1] - ys[0]) * share - line) < 1e-6);
  }
  assert.deepEqual(data.walk_sums.text, ["4 + 3 − 0 = 7", "24 + 3 − 0 = 27", "4 + 3 − 0 = 7"]);
  assert.deepEqual(data.walk_outcomes.text, ["miss: its own copy of A3"]);
});

test("a page without a walk leaves the panels without a line", () => {
  const at = walkLayout(FRAME, 1100, 3, 1, MEASURES);
  const data = walkData(WALKS, undefined, { pid: 1, page: 20 }, MMS, at, LOOK, MEASURES, null);
  assert.deepEqual([data.walk_line.y0, data.walk_rings.x, data.walk_hits.left], [[], [], []]);
  assert.equal(data.walk_diagonals.xs.length, 3);
});

test("without an index there is no line and no ring, and the entries are still shown", () => {
  const at = walkLayout(FRAME, 1100, 3, 1, MEASURES);
  const data = walkData(WALKS, { ...RUN, by: "entry" }, ASKED, MMS, at, LOOK, MEASURES, null);
  assert.deepEqual([data.walk_line.y0, data.walk_rings.x], [[], []]);
  assert.equal(data.walk_hits.left.length, 2);
});

test("what lies outside its vma is not looked up", () => {
  const at = walkLayout(FRAME, 1100, 3, 1, MEASURES);
  const looks = [{ ...RUN.looks[0], hit: false, reason: "miss: outside this vma" }];
  const data = walkData(WALKS, { ...RUN, looks }, ASKED, MMS, at, LOOK, MEASURES, null);
  assert.deepEqual([data.walk_misses.left, data.walk_outcomes.text[0]], [[], "miss: outside this vma"]);
});

test("many candidates of one process are counted, hits first", () => {
  const looks = [false, false, false, false, true].map((hit) => ({ ...RUN.looks[0], hit, reason: hit ? "hit" : "miss: x" }));
  const run = { ...RUN, looks };
  assert.equal(linesOf({ runs: [run] }), 3);
  const at = walkLayout(FRAME, 1100, 3, 3, MEASURES);
  const data = walkData(WALKS, run, ASKED, MMS, at, LOOK, MEASURES, null);
  assert.deepEqual(data.walk_hit_words.text, ["hit"]);
  assert.deepEqual(data.walk_outcomes.text.slice(0, 2), ["miss: x", "3 more misses"]);
});

test("of many processes those with a candidate are shown", () => {
  const many = Array.from({ length: 9 }, (_, place) => mm([], { pid: place + 1 }));
  const run = { looks: [{ pid: 9 }, { pid: 8 }] };
  assert.deepEqual(shownProcesses(many, run, { pid: 1 }).map(({ pid }) => pid), [1, 2, 3, 4, 8, 9]);
});

test("a point of a panel is a page of its process", () => {
  const at = walkLayout(FRAME, 1100, 3, 1, MEASURES);
  assert.deepEqual(pageAtPoint(MMS, at, at.left(1) + 27.5 * at.perPage, 100), { pid: 2, page: 27 });
  assert.equal(pageAtPoint(MMS, at, 4, 100), null);
});

test("a reservation is cut at the edges of its panel", () => {
  const at = { start: 0, end: 32, low: 0, high: 24 };
  assert.deepEqual(clipped({ page: 30, first: 6, end: 12 }, at), [0, 2]);
  assert.equal(clipped({ page: 10, first: 24, end: 30 }, at), null);
});

test("on the way from one picture to the next, shapes of the same things lie between", () => {
  const at = walkLayout(FRAME, 1100, 3, 1, MEASURES);
  const draw = (mms) => walkData(WALKS, RUN, ASKED, mms, at, LOOK, MEASURES, null);
  const moved = [mm([vma("A", 0, 8, 14)]), ...MMS.slice(1)];
  const half = walkBetween(draw(MMS), draw(moved), 0.5);
  const x = (page) => at.left(0) + page * at.perPage;
  assert.ok(Math.abs(half.walk_diagonals.xs[0][0] - x(6)) < 1e-6);
  const fewer = walkBetween(draw(MMS), draw(MMS.slice(1)), 0.5);
  assert.equal(fewer.walk_diagonals.xs.length, 2);
});
