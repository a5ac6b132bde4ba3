// The form and the script line are each made from the other.

import assert from "node:assert/strict";
import { test } from "node:test";

import { freshName, lineOf, readLine, targetFor } from "../../widgets/anonvma_widgets/js/form.js";

const needed = (name, kind = "pages") => ({ name, kind, required: true, default: null, positional: true });
const flag = (name, value = false) => ({ name, kind: "flag", required: false, default: value, positional: false });
const SIGNATURES = {
  mmap: [
    needed("length"),
    { name: "prot", kind: "protection", required: false, default: "rw", positional: true },
    { name: "addr", kind: "pages", required: false, default: null, positional: false },
    flag("fixed"),
  ],
  munmap: [needed("start"), needed("length")],
  mremap: [needed("old"), needed("old_length"), needed("new_length"), flag("may_move", true)],
  fork: [],
};

test("a form becomes a line as Python prints it", () => {
  const line = (call, values, more) => lineOf(call, values, SIGNATURES, more);
  assert.equal(line("mmap", { length: "10", prot: "rw", addr: "36" }, { target: "f" }), "f = mmap(10, 'rw', addr=36)");
  assert.equal(line("mmap", { length: "4", prot: "r", addr: "", fixed: true }), "mmap(4, 'r', fixed=True)");
  assert.equal(line("mremap", { old: "a + 1", old_length: "4", new_length: "9", may_move: false }),
    "mremap(a + 1, 4, 9, may_move=False)");
  assert.equal(line("fork", {}, { target: "child", process: "p2" }), "child = p2.fork()");
});

test("what is left out is left to Python to miss, by its name", () => {
  assert.equal(lineOf("munmap", { start: "", length: "4" }, SIGNATURES), "munmap(length=4)");
});

test("a line is read back into the form", () => {
  assert.deepEqual(readLine("f = mmap(10, 'rw', addr=36)", SIGNATURES), {
    call: "mmap", target: "f", process: "init", values: { length: "10", prot: "rw", addr: "36" },
  });
  assert.deepEqual(readLine("child.munmap(a + 1, 2)", SIGNATURES), {
    call: "munmap", target: "", process: "child", values: { start: "a + 1", length: "2" },
  });
});

test("what is no plain call is left alone", () => {
  for (const line of ["", "mmap(", "nothing(1)", "mmap(1, 2, 3, 4, 5, 6, 7)", "<b>mmap(1)</b>", "mmap(f(1))"]) {
    assert.equal(readLine(line, SIGNATURES), null);
  }
});

test("names are fresh", () => {
  assert.equal(freshName([]), "a");
  assert.equal(freshName(["a = mmap(4, 'rw')", "c = mmap(4, 'rw')"]), "b");
  assert.equal(targetFor("fork", ["child = fork()"]), "child2");
  assert.equal(targetFor("munmap", []), "");
});
