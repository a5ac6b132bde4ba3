// What a reader draws is one with what he could type; progress is counted and can be forgotten.

import assert from "node:assert/strict";
import { test } from "node:test";

import { altered, cleared, goingOn, indexPlus, laid, pageTicks, pieceAt, pieceOn, piecesText, readIndex, readPieces, resized } from "../../widgets/anonvma_widgets/js/drawn.js";
import { markOf, summaryOf, withQuestion, withVerdict, withoutAnswers } from "../../widgets/anonvma_widgets/js/progress.js";
import { plainWords, wordParts } from "../../widgets/anonvma_widgets/js/words.js";

const pieces = (text) => readPieces(text, 48).pieces;
const says = (list) => piecesText(list).split("\n");
const on = (start, end) => ({ start, end });
const THREE = "2..8 rw A0\n16..24 rw A12 group\n24..26 rw A26";

test("text and pieces are one, in order of address", () => {
  assert.equal(piecesText(pieces(THREE)), THREE);
  assert.deepEqual(says(pieces("24..26, rw, a26\n\n 2 .. 8  r   B0..6 ")), ["2..8 r B0", "24..26 rw A26"]);
  assert.deepEqual(pieces("2..4 r file")[0], { start: 2, end: 4, protection: "r", index: "file", group: false });
});

test("what cannot be read is told with its line", () => {
  const error = (text) => readPieces(text, 48).error;
  assert.equal(error(THREE), "");
  assert.match(error("2..8 rw A0\nx"), /^line 2: a vma is written like/);
  assert.match(error("8..2 rw A0"), /^line 1: 8\.\.2 is not a range within 0\.\.48/);
  assert.match(error("40..49 rw A0"), /not a range/);
  assert.match(error("1..2 wr A0"), /no protection 'wr'/);
  assert.match(error("1..9 rw A0\n4..5 rw B0"), /1\.\.9 and 4\.\.5 lie on each other/);
});

test("a vma laid on free pages is open; on others its pages keep their indexes", () => {
  assert.deepEqual(says(laid([], on(4, 8))), ["4..8 rw ?"]);
  assert.deepEqual(says(laid(pieces("2..12 r A5"), on(4, 8))), ["2..4 r A5", "4..8 r A7", "8..12 r A11"]);
  assert.deepEqual(says(laid(pieces(THREE), on(2, 26))), ["2..26 rw A0"]);
});

test("unmapping cuts, and a group flag that joins nothing goes", () => {
  assert.deepEqual(says(cleared(pieces(THREE), on(20, 25))), ["2..8 rw A0", "16..20 rw A12", "25..26 rw A27"]);
  assert.deepEqual(says(cleared(pieces(THREE), on(24, 26))), ["2..8 rw A0", "16..24 rw A12"]);
});

test("a move takes the index along and cuts away what it lands on", () => {
  assert.deepEqual(says(altered(pieces(THREE), on(2, 8), on(14, 20))), ["14..20 rw A0", "20..24 rw A16 group", "24..26 rw A26"]);
  assert.deepEqual(says(altered(pieces(THREE), on(2, 8), { protection: "r" })).at(0), "2..8 r A0");
});

test("other borders leave every page its index", () => {
  assert.equal(says(resized(pieces(THREE), on(16, 24), on(18, 24))).at(1), "18..24 rw A14 group");
  assert.equal(says(resized(pieces(THREE), on(2, 8), on(1, 9))).at(0), "1..9 rw ?");
});

test("going on from the left is one straight line, over a hole too", () => {
  assert.equal(goingOn(pieces(THREE), 8), "A6");
  assert.equal(goingOn(pieces(THREE), 10), "A8");
  assert.equal(goingOn(pieces(THREE), 2), null);
  assert.equal(goingOn(pieces("1..2 r file"), 2), null);
});

test("indexes are read as they are typed", () => {
  assert.deepEqual(["a12", " AB3 ", "", "?", "File", "12", "A"].map(readIndex), ["A12", "AB3", "?", "?", "file", null, null]);
  assert.deepEqual([indexPlus("A12", 3), indexPlus("A1", -2), indexPlus("?", 4)], ["A15", "?", "?"]);
});

test("pieces are found by a page and by their range", () => {
  assert.equal(pieceAt(pieces(THREE), 23).index, "A12");
  assert.equal(pieceAt(pieces(THREE), 12), undefined);
  assert.equal(pieceOn(pieces(THREE), on(16, 24)).index, "A12");
  assert.equal(pieceOn(pieces(THREE), on(16, 23)), undefined);
});

test("page numbers are few", () => {
  assert.deepEqual(pageTicks(48), [0, 8, 16, 24, 32, 40, 48]);
  assert.deepEqual(pageTicks(7), [0, 1, 2, 3, 4, 5, 6, 7]);
  for (let pages = 1; pages <= 64; pages += 1) assert.ok(pageTicks(pages).length <= 10);
});

// Progress

const asked = (kind = "predict", place = 1) => withQuestion({}, "k", { name: "n", kind, place });

test("the first verdict is remembered, and a right one later", () => {
  let chapter = asked();
  assert.equal(markOf(chapter.k), "");
  chapter = withVerdict(chapter, "k", { right: false });
  assert.equal(markOf(chapter.k), "answered, not yet right");
  chapter = withVerdict(chapter, "k", { right: true });
  assert.equal(markOf(chapter.k), "right, not at the first try");
  chapter = withVerdict(chapter, "k", { right: false });
  assert.equal(markOf(chapter.k), "right, not at the first try");
  assert.equal(markOf(withVerdict(asked(), "k", { right: true }).k), "right at the first try");
});

test("an exercise is tried or solved; a drill counts each variant once", () => {
  const tried = withVerdict(asked("exercise"), "k", { right: false });
  assert.equal(markOf(tried.k), "tried");
  assert.equal(markOf(withVerdict(tried, "k", { right: true }).k), "solved");
  let drill = asked("drill");
  for (const [seed, right] of [[1, false], [1, true], [2, true]]) drill = withVerdict(drill, "k", { seed, right });
  assert.equal(markOf(drill.k), "1 of 2 right at the first try");
});

test("a summary is in the chapter's order, and forgetting leaves the questions", () => {
  let chapter = withQuestion(asked("predict", 7), "other", { name: "o", kind: "exercise", place: 3 });
  chapter = withVerdict(withVerdict(chapter, "k", { right: true }), "other", { right: true });
  const { rows, right, first, total } = summaryOf(chapter);
  assert.deepEqual(rows.map((row) => row.key), ["other", "k"]);
  assert.deepEqual([right, first, total], [2, 1, 2]);
  const bare = summaryOf(withoutAnswers(chapter));
  assert.deepEqual([bare.right, bare.total], [0, 2]);
  assert.deepEqual(bare.rows.map((row) => row.mark), ["", ""]);
});

test("code stands between backquotes", () => {
  assert.deepEqual(wordParts("map `three` pages"), ["map ", { code: "three" }, " pages"]);
  assert.equal(plainWords("map `three` pages"), "map three pages");
});
