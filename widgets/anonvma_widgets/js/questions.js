// The entry of questions: anywidget calls `render` for every place where one is shown.

import { showQuestion } from "./questionpage.js";

function render({ model, el }) {
  const ended = new AbortController();
  showQuestion(model, el, ended.signal);
  return () => ended.abort();
}

export default { render };
