// Schemes side by side: the words, the marks, and a history that comes in parts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BesideHistory } from "../../widgets/anonvma_widgets/js/beside.js";
import { besideHeading, borderData, borderWords, stripWords } from "../../widgets/anonvma_widgets/js/besidedata.js";
import { MEASURES, vma } from "./scenes.mjs";

const LOOK = { ink: "<ink>" };

test("the counts in words", () => {
  const scheme = { space: "anon_vma" };
  assert.equal(besideHeading(scheme, { units: 1, vmas: 2, spaces: 0, weight: 336 }), "1 unit, 2 vmas, 0 anon_vmas, 336 bytes beyond the vmas");
});

test("borders that one scheme alone shows", () => {
  assert.equal(borderWords({ here: [], there: [] }, "lokier"), "");
  assert.equal(borderWords(undefined, "lokier"), "");
  assert.equal(borderWords({ here: [12], there: [4, 9] }, "lokier"), "A border at 12 that lokier does not show. 2 borders at 4, 9 that lokier alone shows.");
  const data = borderData({ here: [12], there: [4] }, LOOK, MEASURES);
  assert.deepEqual(data.x0, [12, 4, 4]);
  assert.deepEqual([data.y0[0], data.y1[0]], [1, 34]);
  assert.ok(data.y1[1] < data.y0[2], "open in the middle");
});

test("a strip in words", () => {
  const units = [{ labels: ["2..6 rw", "rw"] }];
  const vmas = [vma("A", 0, 2, 4), { ...vma("", 0, 4, 6), letter: "" }];
  assert.equal(stripWords("anon_vma", { units, vmas }), "anon_vma. Units: 2..6 rw. Vmas: 2..4 A0, 4..6 without a space.");
  assert.equal(stripWords("anon_vma", { units: [], vmas: [] }), "anon_vma. Units: none. Vmas: none.");
});

test("a history is taken in whole, then in parts", () => {
  const scene = (number) => ({ number, mms: [], rings: [], twin: [`rival ${number}`], sentence: `step ${number}` });
  const schemes = [{ label: "lokier" }, { label: "anonmm" }];
  const costs = (vmas) => [{ vmas }, { vmas: vmas.map((each) => each + 1) }];
  const history = new BesideHistory();
  history.take({ schemes, rivals: [[scene(0), scene(1), scene(2)]], costs: costs([0, 1, 2]), headings: ["a", "b", "c"] }, 0);
  history.take({ schemes, rivals: [[scene(2), scene(3)]], costs: costs([5, 6]), headings: ["d", "e"] }, 2);
  assert.deepEqual(history.rivals[0].map(({ number }) => number), [0, 1, 2, 3]);
  assert.deepEqual(history.costs[0].vmas, [0, 1, 5, 6]);
  assert.deepEqual(history.counts(1, 3), { vmas: 7 });
  assert.deepEqual(history.names, ["lokier", "anonmm"]);
  assert.equal(history.text(0), "a\n\nrival 0");
  history.take({ schemes: schemes.slice(0, 1), rivals: [], costs: [{ vmas: [0] }], headings: [] }, 0);
  assert.deepEqual(history.rivals, []);
  assert.equal(history.text(0), "");
});
