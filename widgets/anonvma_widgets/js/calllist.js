// The list of calls: the current one is marked, a click goes to it, and each can be changed in place.

import { make } from "./dom.js";

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
      "Edit",
    );
    this.element = make("div", { class: "av-list" }, this.list, copy);
    this.lines = [];
    this.buttons = [];
    this.position = 0;
    this.editor = null;
  }

  show({ position, lines }) {
    if (lines.length !== this.lines.length || lines.some((line, place) => line !== this.lines[place])) {
      this.editor = null;
      this.current = null;
      this.lines = lines;
      this.buttons = lines.map((line, place) => this.entry(line, place + 1));
      this.list.replaceChildren(...this.buttons.map((button) => make("li", {}, button)));
    }
    this.position = position;
    this.copy.hidden = !lines.length;
    const current = this.buttons[position - 1];
    if (current !== this.current) {
      this.current?.removeAttribute("aria-current");
      current?.setAttribute("aria-current", "step");
      this.current = current;
      if (current) this.reveal(current);
    }
    if (!current) this.edit.remove();
    else if (this.act.splice && this.edit.parentElement !== current.parentElement) current.after(this.edit);
    if (!position) this.list.scrollTop = 0;
  }

  entry(line, number) {
    return make(
      "button",
      { type: "button", class: "av-step", title: line, click: () => this.act.jump(number) },
      make("span", { class: "av-number" }, String(number)),
      line,
    );
  }

  /** Scroll the list, and nothing but the list, so that a button can be seen. */
  reveal(button) {
    const { list } = this;
    const row = button.parentElement;
    if (row.offsetTop < list.scrollTop) list.scrollTop = row.offsetTop;
    const below = row.offsetTop + row.offsetHeight - list.clientHeight;
    if (below > list.scrollTop) list.scrollTop = below;
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
    row.classList.add("av-open");
    field.focus();
    this.reveal(this.buttons[number - 1]);
  }

  /** Leave the change. */
  close() {
    this.editor?.parentElement.classList.remove("av-open");
    this.editor?.remove();
    this.editor = null;
  }
}
