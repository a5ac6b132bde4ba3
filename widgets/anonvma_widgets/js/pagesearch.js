// The search: a dialog over the page, "/" opens it; sections come from a script beside the page.

import { make } from "./dom.js";

const MOST = 30;
const AROUND = 60; // characters of text before what was found
const SNIPPET = 170;
const COMMON = new Set(["a", "an", "and", "are", "as", "at", "by", "for", "in", "is", "it", "of", "on", "that", "the", "to", "with"]);
const WRITTEN_IN = "input, textarea, select, [contenteditable]";

/** Text as nodes, with the terms marked where a word begins with one. */
function markedNodes(text, terms) {
  const wanted = terms.filter(Boolean).map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!wanted.length) return [text];
  const parts = text.split(new RegExp(`\\b(${wanted.join("|")})`, "gi"));
  return parts.map((part, place) => (place % 2 ? make("mark", {}, part) : part));
}

/** A piece of a section's text around the first of the terms. */
export function snippetOf(text, terms) {
  const places = terms.map((term) => text.toLowerCase().indexOf(term)).filter((place) => place >= 0);
  const first = places.length ? Math.min(...places) : 0;
  const from = first > AROUND ? text.indexOf(" ", first - AROUND) + 1 : 0;
  const piece = text.slice(from, from + SNIPPET);
  return `${from ? "… " : ""}${piece}${from + SNIPPET < text.length ? " …" : ""}`;
}

/** The address of a section. */
export function addressOf({ page, anchor }) {
  return anchor ? `${page}#${encodeURIComponent(anchor)}` : page;
}

/** Add a script of the site to the page; the promise is kept when it has run. */
export function loadScript(source) {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error(`${source} could not be read`));
    document.head.append(make("script", { src: source, load: resolve, error: failed }));
  });
}

class SearchDialog {
  constructor(source) {
    this.source = source;
    this.input = make("input", { type: "search", "aria-label": "Search the book", autocomplete: "off", spellcheck: "false", input: () => this.find() });
    this.says = make("p", { class: "search-says", role: "status" });
    this.list = make("ol", {});
    const close = make("button", { type: "button", click: () => this.dialog.close() }, "Close");
    this.dialog = make("dialog", { class: "search", "aria-label": "Search" }, make("div", { class: "search-top" }, this.input, close), this.says, this.list);
    this.dialog.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.list.addEventListener("click", (event) => event.target.closest("a") && this.dialog.close());
    document.body.append(this.dialog);
  }

  open() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.input.select();
    if (!this.index) this.load();
  }

  /** The sections come once, when they are first needed. */
  load() {
    this.says.textContent = "The sections are being read.";
    const ready = () => {
      this.index = new globalThis.MiniSearch({
        processTerm: (term) => (COMMON.has(term.toLowerCase()) ? null : term.toLowerCase()),
        fields: ["heading", "text"], storeFields: ["page", "chapter", "anchor", "heading", "text"],
        searchOptions: { boost: { heading: 4 }, prefix: true, fuzzy: (term) => (term.length > 5 ? 0.15 : false), combineWith: "AND" },
      });
      this.index.addAll(globalThis.anonvmaSections);
      this.find();
    };
    loadScript(this.source).then(ready, (error) => (this.says.textContent = error.message));
  }

  find() {
    if (!this.index) return;
    const wanted = this.input.value.trim();
    const found = wanted ? this.index.search(wanted) : [];
    const count = found.length === 1 ? "1 section" : `${found.length} sections`;
    this.says.textContent = wanted ? (found.length ? count : "Nothing was found.") : "Words of the book, or the beginning of one.";
    this.list.replaceChildren(...found.slice(0, MOST).map((section) => resultItem(section)));
  }

  onKey(event) {
    const links = [...this.list.querySelectorAll("a")];
    const here = links.indexOf(document.activeElement);
    if (event.key === "Enter" && event.target === this.input) links[0]?.click();
    else if (event.key === "Escape") this.dialog.close(); // a search field would empty itself first
    else if (event.key === "ArrowDown") links[Math.min(here + 1, links.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (here > 0 ? links[here - 1] : this.input).focus();
    else return;
    event.preventDefault();
  }
}

function resultItem(section) {
  const { chapter, heading, text, terms } = section;
  const where = heading === chapter ? [] : [make("small", {}, chapter)];
  const link = make("a", { href: addressOf(section) }, ...where, make("b", {}, ...markedNodes(heading, terms)), make("small", {}, ...markedNodes(snippetOf(text, terms), terms)));
  return make("li", {}, link);
}

export function searchPage() {
  const source = document.body.dataset.search;
  if (!source) return;
  let dialog = null;
  const open = () => (dialog ??= new SearchDialog(source)).open();
  document.querySelector(".top-search").addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.(WRITTEN_IN)) return;
    event.preventDefault();
    open();
  });
}
