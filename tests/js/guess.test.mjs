// What is asked before a step, and how an answer is compared.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asksOf, isRight } from "../../widgets/anonvma_widgets/js/guess.js";

const vma = (start, end, letter, first) => ({ start, end, letter, first });
const mm = (pid, name, units, vmas) => ({ pid, name, units: Array(units).fill({}), vmas });
const scene = (call, pid, mms, rings = 1) => ({ call, pid, mms, rings: Array(rings).fill({}) });
const BEFORE = scene("a = mmap(4, 'rw', addr=2)", 1, [mm(1, "init", 1, [vma(2, 6, "A", 0)])]);

test("a mapping with an address is asked for its index", () => {
  const vmas = [vma(2, 6, "A", 0), vma(8, 12, "A", 8)];
  const asks = asksOf(BEFORE, scene("b = mmap(2, 'rw', addr=10)", 1, [mm(1, "init", 2, vmas)]));
  assert.deepEqual(asks.map(({ truth }) => truth), ["2", "A10"]);
  assert.equal(asks[1].text, "Which index will page 10 have?");
});

test("without an address, or without an index, the units are asked for", () => {
  for (const call of ["mmap(2, 'rw')", "mremap(a, 4, 8)", "mmap(2, 'rw', addr=30)"]) {
    const vmas = [vma(2, 6, "A", 0), vma(30, 32, "", 0)];
    const asks = asksOf(BEFORE, scene(call, 1, [mm(1, "init", 1, vmas)]));
    assert.deepEqual(asks.map(({ truth }) => truth), ["2", "1"]);
  }
});

test("of several processes the one of the call is asked about, and named", () => {
  const mms = [mm(1, "init", 1, []), mm(2, "child", 3, [vma(2, 6, "A", 0)])];
  const asks = asksOf(scene("", 1, mms), scene("child.munmap(a, 2)", 2, mms));
  assert.equal(asks[0].text, "How many vmas of child will there be?");
  assert.deepEqual(asks.map(({ truth }) => truth), ["1", "3"]);
});

test("a fork is asked for processes and spaces", () => {
  const mms = [mm(1, "init", 1, []), mm(2, "child", 1, [])];
  for (const call of ["child = fork()", "p2.exit()", "exec()"]) {
    assert.deepEqual(asksOf(BEFORE, scene(call, 1, mms, 2)).map(({ truth }) => truth), ["2", "2"]);
  }
});

test("letters may be small, and spaces do not count", () => {
  assert.ok(isRight(" a 10 ", "A10"));
  assert.ok(isRight("3", "3"));
  for (const wrong of ["", "10", "B10"]) assert.ok(!isRight(wrong, "A10"));
});
