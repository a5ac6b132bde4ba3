// A chapter's questions with what became of each, the total, and a way to begin anew.

import { make } from "./dom.js";
import { wordNodes } from "./words.js";
import { keepChapter, placeOf, readChapter, summaryOf, watchProgress, withoutAnswers } from "./progress.js";

export class ProgressView {
  constructor(el, signal) {
    this.el = el;
    this.forgotten = null;
    this.total = make("p", { class: "aq-total", role: "status" });
    this.list = make("ul", { class: "aq-progress" });
    this.reset = make("button", { type: "button", click: () => this.onReset() });
    const title = make("p", { class: "aq-title" }, make("span", {}, "Progress"));
    el.append(title, this.total, this.list, make("div", { class: "aq-buttons" }, this.reset));
    watchProgress(() => this.show(), signal);
    this.show();
  }

  /** Forget the answers; the same button brings them back, until something new is answered. */
  onReset() {
    const { title } = placeOf(this.el);
    const chapter = readChapter(title);
    const back = this.forgotten;
    this.forgotten = back ? null : chapter;
    keepChapter(title, back ? { ...chapter, ...back } : withoutAnswers(chapter));
  }

  show() {
    const { rows, right, first, total } = summaryOf(readChapter(placeOf(this.el).title));
    if (rows.some((row) => row.mark)) this.forgotten = null;
    this.total.textContent = total
      ? `${right} of ${total} right, ${first} of them at the first try.`
      : "The chapter's questions stand here once their cells have been run.";
    this.list.replaceChildren(
      ...rows.map((row) =>
        make(
          "li",
          { "data-key": row.key },
          make("span", { class: "aq-kind" }, row.kind),
          make("span", { class: "aq-what" }, ...wordNodes(row.name)),
          make("span", { class: row.right ? "aq-done" : "aq-mark" }, row.mark || "open"),
        ),
      ),
    );
    this.reset.textContent = this.forgotten ? "Bring the answers back" : "Reset";
    this.reset.disabled = !this.forgotten && !rows.some((row) => row.mark);
  }
}
