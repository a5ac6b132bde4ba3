// Which calls of a long history have a row.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ROWS, callsBefore } from "../../widgets/anonvma_widgets/js/calllist.js";

test("a call that has a row moves no row", () => {
  assert.equal(callsBefore(0, 1), 0);
  assert.equal(callsBefore(0, ROWS), 0);
  assert.equal(callsBefore(200, 201), 200);
  assert.equal(callsBefore(200, 200 + ROWS), 200);
});

test("another gets one in the middle, and nothing comes before the first call", () => {
  assert.equal(callsBefore(0, ROWS + 1), ROWS / 2 + 1);
  assert.equal(callsBefore(200, 200), 200 - ROWS / 2);
  assert.equal(callsBefore(200, 3), 0);
  assert.equal(callsBefore(200, 0), 0);
});

test("new calls get their rows and the others are seldom made anew", () => {
  let first = 0;
  let moves = 0;
  for (let number = 1; number <= 10 * ROWS; number += 1) {
    const before = callsBefore(first, number);
    if (before !== first) moves += 1;
    first = before;
    assert.ok(first < number && number <= first + ROWS);
  }
  assert.ok(moves <= 20, `${moves} moves`);
});
