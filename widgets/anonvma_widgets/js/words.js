// Words in a question: text goes in as text, and `code` between backquotes becomes code.

import { make } from "./dom.js";

/** The parts of a text: strings and {code}. */
export function wordParts(text) {
  return text.split(/`([^`]+)`/).map((part, place) => (place % 2 ? { code: part } : part)).filter((part) => part !== "");
}

/** The text without its backquotes. */
export function plainWords(text) {
  return wordParts(text).map((part) => part.code ?? part).join("");
}

/** The same as nodes. */
export function wordNodes(text) {
  return wordParts(text).map((part) => (part.code ? make("code", {}, part.code) : part));
}

/** A paragraph of such a text. */
export function paragraph(text, attributes = {}) {
  return make("p", attributes, ...wordNodes(text));
}

/** Text as it is; it can be scrolled from the keyboard where it is too wide. */
export function asItIs(text, name) {
  const block = make("pre", {}, text);
  new ResizeObserver(() => {
    const tooWide = block.scrollWidth > block.clientWidth + 1;
    if (tooWide) {
      block.setAttribute("tabindex", "0");
      block.setAttribute("role", "region");
      block.setAttribute("aria-label", name);
    } else {
      for (const attribute of ["tabindex", "role", "aria-label"]) block.removeAttribute(attribute);
    }
  }).observe(block);
  return block;
}
