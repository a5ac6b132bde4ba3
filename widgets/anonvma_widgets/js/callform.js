// The call form: fields for the chosen call, the script line that mirrors them, and Call.

import { ICONS, freshId, icon, make } from "./dom.js";
import { lineOf, readLine, targetFor } from "./form.js";

const PROTECTIONS = ["rw", "r", "rx", "none", "rwx", "w", "x", "wx"];
const SHORT = ["length", "old_length", "new_length"];
const FIRST = { length: "4", prot: "rw", old_length: "4", new_length: "8" };
const HINTS = { addr: "any", to: "any", end: "ask" };

export class CallForm {
  /** `act.call(line)` carries a line out; `act.paste(text)` a whole script. */
  constructor(act, signatures) {
    this.act = act;
    this.signatures = signatures;
    this.values = { ...FIRST };
    this.made = new Map(); // parameters -> the fields for them
    this.edited = false;
    this.lines = [];
    this.process = "init";
    this.call = make("select", { class: "av-call", "aria-label": "Call", change: () => this.chosen() });
    this.fillCalls();
    this.fields = make("div", { class: "av-fields" });
    this.extra = make("div", { class: "av-fields av-extra", id: freshId(), hidden: true });
    this.more = make(
      "button",
      {
        class: "av-more", type: "button", "aria-label": "More parameters", title: "More parameters",
        "aria-expanded": "false", "aria-controls": this.extra.id, click: () => this.toggleMore(),
      },
      icon(...ICONS.more),
    );
    this.line = make("input", {
      class: "av-line", type: "text", "aria-label": "Script line", spellcheck: "false",
      autocomplete: "off", autocapitalize: "off", maxlength: 500,
      input: () => this.typed(), paste: (event) => this.pasted(event),
    });
    const go = make("button", { class: "av-go", type: "submit" }, "Call");
    const submit = (event) => {
      event.preventDefault();
      act.call(this.line.value);
    };
    const say = make("div", { class: "av-say" }, this.line, go);
    const row = make("div", { class: "av-callrow" }, this.call, this.fields, this.more, say);
    this.element = make("form", { class: "av-form", submit }, row, this.extra);
    this.build();
  }

  fillCalls() {
    this.call.replaceChildren(...Object.keys(this.signatures).map((name) => make("option", { value: name }, name)));
  }

  chosen() {
    this.edited = true;
    this.build();
    this.write();
  }

  toggleMore() {
    this.extra.hidden = !this.extra.hidden;
    this.more.setAttribute("aria-expanded", String(!this.extra.hidden));
  }

  /**
   * Fields for the chosen call: what it needs in the row, the rest behind the dots. Those that were
   * made once are filled anew.
   */
  build() {
    const parameters = this.signatures[this.call.value];
    const usual = PROTECTIONS.includes(this.values.prot ?? "rw");
    const made = (usual && this.made.get(parameters)) || this.newFields(parameters);
    if (usual) this.made.set(parameters, made);
    for (const fill of made.fills) fill();
    if (made === this.built) return;
    this.built = made;
    this.fields.replaceChildren(...made.plain);
    this.extra.replaceChildren(...made.rest);
    this.more.hidden = !made.rest.length;
    this.extra.hidden = this.extra.hidden || !made.rest.length;
    this.more.setAttribute("aria-expanded", String(!this.extra.hidden));
  }

  /** The fields of a call: {plain, rest}, and `fills`, which put the values into them. */
  newFields(parameters) {
    const fills = [];
    const plain = parameters.filter((each) => each.positional || each.name === "addr");
    const rest = parameters.filter((each) => !plain.includes(each));
    const fieldsOf = (some) => some.map((parameter) => this.field(parameter, fills));
    return { plain: fieldsOf(plain), rest: fieldsOf(rest), fills };
  }

  field(parameter, fills) {
    const id = freshId();
    const label = make("label", { for: id }, parameter.name.replaceAll("_", " "));
    const input = this.input(parameter, id, fills);
    return make("span", { class: "av-field" }, label, input);
  }

  input(parameter, id, fills) {
    const { name, kind } = parameter;
    const value = this.values[name];
    const set = (read) => () => {
      this.values[name] = read();
      this.edited = true;
      this.write();
    };
    if (kind === "flag") {
      const box = make("input", {
        id, type: "checkbox", checked: value ?? parameter.default, change: set(() => box.checked),
      });
      fills.push(() => (box.checked = this.values[name] ?? parameter.default));
      return box;
    }
    if (kind === "protection") {
      const select = make("select", { id, change: set(() => select.value) });
      const options = PROTECTIONS.includes(value ?? "rw") ? PROTECTIONS : [value, ...PROTECTIONS];
      for (const protection of options) {
        select.append(make("option", { value: protection, selected: protection === (value ?? "rw") }, protection));
      }
      fills.push(() => (select.value = this.values[name] ?? "rw"));
      return select;
    }
    const input = make("input", {
      id, type: "text", class: SHORT.includes(name) ? "av-short" : null, value: value ?? "", placeholder: HINTS[name] ?? "",
      spellcheck: "false", autocomplete: "off", autocapitalize: "off", input: set(() => input.value),
    });
    fills.push(() => (input.value = this.values[name] ?? ""));
    return input;
  }

  /** Form -> line. */
  write() {
    const call = this.call.value;
    const target = targetFor(call, this.lines);
    this.line.value = lineOf(call, this.values, this.signatures, { target, process: this.process });
  }

  /** Line -> form, as far as the line can be understood here; Python has the last word. */
  typed() {
    this.edited = true;
    this.read(this.line.value);
  }

  read(line) {
    const found = readLine(line, this.signatures);
    if (!found) return;
    this.call.value = found.call;
    this.values = { ...found.values };
    this.build();
  }

  /** Several lines on the clipboard are a script. */
  pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    this.act.paste(text);
  }

  /** Put pages that the reader chose on the strip into the fields they fit. */
  take(start, length) {
    const names = this.signatures[this.call.value].map((parameter) => parameter.name);
    const at = ["addr", "start", "old", "page", "end"].find((name) => names.includes(name));
    const long = ["length", "old_length"].find((name) => names.includes(name));
    if (at) this.values[at] = String(start);
    if (long) this.values[long] = String(length);
    this.edited = true;
    this.build();
    this.write();
  }

  /** Offer the next call of the history, or at its end a fresh one; leave what the reader typed. */
  offer({ lines, next, process }) {
    this.lines = lines;
    this.process = process;
    if (this.edited) return;
    if (next) {
      this.line.value = next;
      this.read(next);
      return;
    }
    if (lines.length) {
      const last = readLine(lines.at(-1), this.signatures);
      this.call.value = last && last.call === "mmap" ? "mmap" : this.call.value;
      this.values = { ...FIRST, ...this.values, addr: "" };
      this.build();
    }
    this.write();
  }

  /** A history came: what stands in the form is no longer the reader's draft. */
  settle(signatures) {
    this.edited = false;
    if (JSON.stringify(signatures) === JSON.stringify(this.signatures)) return;
    const { value } = this.call;
    this.signatures = signatures;
    this.made.clear();
    this.fillCalls();
    if (value in signatures) this.call.value = value;
    this.build();
  }
}
