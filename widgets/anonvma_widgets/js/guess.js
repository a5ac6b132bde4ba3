// Predictions: before a step is shown, one or two questions about it; its scene knows the answers.

import { freshId, make } from "./dom.js";

/** What is asked about the step from `before` to `after`: [{text, truth}, ..]. Pure. */
export function asksOf(before, after) {
  const count = (text, read) => ({ text, truth: String(read(after)) });
  if (/^(?:\w+ = )?(?:\w+\.)?(?:fork|exec|exit)\(/.test(after.call)) {
    return [
      count("How many processes will there be?", (scene) => scene.mms.length),
      count("How many address spaces will there be?", (scene) => scene.rings.length),
    ];
  }
  const mm = (scene) => scene.mms.find((each) => each.pid === after.pid) ?? { units: [], vmas: [] };
  const whose = before.mms.length > 1 ? ` of ${mm(after).name}` : "";
  const vmas = count(`How many vmas${whose} will there be?`, (scene) => mm(scene).vmas.length);
  const page = /\bmmap\(.*\baddr=(\d+)\b/.exec(after.call);
  const vma = page && mm(after).vmas.find((each) => each.start <= Number(page[1]) && Number(page[1]) < each.end);
  if (vma?.letter) {
    const index = `${vma.letter}${vma.first + Number(page[1]) - vma.start}`;
    return [vmas, { text: `Which index will page ${page[1]} have?`, truth: index, hint: "A0" }];
  }
  return [vmas, count(`How many units${whose} will the user see?`, (scene) => mm(scene).units.length)];
}

/** Whether an answer is the truth: letters and spaces do not count twice. */
export function isRight(answer, truth) {
  return answer.replace(/\s/g, "").toUpperCase() === truth.toUpperCase();
}

export class Guess {
  /** `act.reveal()` shows the step that was asked about. */
  constructor(act) {
    this.act = act;
    this.on = false;
    this.asked = null;
    this.right = 0;
    this.total = 0;
    this.button = make(
      "button", { type: "button", class: "av-toggle", "aria-pressed": "false", click: () => this.toggle() }, "Predict",
    );
    this.element = make("div", { class: "av-guess", hidden: true });
  }

  toggle() {
    this.on = !this.on;
    this.button.setAttribute("aria-pressed", String(this.on));
    this.close();
  }

  /** Ask about the step to `after`; asked already, the question gets the focus. */
  ask(before, after) {
    if (this.asked?.after !== after) this.build(before, after);
    this.element.querySelector("input").focus();
  }

  build(before, after) {
    const asks = asksOf(before, after);
    this.asked = { after, asks };
    const fields = asks.map(({ hint }) =>
      make("input", { type: "text", class: "av-short", id: freshId(), autocomplete: "off", placeholder: hint ?? "", maxlength: 12 }),
    );
    const questions = asks.map(({ text }, place) =>
      make("span", { class: "av-field" }, make("label", { for: fields[place].id }, text), fields[place]),
    );
    const submit = (event) => {
      event.preventDefault();
      this.answer(fields.map((field) => field.value));
    };
    const skip = make("button", { class: "av-plain", type: "button", click: () => this.act.reveal() }, "Skip");
    const form = make(
      "form", { class: "av-fields", submit },
      ...questions, make("button", { class: "av-plain", type: "submit" }, "Answer"), skip,
    );
    const head = make("p", {}, `Step ${after.number} will be `, make("code", {}, after.call), ". What will it do?");
    this.element.replaceChildren(head, form);
    this.element.hidden = false;
  }

  answer(answers) {
    const { asks } = this.asked;
    const lines = asks.map(({ text, truth }, place) => {
      const right = isRight(answers[place], truth);
      this.right += right;
      this.total += 1;
      const said = answers[place].trim() || "nothing";
      return `${text} ${right ? `${truth}: right.` : `You said ${said}; it is ${truth}.`}`;
    });
    this.act.reveal();
    const tally = `${this.right} of ${this.total} right so far.`;
    this.element.replaceChildren(...[...lines, tally].map((line) => make("p", {}, line)));
    this.element.setAttribute("role", "status");
    this.element.hidden = false;
  }

  /** The reader went elsewhere. */
  close() {
    this.asked = null;
    this.element.hidden = true;
    this.element.removeAttribute("role");
    this.element.replaceChildren();
  }
}
