// What somebody else wrote: addresses, what the browser kept, what a page is told. Nothing of it becomes an
// element, an attribute that listens, or an error that stops the page.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { addressOfLab, labInAddress } from "../../widgets/anonvma_widgets/js/pagelabs.js";
import { addressOf, snippetOf } from "../../widgets/anonvma_widgets/js/pagesearch.js";
import { markOf, soundChapters, summaryOf, withQuestion, withVerdict, withoutAnswers } from "../../widgets/anonvma_widgets/js/progress.js";
import { readPieces } from "../../widgets/anonvma_widgets/js/drawn.js";
import { readLine } from "../../widgets/anonvma_widgets/js/form.js";
import { meaningOf, termOf } from "../../widgets/anonvma_widgets/js/pageterms.js";
import { wordParts } from "../../widgets/anonvma_widgets/js/words.js";

const FOLDER = new URL("../../widgets/anonvma_widgets/js/", import.meta.url);
const MARKUP = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "javascript:alert(1)", "__proto__", "constructor", "\0", "\ud800", "\u202e"];
const VALUES = [null, true, 5, -1e308, "text", [], [1], {}, { name: 5 }, { name: "n", kind: null }, ...MARKUP];

test("no text becomes markup or code anywhere", () => {
  const ways = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment|setHTMLUnsafe|eval\(|Function\(|execScript|setTimeout\(["'`]|alert\(|confirm\(|prompt\()/;
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith(".js"))) {
    const text = readFileSync(new URL(name, FOLDER), "utf-8");
    assert.doesNotMatch(text, ways, name);
    const network = /\b(fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|window\.open|location\.(href|assign|replace)\s*[=(])/;
    assert.doesNotMatch(text.replace("location.href.split", ""), network, name);
  }
});

test("an address gives a name, a number and a text, or nothing", () => {
  for (const text of MARKUP) {
    assert.equal(labInAddress(text), null);
    assert.equal(labInAddress(`#lab-1${text}`), null);
    assert.equal(labInAddress(`#lab-1=${text}`), null);
    const { name, step, script } = labInAddress(`#lab-1=3&script=${encodeURIComponent(text.toWellFormed())}`);
    assert.deepEqual([name, step, script], ["lab-1", 3, text.toWellFormed()]);
  }
  assert.equal(labInAddress(`#lab-1=${"9".repeat(400)}`).step, Infinity);
  assert.equal(labInAddress("#lab-1&script=%").script, null);
  assert.ok(addressOfLab("lab-1", 1, MARKUP.slice(0, 5), []).startsWith("#lab-1=1&script=%3Cimg"));
  assert.equal(addressOf({ page: "a.html", anchor: MARKUP[0] }), "a.html#%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
});

test("progress that somebody else has kept is read as far as it is sound", () => {
  const good = { q: { name: "N", kind: "predict", place: 1, first: true, right: true } };
  const drill = { d: { name: "D", kind: "drill", place: 2, first: false, right: true, variants: { 1: false, 2: true } } };
  assert.deepEqual(soundChapters({ a: good, b: drill }), { a: good, b: drill });
  assert.deepEqual(summaryOf(soundChapters({ a: { ...good, ...drill } }).a).total, 2);
  for (const value of VALUES) {
    for (const kept of [value, { a: value }, { a: { q: value } }, { __proto__: value }, JSON.parse('{"a": {"__proto__": 1}}')]) {
      const chapters = soundChapters(kept);
      assert.equal(Object.getPrototypeOf(chapters), Object.prototype);
      for (const chapter of Object.values(chapters)) {
        const { rows } = summaryOf(chapter);
        assert.ok(rows.every((row) => typeof row.name === "string" && typeof row.mark === "string"));
        withoutAnswers(withVerdict(withQuestion(chapter, "q", { name: "n", kind: "k", place: 0 }), "q", { right: true, seed: 1 }));
      }
    }
    for (const field of ["name", "kind", "place", "first", "right", "variants", "key", "mark"]) {
      const { a } = soundChapters({ a: { q: { ...good.q, [field]: value }, r: good.q } });
      const { rows } = summaryOf(a);
      assert.ok(rows.every((row) => ["q", "r"].includes(row.key) && typeof markOf(row) === "string"));
    }
  }
  assert.equal({}.polluted, undefined);
});

test("a name that every object has is no call and no term", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    assert.equal(readLine(`${name}(1)`, { mmap: [] }), null);
    assert.equal(readLine(`mmap(${name}=1)`, { mmap: [] }), null);
    assert.equal(meaningOf(`#${name}`, { term: "its meaning" }), null);
  }
  assert.equal(meaningOf("#term", { term: "its meaning" }), "its meaning");
});

test("what is typed is read in a time that its length bounds", () => {
  const begun = process.cpuUsage();
  for (const piece of [" ", ",", "(", "1", "`", "a", "\n", "1..", "%"]) {
    const text = piece.repeat(50_000 / piece.length);
    readPieces(`1..2 ${text}`, 48);
    readPieces(text, 48);
    readLine(text, { mmap: [] });
    readLine(`a = mmap(${text}`, { mmap: [] });
    wordParts(text);
    snippetOf(text, ["a"]);
    labInAddress(`#lab-1=${text}`);
    termOf(text);
  }
  assert.ok(process.cpuUsage(begun).user < 5e6);
});
