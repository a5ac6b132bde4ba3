// The fields of a question: each has an element, its value, reset and focus.

import { make, freshId } from "./dom.js";
import { DrawField } from "./drawfield.js";

/** The field of an ask or an exercise. */
export function fieldFor(field, measures) {
  if (field.kind === "choice") return choiceField(field);
  if (field.kind === "drawn") return new DrawField(field, measures);
  if (field.kind === "script") return scriptField(field);
  return lineField(field);
}

/** One of several options. */
function choiceField(field) {
  const name = freshId();
  const inputs = field.options.map((value) => make("input", { type: "radio", name, value }));
  const options = inputs.map((input, place) => make("label", {}, input, field.options[place]));
  return {
    element: make("fieldset", { class: "aq-field" }, make("legend", {}, field.text), ...options),
    value: () => inputs.find((input) => input.checked)?.value ?? "",
    reset: () => inputs.forEach((input) => (input.checked = false)),
    focus: () => inputs[0].focus(),
  };
}

/** A number with its unit, a short text, or a row that is typed over. */
function lineField(field) {
  const id = freshId();
  const row = field.kind === "row";
  const input = make("input", {
    id, type: "text", value: field.start, autocomplete: "off", spellcheck: "false",
    inputmode: field.kind === "number" ? "numeric" : false, size: row ? Math.max(20, field.pages) : 10,
    class: row ? "aq-typedrow" : false,
  });
  const behind = field.kind === "text" ? field.form : field.unit;
  const words = behind ? [make("span", { class: "aq-unit" }, behind)] : [];
  return {
    element: make(
      "div",
      { class: "aq-field" },
      make("label", { for: id }, field.text),
      make("div", { class: row ? "aq-scroll" : "aq-line" }, input, ...words),
    ),
    value: () => input.value,
    reset: () => (input.value = field.start),
    focus: () => input.focus(),
  };
}

/** A script, with the numbers of its lines at its left: errors name them. */
function scriptField(field) {
  const id = freshId();
  const numbers = make("pre", { class: "aq-numbers", "aria-hidden": "true" });
  const area = make("textarea", { id, rows: "8", spellcheck: "false", autocomplete: "off", wrap: "off" });
  const count = () => {
    const lines = Math.max(8, area.value.split("\n").length);
    area.rows = Math.min(lines, 16);
    numbers.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
    numbers.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", count);
  area.addEventListener("scroll", () => (numbers.scrollTop = area.scrollTop));
  const reset = () => {
    area.value = field.start;
    count();
  };
  reset();
  const head = make("label", { for: id }, field.text);
  const keys = make("span", { class: "aq-unit" }, "Ctrl and Enter checks");
  return {
    element: make("div", { class: "aq-field" }, head, make("div", { class: "aq-script" }, numbers, area), keys),
    value: () => area.value,
    reset,
    focus: () => area.focus(),
  };
}
