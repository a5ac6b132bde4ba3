// The entry of questions: anywidget calls `render` for every place where one is shown.

import { make } from "./dom.js";
import { keepKeys } from "./keys.js";
import { currentTheme, paint, watchTheme } from "./theme.js";
import { QuestionView, whenShown } from "./question.js";
import { ProgressView } from "./progressview.js";

function render({ model, el }) {
  const ended = new AbortController();
  const themes = model.get("language").themes;
  const root = make("div", { class: "aq", role: "group" });
  const look = (theme) => paint(root, theme, themes[theme]);
  look(currentTheme());
  watchTheme(look, ended.signal);
  keepKeys(root);
  el.append(root);
  const { signal } = ended;
  if (model.get("spec").kind === "progress") whenShown(root, () => new ProgressView(root, signal), signal);
  else new QuestionView(model, root, signal);
  return () => ended.abort();
}

export default { render };
