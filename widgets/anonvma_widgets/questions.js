// Words in a question, which change when an answer is graded.

function render({ model, el }) {
  const show = () => {
    el.innerHTML = model.get("html");
  };
  // A verdict is read out by a screen reader when it comes.
  el.setAttribute("aria-live", "polite");
  show();
  model.on("change:html", show);
  whenInside(el, (question) => {
    if (question.dataset.keys) return;
    question.dataset.keys = "true";
    question.addEventListener("focusin", keepArrows);
    question.addEventListener("keydown", checkOnEnter, true); // the field itself stops it
  });
}

/** Call `then` with the question around `el`, once `el` is in the page. */
function whenInside(el, then) {
  const question = el.closest(".anonvma-question");
  if (question) then(question);
  else requestAnimationFrame(() => whenInside(el, then));
}

/** Arrow keys choose among options; the notebook would take them as steps to another cell. */
function keepArrows({ target }) {
  if (target.type === "radio") target.dataset.lmSuppressShortcuts = "true";
}

/** Enter in a field of one line is a click on Check. */
function checkOnEnter({ key, target, currentTarget }) {
  if (key === "Enter" && target.type === "text") currentTarget.querySelector(".anonvma-check").click();
}

export default { render };
