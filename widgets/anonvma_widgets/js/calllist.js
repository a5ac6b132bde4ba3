// The list of calls: the current one is marked, a click goes to it, and each can be changed in place.
//
// Every row on the page costs every step, so of a long history only some calls have one:
//
//   earlier     "120 earlier calls": more of them
//   rows        the calls first + 1, first + 2, ... first + ROWS at most, a button each
//   later       "37 later calls"

import { make } from "./dom.js";

const MOST_ROWS = 10; // that the list always has room for

export const ROWS = 60; // on the page at a time

/** How many calls come before the rows, so that call `number` has one: as many as do, if it has. */
export function callsBefore(first, number) {
  if (number > first && number <= first + ROWS) return first;
  return Math.max(0, number - ROWS / 2);
}

export class CallList {
  /** `act.splice(first, gone, text)` changes the history; null where it cannot be changed. */
  constructor(act) {
    this.act = act;
    this.earlier = new More("earlier", () => this.focus(this.first));
    this.later = new More("later", () => this.focus(this.first + ROWS + 1));
    this.list = make(
      "ol", { class: "av-calls", "aria-label": "Calls", keydown: (event) => this.key(event) },
      this.earlier.element, this.later.element,
    );
    const copy = make("button", { class: "av-plain av-copy", type: "button", click: () => act.copy(copy) }, "Copy script");
    this.copy = copy;
    this.edit = make(
      "button",
      { class: "av-plain av-edit", type: "button", title: "Change this call (F2)", click: () => this.open(this.position) },
    );
    const row = make("div", { class: "av-listrow" }, act.splice ? this.edit : "", copy);
    this.element = make("div", { class: "av-list" }, this.list, row);
    this.lines = [];
    this.first = 0;
    this.buttons = [];
    this.position = 0;
    this.editor = null;
  }

  /** The list is scrolled before anything on the page is written: then its layout is known. */
  show({ position, lines }) {
    const stays = position === this.position && this.first < lines.length;
    this.fill(lines, stays ? this.first : callsBefore(this.first, position));
    this.position = position;
    const current = this.button(position);
    if (!position) this.list.scrollTop = 0;
    else if (current && current !== this.current) this.reveal(current);
    this.mark();
    this.copy.hidden = !lines.length;
    this.edit.hidden = !position;
    this.edit.textContent = `Edit call ${position}`;
  }

  mark() {
    const current = this.button(this.position);
    if (current === this.current) return;
    this.current?.removeAttribute("aria-current");
    current?.setAttribute("aria-current", "step");
    this.current = current;
  }

  /** The button of a call that has a row. */
  button(number) {
    return this.buttons[number - 1 - this.first];
  }

  /** Rows for the lines after the first so many; those before the first that is another one stay. */
  fill(lines, first) {
    const before = this.lines.slice(this.first, this.first + ROWS);
    const shown = lines.slice(first, first + ROWS);
    const other = first === this.first ? shown.findIndex((line, place) => line !== before[place]) : 0;
    const same = other < 0 ? shown.length : other;
    this.lines = lines;
    this.first = first;
    this.earlier.tell(first);
    this.later.tell(lines.length - first - shown.length);
    if (same === shown.length && same === before.length) return;
    this.close();
    for (const button of this.buttons.splice(same)) button.parentElement.remove();
    const added = shown.slice(same).map((line, place) => this.entry(line, first + same + place + 1));
    this.buttons.push(...added);
    this.later.element.before(...added.map((button) => make("li", {}, button)));
    this.element.style.setProperty("--rows", Math.min(lines.length, MOST_ROWS));
  }

  /** The button of call `number`, which gets a row; undefined where there is no such call. */
  bring(number) {
    if (number < 1 || number > this.lines.length) return undefined;
    this.fill(this.lines, callsBefore(this.first, number));
    this.mark();
    return this.button(number);
  }

  focus(number) {
    this.bring(number)?.focus();
  }

  entry(line, number) {
    return make(
      "button",
      { type: "button", class: "av-step", title: line, click: () => this.act.jump(number) },
      make("span", { class: "av-number" }, String(number)),
      make("span", {}, line),
    );
  }

  /** Scroll the list, and nothing but the list, so that a button can be seen: whole rows of it. */
  reveal(button) {
    const { list } = this;
    let row = button.parentElement;
    if (row.offsetTop < list.scrollTop) list.scrollTop = row.offsetTop;
    const below = row.offsetTop + row.offsetHeight - list.clientHeight;
    if (below <= list.scrollTop) return;
    while (row.previousElementSibling?.offsetTop >= below) row = row.previousElementSibling;
    list.scrollTop = row.offsetTop;
  }

  /** The list has another size: the current call is still to be seen. */
  revealCurrent() {
    if (this.current) this.reveal(this.current);
  }

  key(event) {
    const place = this.buttons.indexOf(event.target);
    const number = this.first + place + 1;
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.focus(number + by);
    else if (!this.act.splice) return;
    else if (event.key === "F2" || (event.key === "Enter" && number === this.position)) this.open(number);
    else if (event.key === "Delete") this.act.splice(number - 1, 1, "");
    else return;
    event.preventDefault();
  }

  /** Change call `number` in its place; without one, nothing. */
  open(number) {
    const button = this.act.splice ? this.bring(number) : undefined;
    if (!button) return;
    this.close();
    const field = make("input", {
      class: "av-line", type: "text", value: this.lines[number - 1], "aria-label": `Call ${number}`,
      spellcheck: "false", autocomplete: "off", autocapitalize: "off", maxlength: 500,
    });
    const plain = (name, action) => make("button", { class: "av-plain", type: "button", click: action }, name);
    const submit = (event) => {
      event.preventDefault();
      this.act.splice(number - 1, 1, field.value);
    };
    const left = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
      button.focus();
    };
    this.editor = make(
      "form", { class: "av-editor", submit, keydown: left },
      field,
      make(
        "div", { class: "av-editrow" },
        make("button", { class: "av-plain", type: "submit" }, "Replace"),
        plain("Insert after", () => this.act.splice(number, 0, field.value)),
        plain("Delete", () => this.act.splice(number - 1, 1, "")),
        plain("Cancel", () => this.close()),
      ),
    );
    button.parentElement.append(this.editor);
    this.element.classList.add("av-open");
    field.focus();
    this.reveal(button);
  }

  /** Leave the change. */
  close() {
    this.element.classList.remove("av-open");
    this.editor?.remove();
    this.editor = null;
  }
}

/** The row that tells of the calls without one, on one side, and shows more of them. */
class More {
  constructor(side, act) {
    this.side = side;
    this.count = 0;
    this.button = make("button", { class: "av-plain", type: "button", click: act });
    this.element = make("li", { class: "av-unlisted", hidden: true }, this.button);
  }

  tell(count) {
    if (count === this.count) return;
    this.count = count;
    this.element.hidden = !count;
    this.button.textContent = `${count} ${this.side} ${count === 1 ? "call" : "calls"}`;
  }
}
