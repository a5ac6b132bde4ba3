// What a player asks of Python: an answer in time is silent, none is told of, once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Asking } from "../../widgets/anonvma_widgets/js/asking.js";

const LONG = 60_000;

function asked(t, send = () => {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said = [];
  return { said, asking: new Asking({ send }, (text) => said.push(text)), wait: () => t.mock.timers.tick(LONG) };
}

test("an answer in time is silent", (t) => {
  const sent = [];
  const { said, asking, wait } = asked(t, (message) => sent.push(message));
  asking.send({ type: "call", text: "fork()" });
  asking.heard({ type: "history" });
  wait();
  assert.deepEqual([sent, said], [[{ type: "call", text: "fork()" }], []]);
});

test("no answer is told of, once, to whoever waits", (t) => {
  const { said, asking, wait } = asked(t);
  const own = [];
  asking.send({ type: "call" });
  asking.send({ type: "walk" }, (text) => own.push(text));
  asking.heard({ type: "something else" });
  wait();
  assert.deepEqual([said.length, own.length], [0, 1]);
  assert.match(own[0], /Python has not answered/);
  asking.send({ type: "undo" });
  wait();
  assert.equal(said.length, 1);
});

test("the greeting is nobody's question, with a kernel and without", (t) => {
  const gone = () => {
    throw new Error("there is no comm");
  };
  const { said, asking, wait } = asked(t, gone);
  asking.send({ type: "hello" });
  wait();
  assert.deepEqual(said, []);
  asking.send({ type: "call" });
  assert.equal(said.length, 1);
  wait();
  assert.equal(said.length, 1);
});
