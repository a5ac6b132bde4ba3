// The cost chart: places in pixels, steps under the pointer, lines that go by steps.

import assert from "node:assert/strict";
import { test } from "node:test";

import { COUNTS, costData, costLayout, costRows, costScale, countText, spreadOut, stepAtPoint, steppedLine } from "../../widgets/anonvma_widgets/js/costdata.js";

const LOOK = new Proxy({}, { get: (_, role) => `<${String(role)}>` });
const NAMES = ["lokier", "anon_vma"];
const columns = (values) => Object.fromEntries(COUNTS.map(({ key }) => [key, values]));
const SHOWN = { names: NAMES, costs: [columns([0, 1, 1, 3]), columns([0, 2, 4, 4])], position: 2, end: 3 };

test("counts are written short, and where nothing is present in words", () => {
  assert.deepEqual([countText(12), countText(4 / 3), countText(null), countText(2 ** 22)], ["12", "1.33", "no page", "4Mi"]);
});

test("panels stand side by side where there is room, and never overlap", () => {
  for (const width of [320, 600, 768, 1076, 1400]) {
    const { panels, height } = costLayout(width, NAMES);
    assert.equal(panels.length, COUNTS.length);
    assert.ok(panels.every(({ start, end, right }) => start < end && end < right && right <= width), String(width));
    assert.ok(panels.every(({ bottom }) => bottom < height));
    for (const a of panels) {
      for (const b of panels) {
        const apart = a === b || a.right <= b.left || b.right <= a.left || a.bottom < b.top || b.bottom < a.top;
        assert.ok(apart, `${width}: ${a.key} ${b.key}`);
      }
    }
  }
  assert.equal(new Set(costLayout(600, NAMES).panels.map(({ left }) => left)).size, 2);
  assert.equal(new Set(costLayout(1400, NAMES).panels.map(({ left }) => left)).size, 4);
});

test("the pointer finds the nearest step, and none beside the plots", () => {
  const layout = costLayout(768, NAMES);
  const [panel] = layout.panels;
  const y = (panel.top + panel.bottom) / 2;
  assert.equal(stepAtPoint(layout, 3, panel.start, y), 0);
  assert.equal(stepAtPoint(layout, 3, panel.end, y), 3);
  assert.equal(stepAtPoint(layout, 3, panel.start + (panel.end - panel.start) * 0.6, y), 2);
  assert.equal(stepAtPoint(layout, 3, panel.right - 2, y), null);
  assert.equal(stepAtPoint(layout, 0, panel.end, y), 0);
});

test("a scale is logarithmic only where the schemes are far apart", () => {
  assert.deepEqual([costScale([[0, 4], [0, 9]]).log, costScale([[0, 4], [0, 9]]).high], [false, 9]);
  assert.equal(costScale([[0, 4], [0, 4000]]).log, true);
  assert.equal(costScale([[0, 0], [0, 4000]]).log, false);
  assert.equal(costScale([[null, null]]).high, 1);
});

test("a line is level up to the step that changes it, and breaks where there is no count", () => {
  const [line] = steppedLine([1, 1, 3], (x) => x, (y) => y);
  assert.deepEqual(line, { xs: [0, 1, 1, 2, 2], ys: [1, 1, 1, 1, 3] });
  assert.deepEqual(steppedLine([null, 2, 2, null, 1], (x) => x, (y) => y), [{ xs: [1, 2, 2], ys: [2, 2, 2] }]);
});

test("names keep their order and their distance", () => {
  assert.deepEqual(spreadOut([10, 10, 50], 16, 0, 64), [10, 26, 50]);
  assert.deepEqual(spreadOut([60, 60], 16, 0, 64), [48, 64]);
  assert.deepEqual(spreadOut([60, 5], 16, 0, 64), [60, 5]);
});

test("one line a scheme, ink for the lab's own, names with the numbers of the step", () => {
  const data = costData(SHOWN, costLayout(768, NAMES), LOOK);
  assert.equal(data.cost_own.xs.length, COUNTS.length);
  assert.equal(data.cost_solid.xs.length, COUNTS.length);
  assert.deepEqual(new Set(data.cost_own.color), new Set(["<ink>"]));
  assert.deepEqual(data.cost_labels.text.slice(0, 2), ["lokier 1", "anon_vma 4"]);
  assert.equal(data.cost_now.x0.length, COUNTS.length);
  for (const [name, table] of Object.entries(data)) {
    assert.equal(new Set(Object.values(table).map((values) => values.length)).size, 1, name);
    assert.ok(Object.values(table).flat(2).every((value) => value !== undefined && !Number.isNaN(value)), name);
  }
});

test("steps that were undone are not drawn, and one step alone has no line", () => {
  const data = costData({ ...SHOWN, position: 0, end: 0 }, costLayout(768, NAMES), LOOK);
  assert.deepEqual(data.cost_own.xs, []);
  assert.equal(data.cost_points.left.length, 2 * COUNTS.length);
});

test("where no page is present the panel says so", () => {
  const costs = SHOWN.costs.map((table) => ({ ...table, mean: [null, null, null, null] }));
  const data = costData({ ...SHOWN, costs }, costLayout(768, NAMES), LOOK);
  assert.ok(data.cost_labels.text.includes("no page is present"));
});

test("the table has a row a step and the schemes' numbers in each cell", () => {
  const rows = costRows(SHOWN);
  assert.equal(rows.length, 4);
  assert.deepEqual(rows[3].slice(0, 2), ["3", "3 / 4"]);
});
