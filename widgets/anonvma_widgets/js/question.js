// A question: what is asked, its fields, Check, and the verdict.
// Python's side is {get, on, send}: an anywidget model, or the same in a page of its own.

import { freshId, make } from "./dom.js";
import { fieldFor } from "./answers.js";
import { comparedLanes } from "./lane.js";
import { asItIs, paragraph, plainWords } from "./words.js";
import { keepChapter, markOf, placeOf, readChapter, watchProgress, withQuestion, withVerdict } from "./progress.js";

const IN_A_CELL = "Answer in the cell below: it is checked there, and the verdict stands here too.";
const NO_PYTHON = "There is no Python on this page: the notebook checks the answer.";
const SLOW_MS = 5000;
const UNHEARD = "No answer yet: the kernel is busy, or it was restarted; then run the cell again.";

export class QuestionView {
  constructor(model, el, signal) {
    this.model = model;
    this.el = el;
    this.signal = signal;
    this.measures = model.get("language").measures;
    this.fields = [];
    this.onModel("change:spec", () => this.ask(), signal);
    this.onModel("change:verdict", () => this.onVerdict(), signal);
    this.onModel("change:help", () => this.showHelp(), signal);
    this.onModel("wait", ({ text }) => this.waits(text), signal);
    el.addEventListener("keydown", (event) => this.onKey(event), { signal });
    watchProgress(() => this.showMark(), signal);
    signal.addEventListener("abort", () => this.fields.forEach((field) => field.end?.()));
    this.ask();
    this.showVerdict();
    this.register();
  }

  onModel(event, listener, signal) {
    this.model.on(event, listener);
    signal.addEventListener("abort", () => this.model.off(event, listener));
  }

  /** Show the question that the spec has. */
  ask() {
    clearTimeout(this.slow);
    const { spec } = this;
    this.fields.forEach((field) => field.end?.());
    this.fields = spec.fields.map((field) => fieldFor(field, this.measures));
    this.mark = make("span", { class: "aq-mark" });
    this.verdict = make("div", { class: "aq-verdict", role: "status", "aria-live": "polite" });
    this.help = make("div", { class: "aq-helps" });
    this.el.setAttribute("aria-label", `${spec.title}: ${plainWords(spec.name)}`);
    this.el.replaceChildren(
      make("p", { class: "aq-title" }, make("span", {}, spec.title), this.mark),
      paragraph(spec.text, { class: "aq-text" }),
      ...(spec.body ? [asItIs(spec.body, "The state before")] : []),
      ...this.fields.map((field) => field.element),
      this.buttons(),
      this.help,
      this.verdict,
    );
    this.showMark();
    this.showHelp();
  }

  get spec() {
    return this.model.get("spec");
  }

  buttons() {
    const { spec } = this;
    if (!this.model.send) return make("p", { class: "aq-help" }, NO_PYTHON);
    if (!spec.fields.length) return make("p", { class: "aq-help" }, IN_A_CELL);
    const buttons = make("div", { class: "aq-buttons" });
    const button = (text, click, kind = false) =>
      buttons.append(make("button", { type: "button", class: kind, click }, text));
    const begun = spec.fields.some((field) => field.start || field.kind === "script");
    button("Check", () => this.check(), "aq-check");
    if (begun) button("Start again", () => this.restart());
    if (spec.kind === "drill") button("Another one", () => this.tell({ kind: "another" }));
    return buttons;
  }

  check() {
    this.tell({ kind: "check", answers: this.fields.map((field) => field.value()) });
  }

  /** Say something to Python; and to the reader, if no answer comes. */
  tell(message) {
    clearTimeout(this.slow);
    const late = () => this.verdict.replaceChildren(paragraph(UNHEARD));
    try {
      this.model.send(message);
      this.slow = setTimeout(late, SLOW_MS);
    } catch {
      late(); // there is no kernel at all
    }
  }

  /** Python is being got ready, and will answer. */
  waits(text) {
    clearTimeout(this.slow);
    this.verdict.replaceChildren(paragraph(text));
  }

  restart() {
    this.fields.forEach((field) => field.reset());
    this.verdict.replaceChildren();
    this.fields[0].focus();
  }

  onKey(event) {
    if (event.key !== "Enter" || event.target.closest("button, summary, select")) return;
    const script = event.target.matches("textarea");
    if (script && !event.ctrlKey && !event.metaKey) return;
    if (!script && !event.target.matches("input")) return;
    event.preventDefault();
    if (this.model.send) this.check();
  }

  // The verdict

  onVerdict() {
    clearTimeout(this.slow);
    this.showVerdict();
    const { right, counts, number } = this.model.get("verdict");
    const { key, seed } = this.spec;
    if (number && counts) this.keep((chapter) => withVerdict(chapter, key, { right, seed }));
  }

  showVerdict() {
    const { head, sentences, rows, drawings, number } = this.model.get("verdict");
    if (!number) {
      this.verdict.replaceChildren();
      return;
    }
    this.verdict.replaceChildren(
      make("p", {}, make("b", {}, head)),
      ...drawings.map((drawing) => comparedLanes(drawing, { prefix: freshId(), measures: this.measures })),
      ...sentences.map((sentence) => paragraph(sentence)),
      ...(rows.length ? [asItIs(rows.join("\n"), "Compared")] : []),
    );
  }

  // Hints, one after the other, and the solution after the last

  showHelp() {
    clearTimeout(this.slow);
    const given = this.model.get("help");
    const { hints = 0, help_steps: steps = 0 } = this.spec;
    const name = (place) => (place < hints ? `Hint ${place + 1}` : "Solution");
    const folded = given.map((text, place) => {
      const last = place === given.length - 1;
      return make("details", { open: last }, make("summary", {}, name(place)), asItIs(text, name(place)));
    });
    this.help.replaceChildren(...folded);
    if (given.length < steps && this.model.send) {
      const click = () => this.tell({ kind: "help" });
      this.help.append(make("button", { type: "button", class: "aq-link", click }, name(given.length)));
    }
  }

  // Progress

  /** Let the chapter know that there is this question. */
  register() {
    const { key, kind } = this.spec;
    const { right, number } = this.model.get("verdict");
    const solved = kind === "exercise" && number && right; // perhaps before this view was there
    this.keep((chapter) => (solved ? withVerdict(chapter, key, { right }) : chapter));
  }

  /** Change what is kept of the chapter, once the question stands in it. */
  keep(change) {
    const { key, name, kind } = this.spec;
    whenShown(this.el, () => {
      const { title, place } = placeOf(this.el);
      keepChapter(title, change(withQuestion(readChapter(title), key, { name, kind, place })));
    }, this.signal);
  }

  showMark() {
    const entry = readChapter(placeOf(this.el).title)[this.spec.key];
    this.mark.textContent = markOf(entry);
    this.mark.className = entry?.right ? "aq-done" : "aq-mark";
  }
}

/** Call `then` once `el` stands in the page. */
export function whenShown(el, then, signal) {
  if (signal.aborted) return;
  if (el.isConnected) then();
  else requestAnimationFrame(() => whenShown(el, then, signal));
}
