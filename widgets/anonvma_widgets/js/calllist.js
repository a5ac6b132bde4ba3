// The list of calls: the current one is marked, a click goes to it, and each can be changed in place.

import { make } from "./dom.js";

const MOST_ROWS = 10; // that the list always has room for

export class CallList {
  /** `act.splice(first, gone, text)` changes the history; null where it cannot be changed. */
  constructor(act) {
    this.act = act;
    this.list = make("ol", { class: "av-calls", "aria-label": "Calls", keydown: (event) => this.key(event) });
    const copy = make("button", { class: "av-plain av-copy", type: "button", click: () => act.copy(copy) }, "Copy script");
    this.copy = copy;
    this.edit = make(
      "button",
      { class: "av-plain av-edit", type: "button", title: "Change this call (F2)", click: () => this.open(this.position) },
    );
    const row = make("div", { class: "av-listrow" }, act.splice ? this.edit : "", copy);
    this.element = make("div", { class: "av-list" }, this.list, row);
    this.lines = [];
    this.buttons = [];
    this.position = 0;
    this.editor = null;
  }

  /** The list is scrolled before anything on the page is written: then its layout is known. */
  show({ position, lines }) {
    this.fill(lines);
    const current = this.buttons[position - 1];
    if (!position) this.list.scrollTop = 0;
    else if (current && current !== this.current) this.reveal(current);
    this.position = position;
    this.copy.hidden = !lines.length;
    if (current !== this.current) {
      this.current?.removeAttribute("aria-current");
      current?.setAttribute("aria-current", "step");
      this.current = current;
    }
    this.edit.hidden = !current;
    this.edit.textContent = `Edit call ${position}`;
  }

  /** An entry for each line; those before the first that is another one stay. */
  fill(lines) {
    const other = lines.findIndex((line, place) => line !== this.lines[place]);
    const same = other < 0 ? lines.length : other;
    if (same === lines.length && same === this.lines.length) return;
    this.close();
    for (const button of this.buttons.splice(same)) button.parentElement.remove();
    const added = lines.slice(same).map((line, place) => this.entry(line, same + place + 1));
    this.buttons.push(...added);
    this.list.append(...added.map((button) => make("li", {}, button)));
    this.lines = lines;
    this.element.style.setProperty("--rows", Math.min(lines.length, MOST_ROWS));
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
    const number = this.buttons.indexOf(event.target) + 1;
    if (!number || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.buttons[number - 1 + by]?.focus();
    else if (!this.act.splice) return;
    else if (event.key === "F2" || (event.key === "Enter" && number === this.position)) this.open(number);
    else if (event.key === "Delete") this.act.splice(number - 1, 1, "");
    else return;
    event.preventDefault();
  }

  /** Change call `number` in its place; without one, nothing. */
  open(number) {
    if (!this.act.splice || !this.buttons[number - 1]) return;
    this.close();
    const row = this.buttons[number - 1].parentElement;
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
      this.buttons[number - 1]?.focus();
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
    row.append(this.editor);
    this.element.classList.add("av-open");
    field.focus();
    this.reveal(this.buttons[number - 1]);
  }

  /** Leave the change. */
  close() {
    this.element.classList.remove("av-open");
    this.editor?.remove();
    this.editor = null;
  }
}
