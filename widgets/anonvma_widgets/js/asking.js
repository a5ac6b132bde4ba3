// What a player asks of Python, and when it is told that no answer comes.
//
//   const asking = new Asking(model, late)   `late(text)` is called once for a question that waits
//   asking.send(message)                     with a `late` of its own, if somebody else waits for it
//   asking.heard(message)                    every message that comes

const ANSWER_MS = 5000;
const ANSWERS = ["history", "go", "error", "wait", "walk"];
const NO_ANSWER =
  "Python has not answered: its kernel is busy, or has gone, as after a restart; then run the cell again. " +
  "Stepping through what has happened works without it.";

export class Asking {
  constructor(model, late) {
    this.model = model;
    this.late = late;
  }

  /** The figures' loader says hello for nobody: all other questions are timed. */
  send(message, late = this.late) {
    clearTimeout(this.waiting);
    const tell = () => message.type !== "hello" && late(NO_ANSWER);
    this.waiting = setTimeout(tell, ANSWER_MS);
    try {
      this.model.send(message);
    } catch {
      clearTimeout(this.waiting); // there is no kernel at all
      tell();
    }
  }

  heard({ type }) {
    if (ANSWERS.includes(type)) clearTimeout(this.waiting);
  }
}
