// How far the reader has come in each chapter, where the chapters are listed.

import { readChapter, summaryOf, watchProgress } from "./progress.js";

/** Each element has the title of a chapter as `data-chapter`; it stays empty until one is begun. */
export function showChapterProgress(elements) {
  const show = () => {
    for (const element of elements) {
      const { right, total, rows } = summaryOf(readChapter(element.dataset.chapter));
      element.textContent = rows.some((row) => row.mark) ? `${right} of ${total} right` : "";
    }
  };
  watchProgress(show, new AbortController().signal);
  show();
}
