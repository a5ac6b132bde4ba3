// Labels: never clipped, never over one another, never over a line.

import assert from "node:assert/strict";
import { test } from "node:test";

import { crosses, fitting, overlaps, placed, textBox, textWidth } from "../../widgets/anonvma_widgets/js/fit.js";
import { bandScale, pageScale, shortNumber, ticks } from "../../widgets/anonvma_widgets/js/scale.js";
import { MEASURES } from "./scenes.mjs";

test("the longest form that has room is taken, or none", () => {
  const labels = ["16..26 rw", "rw"];
  assert.equal(fitting(labels, 138, MEASURES), "16..26 rw");
  assert.equal(fitting(labels, 40, MEASURES), "rw");
  assert.equal(fitting(labels, 14, MEASURES), "");
});

test("a segment and a box: through it, past it, inside it", () => {
  const box = { left: 0, right: 10, top: 0, bottom: 10 };
  assert.ok(crosses({ x0: -5, y0: 5, x1: 15, y1: 5 }, box));
  assert.ok(crosses({ x0: 4, y0: 4, x1: 5, y1: 5 }, box));
  assert.ok(!crosses({ x0: -5, y0: 11, x1: 15, y1: 11 }, box));
  assert.ok(!crosses({ x0: 11, y0: -5, x1: 25, y1: 9 }, box));
});

test("labels that are placed touch neither each other, nor lines, nor the edge", () => {
  const bounds = { left: 0, right: 200, top: 0, bottom: 100 };
  const segments = Array.from({ length: 8 }, (_, n) => ({ x0: 25 * n, y0: 90, x1: 25 * n + 20, y1: 60 }));
  const labels = segments.map(({ x0, y0 }, n) => ({
    texts: [`label ${n}`, `${n}`], bounds, font: "mono",
    spots: [{ x: x0, y: y0 - 20, align: "right" }, { x: x0 + 10, y: y0 - 40, align: "center" }, { x: x0, y: 20, align: "left" }],
  }));
  const found = placed(labels, segments, [], MEASURES);
  const boxes = found.map(({ text, x, y, align }) => textBox({ x, y, align }, textWidth(text, MEASURES), 13));
  assert.ok(found.length >= 5);
  for (const [place, box] of boxes.entries()) {
    assert.ok(box.left >= 0 && box.right <= 200 && box.top >= 0 && box.bottom <= 100);
    assert.ok(!segments.some((segment) => crosses(segment, box)));
    assert.ok(!boxes.some((other, at) => at !== place && overlaps(box, other)));
  }
});

test("ticks are multiples of a power of two, wide enough apart", () => {
  assert.deepEqual(ticks(0, 48, 14, 60), [0, 8, 16, 24, 32, 40, 48]);
  assert.deepEqual(ticks(0, 64, 4.7, 40), [0, 16, 32, 48, 64]);
  assert.deepEqual([shortNumber(48), shortNumber(3 * 2 ** 22), shortNumber(2 ** 31)], ["48", "12Mi", "2Gi"]);
});

test("a page's pixel and a pixel's page are each other's way back", () => {
  const scale = pageScale([0, 48], 768, MEASURES);
  assert.equal(scale.perPage, 14);
  assert.equal(scale.pixel(24), 416);
  assert.equal(scale.page(416), 24);
});

test("bands lie above one another, and only the youngest are shown", () => {
  const band = (letter, top) => ({ letters: [letter], top });
  const two = bandScale([band("A", 64), band("B", 26)], MEASURES);
  assert.equal(Math.round(two.perIndex * 10) / 10, 4.7);
  assert.ok(two.band("B").foot > 64);
  assert.equal(two.pixel(two.high), 0);
  const many = bandScale([..."ABCDEFGH"].map((letter) => band(letter, 64)), MEASURES);
  assert.deepEqual(many.bands.flatMap(({ letters }) => letters), [..."CDEFGH"]);
  assert.equal(many.band("A"), undefined);
});
