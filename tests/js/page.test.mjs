// What an address says of a lab, and what the search shows of a section.

import assert from "node:assert/strict";
import test from "node:test";
import { addressOfLab, labInAddress } from "../../widgets/anonvma_widgets/js/pagelabs.js";
import { addressOf, snippetOf } from "../../widgets/anonvma_widgets/js/pagesearch.js";
import { termOf } from "../../widgets/anonvma_widgets/js/pageterms.js";

test("the address of a lab comes back as it was made", () => {
  const calls = ["a = mmap(4, 'rw')", "mremap(a & b, 4, 8)"];
  assert.equal(addressOfLab("lab-2", 1, calls, calls), "#lab-2=1");
  const own = addressOfLab("lab-2", 2, calls, ["a = mmap(4, 'rw')"]);
  assert.deepEqual(labInAddress(own), { name: "lab-2", step: 2, script: calls.join("\n") });
});

test("calls that were only undone are no calls of the reader's own", () => {
  assert.equal(addressOfLab("lab-1", 1, ["a"], ["a", "b"]), "#lab-1=1");
});

test("what is no lab's address is left alone", () => {
  assert.equal(labInAddress("#Two-lanes"), null);
  assert.equal(labInAddress(""), null);
  assert.deepEqual(labInAddress("#lab-3"), { name: "lab-3", step: null, script: null });
  assert.deepEqual(labInAddress("#lab-3=1&script=%E0%A4"), { name: "lab-3", step: 1, script: null });
});

test("a snippet begins near the first term, at a word", () => {
  const text = `${"before ".repeat(40)}staple ${"after ".repeat(60)}`;
  const snippet = snippetOf(text, ["staple"]);
  assert.match(snippet, /^… before .*staple after .* …$/);
  assert.ok(snippet.length < 180);
  assert.equal(snippetOf("short", ["none"]), "short");
});

test("a section's address has its anchor encoded", () => {
  assert.equal(addressOf({ page: "a.html", anchor: "Who-is-it?" }), "a.html#Who-is-it%3F");
  assert.equal(addressOf({ page: "a.html", anchor: "" }), "a.html");
});

test("a link's term is that of the appendix", () => {
  assert.equal(termOf("15-appendix.html#group-flag"), "group-flag");
  assert.equal(termOf("05-groups.html#group-flag"), null);
  assert.equal(termOf("15-appendix.html"), null);
});
