// Movement: what became of what is told by indexes alone, and every movement begins and ends right.

import assert from "node:assert/strict";
import { test } from "node:test";

import { duration, ease, phase, piecesAt, reservedAt, unitsAt } from "../../widgets/anonvma_widgets/js/tween.js";
import { movingPicture, stillPicture } from "../../widgets/anonvma_widgets/js/picture.js";
import { MEASURES, mm, spans, vma } from "./scenes.mjs";

const at = (before, after, p, movement = "change") => piecesAt(before, after, movement, p, MEASURES);

test("easing begins at 0, ends at 1, and is half way in the middle", () => {
  assert.deepEqual([0, 0.5, 1].map(ease), [0, 0.5, 1]);
  assert.deepEqual([phase(0.2, 0.4, 0.6), phase(0.5, 0.4, 0.6), phase(0.9, 0.4, 0.6)], [0, 0.5, 1]);
});

test("a movement takes as long as the visual language says", () => {
  assert.deepEqual(["split", "group", "move", "wrap", "fork", "copy"].map((kind) => duration(kind, MEASURES)), [350, 350, 400, 400, 500, 500]);
});

test("a split comes apart by four pixels and returns", () => {
  const before = [vma("A", 0, 6, 18)];
  const after = [vma("A", 0, 6, 10), vma("A", 4, 10, 14, { protection: "r", new: true }), vma("A", 8, 14, 18)];
  const half = at(before, after, 0.5);
  assert.deepEqual(spans(half), [["A0", 6, 10, 0], ["A4", 10, 14, 4], ["A8", 14, 18, 8]]);
  assert.deepEqual(half.map((piece) => Math.round(piece.shift)), [-4, 0, 4]);
  assert.deepEqual(half.map((piece) => piece.hatchAlpha), [1, 0.5, 1]);
  for (const p of [0, 1]) assert.ok(at(before, after, p).every((piece) => Math.abs(piece.shift) < 1e-9));
});

test("an unmapped middle shrinks to both cuts, and nothing drifts", () => {
  const before = [vma("A", 0, 6, 18)];
  const after = [vma("A", 0, 6, 10), vma("A", 8, 14, 18)];
  const kept = [["A0", 6, 10, 0], ["A8", 14, 18, 8]];
  assert.deepEqual(spans(at(before, after, 0)), [["A0 gone", 10, 12, 4], ["A0 gone", 12, 14, 6], ...kept]);
  assert.deepEqual(spans(at(before, after, 0.5)), [["A0 gone", 10, 11, 4], ["A0 gone", 13, 14, 7], ...kept]);
  assert.ok(at(before, after, 0.5).every((piece) => piece.shift === 0 && piece.alpha === 1));
  assert.deepEqual(spans(at(before, after, 1)), kept);
});

test("an unmapped end shrinks to its cut, a whole vma to its middle", () => {
  assert.deepEqual(spans(at([vma("A", 0, 6, 18)], [vma("A", 0, 6, 10)], 0.5))[0], ["A0 gone", 10, 14, 4]);
  assert.deepEqual(spans(at([vma("A", 0, 6, 18)], [vma("A", 8, 14, 18)], 0.5))[0], ["A0 gone", 10, 14, 4]);
  assert.deepEqual(spans(at([vma("A", 0, 6, 18)], [], 0.5)), [["A0 gone", 9, 15, 3]]);
});

test("a fork: both are seen half way, with the same indexes; before and after there is one", () => {
  const parent = mm([vma("A", 0, 6, 18)]);
  const moving = (p) => movingPicture(parent, parent, "fork", p, MEASURES, 0).pieces;
  const half = moving(0.5);
  assert.deepEqual(spans(half), [["A0 child", 6, 18, 0], ["A0", 6, 18, 0]]);
  assert.deepEqual(half.map((piece) => [piece.part, piece.drop]), [[[0.5, 1], 7], [[0, 0.5], 0]]);
  for (const p of [0, 1]) {
    const parents = moving(p).filter((piece) => piece.key === "A0");
    assert.ok(parents.every(({ part }) => Math.abs(part[1] - 1) < 1e-9 && part[0] === 0));
  }
});

test("a copied page drops out of its vma and returns; a new one rises in it", () => {
  const state = (copied) => mm([vma("A", 0, 6, 18)], { touched: [{ page: 10, letter: "A", index: 4, copied }] });
  const page = (p, copied) =>
    movingPicture(state(copied), state(copied), "copy", p, MEASURES, 0).pieces.find(({ key }) => key === "page 10");
  assert.equal(page(0, true), undefined);
  assert.deepEqual([page(0.5, true).drop, page(0.5, true).first], [14, 4]);
  assert.deepEqual([page(0.5, false).drop, page(0.5, false).part], [0, [0.5, 1]]);
});

test("an ungrouped seam: the staple falls off and fades, both sides drift apart and return", () => {
  const group = { page: 10, left: "A0", left_letter: "A", left_index: 8, right: "A14", right_letter: "A", right_index: 14 };
  const vmas = [vma("A", 0, 2, 10), vma("A", 14, 10, 12)];
  const moving = (p) => movingPicture(mm(vmas, { groups: [group] }), mm(vmas), "ungroup", p, MEASURES, 0);
  const half = moving(0.5);
  assert.deepEqual(half.staples.map(({ drop, alpha }) => [drop, alpha]), [[7, 0.5]]);
  assert.deepEqual(half.pieces.map(({ shift }) => Math.round(shift)), [-4, 4]);
  assert.deepEqual(half.jumps, []);
  assert.deepEqual(moving(1).staples, []);
  assert.ok(moving(1).pieces.every(({ shift }) => Math.abs(shift) < 1e-9));
});

test("a merge closes the seam", () => {
  const before = [vma("A", 0, 2, 8), vma("A", 6, 8, 10)];
  const after = [vma("A", 0, 2, 10)];
  const pieces = at(before, after, 0.5);
  assert.deepEqual(spans(pieces), [["A0", 2, 8, 0], ["A0", 8, 10, 6]]);
  assert.deepEqual(pieces.map((piece) => [piece.leftInset, piece.rightInset]), [[1, 0.5], [0.5, 1]]);
});

test("a hole that is filled is inked from its left neighbour on", () => {
  const before = [vma("A", 0, 2, 8), vma("A", 8, 10, 13)];
  const after = [vma("A", 0, 2, 13)];
  assert.deepEqual(spans(at(before, after, 0)), [["A0", 2, 8, 0], ["A0", 10, 13, 8]]);
  assert.deepEqual(spans(at(before, after, 0.5)), [["A0", 2, 9, 0], ["A0", 10, 13, 8]]);
  assert.deepEqual(spans(at(before, after, 1)), [["A0", 2, 10, 0], ["A0", 10, 13, 8]]);
});

test("a new vma is wiped in from its side, and its index goes with its page", () => {
  const left = vma("A", 8, 10, 14, { new: true });
  assert.deepEqual(spans(at([], [left], 0.5)), [["A8", 10, 12, 8]]);
  const right = vma("A", 8, 10, 14, { new: true, side: "right" });
  assert.deepEqual(spans(at([], [right], 0.5)), [["A8", 12, 14, 10]]);
  assert.deepEqual(at([], [left], 0), []);
});

test("a move goes sideways only: the height is the index", () => {
  const before = [vma("A", 12, 16, 24)];
  const after = [vma("A", 12, 30, 38)];
  assert.deepEqual(spans(at(before, after, 0.5, "move")), [["A12", 23, 31, 12]]);
});

test("a vma that grows at both ends starts from where it was", () => {
  const pieces = at([vma("A", 4, 8, 12)], [vma("A", 0, 4, 16)], 0);
  assert.deepEqual(spans(pieces), [["A4", 8, 12, 4]].map(([, ...rest]) => ["A0", ...rest]));
  assert.deepEqual(spans(at([vma("A", 4, 8, 12)], [vma("A", 0, 4, 16)], 1)), [["A0", 4, 16, 0]]);
});

test("a group moves in three phases: along the dots, the new vma, the staple", () => {
  const group = { page: 10, left: "A0", left_letter: "A", left_index: 8, right: "A14", right_letter: "A", right_index: 14 };
  const before = mm([vma("A", 0, 2, 6)]);
  const after = mm([vma("A", 0, 2, 10), vma("A", 14, 10, 12, { new: true, late: true })], { groups: [group] });
  const moving = (p) => movingPicture(before, after, "group", p, MEASURES, 1);
  assert.deepEqual(spans(moving(75 / 350).pieces), [["A0", 2, 8, 0]]);
  assert.deepEqual(moving(75 / 350).jumps, []);
  const second = moving(225 / 350);
  assert.deepEqual(spans(second.pieces), [["A0", 2, 10, 0], ["A14", 10, 11, 14]]);
  assert.deepEqual([second.jumps.length, second.staples.length], [1, 0]);
  const third = moving(325 / 350);
  assert.deepEqual(spans(third.pieces), [["A0", 2, 10, 0], ["A14", 10, 12, 14]]);
  assert.ok(Math.abs(third.staples[0].room - 0.5) < 1e-9);
  assert.equal(stillPicture(after, 0).staples[0].room, 1);
});

test("files are told apart by their pages", () => {
  const file = (start, end) => ({ ...vma("", 0, start, end), key: `file${start}`, role: "unit" });
  const pieces = at([file(8, 12)], [file(8, 9), file(10, 12)], 1);
  assert.deepEqual(pieces.map((piece) => [piece.start, piece.end]), [[8, 9], [10, 12]]);
});

test("every movement ends where the state after it is at rest", () => {
  const states = [
    [vma("A", 0, 2, 8), vma("A", 8, 10, 13)],
    [vma("A", 0, 2, 13)],
    [vma("A", 0, 2, 5), vma("A", 5, 20, 23), vma("B", 0, 30, 33, { new: true, side: "right" })],
    [vma("A", 5, 12, 15)],
    [],
  ];
  const cover = (pieces) =>
    pieces.flatMap(({ letter, start, end, first }) =>
      Array.from({ length: Math.round(end - start) }, (_, n) => `${letter}${first + n} ${start + n}`));
  for (const before of states) {
    for (const after of states) {
      const end = at(before, after, 1);
      assert.deepEqual(cover(end).sort(), cover(after).sort());
      for (const p of [0, 0.3, 0.7]) {
        for (const piece of at(before, after, p)) assert.ok(piece.end >= piece.start);
      }
    }
  }
});

test("a unit reaches over the pieces in it; reservations go along with their owner", () => {
  const before = mm([vma("A", 0, 2, 6)], { reserved: [{ owner: "A0", letter: "A", first: 4, end: 8, page: 6, free_start: 6, free_end: 10 }] });
  const after = [vma("A", 0, 12, 16)];
  const pieces = at(before.vmas, after, 0.5, "move");
  assert.deepEqual(unitsAt([{ start: 12, end: 16 }], pieces, after).map(({ start, end }) => [start, end]), [[7, 11]]);
  const [row] = reservedAt(before.reserved, before.vmas, pieces);
  assert.deepEqual([row.page, row.free_start, row.free_end], [11, 11, 15]);
});
