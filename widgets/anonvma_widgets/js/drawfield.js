// The field in which vmas are drawn on a strip of pages, or typed; both are the same answer.

import { make, freshId } from "./dom.js";
import { PROTECTION_NAMES, altered, cleared, goingOn, laid, pieceAt, pieceOn, pieceText, piecesText, readIndex, readPieces, resized } from "./drawn.js";
import { LANE_TALL, lanePicture } from "./lane.js";

const DRAW_HELP =
  "Drag over free pages to lay a vma; click on one to change it, drag it to move it. Keys: arrows, " +
  "Shift to extend, Enter to lay, Delete to unmap, Alt and arrows to move.";

export class DrawField {
  /** `field` is the ask's; `measures` those of the language. */
  constructor(field, measures) {
    this.pages = field.pages;
    this.start = field.start;
    this.measures = measures;
    this.id = freshId();
    this.anchor = 0;
    this.cursor = 0;
    this.shown = false; // whether a selection is shown
    this.build(field);
    this.reset();
  }

  build(field) {
    const [labelId, helpId] = [freshId(), freshId()];
    this.strip = make("div", {
      class: "aq-strip", role: "application", tabindex: "0",
      "aria-labelledby": labelId, "aria-describedby": helpId,
      "aria-roledescription": "strip of pages",
      keydown: (event) => this.onKey(event), pointerdown: (event) => this.onDown(event),
      pointermove: (event) => this.onMove(event), pointerup: (event) => this.onUp(event),
      pointercancel: () => this.onCancel(), focus: () => this.onFocus(),
    });
    this.status = make("p", { class: "aq-status", role: "status" });
    this.editor = make("div", { class: "aq-editor" });
    const help = make("p", { class: "aq-help", id: helpId }, DRAW_HELP);
    this.drawing = make("div", {}, this.strip, this.status, this.editor, help);
    const typedId = freshId();
    this.typed = make("textarea", { id: typedId, rows: "6", spellcheck: "false", autocomplete: "off" });
    this.typedProblem = make("p", { class: "aq-status", role: "status" });
    const typedLabel = make("label", { for: typedId, class: "aq-help" }, `Vmas, ${field.form}`);
    this.typing = make("div", { hidden: true }, typedLabel, this.typed, this.typedProblem);
    this.toggle = make("button", { type: "button", class: "aq-link", click: () => this.swap() });
    const legend = make("legend", { id: labelId }, field.text);
    this.element = make("fieldset", { class: "aq-field aq-drawn" }, legend, this.drawing, this.typing, this.toggle);
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.element);
  }

  /** The answer: always the text. */
  value() {
    return this.typing.hidden ? piecesText(this.pieces) : this.typed.value;
  }

  reset() {
    this.pieces = readPieces(this.start, this.pages).pieces;
    this.typed.value = this.start;
    this.typedProblem.textContent = "";
    this.shown = false;
    this.paint();
  }

  focus() {
    (this.typing.hidden ? this.strip : this.typed).focus();
  }

  /** From the drawing to the text, or back if the text can be read. */
  swap() {
    if (this.typing.hidden) {
      this.typed.value = piecesText(this.pieces);
    } else {
      const { pieces, error } = readPieces(this.typed.value, this.pages);
      this.typedProblem.textContent = error;
      if (error) return;
      this.pieces = pieces;
      this.shown = false;
    }
    this.typing.hidden = !this.typing.hidden;
    this.drawing.hidden = !this.typing.hidden;
    this.paint();
    this.focus();
  }

  // What is selected

  get range() {
    return { start: Math.min(this.anchor, this.cursor), end: Math.max(this.anchor, this.cursor) + 1 };
  }

  select(range) {
    this.anchor = range.start;
    this.cursor = range.end - 1;
    this.shown = true;
    this.paint();
  }

  change(pieces, range = this.range) {
    this.pieces = pieces;
    this.select(range);
  }

  /** The piece on the selection, moved so that it begins at `start`, within the task. */
  moveTo(start) {
    const length = this.range.end - this.range.start;
    const first = Math.max(0, Math.min(this.pages - length, start));
    const range = { start: first, end: first + length };
    this.change(altered(this.pieces, this.range, range), range);
  }

  // Pointer

  pageOf(event) {
    const svg = this.strip.querySelector("svg").getBoundingClientRect();
    const page = Math.floor(((event.clientX - svg.left - 12) / (svg.width - 24)) * this.pages);
    return Math.max(0, Math.min(this.pages - 1, page));
  }

  onDown(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.strip.focus({ preventScroll: true });
    this.strip.setPointerCapture(event.pointerId);
    const page = this.pageOf(event);
    const piece = this.shown && pieceOn(this.pieces, this.range);
    const holds = piece && piece.start <= page && page < piece.end;
    this.drag = { from: page, before: this.pieces, range: this.range, holds, moved: false };
    if (!holds) this.select({ start: page, end: page + 1 });
  }

  onMove(event) {
    if (!this.drag) return;
    const page = this.pageOf(event);
    if (page === this.drag.from && !this.drag.moved) return;
    this.drag.moved = true;
    if (this.drag.holds) {
      this.pieces = this.drag.before;
      [this.anchor, this.cursor] = [this.drag.range.start, this.drag.range.end - 1];
      this.moveTo(this.drag.range.start + page - this.drag.from);
    } else {
      this.anchor = this.drag.from;
      this.cursor = page;
      this.paint();
    }
  }

  onUp(event) {
    const drag = this.drag;
    this.drag = null;
    if (!drag || drag.holds) return;
    const page = this.pageOf(event);
    const piece = pieceAt(this.pieces, page);
    if (!drag.moved) {
      if (piece) this.select(piece);
      return;
    }
    const { start, end } = this.range;
    const free = this.pieces.every((other) => other.end <= start || end <= other.start);
    if (free) this.lay();
    else this.paint();
  }

  onCancel() {
    if (this.drag?.holds) this.change(this.drag.before, this.drag.range);
    this.drag = null;
  }

  onFocus() {
    if (!this.shown) this.select({ start: this.cursor, end: this.cursor + 1 });
  }

  lay() {
    this.change(laid(this.pieces, this.range));
  }

  clear() {
    this.change(cleared(this.pieces, this.range));
  }

  // Keys

  onKey(event) {
    if (event.ctrlKey || event.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -this.pages, End: this.pages }[event.key];
    if (step && event.altKey) {
      if (pieceOn(this.pieces, this.range)) this.moveTo(this.range.start + step);
    } else if (step) {
      this.cursor = Math.max(0, Math.min(this.pages - 1, this.cursor + step));
      if (!event.shiftKey) this.anchor = this.cursor;
      this.shown = true;
      this.paint();
    } else if (event.key === "Enter") this.lay();
    else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else if (event.key === " ") this.select(pieceAt(this.pieces, this.cursor) ?? this.range);
    else return;
    event.preventDefault();
    event.stopPropagation(); // Enter here lays, and does not check
  }

  // What is shown

  paint() {
    if (this.drawing.hidden) {
      this.toggle.textContent = "Draw it instead";
      return;
    }
    this.toggle.textContent = "Type it instead";
    const width = Math.max(240, (this.element.clientWidth || 640) - 28);
    this.strip.style.height = `${LANE_TALL}px`;
    this.strip.replaceChildren(
      lanePicture({
        pages: this.pages, pieces: this.pieces, width, prefix: this.id, measures: this.measures,
        selected: this.shown ? this.range : null,
      }),
    );
    this.say();
    if (!this.editor.contains(document.activeElement)) this.edit();
  }

  say() {
    const { start, end } = this.range;
    const piece = pieceOn(this.pieces, this.range);
    const on = pieceAt(this.pieces, this.cursor);
    let text = "";
    if (this.shown && piece) text = `The vma ${pieceText(piece)}`;
    else if (this.shown) text = `Pages ${start}..${end}${on ? `, in the vma ${pieceText(on)}` : ""}`;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /** The fields for the piece that is selected, or the buttons for a range that is none. */
  edit() {
    const { range } = this;
    const piece = this.shown && pieceOn(this.pieces, range);
    if (!this.shown) {
      this.editor.replaceChildren();
    } else if (!piece) {
      const mapped = this.pieces.some((other) => other.start < range.end && range.start < other.end);
      this.editor.replaceChildren(
        this.button("Lay one vma here", () => this.lay()),
        ...(mapped ? [this.button("Unmap", () => this.clear())] : []),
      );
    } else {
      this.editor.replaceChildren(...this.fieldsOf(piece));
    }
  }

  /** A button that acts and gives the focus back to the strip. */
  button(text, act) {
    const done = () => {
      this.strip.focus({ preventScroll: true });
      act();
    };
    return make("button", { type: "button", click: done }, text);
  }

  fieldsOf(piece) {
    const range = { start: piece.start, end: piece.end };
    const field = (name, value, size, changed) => {
      const id = freshId();
      const input = make("input", { id, type: "text", size, value, autocomplete: "off", spellcheck: "false" });
      const tell = () => {
        if (!changed(input.value)) input.setAttribute("aria-invalid", "true");
      };
      input.addEventListener("change", tell);
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.stopPropagation();
        this.strip.focus({ preventScroll: true }); // which makes the change
      });
      return make("span", {}, make("label", { for: id }, name), input);
    };
    const border = (side) => (text) => {
      const wanted = { ...range, [side]: /^\d+$/.test(text.trim()) ? Number(text) : -1 };
      if (wanted.start < 0 || wanted.end > this.pages || wanted.start >= wanted.end) return false;
      this.change(resized(this.pieces, range, wanted), wanted);
      this.edit();
      return true;
    };
    const reindex = (text) => {
      const index = readIndex(text);
      if (index === null) return false;
      this.change(altered(this.pieces, range, { index }));
      return true;
    };
    const parts = [
      field("pages", String(range.start), 3, border("start")),
      field("to", String(range.end), 3, border("end")),
      this.protection(piece, range),
      field("first index", piece.index === "?" ? "" : piece.index, 5, reindex),
    ];
    const going = goingOn(this.pieces, range.start);
    if (going && going !== piece.index) {
      const act = () => this.change(altered(this.pieces, range, { index: going }));
      parts.push(this.button("Goes on from the left", act));
    }
    if (this.pieces.some((other) => other.start === range.end)) parts.push(this.groupBox(piece, range));
    parts.push(this.button("Unmap", () => this.clear()));
    return parts;
  }

  protection(piece, range) {
    const id = freshId();
    const choose = () => this.change(altered(this.pieces, range, { protection: select.value }));
    const option = (name) => make("option", { value: name, selected: name === piece.protection }, name);
    const select = make("select", { id, change: choose }, ...PROTECTION_NAMES.map(option));
    return make("span", {}, make("label", { for: id }, "protection"), select);
  }

  groupBox(piece, range) {
    const id = freshId();
    const tick = () => this.change(altered(this.pieces, range, { group: box.checked }));
    const box = make("input", { id, type: "checkbox", checked: Boolean(piece.group), change: tick });
    return make("span", {}, box, make("label", { for: id }, "group with the next"));
  }

  end() {
    this.observer.disconnect();
  }
}
