// A question or the progress of a chapter, with its colours, in an element of the page.

import { make } from "./dom.js";
import { keepKeys } from "./keys.js";
import { currentTheme, paint, watchTheme } from "./theme.js";
import { QuestionView, whenShown } from "./question.js";
import { ProgressView } from "./progressview.js";

/** `model` as for QuestionView; all that is listened to ends with the signal. */
export function showQuestion(model, el, signal) {
  const themes = model.get("language").themes;
  const root = make("div", { class: "aq", role: "group" });
  const look = (theme) => paint(root, theme, themes[theme]);
  look(currentTheme());
  watchTheme(look, signal);
  keepKeys(root);
  el.append(root);
  if (model.get("spec").kind === "progress") whenShown(root, () => new ProgressView(root, signal), signal);
  else new QuestionView(model, root, signal);
}
