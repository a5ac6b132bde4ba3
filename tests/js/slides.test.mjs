// A lab on a slide has other measures than one on a page: its figures follow them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { COUNTS, costLayout } from "../../widgets/anonvma_widgets/js/costdata.js";
import { bandScale } from "../../widgets/anonvma_widgets/js/scale.js";
import { dialSize } from "../../widgets/anonvma_widgets/js/dials.js";
import { walkLayout } from "../../widgets/anonvma_widgets/js/walkdata.js";

const bands = (count) => Array.from({ length: count }, (_, place) => ({ letters: ["ABCDEF"[place]], top: 64 }));

test("a plane is as high as its measure says, however many bands it has", () => {
  const measures = { plane: 120, plane_more: 0, band_gap: 10 };
  for (const count of [1, 3, 6]) assert.equal(Math.round(bandScale(bands(count), measures).height), 120 + 16);
  const page = { plane: 120, band_gap: 10 };
  assert.equal(Math.round(bandScale(bands(5), page).height), 120 + 2 * 100 + 16);
});

test("dials stand under each other where there is one column", () => {
  const measures = { column: 80, dial_row: 105 };
  assert.deepEqual(dialSize(bands(2), { ...measures, dial_columns: 1 }), { width: 80, height: 210 });
  assert.deepEqual(dialSize(bands(2), measures), { width: 80, height: 105 });
});

test("a cost chart may show a part of the counts", () => {
  const some = COUNTS.filter(({ key }) => ["units", "weight"].includes(key));
  const { panels } = costLayout(640, ["lokier"], some);
  assert.deepEqual(panels.map(({ key }) => key), ["units", "weight"]);
  assert.equal(costLayout(640, ["lokier"]).panels.length, COUNTS.length);
});

test("a walk is lower where its plane is", () => {
  const measures = { gutter: 76, margin: 12 };
  const frame = { window: [0, 48], indexes: [0, 16] };
  const high = (more) => walkLayout(frame, 720, 2, 1, { ...measures, ...more }).height;
  assert.equal(high({}) - high({ walk_plane: 88 }), 168 - 88);
});
