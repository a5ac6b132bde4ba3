// What is folded under the figures: the script, the settings, the keys. Each is a panel with a
// button; a panel says `element`, and takes `show(said)` and the errors that are for it.

import { KEY_WORDS } from "./keys.js";
import { freshId, make, region } from "./dom.js";

/** A button that opens and closes a panel; `opened` is called before it is seen. */
export function folded(name, panel, opened = () => {}) {
  panel.id = freshId();
  panel.hidden = true;
  const button = make(
    "button",
    {
      type: "button", class: "av-toggle", "aria-expanded": "false", "aria-controls": panel.id,
      click: () => {
        if (panel.hidden) opened();
        panel.hidden = !panel.hidden;
        button.setAttribute("aria-expanded", String(!panel.hidden));
      },
    },
    name,
  );
  return button;
}

/** The whole script, to copy, and in a live lab to change and run. */
export class ScriptPanel {
  constructor(act) {
    this.edited = false;
    this.lines = [];
    this.text = make("textarea", {
      class: "av-script", rows: 10, spellcheck: "false", autocapitalize: "off", maxlength: 20000,
      "aria-label": "Script", readonly: !act.rewrite, input: () => this.touched(),
    });
    this.problem = make("p", { class: "av-problem", role: "alert" });
    const copy = make("button", { class: "av-plain", type: "button", click: () => act.copy(copy, this.text.value) }, "Copy");
    const run = make("button", { class: "av-plain", type: "button", click: () => act.rewrite(this.text.value) }, "Run from the beginning");
    const row = make("div", { class: "av-editrow" }, ...(act.rewrite ? [run] : []), copy);
    this.element = region("Script", { class: "av-panel" }, this.text, this.problem, row);
  }

  touched() {
    this.edited = true;
    this.problem.textContent = "";
  }

  /** The calls of a step; they are written when the panel is open, or opened. */
  show({ lines }) {
    this.lines = lines;
    if (!this.element.hidden) this.write();
  }

  write() {
    if (!this.edited) this.text.value = this.lines.join("\n");
  }

  settle() {
    this.edited = false;
    this.problem.textContent = "";
  }

  /** Say what is wrong, and mark the line. */
  showError({ message, line }) {
    this.problem.textContent = message;
    const lines = this.text.value.split("\n");
    if (!line || line > lines.length) return;
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    this.text.focus();
    this.text.setSelectionRange(start, start + lines[line - 1].length);
  }
}

const FIELDS = [
  ["scheme", "Scheme", "Who finds the vmas of a page: in order of history, Lokier's last."],
  ["preset", "Numbers", "Lokier's numbers at a stroke: the classroom's, the message's, or room for a million."],
  ["index_bits", "Index bits", "An address space has 2 to this power of indexes: 1 to 64."],
  ["proportion", "Proportion", "How much to reserve for each page, rounded up: 1, 0.5 or 1/3."],
  ["minimum", "Minimum", "The least reservation, in indexes."],
  ["mremap_reserves", "mremap reserves", "Exclusive: for growth alone. Shared: neighbours may claim it too."],
  ["side", "Side", "Where mmap reserves: above, below, or as the layout grows."],
  ["task_pages", "Task pages", "The size of every process's address range: 2 or more."],
  ["layout", "Layout", "Where a mapping without an address goes first: low, or high."],
];
const LOKIERS = ["preset", "index_bits", "proportion", "minimum", "mremap_reserves", "side"];
const OWN = "as below";

/** Scheme, its numbers, task and layout; applying makes the calls anew on such a machine. */
export class SettingsPanel {
  constructor(act, choices) {
    this.choices = choices;
    this.inputs = {};
    this.rows = {};
    const rows = FIELDS.map(([name, label, help]) => this.row(name, label, help));
    this.problem = make("p", { class: "av-problem", role: "alert" });
    const submit = (event) => {
      event.preventDefault();
      act.settings(this.values());
    };
    this.element = make(
      "form", { class: "av-panel av-settings", "aria-label": "Settings", submit },
      ...rows, this.problem,
      make("div", { class: "av-editrow" }, make("button", { class: "av-plain", type: "submit" }, "Apply and make the calls anew")),
    );
  }

  row(name, label, help) {
    const id = freshId();
    const helpId = freshId();
    const input = this.input(name, { id, "aria-describedby": helpId });
    this.inputs[name] = input;
    this.rows[name] = make(
      "div", { class: "av-setting" },
      make("label", { for: id }, label), input, make("span", { class: "av-help", id: helpId }, help),
    );
    return this.rows[name];
  }

  input(name, attributes) {
    if (name === "preset") {
      const names = [OWN, ...Object.keys(this.choices.presets)];
      return optionsOf(make("select", { ...attributes, change: () => this.preset() }), names);
    }
    if (this.choices[name]) {
      const options = this.choices[name].map((each) => (each.name ? [each.name, each.label] : each));
      return optionsOf(make("select", { ...attributes, change: () => this.changed(name) }), options);
    }
    return make("input", { ...attributes, type: "text", inputmode: "numeric", input: () => this.changed(name) });
  }

  changed(name) {
    if (LOKIERS.includes(name)) this.inputs.preset.value = this.presetName();
    const lokier = this.inputs.scheme.value === "lokier";
    for (const each of LOKIERS) this.rows[each].hidden = !lokier;
    if (lokier && !this.inputs.index_bits.value) this.fill(this.choices.presets.classroom);
    this.problem.textContent = "";
  }

  preset() {
    this.fill(this.choices.presets[this.inputs.preset.value] ?? {});
  }

  presetName() {
    const same = ([, values]) => Object.entries(values).every(([name, value]) => this.inputs[name].value === String(value));
    return Object.entries(this.choices.presets).find(same)?.[0] ?? OWN;
  }

  fill(values) {
    for (const [name, value] of Object.entries(values)) this.inputs[name].value = String(value);
    this.inputs.preset.value = this.presetName();
  }

  values() {
    const lokier = this.inputs.scheme.value === "lokier";
    const names = FIELDS.map(([name]) => name).filter((name) => name !== "preset" && (lokier || !LOKIERS.includes(name)));
    return Object.fromEntries(names.map((name) => [name, this.inputs[name].value]));
  }

  /** Show the settings of the machine: they came with a whole history. */
  settle(settings) {
    const { scheme } = this.inputs;
    if (![...scheme.options].some((option) => option.value === settings.scheme)) {
      scheme.prepend(make("option", { value: settings.scheme }, `${settings.scheme}: the lab's own`));
    }
    this.fill(settings);
    this.changed("scheme");
  }

  showError({ message }) {
    this.problem.textContent = message;
  }
}

function optionsOf(select, options) {
  for (const option of options) {
    const [value, label] = Array.isArray(option) ? option : [option, option];
    select.append(make("option", { value }, label));
  }
  return select;
}

const CONTROL_WORDS = [
  ["Call, fields, line", "Each is made from the other. Call carries the line out after the step that is shown; what came after it is forgotten."],
  ["Several lines", "Pasted into the line they are run as a script, all or nothing."],
  ["Drag on the strip", "Chooses pages for the fields. A click picks a vma, and the page of the walk."],
  ["3 of 8", "Click on the count to go to a step by its number."],
  ["Undo, Redo", "Take back, and do again, calls and whole changes: an edited call, a script, settings, a scenario, a reset."],
  ["Edit call", "Replace, insert or delete a call; those after it are made anew."],
  ["Predict", "Asks what a step will do before it is shown."],
];

/** What every control and key does. */
export function helpPanel(live) {
  const list = (words) => make("dl", {}, ...words.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
  const controls = live ? CONTROL_WORDS : CONTROL_WORDS.filter(([name]) => ["3 of 8", "Predict"].includes(name));
  return region(
    "Keys and help", { class: "av-panel av-helps" },
    make("div", {}, make("h4", {}, "Keys on the figures and in the list of calls"), list(KEY_WORDS.filter((each) => live || !each[2]))),
    make("div", {}, make("h4", {}, "Controls"), list(controls)),
  );
}
